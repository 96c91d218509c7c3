"""The locks pin what the project file asks for, and the box gets the very versions that were tested."""

import re
import tomllib

from tests.lint.tracked import ROOT


def pins(lock: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9.-]+)==(\S+)", lock, flags=re.MULTILINE))


def asked(requirements: list[str]) -> set[str]:
    return {re.split(r"[^a-z0-9-]", name, maxsplit=1)[0] for name in requirements}


TESTED = (ROOT / "requirements.lock").read_text(encoding="utf-8")
BOX = (ROOT / "requirements-box.lock").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_everything_asked_for_is_locked() -> None:
    needed = asked(PROJECT["dependencies"])
    extras = asked([name for extra in PROJECT["optional-dependencies"].values() for name in extra])
    assert needed - pins(BOX).keys() == set(), "make lock"
    assert (needed | extras) - pins(TESTED).keys() == set(), "make lock"


def test_box_runs_what_was_tested() -> None:
    assert pins(BOX).items() <= pins(TESTED).items()
    assert len(pins(BOX)) < len(pins(TESTED))


def test_every_pin_has_a_hash() -> None:
    for lock in (TESTED, BOX):
        blocks = re.split(r"^(?=[a-z0-9.-]+==)", lock, flags=re.MULTILINE)[1:]
        assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []
