"""What a full disk, a missing folder or a broken ledger means to a person."""

import sqlite3

from appliance.eligibility.trouble import Trouble
from appliance.ledger.own_copy.calling import is_broken

_DISK = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN)
_PRIMARY = 0xFF


def trouble_of(error: OSError | sqlite3.Error) -> Trouble:
    """BOX-004 when the disk did not let us, BOX-011 when the ledger's file is broken, BOX-005 otherwise. The detail names kind, file or column,
    never content: SQLite's messages quote no values."""
    if isinstance(error, OSError):
        reason = error.strerror or type(error).__name__
        return (
            Trouble("BOX-004", f"{reason}: {error.filename}")
            if error.filename
            else Trouble("BOX-005", reason)
        )
    code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY
    name = getattr(error, "sqlite_errorname", type(error).__name__)
    if is_broken(error):
        return Trouble("BOX-011", name)
    return Trouble("BOX-004" if code in _DISK else "BOX-005", f"{name}: {error}")
