"""Which pcscd this test process talks to.

libpcsclite reads PCSCLITE_CSOCK_NAME at the first call and keeps it for the life of the process. So it is given a
link before anything else can give it a socket, and the link is pointed at the world that a test has started.
"""

import atexit
import os
import shutil
import tempfile
from functools import cache
from pathlib import Path
from unittest import mock

from smartcard import scard


def come_first() -> None:
    """Give libpcsclite the link now. Every test process does so before its first test: who comes later changes nothing."""
    _link()


@cache
def _link() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="mdg-pcsc-", dir="/tmp"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    link = folder / "pcscd.comm"
    with mock.patch.dict(os.environ, PCSCLITE_CSOCK_NAME=str(link)):
        scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    return link


def point_at(socket: Path) -> None:
    """From now on PC/SC calls of this process go to `socket`, which need not be there yet."""
    aside = _link().with_suffix(".new")
    aside.symlink_to(socket)
    aside.replace(_link())
