"""The 連携アプリ of the virtual terminal: takes requests out of req, writes answers into res and card results into face.

It writes as the field does: in place, under the final name, without a care for who is reading meanwhile.
"""

import random
import threading
import time
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from appliance.demo import terminal_answers
from appliance.demo.people import person
from appliance.demo.terminal_answers import TerminalDesk
from appliance.eligibility import file_names, message_xml
from appliance.eligibility.file_names import Direction, FileName
from appliance.eligibility.message import Block, RequestHeader, ResultMessage
from appliance.eligibility.request_families import Family
from appliance.eligibility.trouble import Trouble
from appliance.eligibility.xml_source import BULK_SIZE_LIMIT, Encoding
from appliance.ledger.times import Clock

FOLDERS = ("req", "res", "face")
_AGAIN_SECONDS = 0.5


class TerminalFault(StrEnum):
    """How the virtual terminal can misbehave, until it is healed."""

    SLOW = "slow"
    """Answers come `seconds` (5) later."""
    LATE = "late"
    """Nothing is written before the fault heals: later than anybody's patience."""
    DUPLICATE = "duplicate"
    """Answers are written twice, card results under two names."""
    HALF_WRITTEN = "half-written"
    """Half of each file is there; the rest comes when the fault heals."""
    ERR = "err"
    """Requests come back with an .err."""
    DEAD = "dead"
    """Requests are not picked up."""
    CP932 = "cp932"
    """Files are in Shift_JIS."""


@dataclass(order=True)
class _Writing:
    """One file to be written. `due` is a moment of the monotonic clock."""

    due: float
    path: Path = field(compare=False)
    data: bytes = field(compare=False)


class Folders:
    """The folders below `root` and what happens in them. Thread-safe; `look` is to be called again and again."""

    def __init__(self, root: Path, institution_code: str, clock: Clock) -> None:
        self._root = root
        self._institution_code = institution_code
        self._clock = clock
        self._desk = TerminalDesk(institution_code, clock)
        self._lock = threading.RLock()
        self._fault: TerminalFault | None = None
        self._seconds = 0.0
        self._delay = 0.1
        self._writings: list[_Writing] = []
        self._rests: list[tuple[Path, bytes]] = []
        self._asked: list[str] = []
        self._identifiers: list[str | None] = []
        self._faces: list[str] = []
        self._chance = random.Random(0)  # noqa: S311 - an order of elements, no secret
        for name in FOLDERS:
            (root / name).mkdir(parents=True, exist_ok=True)

    def set_fault(self, fault: TerminalFault | None, seconds: float = 5.0) -> None:
        """Begin to misbehave, or with None stop; what was held back or half there comes then."""
        with self._lock:
            self._fault, self._seconds = fault, seconds
            rests, self._rests = self._rests, []
            for path, data in rests:
                path.write_bytes(data)

    def set_delay(self, seconds: float) -> None:
        """Make every answer take that long."""
        with self._lock:
            self._delay = seconds

    def state(self) -> dict[str, Any]:
        """`asked`: suffixes in the order they were picked up, `identifiers` of the same; `faces`: names written."""
        with self._lock:
            return {
                "root": str(self._root),
                "fault": self._fault.value if self._fault else None,
                "delay_ms": self._delay * 1000,
                "asked": list(self._asked),
                "identifiers": list(self._identifiers),
                "held": len(self._writings) + len(self._rests),
                "faces": list(self._faces),
            }

    def face(self, person_id: str) -> dict[str, Any]:
        """Somebody lays a card on a reader of the terminal. Raises `Trouble` DEMO-002 for nobody we know."""
        with self._lock:
            now = self._clock()
            message = self._desk.by_card(person(person_id))
            data = terminal_answers.in_field_order(message, self._encoding, self._chance)
            count = 2 if self._fault is TerminalFault.DUPLICATE else 1
            names = [terminal_answers.face_name(self._institution_code, now) for _ in range(count)]
            self._faces += names
            for name in names:
                self._plan(self._root / "face" / name, data, 0.0)
            self._write_due()
            return {"person": person_id, "files": names}

    def look(self) -> None:
        """Take what lies in req, write what is due. Raises `OSError`."""
        with self._lock:
            if self._fault is not TerminalFault.DEAD:
                for path in sorted((self._root / "req").iterdir()):
                    if (name := _request_name(path.name)) is not None:
                        self._take(path, name)
            self._write_due()

    @property
    def _encoding(self) -> Encoding:
        return Encoding.SHIFT_JIS if self._fault is TerminalFault.CP932 else Encoding.UTF_8

    def _take(self, path: Path, name: FileName) -> None:
        data = path.read_bytes()
        self._asked.append(name.suffix)
        if self._fault is TerminalFault.ERR:
            self._return(path, Trouble("INPUT-003", "デモの端末が返しました"))
            return
        try:
            self._identifiers.append(_identifier(data))
            family = Family(f"{name.interface}{name.step}")
            message = self._desk.by_request(family, data)
        except Trouble as trouble:
            self._return(path, trouble)
            return
        path.unlink()
        target = self._root / "res" / str(name.answered())
        answer = self._written(message)
        extra = self._seconds if self._fault is TerminalFault.SLOW else 0.0
        self._plan(target, answer, self._delay + extra)
        if self._fault is TerminalFault.DUPLICATE:
            self._plan(target, answer, self._delay + _AGAIN_SECONDS)

    def _written(self, message: Block) -> bytes:
        # In other families the order of what repeats may mean something.
        if isinstance(message, ResultMessage):
            return terminal_answers.in_field_order(message, self._encoding, self._chance)
        return terminal_answers.encoded(message, self._encoding)

    def _return(self, path: Path, trouble: Trouble) -> None:
        back = self._root / "res" / path.name
        path.replace(back)
        back.with_suffix(".err").write_bytes(f"{trouble.entry.title}\r\n{trouble.detail}".encode("cp932"))

    def _plan(self, path: Path, data: bytes, seconds: float) -> None:
        self._writings.append(_Writing(time.monotonic() + seconds, path, data))

    def _write_due(self) -> None:
        if self._fault is TerminalFault.LATE:
            return
        now = time.monotonic()
        due = sorted(one for one in self._writings if one.due <= now)
        self._writings = [one for one in self._writings if one.due > now]
        for one in due:
            if self._fault is TerminalFault.HALF_WRITTEN:
                one.path.write_bytes(one.data[: len(one.data) // 2])
                self._rests.append((one.path, one.data))
            else:
                one.path.write_bytes(one.data)


@dataclass(frozen=True, kw_only=True)
class _Any(Block):
    """Any request: only who asks, and as what."""

    message_header: RequestHeader = field(default_factory=RequestHeader)


def _identifier(data: bytes) -> str | None:
    return message_xml.read_as(_Any, data, BULK_SIZE_LIMIT).message_header.arbitrary_file_identifier


def _request_name(name: str) -> FileName | None:
    found = file_names.parse(name)
    if found is None or found.direction is not Direction.REQUEST or found.extension != file_names.XML:
        return None
    return found if f"{found.interface}{found.step}" in set(Family) else None
