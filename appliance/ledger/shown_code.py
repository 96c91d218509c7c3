"""The set-up code where whoever stands at the box can see it: a file in `run/`, shown by console page, stick and `setup-code`.

The ledger keeps a hash alone. The file is as private as the state folder, in no backup and in no log, and goes when the code is used.
"""

import contextlib
import os

from appliance import sharing
from appliance.settings import Box

_NAME = "setup-code"
_LONGEST = 64


def show(box: Box, code: str) -> None:
    """Put `code` in the place of the one before. Raises `OSError`."""
    sharing.make_folder(box.run_dir)
    aside = box.run_dir / f".{_NAME}.new"
    aside.unlink(missing_ok=True)
    mode = sharing.file_mode(box.run_dir)
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="ascii") as file:
        file.write(f"{code}\n")
    aside.replace(box.run_dir / _NAME)


def shown(box: Box) -> str:
    """The code; empty when there is none to see."""
    try:
        return (box.run_dir / _NAME).read_text("ascii")[:_LONGEST].strip()
    except (OSError, UnicodeDecodeError):
        return ""


def hide(box: Box) -> None:
    """It is used or good no more."""
    with contextlib.suppress(OSError):
        (box.run_dir / _NAME).unlink()
