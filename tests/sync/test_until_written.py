"""A write that the disk refuses is made again until it is let; any other failure is the caller's."""

import sqlite3
import threading
from collections.abc import Callable

import pytest

from appliance.sync.until_written import until_written


def _failing(times: int, code: int) -> Callable[[], str]:
    left = [times]

    def write() -> str:
        left[0] -= 1
        if left[0] >= 0:
            error = sqlite3.OperationalError("no")
            error.sqlite_errorcode = code
            raise error
        return "written"

    return write


def test_a_full_disk_is_waited_for() -> None:
    assert until_written(_failing(2, sqlite3.SQLITE_FULL), threading.Event()) == "written"


def test_another_failure_is_not() -> None:
    with pytest.raises(sqlite3.OperationalError):
        until_written(_failing(1, sqlite3.SQLITE_ERROR), threading.Event())


def test_who_stops_does_not_wait() -> None:
    stopping = threading.Event()
    stopping.set()
    with pytest.raises(sqlite3.OperationalError):
        until_written(_failing(99, sqlite3.SQLITE_FULL), stopping)
