"""Floor 2: the one SQLite file, and the bell that wakes the other processes."""

import importlib
import sys

_NOT_WANTED = ("numpy", "pandas")


def _import_sqlite_utils() -> None:
    """Without numpy, which it takes in wherever there is one, for columns of types that nobody here writes.

    That would cost every process a tenth of a second at its start, each look of the self-diagnosis among them, and memory.
    """
    hidden = [name for name in _NOT_WANTED if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None is how Python says that there is none
    try:
        importlib.import_module("sqlite_utils")
    finally:
        for name in hidden:
            del sys.modules[name]


_import_sqlite_utils()
