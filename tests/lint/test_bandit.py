"""bandit has nothing to say of the appliance that nobody has answered, and every answer gives its reason."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.lint.tracked import ROOT, project_files

BANDIT = Path(sys.executable).parent / "bandit"
# ruff's number of the same rule: one mark at a line silences both.
_MARK = re.compile(r"# noqa: [^#]*\bS(?P<ruff>\d{3})\b|# nosec B(?P<bandit>\d{3})\b")
_WITH_REASON = re.compile(r"# (?:noqa: S\d{3}(?:, \w+\d+)*|nosec B\d{3}(?:, B\d{3})*) - \w")


def findings(*paths: str | Path) -> list[dict[str, Any]]:
    """What bandit finds, with the project's configuration; raises when it could not read a file."""
    options = ("--configfile", "pyproject.toml", "--quiet", "--recursive", "--format", "json")
    command = [str(part) for part in (BANDIT, *options, *paths)]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    report = json.loads(done.stdout)
    assert report["errors"] == []
    found: list[dict[str, Any]] = report["results"]
    return found


def is_answered(finding: dict[str, Any]) -> bool:
    """Whether a line of the finding bears ruff's mark for the same rule."""
    lines = (ROOT / finding["filename"]).read_text("utf-8").splitlines()
    marks = (_MARK.search(lines[number - 1]) for number in finding["line_range"])
    return any(mark and mark["ruff"] == finding["test_id"].removeprefix("B") for mark in marks)


def unexplained(text: str) -> list[int]:
    """The lines whose mark says no reason."""
    lines = enumerate(text.splitlines(), 1)
    return [number for number, line in lines if _MARK.search(line) and not _WITH_REASON.search(line)]


@pytest.mark.timeout(300)
def test_bandit_has_nothing_unanswered() -> None:
    said = [
        f"{one['filename']}:{one['line_number']}: {one['test_id']} {one['issue_text']}"
        for one in findings("appliance")
        if not is_answered(one)
    ]
    assert said == []


def test_every_answer_says_why() -> None:
    sources = [path for path in project_files() if path.suffix == ".py" and "appliance" in path.parts]
    assert sum(_MARK.search(path.read_text("utf-8")) is not None for path in sources) > 5
    found = {str(path.relative_to(ROOT)): unexplained(path.read_text("utf-8")) for path in sources}
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_what_bandit_is_there_for_is_found(tmp_path: Path) -> None:
    bad = tmp_path / "bad.py"
    bad.write_text("import hashlib\nimport pickle\n\nhashlib.md5(b'')\npickle.loads(b'')\n", "utf-8")
    found = findings(bad)
    assert {"B324", "B301"} <= {one["test_id"] for one in found}
    assert not any(is_answered(one) for one in found)


def test_a_mark_without_a_reason_is_found() -> None:
    # Put together here, so that this file bears no mark itself.
    mark = "# " + "noqa: S311"
    assert unexplained(f"x = 1  {mark}\nx = 2  {mark} - dots\nx = 3  # nosec" + " B108\n") == [1, 3]
