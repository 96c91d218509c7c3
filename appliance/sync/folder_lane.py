"""The folder lane: one thread a folder, for every consumer that has one, while the box runs."""

import logging
import threading
from pathlib import Path

from appliance.ledger import conditions, consumers
from appliance.ledger.bell import LONGEST_WAIT
from appliance.ledger.conditions import Link, LinkState
from appliance.ledger.consumers import ConsumerKind
from appliance.ledger.database import Ledger
from appliance.ledger.folder_terms import Folder, folder_of
from appliance.ledger.times import Clock
from appliance.settings import Box, Settings
from appliance.sync.lane import Lane
from appliance.sync.one_folder import FOLDERS, OneFolder

__all__ = ["FOLDERS", "FolderLane"]

_log = logging.getLogger(__name__)


class FolderLane(Lane):
    """Serves folders from `start` to `stop`; takes up consumers that are added, changed or removed meanwhile."""

    def __init__(self, box: Box, settings: Settings, ledger: Ledger, clock: Clock) -> None:
        # Consumers change once a year: the bell, which rings at every commit, would only be a burden here.
        super().__init__("folder-lane", LONGEST_WAIT)
        self._box = box
        self._settings = settings
        self._ledger = ledger
        self._clock = clock
        self._served: dict[str, OneFolder] = {}
        self._states: dict[str, LinkState] = {}
        self._lock = threading.Lock()

    def stop(self) -> None:
        """Finish what is under way and end, and all folders with it."""
        super().stop()
        self._fit({})

    def _turn(self) -> None:
        self._fit(self._wanted())

    def _failed(self, error: Exception) -> None:
        _log.error("the folder lane tries again", exc_info=error)

    def _wanted(self) -> dict[str, Folder]:
        """By consumer. Two folders with one root would take each other's requests: the first by name has it."""
        roots: dict[Path, str] = {}
        wanted: dict[str, Folder] = {}
        for consumer in consumers.all_consumers(self._ledger):
            if consumer.kind is ConsumerKind.FOLDER and consumer.enabled:
                folder = folder_of(consumer, self._box, self._settings)
                if roots.setdefault(folder.root, folder.consumer) == folder.consumer:
                    wanted[folder.consumer] = folder
        return wanted

    def _fit(self, wanted: dict[str, Folder]) -> None:
        for name, served in list(self._served.items()):
            if wanted.get(name) != served.folder:
                served.stop()
                del self._served[name]
                self._forget(name)
        for name, folder in wanted.items():
            if name not in self._served:
                self._served[name] = OneFolder(
                    folder, self._box, self._settings, self._ledger, self._clock, self._note
                )
                self._served[name].start()

    def _forget(self, name: str) -> None:
        with self._lock:
            self._states.pop(name, None)

    def _note(self, name: str, state: LinkState, reason: str) -> None:
        """One folder that is down makes the link down: somebody waits for what should lie there."""
        with self._lock:
            if self._states.get(name) is not state:
                _log.log(
                    logging.INFO if state is LinkState.UP else logging.WARNING,
                    "folder %s %s %s",
                    name,
                    state.value,
                    reason,
                )
            self._states[name] = state
            worst = LinkState.DOWN if LinkState.DOWN in self._states.values() else LinkState.UP
            code = "BOX-004" if worst is LinkState.DOWN else None
            conditions.note(self._ledger, Link.FOLDER, worst, code, self._clock())
