"""What must not be lost while the disk has no room: written again and again until there is some."""

import logging
import sqlite3
import threading
from collections.abc import Callable
from typing import TypeVar

from appliance.ledger.disk import trouble_of

T = TypeVar("T")

_LOOK_SECONDS = 0.25

_log = logging.getLogger(__name__)


def until_written(write: Callable[[], T], stopping: threading.Event) -> T:
    """What `write` returns, called anew for as long as the disk does not let it.

    Raises `sqlite3.Error` for any other reason, and once `stopping` is set.
    """
    is_told = False
    while True:
        try:
            return write()
        except sqlite3.Error as error:
            trouble = trouble_of(error)
            if trouble.code != "BOX-004" or stopping.wait(_LOOK_SECONDS):
                raise
            if not is_told:
                _log.error("%s: it is written down when there is room", trouble.code)
            is_told = True
