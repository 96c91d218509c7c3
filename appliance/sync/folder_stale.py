"""Results that nobody took: removed after their time, by rule and nothing else.

Removed is only the very file that a delivery of ours put there, and only when the ledger and the file itself both say
that it has lain there long enough. When the clock jumps, all ages count anew from the jump; so they do when this process
starts and the last file seems to lie there for a whole stay already, because then the clock may have jumped unseen.
"""

import json
import logging
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from appliance.ledger import deliveries
from appliance.ledger.database import Ledger
from appliance.ledger.folder_terms import Folder
from appliance.sync import complete_file
from appliance.sync.folder_request import FileMark

_JUMP = timedelta(seconds=30)
"""How far clock and running time may drift apart between two sweeps without its being called a jump."""

_BATCH = 500

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class PlacedFile:
    """One file of ours: where it lies below the folder's root, and what tells it from any other under that name."""

    file: str
    mark: FileMark

    @classmethod
    def of(cls, file: Path, status: os.stat_result) -> "PlacedFile":
        """The file just written."""
        return cls(str(file), FileMark.of(status))

    def as_text(self) -> str:
        """As it stands in the ledger."""
        return json.dumps(asdict(self))

    @classmethod
    def from_text(cls, text: str) -> "PlacedFile":
        """What `as_text` wrote."""
        values = json.loads(text)
        return cls(values["file"], FileMark(**values["mark"]))


class StaleResults:
    """The files of one folder that were delivered and may still lie there."""

    def __init__(self, folder: Folder, ledger: Ledger, now: datetime, running: float) -> None:
        self._folder = folder
        self._ledger = ledger
        self._offset = now - timedelta(seconds=running)
        self._not_before = now if self._is_doubtful(now) else None

    def sweep(self, now: datetime, running: float) -> int:
        """Remove what is stale; how many files. `running` is a clock in seconds that never jumps. Raises `OSError`."""
        stay = self._folder.stay
        self._watch_for_jump(now, running)
        if stay is None or (self._not_before is not None and now - self._not_before < stay):
            return 0
        done: list[str] = []
        removed = 0
        for delivery_id, text in deliveries.placed_before(
            self._ledger, self._folder.consumer, now - stay, _BATCH
        ).items():
            verdict = self._remove(PlacedFile.from_text(text), now - stay)
            removed += verdict is True
            if verdict is not None:
                done.append(delivery_id)
        self._note(done, removed, now)
        return removed

    def _is_doubtful(self, now: datetime) -> bool:
        last = deliveries.last_placed_at(self._ledger, self._folder.consumer)
        stay = self._folder.stay
        return last is not None and stay is not None and not last <= now < last + stay

    def _watch_for_jump(self, now: datetime, running: float) -> None:
        offset = now - timedelta(seconds=running)
        if abs(offset - self._offset) > _JUMP:
            _log.warning("the clock jumped: ages of results count anew")
            self._not_before = now
        self._offset = offset

    def _remove(self, placed: PlacedFile, before: datetime) -> bool | None:
        """True: removed. False: not there any more, or not ours. None: too young."""
        path = self._folder.root / placed.file
        try:
            status = path.lstat()
            if FileMark.of(status) != placed.mark:
                return False
            if datetime.fromtimestamp(status.st_mtime, UTC) > before:
                return None
            path.unlink()
        except (FileNotFoundError, NotADirectoryError):
            return False
        return True

    def _note(self, done: list[str], removed: int, now: datetime) -> None:
        if removed:
            for name in ("res", "face"):
                complete_file.sync_folder(self._folder.root / name)
            _log.info("folder %s: %d results that nobody took are removed", self._folder.consumer, removed)
        if done:
            deliveries.all_cleared(self._ledger, done, now)
