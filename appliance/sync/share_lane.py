"""The share lane: tells the file server's unit whose folder it is to serve, and looks whether it answers."""

import logging
import time

from appliance.ledger import conditions, folder_shares
from appliance.ledger.bell import LONGEST_WAIT, Topic
from appliance.ledger.conditions import Link, LinkState
from appliance.ledger.database import Ledger
from appliance.ledger.times import Clock
from appliance.share_place import PORT, SharePlace, Wanted, write
from appliance.sync.file_server import answers
from appliance.sync.lane import ListeningLane

LOOK_EVERY = 30.0
"""Seconds between two looks whether it answers."""

STARTS_IN = 8.0
"""Seconds that it is given to start anew, before anybody is told that it is silent."""

_AGAIN = 30.0
_log = logging.getLogger(__name__)


class ShareLane(ListeningLane):
    """There is one in a box whose image has a file server."""

    def __init__(self, where: SharePlace, ledger: Ledger, clock: Clock, port: int = PORT) -> None:
        super().__init__("share-lane", ledger, Topic.DELIVERIES, held_off=_AGAIN)
        self._where = where
        self._clock = clock
        self._port = port
        self._look_at: float | None = time.monotonic() + STARTS_IN

    def _failed(self, error: Exception) -> None:
        _log.error("what is to be shared was not written: %s", type(error).__name__)

    def _turn(self) -> None:
        self.fit()
        if self._look_at is not None and time.monotonic() >= self._look_at:
            self._look_at = time.monotonic() + LOOK_EVERY
            self.look()

    def _seconds(self) -> float:
        return LONGEST_WAIT if self._look_at is None else max(0.0, self._look_at - time.monotonic())

    def fit(self) -> None:
        """Have the file say what the ledger says. Raises `OSError`."""
        share = folder_shares.current(self._ledger)
        wanted = None
        if share is not None and share.root == self._where.folder(share.consumer):
            wanted = Wanted(share.consumer, share.nt_hash)
            share.root.mkdir(parents=True, exist_ok=True)
        if write(self._where, wanted):
            _log.info("shared over the network: %s", wanted.consumer if wanted else "nothing")
            self._note(LinkState.UNKNOWN)
            self._look_at = time.monotonic() + STARTS_IN
        if wanted is None:
            self._look_at = None
        elif self._look_at is None:
            self._look_at = time.monotonic()

    def look(self) -> None:
        """Note whether it answers."""
        self._note(LinkState.UP if answers(self._port) else LinkState.DOWN)

    def _note(self, state: LinkState) -> None:
        code = "SHARE-003" if state is LinkState.DOWN else None
        if conditions.note(self._ledger, Link.SHARE, state, code, self._clock()):
            _log.info("file server %s", state.value)
