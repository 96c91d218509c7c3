"""A full disk under SQLite: its own system calls are replaced, as SQLite lets its testers do, by ones that can refuse.

`Python`'s own writes are refused where `switches` counts them. What a whole small file system does is shown elsewhere.
"""

import ctypes
import errno
from pathlib import Path
from typing import Any

from tests.crash.switches import Switches

_BYTES, _FD, _OFFSET = ctypes.c_size_t, ctypes.c_int, ctypes.c_int64
_PWRITE = ctypes.CFUNCTYPE(ctypes.c_ssize_t, _FD, ctypes.c_void_p, _BYTES, _OFFSET, use_errno=True)
_WRITE = ctypes.CFUNCTYPE(ctypes.c_ssize_t, _FD, ctypes.c_void_p, _BYTES, use_errno=True)


class _Vfs(ctypes.Structure):
    """The head of SQLite's `sqlite3_vfs`, version 3."""

    _fields_ = (
        ("iVersion", ctypes.c_int),
        ("szOsFile", ctypes.c_int),
        ("mxPathname", ctypes.c_int),
        ("pNext", ctypes.c_void_p),
        ("zName", ctypes.c_char_p),
        ("pAppData", ctypes.c_void_p),
        *((name, ctypes.c_void_p) for name in ("xOpen", "xDelete", "xAccess", "xFullPathname")),
        *((name, ctypes.c_void_p) for name in ("xDlOpen", "xDlError", "xDlSym", "xDlClose")),
        *((name, ctypes.c_void_p) for name in ("xRandomness", "xSleep", "xCurrentTime", "xGetLastError")),
        ("xCurrentTimeInt64", ctypes.c_void_p),
        (
            "xSetSystemCall",
            ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p),
        ),
    )


_kept: list[Any] = []
"""What C holds pointers to."""


def why_not() -> str:
    """Why SQLite's calls cannot be replaced here; empty when they can."""
    return "" if _library() else "Python has SQLite built in: its system calls cannot be reached"


def install(switches: Switches) -> None:
    """From now on SQLite's writes in this process and its children ask `switches` first."""
    library = ctypes.CDLL(_library())
    library.sqlite3_vfs_find.restype = ctypes.POINTER(_Vfs)
    vfs = library.sqlite3_vfs_find(None)
    libc = ctypes.CDLL(None, use_errno=True)
    libc.pwrite64.argtypes, libc.pwrite64.restype = (_FD, ctypes.c_void_p, _BYTES, _OFFSET), ctypes.c_ssize_t
    libc.write.argtypes, libc.write.restype = (_FD, ctypes.c_void_p, _BYTES), ctypes.c_ssize_t

    def pwrite(descriptor: int, data: int, size: int, offset: int) -> int:
        return int(libc.pwrite64(descriptor, data, size, offset)) if switches.has_room() else _no_room()

    def write(descriptor: int, data: int, size: int) -> int:
        return int(libc.write(descriptor, data, size)) if switches.has_room() else _no_room()

    for name, call in (
        (b"pwrite", _PWRITE(pwrite)),
        (b"pwrite64", _PWRITE(pwrite)),
        (b"write", _WRITE(write)),
    ):
        _kept.append(call)
        vfs.contents.xSetSystemCall(
            ctypes.cast(vfs, ctypes.c_void_p), name, ctypes.cast(call, ctypes.c_void_p)
        )


def _no_room() -> int:
    ctypes.set_errno(errno.ENOSPC)
    return -1


def _library() -> str | None:
    import sqlite3  # noqa: F401, PLC0415 - so that it is mapped

    maps = Path("/proc/self/maps").read_text("ascii", "replace")
    return next((line.split()[-1] for line in maps.splitlines() if "libsqlite3" in line), None)
