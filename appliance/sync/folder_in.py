"""req/: requests of the レセコン become checks, or come back with an .err beside them.

The folder is looked at again and again. File events are no help here: writers sit behind SMB, whose clients and
servers neither report every change nor say when a file is finished.
"""

import logging
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from appliance.eligibility.catalogue import FAULT_LABELS
from appliance.eligibility.trouble import Trouble
from appliance.ledger import checks
from appliance.ledger.checks import NewCheck, Origin
from appliance.ledger.database import Ledger
from appliance.settings import Settings
from appliance.sync import complete_file, folder_request
from appliance.sync.folder_names import RequestName, request_name
from appliance.sync.folder_request import FileMark

_UNFINISHED = ("INPUT-002", "FOLDER-002")
"""Troubles that a file still being written shows, too."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sighting:
    """Since when a file has looked as it does."""

    mark: FileMark
    since: datetime


class RequestTray:
    """The requests in one folder. File names are never logged: a sender may put a patient's number into them."""

    def __init__(self, root: Path, settings: Settings, ledger: Ledger, consumer: str) -> None:
        self._requests = root / "req"
        self._results = root / "res"
        self._aside = root / complete_file.ASIDE
        self._settings = settings
        self._ledger = ledger
        self._consumer = consumer
        self._sightings: dict[str, Sighting] = {}

    def look(self, now: datetime) -> None:
        """Take in what is finished, return what is wrong, leave what is not ours or not finished.

        Raises `OSError` when a file cannot be moved or removed; the others are done nevertheless.
        """
        seen: dict[str, Sighting] = {}
        trouble: OSError | None = None
        for name, mark in self._candidates():
            sighting = self._sightings.get(name.file_name)
            if sighting is None or sighting.mark != mark or sighting.since > now:
                sighting = Sighting(mark, now)
            try:
                if not self._is_done_with(name, sighting, now):
                    seen[name.file_name] = sighting
            except OSError as error:
                seen[name.file_name] = sighting
                trouble = error
        self._sightings = seen
        if trouble is not None:
            raise trouble

    def _candidates(self) -> list[tuple[RequestName, FileMark]]:
        found = []
        with os.scandir(self._requests) as entries:
            for entry in entries:
                name = request_name(entry.name)
                if name is not None and entry.is_file(follow_symlinks=False):
                    try:
                        found.append((name, FileMark.of(entry.stat(follow_symlinks=False))))
                    except FileNotFoundError:
                        continue  # its writer took it back
        return sorted(found, key=lambda pair: (pair[1].mtime_ns, pair[0].file_name))

    def _is_done_with(self, name: RequestName, sighting: Sighting, now: datetime) -> bool:
        age = now - sighting.since
        if age < timedelta(seconds=self._settings.folder_settle):
            return False
        try:
            data = self._judged(name, sighting.mark)
        except Trouble as trouble:
            patience = timedelta(seconds=self._settings.folder_patience)
            if trouble.code in _UNFINISHED and age < patience:
                return False
            self._return(name, trouble)
            return True
        self._take(name, sighting.mark, data, now)
        return True

    def _judged(self, name: RequestName, mark: FileMark) -> bytes:
        if not name.is_usable:
            raise Trouble("FOLDER-001")
        data = folder_request.read(self._requests / name.file_name, mark)
        folder_request.judge(data, self._settings.institution_code)
        return data

    def _take(self, name: RequestName, mark: FileMark, data: bytes, now: datetime) -> None:
        """The check first, then the file: a crash between finds the same file and the same mark again."""
        checks.open_check(
            self._ledger,
            NewCheck(
                origin=Origin.FOLDER,
                institution_code=self._settings.institution_code,
                request_xml=data,
                asked_by=self._consumer,
                source_name=name.suffix,
                source_mark=folder_request.source_mark(name.file_name, mark, data),
            ),
            now,
        )
        path = self._requests / name.file_name
        try:
            if FileMark.of(path.lstat()) == mark:
                path.unlink()
        except FileNotFoundError:
            pass  # its writer took it away; the check is open nevertheless
        complete_file.sync_folder(self._requests)

    def _return(self, name: RequestName, trouble: Trouble) -> None:
        """The .err first: whoever sees the request in res/ looks for it at once."""
        _log.warning("a request file is returned: %s", trouble.code)
        text = error_text(trouble).encode("cp932", "replace")
        complete_file.place(text, self._results / name.error_name, self._aside)
        try:
            os.replace(self._requests / name.file_name, self._results / name.file_name)
        except FileNotFoundError:
            return
        complete_file.sync_folder(self._results)
        complete_file.sync_folder(self._requests)


def error_text(trouble: Trouble) -> str:
    """What stands in an .err: ours, because the official content is not public."""
    entry = trouble.entry
    lines = [
        f"コード: {entry.code}",
        f"内容: {entry.title}",
        *([f"詳細: {trouble.detail}"] if trouble.detail else []),
        f"原因の区分: {FAULT_LABELS[entry.fault]}",
        f"対応: {entry.reception}",
        f"技術者向け: {entry.engineer}",
        "再送: 直した依頼を、新しい名前でreqフォルダに置いてください。",
    ]
    return "".join(f"{line}\r\n" for line in lines)
