"""All that a box knows, made unreadable: every file below the state folder is overwritten, cut to nothing and removed, keys first.

On a flash disk the file system's own older blocks may stay; the image encrypts them, and its reset destroys the key of all of it.
"""

import contextlib
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path

from appliance.settings import Box

_PIECE = 1 << 20


def wipe(box: Box) -> int:
    """Leave an empty folder; how many files there were. No link is followed. What a power cut interrupts is done by doing it again.

    Nobody may work in the folder. Raises `OSError`.
    """
    keys = (
        box.certificate_dir,
        box.tls_dir,
        box.audit_dir,
        box.broker_dir,
        box.second_factor_key,
        box.ledger_file,
    )
    count = 0
    for path in [*(one for key in keys for one in _files(key)), *_files(box.root)]:
        if path.is_symlink() or path.exists():
            _overwrite(path)
            path.unlink()
            count += 1
    for folder in sorted(_folders(box.root), key=lambda one: len(one.parts), reverse=True):
        folder.rmdir()
    _keep(box.root)
    return count


def _overwrite(path: Path) -> None:
    if not stat.S_ISREG(path.lstat().st_mode):
        return  # a socket or a link holds nothing
    with path.open("r+b", buffering=0) as stream:
        left = os.fstat(stream.fileno()).st_size
        while left > 0:
            left -= stream.write(secrets.token_bytes(min(left, _PIECE)))
        os.fsync(stream.fileno())
        stream.truncate(0)
        os.fsync(stream.fileno())


def _files(place: Path) -> Iterator[Path]:
    if place.is_symlink() or not place.is_dir():
        if place.is_symlink() or place.exists():
            yield place
        return
    for folder, _, names in os.walk(place, topdown=False):
        for name in sorted(names):
            yield Path(folder) / name
        for inner in list(Path(folder).iterdir()):
            if inner.is_symlink():
                yield inner


def _folders(root: Path) -> Iterator[Path]:
    for folder, inner, _ in os.walk(root):
        yield from (Path(folder) / name for name in inner if not (Path(folder) / name).is_symlink())


def _keep(folder: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
