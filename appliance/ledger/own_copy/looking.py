"""Is this ledger good? As much of it is read as the time allows that somebody waits for it."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

from appliance.ledger.own_copy.calling import is_broken

AT_A_START = 20.0
"""Seconds: 600 MB, five years of sixty patients a day, take about three on the machine it was built on."""
WHOLE = 600.0
_STEPS = 20_000
"""Of SQLite's machine between two looks at the clock."""
_TABLES = "SELECT count(*) FROM sqlite_master WHERE name = '_sqlite_migrations'"


def fault_of(path: Path, *, thorough: bool, seconds: float = AT_A_START) -> str:
    """What is wrong with the ledger at `path`, in a word without anything of its content; empty when nothing was found in `seconds`.

    `thorough` compares indexes with their tables too. Reads what the write-ahead log holds as well. What says nothing of the
    file (locked, a full disk) is no fault. The file must be there.
    """
    end = time.monotonic() + seconds
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)) as connection:
            connection.set_progress_handler(lambda: time.monotonic() > end, _STEPS)
            if not connection.execute(_TABLES).fetchone()[0]:
                return "empty"
            kind = "integrity_check" if thorough else "quick_check"
            found = [row[0] for row in connection.execute(f"PRAGMA {kind}(1)")]
            return "" if found == ["ok"] else kind
    except sqlite3.Error as error:
        if not is_broken(error):
            return ""
        return str(getattr(error, "sqlite_errorname", type(error).__name__))
