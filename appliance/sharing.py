"""Whether a folder of the box is its owner's alone, or worked in by several users of one group: its setgid bit says so.

On a box each process may have a user of its own (`madoguchi users`). Whoever makes a file, a socket or a folder asks here
which mode it gets. A folder without the bit is as private as ever.
"""

import os
import stat
from pathlib import Path

_GROUP_UMASK = 0o007


def is_shared(folder: Path) -> bool:
    """Whether several users work in `folder`. Raises `OSError` when it is not there."""
    return bool(folder.stat().st_mode & stat.S_ISGID)


def file_mode(folder: Path) -> int:
    """The mode of a new file or socket in `folder`."""
    return 0o660 if is_shared(folder) else 0o600


def make_folder(path: Path) -> None:
    """Make a folder, and those above it, as private as the first that is there already. Raises `OSError`."""
    if path.is_dir():
        return
    make_folder(path.parent)
    # The system hands the bit itself down.
    path.mkdir(mode=0o770 if is_shared(path.parent) else 0o700, exist_ok=True)


def begin(root: Path) -> None:
    """To be called once at the start of a process that works in the state folder `root`."""
    if root.is_dir() and is_shared(root):
        os.umask(_GROUP_UMASK)
