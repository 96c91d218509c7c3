"""What every room's tests share. A room's own fixtures stand in its own conftest.py."""

import contextlib
import socket
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests import pcsc_socket
from tests.browser import browser

__all__ = ["browser"]


LONG = 120
"""Seconds that a test may take at most, from which on its file counts as a long one."""
LAST_LONG = 0.75
"""Where in a run the last of the long files begins."""
OWN_TARGETS = ("cluster", "crash", "crawl", "image", "stories", "tls")

# Hypothesis fails an example that takes over 0.2 s, which says how busy the machine is.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def _may_take(item: pytest.Item) -> float:
    marker = item.get_closest_marker("timeout")
    return float(marker.args[0]) if marker else 0.0


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Spread the long files evenly among the others, and let a run end with short ones.

    At its end they would keep one or two workers busy while the rest stand idle, and side by side they would take the machine
    from each other.
    """
    files: dict[Path, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.path, []).append(item)
    long = [path for path, tests in files.items() if max(map(_may_take, tests)) >= LONG]
    short = [path for path in files if path not in long]
    place = {path: LAST_LONG * at / len(long) for at, path in enumerate(long)}
    place |= {path: (at + 0.5) / len(short) for at, path in enumerate(short)}
    items[:] = [item for path in sorted(files, key=place.__getitem__) for item in files[path]]


@pytest.fixture(scope="session", autouse=True)
def _own_pcscd() -> None:
    """A test that reaches for readers without a world of its own must not decide for those after it."""
    pcsc_socket.come_first()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Suites that take minutes, or need more than the setup brings, have targets of their own, which name their folder: `make cluster`."""
    name = collection_path.name
    is_one = collection_path.is_dir() and name in OWN_TARGETS
    return True if is_one and not any(name in argument for argument in config.args) else None


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
