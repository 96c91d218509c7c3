"""lists/: appointment lists that somebody, or a reservation system, drops into the folder become bulk runs.

A list is taken when it has not changed for a while, because nothing in a CSV says where it ends. What is wrong with it comes
back in res/ line by line; the list itself too when nobody in it could be asked about. File names are never logged.
"""

import logging
import os
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path

from appliance.eligibility import appointments
from appliance.eligibility.appointments import AppointmentList, Problem, Severity
from appliance.eligibility.rules.laws import LawSide, laws
from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit, bulk_runs
from appliance.ledger.bulk_runs import NewRun
from appliance.ledger.consumers import Lists
from appliance.ledger.database import Ledger
from appliance.ledger.folder_terms import Folder
from appliance.ledger.times import clinic_day
from appliance.rulebook import rulebook_of
from appliance.settings import Box, Settings
from appliance.sync import complete_file, folder_request, folder_zip
from appliance.sync.folder_request import FileMark

REPORT = ".report.txt"
RESULT = ".result.csv"
_ENDINGS = (".csv", ".tsv", ".txt", ".zip")
_LONGEST_NAME = 100
_WORDS = {Severity.ERROR: "誤り", Severity.WARNING: "注意"}

_log = logging.getLogger(__name__)


class ListTray:
    """The lists in one folder. Nothing happens in a folder whose consumer may not hand in lists."""

    def __init__(self, folder: Folder, box: Box, settings: Settings, ledger: Ledger) -> None:
        self._folder = folder
        self._box = box
        self._settings = settings
        self._ledger = ledger
        self._patience = timedelta(seconds=settings.folder_patience)
        self._sightings: dict[str, tuple[FileMark, datetime]] = {}

    def look(self, now: datetime, steady: datetime | None = None) -> None:
        """Take in the lists that are finished, by `steady`, a clock that nobody sets, or else by `now`.

        Raises `OSError` when a file cannot be moved or removed.
        """
        if self._folder.handing_in.lists is None:
            return
        steady = steady or now
        seen: dict[str, tuple[FileMark, datetime]] = {}
        for name, mark in self._candidates():
            known = self._sightings.get(name)
            is_same = known is not None and known[0] == mark and known[1] <= steady
            seen[name] = known if known is not None and is_same else (mark, steady)
        self._sightings = seen
        for name, (mark, since) in seen.items():
            if steady - since >= self._patience:
                self._deal_with(name, mark, now)

    def _candidates(self) -> list[tuple[str, FileMark]]:
        found = []
        with os.scandir(self._folder.lists) as entries:
            for entry in entries:
                path = Path(entry.name)
                is_list = path.suffix.lower() in _ENDINGS and not entry.name.startswith((".", "~"))
                if is_list and len(path.stem) <= _LONGEST_NAME and entry.is_file(follow_symlinks=False):
                    found.append((entry.name, FileMark.of(entry.stat(follow_symlinks=False))))
        return sorted(found)

    def _deal_with(self, name: str, mark: FileMark, now: datetime) -> None:
        path = self._folder.lists / name
        try:
            data = folder_request.read(path, mark)
            found, run_id = self._taken_in(name, mark, data, now)
        except Trouble as trouble:
            if trouble.code == "FOLDER-002":
                return  # it is being written, or somebody has it open: the next look sees
            self._report(name, _refusal(trouble))
            if _is_still(path, mark):
                os.replace(path, self._folder.results / name)
                complete_file.sync_folder(self._folder.results)
            _log.warning("a list is returned: %s", trouble.code)
        else:
            self._report(name, self._text(found, run_id))
            if _is_still(path, mark):
                path.unlink()
        complete_file.sync_folder(self._folder.lists)

    def _taken_in(self, name: str, mark: FileMark, data: bytes, now: datetime) -> tuple[AppointmentList, str]:
        """What the list holds, and its run; the same one for the same file after a crash. Raises `Trouble`."""
        text = folder_zip.opened(data, self._password) if name.lower().endswith(".zip") else data
        found = appointments.read(text, clinic_day(now), self._laws(clinic_day(now)))
        if not found.people:
            raise _NobodyLeft(found)
        run_mark = folder_request.source_mark(self._folder.consumer, f"lists/{name}", mark, data)
        new = NewRun(
            kind=bulk_runs.RunKind.APPOINTMENTS,
            made_by=self._folder.consumer,
            people=found.people,
            problems=found.problems,
            chunk_size=self._settings.bulk_people,
            mark=run_mark,
            institution_code=self._folder.handing_in.institution_code or "",
            at_night=self._folder.handing_in.lists is not Lists.NOW,
            consumer=self._folder.consumer,
            request_id=Path(name).stem,
        )
        run_id = bulk_runs.create(self._ledger, new, now)
        if run_id is not None:
            audit.write(self._ledger, self._folder.consumer, "make-bulk-run", run_id, now)
            return found, run_id
        run = bulk_runs.by_mark(self._ledger, run_mark)
        return found, run.id if run else ""

    @property
    def _password(self) -> bytes | None:
        return folder_zip.password(self._folder.zip_password_file)

    def _laws(self, day: date) -> Mapping[str, str]:
        return laws(rulebook_of(self._box), LawSide.INSURER, day)

    def _report(self, name: str, text: str) -> None:
        target = self._folder.results / f"{Path(name).stem}{REPORT}"
        data = text.replace("\n", "\r\n").encode("cp932", "replace")
        complete_file.place(data, target, self._folder.root / complete_file.ASIDE)

    def _text(self, found: AppointmentList, run_id: str) -> str:
        hours = f"{self._settings.bulk_from}から{self._settings.bulk_until}のあいだ"
        lines = [
            "結果: 一覧を受け取りました",
            f"照会する人: {len(found.people)}人",
            f"照会しない行: {found.left_out}行",
            f"照会の時刻: {'すぐに' if self._folder.handing_in.lists is Lists.NOW else hours}",
            f"照会の番号: {run_id}",
            *_spoken(found.problems),
        ]
        return "".join(f"{line}\n" for line in lines)


def _is_still(path: Path, mark: FileMark) -> bool:
    """Whether it is the file that was read; its writer may have put the next one there, or taken it back."""
    try:
        return FileMark.of(path.lstat()) == mark
    except FileNotFoundError:
        return False


class _NobodyLeft(Trouble):
    """A list of which nobody can be asked about, with what is wrong."""

    def __init__(self, found: AppointmentList) -> None:
        super().__init__("BULK-005")
        self.problems = found.problems


def _refusal(trouble: Trouble) -> str:
    entry = trouble.entry
    lines = [
        "結果: 一覧を受け取れませんでした",
        f"コード: {entry.code}",
        f"内容: {entry.title}",
        *([f"詳細: {trouble.detail}"] if trouble.detail else []),
        f"対応: {entry.reception}",
        *(_spoken(trouble.problems) if isinstance(trouble, _NobodyLeft) else ()),
    ]
    return "".join(f"{line}\n" for line in lines)


def _spoken(problems: tuple[Problem, ...]) -> list[str]:
    return [
        f"{one.line}行目: {_WORDS[one.severity]}{f' {one.code}' if one.code else ''}: {one.text}"
        for one in problems
    ]
