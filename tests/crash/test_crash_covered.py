"""A change to what the crash suite covers is seen, whatever git knows of it."""

import shutil
from pathlib import Path

from tests.crash import covered


def _copy(to: Path) -> None:
    for pattern in covered.COVERED:
        for path in covered.ROOT.glob(pattern):
            target = to / path.relative_to(covered.ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)


def test_a_changed_a_new_and_a_renamed_file_are_seen(tmp_path: Path) -> None:
    _copy(tmp_path)
    before = covered.fingerprint(tmp_path)
    assert before == covered.fingerprint(covered.ROOT)
    asker = tmp_path / "appliance/sync/asker.py"
    seen = {before}
    asker.write_bytes(asker.read_bytes() + b"\n")
    seen.add(covered.fingerprint(tmp_path))
    (tmp_path / "appliance/ledger/new.py").touch()
    seen.add(covered.fingerprint(tmp_path))
    asker.rename(asker.with_name("asked.py"))
    seen.add(covered.fingerprint(tmp_path))
    assert len(seen) == 4


def test_what_is_not_covered_counts_for_nothing(tmp_path: Path) -> None:
    _copy(tmp_path)
    (tmp_path / "appliance/devices").mkdir()
    (tmp_path / "appliance/devices/desk.py").touch()
    assert covered.fingerprint(tmp_path) == covered.fingerprint(covered.ROOT)
