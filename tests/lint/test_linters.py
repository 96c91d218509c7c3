"""The linters run as ordinary tests."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.lint.tracked import ROOT, is_shell, project_files

BIN = Path(sys.executable).parent


def complaints(*command: str | Path) -> str:
    """What a linter has to say, empty when it is content."""
    done = subprocess.run(
        [str(part) for part in command], cwd=ROOT, check=False, capture_output=True, text=True
    )
    return (
        ""
        if done.returncode == 0
        else f"{done.stdout}{done.stderr}".strip() or f"exit status {done.returncode}"
    )


def must_be_content(*command: str | Path) -> None:
    """Fails with all that a linter has to say; an assertion would shorten it."""
    if said := complaints(*command):
        pytest.fail(said, pytrace=False)


def test_ruff_check() -> None:
    must_be_content(BIN / "ruff", "check", "--quiet")


def test_ruff_format() -> None:
    must_be_content(BIN / "ruff", "format", "--check", "--quiet")


@pytest.mark.timeout(300)  # without a cache this reads every stub once
def test_mypy_strict_on_everything() -> None:
    folders = [folder for folder in ("tests", "benchmarks") if any((ROOT / folder).rglob("*.py"))]
    must_be_content(BIN / "mypy", "appliance", *folders)


def test_shellcheck() -> None:
    scripts = [path for path in project_files() if is_shell(path)]
    assert ROOT / ".ci" / "run" in scripts
    must_be_content("shellcheck", *scripts)


def test_a_linter_that_complains_fails_its_test(tmp_path: Path) -> None:
    script = tmp_path / "bad.sh"
    script.write_text("#!/bin/sh\nrm $1\n")
    assert "SC2086" in complaints("shellcheck", script)
    assert complaints("false") == "exit status 1"
