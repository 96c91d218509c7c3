"""What reaches the service manager, at a real socket of its kind."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.service_manager import ServiceManager


@pytest.fixture
def ear(box_dir: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as found:
        found.bind(str(box_dir / "notify"))
        found.setblocking(False)
        yield found


def heard(ear: socket.socket) -> list[bytes]:
    found = []
    while True:
        try:
            found.append(ear.recv(100))
        except BlockingIOError:
            return found


def test_a_process_says_that_it_is_ready_lives_and_ends(ear: socket.socket) -> None:
    manager = ServiceManager({"NOTIFY_SOCKET": ear.getsockname(), "WATCHDOG_USEC": "4000000"})
    manager.ready()
    manager.beat()
    manager.ending()
    assert manager.beats_every == 1.0
    assert heard(ear) == [b"READY=1", b"WATCHDOG=1", b"STOPPING=1"]


def test_beats_come_no_more_often_than_needed(ear: socket.socket) -> None:
    manager = ServiceManager({"NOTIFY_SOCKET": ear.getsockname(), "WATCHDOG_USEC": "3600000000"})
    for _ in range(10):
        manager.beat()
    assert heard(ear) == [b"WATCHDOG=1"]


def test_nothing_is_said_where_nobody_asks(ear: socket.socket) -> None:
    unwatched = ServiceManager({"NOTIFY_SOCKET": ear.getsockname()})
    unwatched.beat()
    assert unwatched.beats_every is None
    ServiceManager({}).ready()
    ServiceManager({"NOTIFY_SOCKET": "/nowhere/notify"}).ready()
    assert heard(ear) == []


def test_an_abstract_socket_is_reached_too() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind("\0madoguchi-test-notify")
        ServiceManager({"NOTIFY_SOCKET": "@madoguchi-test-notify"}).ready()
        assert ear.recv(100) == b"READY=1"
