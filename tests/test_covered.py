"""A change to what a long suite covers is seen, whatever git knows of it."""

import shutil
from pathlib import Path

import pytest

from tests import covered

CHANGED = {
    "crash": "appliance/sync/asker.py",
    "cluster": "appliance/sync/mqtt_link.py",
    "crawl": "appliance/web/guard.py",
    "image": "image-build/stages/slot.sh",
    "stories": "appliance/devices/self_test.py",
}


def _copy(suite: str, to: Path) -> None:
    for path in covered.files(suite):
        target = to / path.relative_to(covered.ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)


@pytest.mark.parametrize("suite", CHANGED)
def test_a_changed_a_new_and_a_renamed_file_are_seen(tmp_path: Path, suite: str) -> None:
    _copy(suite, tmp_path)
    before = covered.fingerprint(suite, tmp_path)
    assert before == covered.fingerprint(suite)
    one = tmp_path / CHANGED[suite]
    seen = {before}
    one.write_bytes(one.read_bytes() + b"\n")
    seen.add(covered.fingerprint(suite, tmp_path))
    one.with_name("mqtt_new.py").touch()
    seen.add(covered.fingerprint(suite, tmp_path))
    one.rename(one.with_name("mqtt_renamed.py"))
    seen.add(covered.fingerprint(suite, tmp_path))
    assert len(seen) == 4


@pytest.mark.parametrize("suite", [suite for suite in CHANGED if suite != "stories"])
def test_what_is_not_covered_counts_for_nothing(tmp_path: Path, suite: str) -> None:
    _copy(suite, tmp_path)
    (tmp_path / "appliance/devices").mkdir()
    (tmp_path / "appliance/devices/desk.py").touch()
    assert covered.fingerprint(suite, tmp_path) == covered.fingerprint(suite)
