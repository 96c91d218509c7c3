"""The mark of a box whose ledger is gone and of which there is no good copy: somebody has to bring a backup.

It lies where the ledger lay. Once a ledger is there again it says nothing more.
"""

import os
from datetime import datetime
from pathlib import Path

from appliance.eligibility.trouble import Trouble
from appliance.ledger.times import from_text, to_text
from appliance.sharing import file_mode

CODE = "BOX-009"
_MARK = "ledger-lost"
_LEDGER = "ledger.db"


def since(root: Path) -> datetime | None:
    """Since when it is; None where it is not. A mark that cannot be read is as old as its file."""
    path = root / _MARK
    if (root / _LEDGER).exists():
        return None
    try:
        return from_text(path.read_text("ascii").strip())
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        return datetime.fromtimestamp(path.stat().st_mtime).astimezone()


def expect_none(root: Path) -> None:
    """Raises `Trouble` BOX-009 where it is lost."""
    if since(root) is not None:
        raise Trouble(CODE)


def mark(root: Path, now: datetime) -> None:
    """It is lost since `now`, or since the mark that is there. Raises `OSError`."""
    path = root / _MARK
    if path.exists():
        return
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, file_mode(root))
    try:
        os.write(descriptor, f"{to_text(now)}\n".encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def found(root: Path) -> None:
    """There is a ledger again. Raises `OSError`."""
    (root / _MARK).unlink(missing_ok=True)
