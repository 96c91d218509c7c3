"""face: what patients did at the readers of an official terminal becomes checks that are answered already.

Which reader, and which patient stands there now, no element of a file tells; so nothing here guesses it.
"""

import hashlib
import logging
import os
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from appliance.eligibility import message_xml
from appliance.eligibility.codes import SegmentOfResult
from appliance.eligibility.message import ResultMessage
from appliance.eligibility.trouble import Trouble
from appliance.eligibility.wording import moment_of
from appliance.ledger import terminal
from appliance.ledger.checks import NewCheck, Origin
from appliance.ledger.database import Ledger
from appliance.ledger.times import JAPAN
from appliance.settings import Settings
from appliance.sync.terminal_files import Looks, Stamp, face_moment

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Judged:
    """A file that needs no more reading until it changes. `leaves_at` is when it may be removed, if ever."""

    stamp: Stamp
    leaves_at: datetime | None


class FaceTray:
    """The card results in one face folder. Belongs to one thread. File names are never logged.

    In a folder that another product reads too nothing is ever removed, moved, locked or written.
    """

    def __init__(self, settings: Settings, ledger: Ledger) -> None:
        self._folder = Path(settings.terminal_face)
        self._settings = settings
        self._ledger = ledger
        self._looks = Looks()
        self._judged: dict[Path, _Judged] = {}

    def look(self, now: datetime) -> None:
        """Take in what is new and finished, and in a folder of our own remove what has stayed long enough.

        Raises `Trouble` TERMINAL-001 when the folder cannot be listed.
        """
        try:
            names = os.listdir(self._folder)
        except OSError as error:
            raise Trouble("TERMINAL-001", type(error).__name__) from error
        moments = {self._folder / name: moment for name in names if (moment := face_moment(name))}
        paths = [path for path in moments if not self._is_past(moments[path], now)]
        self._looks.forget_all_but(set(paths))
        self._judged = {path: known for path, known in self._judged.items() if path in moments}
        for path in sorted(paths, key=lambda path: (moments[path], path.name)):
            self._see_to(path, moments[path], now)

    def _is_past(self, moment: datetime, now: datetime) -> bool:
        # Another product's folder may hold the files of years. In our own, old ones are still to be removed.
        return self._settings.terminal_face_shared and not self._is_recent(moment, now)

    def _is_recent(self, moment: datetime, now: datetime) -> bool:
        # Both ways: a box whose clock has lost the year must not take a year's files for today's.
        return abs(now - moment) <= timedelta(seconds=self._settings.terminal_face_age)

    def _see_to(self, path: Path, moment: datetime, now: datetime) -> None:
        try:
            stamp = Stamp.of(path)
        except OSError:
            return
        known = self._judged.get(path)
        if known is None or known.stamp != stamp:
            known = self._judge(path, stamp, moment, now)
        if known is not None and known.leaves_at is not None and known.leaves_at <= now:
            self._remove(path)

    def _judge(self, path: Path, stamp: Stamp, moment: datetime, now: datetime) -> _Judged | None:
        self._judged.pop(path, None)
        data = self._looks.read(path)
        if data is None:
            return None
        mark = _mark(path.name.encode("utf-8", "surrogateescape"), data)
        taken_at = terminal.face_taken_at(self._ledger, mark)
        if taken_at is None and self._is_recent(moment, now):
            taken_at = self._take(mark, data, now)
            if taken_at is None:
                return None
        judged = _Judged(stamp, self._leaves_at(taken_at))
        self._judged[path] = judged
        return judged

    def _leaves_at(self, taken_at: datetime | None) -> datetime | None:
        if taken_at is None or self._settings.terminal_face_shared:
            return None
        return taken_at + timedelta(seconds=self._settings.terminal_face_stay)

    def _take(self, mark: str, data: bytes, now: datetime) -> datetime | None:
        """Take a card result in; None for what is not finished, or not this clinic's."""
        try:
            message = message_xml.read_result(data)
        except Trouble:
            return None
        header = message.message_header
        code = header.medical_institution_code or self._settings.institution_code
        if code not in self._settings.institution_codes:
            return None
        refusal = _refusal(message)
        if refusal == "CENTER-002":
            return None
        new = NewCheck(
            origin=Origin.CARD,
            institution_code=code,
            reader=terminal.READER,
            source_mark=_mark(b"face", _essence(message)),
        )
        check_id = terminal.take_face(
            self._ledger,
            mark,
            new,
            _made_at(message, now, timedelta(seconds=self._settings.terminal_face_age)),
            xml=data,
            qualification_validity=None if refusal else message.message_body.qualification_validity,
            refusal=refusal,
            now=now,
        )
        _log.info("card result of the terminal: %s", f"check {check_id}" if check_id else "known already")
        return now

    def _remove(self, path: Path) -> None:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            _log.warning("a card result cannot be removed: %s", type(error).__name__)


def _mark(name: bytes, data: bytes) -> str:
    """One text for a file: its name and what is in it."""
    return hashlib.sha256(name + b"\0" + hashlib.sha256(data).digest()).hexdigest()


def _essence(message: ResultMessage) -> bytes:
    """What the message says, whatever the encoding and the order of its elements: other products copy these files."""
    header = replace(message.message_header, character_code_identifier=None)
    return message_xml.write(replace(message, message_header=header))


def _refusal(message: ResultMessage) -> str | None:
    """CENTER-004 when the center refused, CENTER-002 when this is no answer, None for an answer."""
    segment = message.message_header.segment_of_result
    if segment == SegmentOfResult.NORMAL:
        return None
    if segment in (None, ""):
        # Look-alikes of other products may lack it; then the result itself must be there.
        return None if message.message_body.processing_result_status else "CENTER-002"
    return "CENTER-002" if segment == SegmentOfResult.PROCESSING else "CENTER-004"


def _made_at(message: ResultMessage, now: datetime, oldest: timedelta) -> datetime:
    """When the patient was at the reader, as far as the message can be believed."""
    made = moment_of(message.message_header.process_execution_time)
    moment = made.replace(tzinfo=JAPAN) if made else now
    return moment if now - oldest <= moment <= now else now
