"""Addresses of Unix sockets in deep folders."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def short_address(path: Path) -> Iterator[str]:
    """An address for the socket `path`, valid inside the block, however deep its folder lies.

    A Unix socket's address holds 107 bytes and state folders may be deeper, so it goes through the opened folder.
    Raises `OSError` when the folder is not there.
    """
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
