"""The folder lane: serves req/, res/ and face/ of one shared folder."""

import contextlib
import logging
import threading
import time
from collections.abc import Callable

from appliance.ledger import conditions
from appliance.ledger.conditions import Link, LinkState
from appliance.ledger.database import Ledger
from appliance.ledger.times import Clock
from appliance.settings import Box, Settings
from appliance.sync import complete_file
from appliance.sync.folder_in import RequestTray
from appliance.sync.folder_out import ResultTray

LOOK_EVERY = 0.25
"""Seconds between two looks into req/."""

FOLDERS = ("req", "res", "face", complete_file.ASIDE)

_log = logging.getLogger(__name__)


class FolderLane:
    """Runs in a thread of its own from `start` to `stop`. A folder that is away or full is tried for ever."""

    def __init__(
        self, box: Box, settings: Settings, ledger: Ledger, clock: Clock, consumer: str = "receipt-folder"
    ) -> None:
        self._root = box.folder_root(settings)
        self._ledger = ledger
        self._clock = clock
        self._requests = RequestTray(self._root, settings, ledger, consumer)
        self._results = ResultTray(self._root, settings, ledger, consumer)
        self._look_at = 0.0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="folder-lane", daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Finish what is under way and end."""
        self._stopping.set()
        self._ledger.ring()
        self._thread.join()

    def _run(self) -> None:
        with self._ledger.listen() as bell:
            self._guarded(self._begin)
            while not self._stopping.is_set():
                self._guarded(self._turn)
                bell.wait(self._look_at - time.monotonic())

    def _begin(self) -> None:
        self._results.again(self._clock())
        self._make_folders()
        complete_file.sweep(self._root / complete_file.ASIDE)

    def _turn(self) -> None:
        try:
            self._make_folders()
            self._results.hand_over(self._clock())
            if time.monotonic() >= self._look_at:
                self._look_at = time.monotonic() + LOOK_EVERY
                self._requests.look(self._clock())
        except OSError as error:
            self._look_at = time.monotonic() + LOOK_EVERY
            self._note(LinkState.DOWN, type(error).__name__)
        else:
            self._note(LinkState.DOWN if self._results.is_stuck else LinkState.UP)

    def _guarded(self, step: Callable[[], None]) -> None:
        try:
            step()
        except Exception:
            # The ledger's disk may be full; the files wait in their folders until it is not.
            _log.exception("the folder lane tries again")
            self._look_at = time.monotonic() + LOOK_EVERY

    def _make_folders(self) -> None:
        for name in FOLDERS:
            with contextlib.suppress(OSError):  # whoever needs the folder says what is wrong with it
                (self._root / name).mkdir(parents=True, exist_ok=True)

    def _note(self, state: LinkState, reason: str = "") -> None:
        code = "BOX-004" if state is LinkState.DOWN else None
        if conditions.note(self._ledger, Link.FOLDER, state, code, self._clock()):
            _log.info("shared folder %s %s", state.value, " ".join(filter(None, (code, reason))))
