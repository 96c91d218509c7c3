"""The project's own files, and what must not stand in them."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]

# Whose machine a file was written on, or where its packages came from, is nobody's business and helps nobody else.
_TELLTALES = {
    "path of somebody's home": re.compile(r"(?<![\w.])/(home|Users)/[A-Za-z_][\w.-]*/|(?<![\w.])/root/[\w.]"),
    "address of a local file": re.compile(r"file:///[A-Za-z]"),
    "address of a package registry": re.compile(
        r"pypi\.org|pythonhosted\.org|registry\.npmjs\.org|(deb|security|snapshot)\.debian\.org|"
        r"(?m:^\s*--?(index-url|extra-index-url|find-links|trusted-host)\b)"
    ),
}


def project_files() -> list[Path]:
    """Every file that is tracked or would be by `git add`, and that is there."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    paths = {ROOT / name for name in listing.split("\0") if name}
    return sorted(path for path in paths if path.is_file())


def is_shell(path: Path) -> bool:
    """Whether a file is a shell script, by its name or its first line."""
    with path.open("rb") as file:
        first = file.readline(200)
    return path.suffix == ".sh" or re.match(rb"#!.*\b(ba|da)?sh\b", first) is not None


def telltales(text: str, checkout: str = "") -> Iterator[str]:
    """What in `text` tells of one machine; `checkout` is the folder of this checkout, looked for as it stands."""
    if checkout and checkout in text:
        yield f"path of this checkout: {checkout}"
    for what, pattern in _TELLTALES.items():
        yield from (f"{what}: {match.group().strip()}" for match in pattern.finditer(text))


def text_of(path: Path) -> str | None:
    """The text of a file, None when it is not UTF-8 text."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None
