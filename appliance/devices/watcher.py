"""A thread that knows at every moment which readers and cards are there, whatever happens to pcscd.

pyscard's CardMonitor is no use for this: its thread ends with the first failure and never comes back.
"""

import logging
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from smartcard import scard

from appliance.devices.events import ServiceDown, ServiceUp, WatcherEvent
from appliance.devices.pcsc import call
from appliance.devices.roster import Roster

_log = logging.getLogger(__name__)

BACK_OFF = 0.25
_PLUG_AND_PLAY = r"\\?PnP?\Notification"
# A reader plugged in between listing and waiting is noticed by this look at the latest.
_LONGEST_WAIT_MS = 1000
_NO_READERS = 0x8010002E
_UNKNOWN_READER = 0x80100009
_TIMEOUT = 0x8010000A
_CANCELLED = 0x80100002
_RELIST_AFTER = 0.02


class _ServiceLostError(Exception):
    """pcscd does not answer (any more)."""


class ReaderWatcher:
    """Tells every change at all readers to `tell`, in the watcher's own thread and in order.

    `tell` must only hand the event on (a queue's `put` is right): while it runs no other card is seen. What it
    raises is logged and the watch goes on. Starts whether pcscd runs or not. A context manager.
    """

    def __init__(self, tell: Callable[[WatcherEvent], object]) -> None:
        self._tell = tell
        self._stopping = threading.Event()
        self._context: int | None = None
        self._roster = Roster()
        self._plugged = 0
        self._up: bool | None = None
        self._renew = threading.Event()
        self._heard_at = time.monotonic()
        self._thread = threading.Thread(target=self._run, name="reader-watcher", daemon=True)

    def start(self) -> None:
        """Start watching; the first events follow from the thread."""
        self._thread.start()

    def stop(self) -> None:
        """End the watch at once and wait for the thread. Tells nothing more; may be called twice."""
        self._stopping.set()
        while self._thread.is_alive():
            # A cancel that comes just before the wait begins is lost, so it is said until it was heard.
            if (context := self._context) is not None:
                scard.SCardCancel(context)
            self._thread.join(0.02)

    def renew(self) -> None:
        """Start over with a new context at the next look, within a second. Returns at once."""
        self._renew.set()

    @property
    def silent_for(self) -> float:
        """Seconds since pcscd last gave any answer at all. Up to a second, and what is told, is nothing unusual."""
        return time.monotonic() - self._heard_at

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._watch()
            except _ServiceLostError as lost:
                self._note_down(str(lost))
                self._heard_at = time.monotonic()
            self._stopping.wait(BACK_OFF)

    def _watch(self) -> None:
        hresult, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
        _check(hresult)
        self._context = context
        self._plugged = 0
        self._renew.clear()
        try:
            while not self._stopping.is_set() and not self._renew.is_set():
                self._look(context)
        finally:
            self._context = None
            scard.SCardReleaseContext(context)

    def _look(self, context: int) -> None:
        """List the readers, then wait for the next change at any of them."""
        self._heard_at = time.monotonic()
        hresult, names = call(scard.SCardListReaders, context, [])
        _check(hresult, _NO_READERS)
        self._note_up()
        self._send(self._roster.readers(names or ()))
        # Newer versions of pcscd count the readers in this state word; given 0 every time they would never wait.
        asked = [*self._roster.states(), (_PLUG_AND_PLAY, self._plugged)]
        hresult, states = call(scard.SCardGetStatusChange, context, _LONGEST_WAIT_MS, asked)
        outcome = _check(hresult, _TIMEOUT, _UNKNOWN_READER, _CANCELLED)
        if outcome == scard.SCARD_S_SUCCESS:
            self._plugged = states[-1][1] & ~scard.SCARD_STATE_CHANGED
            for name, word, _atr in states[:-1]:
                self._send(self._roster.state(name, word))
        elif outcome == _UNKNOWN_READER:
            self._stopping.wait(_RELIST_AFTER)

    def _note_up(self) -> None:
        if self._up is not True:
            self._up = True
            _log.info("pcscd answers")
            self._send([ServiceUp()])

    def _note_down(self, why: str) -> None:
        if self._up is not False and not self._stopping.is_set():
            self._up = False
            _log.warning("pcscd does not answer: %s", why)
            self._send([*self._roster.clear(), ServiceDown()])

    def _send(self, events: list[WatcherEvent]) -> None:
        for event in events:
            try:
                self._tell(event)
            except Exception:
                _log.exception("the listener failed at %s", type(event).__name__)


def _check(hresult: int, *accepted: int) -> int:
    """The call's outcome as an unsigned number. Raises when it is neither success nor `accepted`."""
    number = hresult & 0xFFFFFFFF
    if number != scard.SCARD_S_SUCCESS and number not in accepted:
        raise _ServiceLostError(f"PC/SC 0x{number:08X}")
    return number
