"""What every room's tests share. A room's own fixtures stand in its own conftest.py."""

import contextlib
import socket
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import pcsc_socket
from tests.browser import browser

__all__ = ["browser"]


@pytest.fixture(scope="session", autouse=True)
def _own_pcscd() -> None:
    """A test that reaches for readers without a world of its own must not decide for those after it."""
    pcsc_socket.come_first()


@pytest.fixture
def box_dir() -> Iterator[Path]:
    """An empty folder for one box, with a short path: a Unix socket's may have 107 bytes, and `tmp_path` is long."""
    with tempfile.TemporaryDirectory(prefix="mdg-", dir="/tmp", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def free_ports(count: int) -> list[int]:
    """`count` different loopback TCP ports, free a moment ago. Ask for all at once: they are held until chosen."""
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]


@pytest.fixture
def free_port() -> Callable[[], int]:
    """Call it for a free loopback port."""
    return lambda: free_ports(1)[0]
