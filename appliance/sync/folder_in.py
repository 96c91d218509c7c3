"""req/: requests of the レセコン become checks, or come back with an .err beside them.

The folder is looked at again and again. File events are no help here: writers sit behind SMB, whose clients and
servers neither report every change nor say when a file is finished.
"""

import logging
import os
from dataclasses import dataclass
from datetime import datetime, timedelta

from appliance.eligibility.file_names import ERR, ZIP, FileName
from appliance.eligibility.request_families import Family
from appliance.eligibility.trouble import Trouble
from appliance.ledger import requests
from appliance.ledger.checks import NewCheck, Origin
from appliance.ledger.database import Ledger
from appliance.ledger.folder_terms import Folder
from appliance.settings import Settings
from appliance.sync import complete_file, folder_request, folder_zip
from appliance.sync.folder_errors import error_file
from appliance.sync.folder_names import family_of, request_name
from appliance.sync.folder_request import FileMark

BATCH = 200
"""Requests that one look deals with; a crowd is taken in bit by bit, so that answers get out in between."""

BATCH_BYTES = 16 * 1024 * 1024
"""What the requests of one look may hold together before it ends early."""

_UNFINISHED = ("INPUT-002", "FOLDER-002")
"""Troubles that a file still being written shows, too."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sighting:
    """Since when a file has looked as it does. A `late` one had its turn and has to wait: others go first."""

    mark: FileMark
    since: datetime
    is_late: bool = False


@dataclass(frozen=True)
class Request:
    """A request that was found good, and where it lies."""

    name: FileName
    family: Family
    mark: FileMark
    data: bytes
    institution_code: str


class RequestTray:
    """The requests in one folder. File names are never logged: a sender may put a patient's number into them."""

    def __init__(self, folder: Folder, settings: Settings, ledger: Ledger) -> None:
        self._folder = folder
        self._settings = settings
        self._ledger = ledger
        self._sightings: dict[str, Sighting] = {}
        self.has_more = False
        """Whether the last look left requests that are due."""

    def look(self, now: datetime, steady: datetime | None = None) -> None:
        """Take in what is finished, return what is wrong, leave what is not ours or not finished.

        `steady` is the time by a clock that nobody sets: by it files are finished or not. Without one `now` is taken.
        Raises `OSError` when a file cannot be moved or removed; the others are done nevertheless.
        """
        steady = steady or now
        seen = {str(name): self._sighting(name, mark, steady) for name, mark in self._candidates()}
        settle = timedelta(seconds=self._settings.folder_settle)
        due = sorted(
            (name for name, sighting in seen.items() if steady - sighting.since >= settle),
            key=lambda name: (seen[name].is_late, seen[name].mark.mtime_ns, name),
        )
        self._sightings = seen
        turn = _Turn(self._folder, self._settings, self._ledger, now, steady)
        for name in due:
            if turn.is_full:
                break
            turn.deal_with(name, seen)
        self.has_more = len(due) > turn.dealt_with
        turn.finish(seen)

    def next_due(self, steady: datetime) -> float:
        """Seconds until a file in sight may be finished; as long as that takes at most when there is none."""
        settle = self._settings.folder_settle
        ages = [(steady - sighting.since).total_seconds() for sighting in self._sightings.values()]
        return min((settle - age for age in ages if age < settle), default=settle)

    def _candidates(self) -> list[tuple[FileName, FileMark]]:
        found = []
        with os.scandir(self._folder.requests) as entries:
            for entry in entries:
                name = request_name(entry.name)
                if name is not None and entry.is_file(follow_symlinks=False):
                    try:
                        found.append((name, FileMark.of(entry.stat(follow_symlinks=False))))
                    except FileNotFoundError:
                        continue  # its writer took it back
        return found

    def _sighting(self, name: FileName, mark: FileMark, steady: datetime) -> Sighting:
        known = self._sightings.get(str(name))
        is_same = known is not None and known.mark == mark and known.since <= steady
        return known if known is not None and is_same else Sighting(mark, steady)


class _Turn:
    """What one look does, up to a batch."""

    def __init__(
        self, folder: Folder, settings: Settings, ledger: Ledger, now: datetime, steady: datetime
    ) -> None:
        self._steady = steady
        self._folder = folder
        self._settings = settings
        self._ledger = ledger
        self._now = now
        self._requests: list[Request] = []
        self._bytes = 0
        self._trouble: OSError | None = None
        self.dealt_with = 0

    @property
    def is_full(self) -> bool:
        return self.dealt_with >= BATCH or self._bytes >= BATCH_BYTES

    def deal_with(self, file_name: str, seen: dict[str, Sighting]) -> None:
        """Judge one file; a good one waits for `finish`, a wrong one goes back at once."""
        self.dealt_with += 1
        sighting = seen[file_name]
        name = request_name(file_name)
        if name is None:
            return
        try:
            request = self._judged(name, sighting.mark)
        except Trouble as trouble:
            if not self._is_unfinished(trouble, sighting):
                self._give_back(name, trouble, seen)
            return
        self._requests.append(request)
        self._bytes += len(request.data)

    def _is_unfinished(self, trouble: Trouble, sighting: Sighting) -> bool:
        patience = timedelta(seconds=self._settings.folder_patience)
        return trouble.code in _UNFINISHED and self._steady - sighting.since < patience

    def _judged(self, name: FileName, mark: FileMark) -> Request:
        family = family_of(name)
        if family is None:
            raise Trouble("FOLDER-003")
        if not name.is_safe:
            raise Trouble("FOLDER-001")
        data = folder_request.read(self._folder.requests / str(name), mark)
        if name.extension.lower() == ZIP:
            data = folder_zip.opened(data, folder_zip.password(self._folder.zip_password_file))
        code = folder_request.judge(family, data, self._settings.institution_codes)
        return Request(name, family, mark, data, code)

    def finish(self, seen: dict[str, Sighting]) -> None:
        """Open the checks of all good requests with one commit, then remove their files.

        A crash between finds the same files and the same marks again. Raises the first `OSError` of the whole turn.
        """
        ids = requests.open_all(self._ledger, [self._new_check(one) for one in self._requests], self._now)
        for request, check_id in zip(self._requests, ids, strict=True):
            if check_id is None:
                self._wait(request, seen)
            else:
                self._remove(request, seen)
        if self._requests:
            complete_file.sync_folder(self._folder.requests)
        if self._trouble is not None:
            raise self._trouble

    def _new_check(self, request: Request) -> NewCheck:
        return NewCheck(
            origin=Origin.FOLDER,
            institution_code=request.institution_code,
            request_xml=request.data,
            asked_by=self._folder.consumer,
            source_name=request.name.suffix,
            source_mark=folder_request.source_mark(
                self._folder.consumer, str(request.name), request.mark, request.data
            ),
            family=request.family,
        )

    def _wait(self, request: Request, seen: dict[str, Sighting]) -> None:
        sighting = seen[str(request.name)]
        if not sighting.is_late:
            _log.warning("a request waits: another one of its name is not answered yet")
        seen[str(request.name)] = Sighting(sighting.mark, sighting.since, is_late=True)

    def _remove(self, request: Request, seen: dict[str, Sighting]) -> None:
        path = self._folder.requests / str(request.name)
        try:
            if FileMark.of(path.lstat()) == request.mark:
                path.unlink()
        except FileNotFoundError:
            pass  # its writer took it away; the check is open nevertheless
        except OSError as error:
            self._remember(str(request.name), error, seen)
            return
        del seen[str(request.name)]

    def _give_back(self, name: FileName, trouble: Trouble, seen: dict[str, Sighting]) -> None:
        """The .err first: whoever sees the request in res/ looks for it at once."""
        results = self._folder.results
        try:
            error_name = str(name.with_extension(ERR))
            complete_file.place(
                error_file(trouble), results / error_name, self._folder.root / complete_file.ASIDE
            )
            os.replace(self._folder.requests / str(name), results / str(name))
            complete_file.sync_folder(results)
            complete_file.sync_folder(self._folder.requests)
        except FileNotFoundError:
            pass
        except OSError as error:
            self._remember(str(name), error, seen)
            return
        _log.warning("a request file is returned: %s", trouble.code)
        del seen[str(name)]

    def _remember(self, file_name: str, error: OSError, seen: dict[str, Sighting]) -> None:
        sighting = seen[file_name]
        seen[file_name] = Sighting(sighting.mark, sighting.since, is_late=True)
        self._trouble = self._trouble or error
