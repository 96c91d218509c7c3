"""One shared folder: its thread serves req/, res/, face/ and lists/ below one root."""

import contextlib
import logging
import os
import time
from collections.abc import Callable
from datetime import timedelta

from appliance.ledger.bell import Topic
from appliance.ledger.conditions import LinkState
from appliance.ledger.database import Ledger
from appliance.ledger.folder_terms import Folder
from appliance.ledger.times import Clock
from appliance.settings import Box, Settings
from appliance.sync import complete_file
from appliance.sync.folder_in import RequestTray
from appliance.sync.folder_lists import ListTray
from appliance.sync.folder_out import ResultTray
from appliance.sync.folder_stale import StaleResults
from appliance.sync.lane import ListeningLane

LOOK_EVERY = 0.25
"""Seconds between two looks into req/, at most: what is in sight is looked at again when it may be finished."""

SWEEP_EVERY = 60.0
"""Seconds between two looks for results that nobody took."""

FOLDERS = ("req", "res", "face", complete_file.ASIDE)

Note = Callable[[str, LinkState, str], None]
"""Told of a consumer how its folder is, and the kind of error if there is one."""

_log = logging.getLogger(__name__)


class OneFolder(ListeningLane):
    """The lane of one consumer. A folder that is away or full is tried for ever."""

    def __init__(
        self, folder: Folder, box: Box, settings: Settings, ledger: Ledger, clock: Clock, note: Note
    ) -> None:
        super().__init__(f"folder-{folder.consumer}", ledger, Topic.DELIVERIES)
        self.folder = folder
        self._clock = clock
        self._note = note
        self._requests = RequestTray(folder, settings, ledger)
        self._lists = ListTray(folder, box, settings, ledger)
        self._results = ResultTray(folder, settings, ledger)
        self._stale = StaleResults(folder, ledger, clock(), time.monotonic())
        self._origin = clock() - timedelta(seconds=time.monotonic())
        self._look_at = 0.0
        self._sweep_at = time.monotonic() + SWEEP_EVERY

    def _begin(self) -> None:
        self._results.again(self._clock())
        self._make_folders()
        complete_file.sweep(self.folder.root / complete_file.ASIDE)

    def _turn(self) -> None:
        try:
            self._make_folders()
            self._results.hand_over(self._clock())
            if time.monotonic() >= self._look_at:
                self._look_in()
            if time.monotonic() >= self._sweep_at:
                self._sweep_at = time.monotonic() + SWEEP_EVERY
                self._stale.sweep(self._clock(), time.monotonic())
        except OSError as error:
            self._look_at = time.monotonic() + LOOK_EVERY
            self._note(self.folder.consumer, LinkState.DOWN, type(error).__name__)
        else:
            state = LinkState.DOWN if self._results.is_stuck else LinkState.UP
            self._note(self.folder.consumer, state, "")

    def _look_in(self) -> None:
        # A file that is still being written must not look old because somebody sets the clock.
        steady = self._origin + timedelta(seconds=time.monotonic())
        self._requests.look(self._clock(), steady)
        self._lists.look(self._clock(), steady)
        wait = 0.0 if self._requests.has_more else min(LOOK_EVERY, self._requests.next_due(steady))
        self._look_at = time.monotonic() + wait

    def _seconds(self) -> float:
        return self._look_at - time.monotonic()

    def _failed(self, error: Exception) -> None:
        # The ledger's disk may be full; the files wait in their folders until it is not.
        _log.error("the folder lane tries again", exc_info=error)
        self._look_at = time.monotonic() + LOOK_EVERY

    def _make_folders(self) -> None:
        for name in (*FOLDERS, *(("lists",) if self.folder.handing_in.lists else ())):
            folder = self.folder.root / name
            # Four times a second: to be refused what is there already would cost three times as much as to look.
            if not os.path.isdir(folder):
                with contextlib.suppress(OSError):  # whoever needs the folder says what is wrong with it
                    folder.mkdir(parents=True, exist_ok=True)
