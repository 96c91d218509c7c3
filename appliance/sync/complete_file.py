"""Files that another program watches for: there whole, or not there."""

import contextlib
import errno
import os
import secrets
from pathlib import Path

ASIDE = ".madoguchi-tmp"
"""Where files are written first: hidden, and on the file system of their target, so that a rename suffices."""


def place(data: bytes, target: Path, aside: Path) -> None:
    """Write `data` in folder `aside`, then rename it to `target`, replacing what is there; durable on return.

    Raises `OSError`; then nothing has appeared under `target`.
    """
    put(data, target, aside)
    sync_folder(target.parent)


def put(data: bytes, target: Path, aside: Path) -> os.stat_result:
    """`place` without its last step, for many files at once: call `sync_folder` after them. The new file's status."""
    temporary = aside / f"{secrets.token_hex(8)}.part"
    try:
        status = _write_through(temporary, data)
        os.replace(temporary, target)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    return status


def sync_folder(folder: Path) -> None:
    """Make renames and removals in `folder` durable. Raises `OSError`."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # Mounted shares of older kernels know no such thing as syncing a folder.
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(descriptor)


def sweep(aside: Path) -> None:
    """Remove what a crash left half-written. Raises `OSError`."""
    for leftover in aside.glob("*.part"):
        leftover.unlink(missing_ok=True)


def _write_through(path: Path, data: bytes) -> os.stat_result:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
        return os.fstat(stream.fileno())
