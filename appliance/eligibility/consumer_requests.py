"""What a consumer asks of the box, one operation a message: read from JSON, the same over MQTT and over HTTP.

Strict in shape: an unknown or unfit member refuses the whole. Lenient in values, as the pages are: full-width digits, 和暦,
a missing leading zero. No error quotes a value.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from appliance.eligibility import appointments
from appliance.eligibility.appointments import Appointment, Severity
from appliance.eligibility.eras import parse_date
from appliance.eligibility.list_columns import Column
from appliance.eligibility.medical_questions import Ask
from appliance.eligibility.registering import clean_number
from appliance.eligibility.trouble import Trouble

MOST_BYTES = 16 * 1024
"""How large one request may be; what is larger is not looked at."""

LONGEST_VALUE = 200

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_ID = re.compile(r"[0-9a-f]{32}")
_CODE = re.compile(r"[0-9]{10}")
_CURSOR = re.compile(
    r"(20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9]\.[0-9]{3}Z)~([0-9a-f]{32})"
)
"""As boxes gave it before they counted answers."""
_PLACE = re.compile(r"@([0-9]{1,18})")
_NAME = re.compile(r"[a-z_]{1,40}")
_UNFIT = frozenset({"Cc", "Cs", "Cn"})
_OLDEST_DAY = date(2020, 1, 1)
"""Before the center began to answer."""

Values = Mapping[str, Any]


class Operation(StrEnum):
    """What is asked for."""

    CHECK = "check"
    REGISTER = "register"
    MEDICAL = "medical"
    RESEND = "resend"
    REPLAY = "replay"
    CANCEL = "cancel"
    STAND = "stand"
    DEAD_LETTERS = "dead-letters"

    @property
    def is_kept(self) -> bool:
        """Whether it changes something, and so is written down under its id; the others only read."""
        return self not in (Operation.STAND, Operation.DEAD_LETTERS)


class UnfitTrouble(Trouble):
    """A request that is no good because of one `member`; None: because of the whole."""

    def __init__(self, code: str, detail: str = "", member: str | None = None) -> None:
        super().__init__(code, detail)
        self.member = member


@dataclass(frozen=True)
class Hint:
    """What was understood in another way than it was written, or looks wrong; it is asked all the same."""

    member: str | None
    text: str


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request. `digest` tells it from another one under the same `request_id`."""

    request_id: str
    digest: str = field(repr=False)
    operation: Operation
    hints: tuple[Hint, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AskCheck(Request):
    """Ask about one person, for the insurance of `day` (None: of today), under one of the house's codes."""

    person: Appointment = field(repr=False)
    day: date | None = None
    limit_consent: bool = False
    institution_code: str | None = None


@dataclass(frozen=True, kw_only=True)
class Register(Request):
    """Register `person.patient` as 照会番号 of the insurance with these numbers."""

    person: Appointment = field(repr=False)
    institution_code: str | None = None


@dataclass(frozen=True, kw_only=True)
class AskMedical(Request):
    """Ask for medical information of the patient whose card check is `check_id`."""

    check_id: str
    ask: Ask


@dataclass(frozen=True, kw_only=True)
class Resend(Request):
    """Offer one result again, named by its delivery or by its check."""

    delivery_id: str | None = None
    check_id: str | None = None


@dataclass(frozen=True)
class Since:
    """What was answered from a moment on, as the box writes it."""

    moment: str


@dataclass(frozen=True)
class Behind:
    """What was answered after this check, which was answered at that moment: a cursor of an older box."""

    moment: str
    check_id: str


After = int | Since | Behind
"""A number is the place of an answer among all that the box took."""


@dataclass(frozen=True, kw_only=True)
class Replay(Request):
    """Offer anew what was answered after this."""

    after: After


@dataclass(frozen=True, kw_only=True)
class Cancel(Request):
    """Withdraw what was asked under the consumer's own id `of`."""

    of: str


@dataclass(frozen=True, kw_only=True)
class Stand(Request):
    """Say how the request of this very id stands."""


@dataclass(frozen=True, kw_only=True)
class DeadLetters(Request):
    """List what of this consumer's was given up."""


@dataclass(frozen=True)
class Reader:
    """Reads requests on the day `today`; `laws` are the 法別番号 of insurers (`rules.laws`)."""

    today: date
    laws: Mapping[str, str]

    def read(self, values: Values) -> Request:
        """The request in `values`.

        Raises `UnfitTrouble`: REQUEST-001 for its shape, REQUEST-002 for a value, INPUT-007 for what may be a My Number.
        """
        request_id, operation = request_id_of(values), _operation(values)
        members, make = _SHAPES[operation]
        _expect_only(values, members)
        digest = hashlib.sha256(json.dumps(dict(values), sort_keys=True).encode()).hexdigest()
        return make(self, values, {"request_id": request_id, "operation": operation, "digest": digest})

    def check(self, values: Values, common: dict[str, Any]) -> Request:
        """One person to ask about."""
        consent = values.get("limit_consent", False)
        if not isinstance(consent, bool):
            raise UnfitTrouble("REQUEST-001", "true か false です", "limit_consent")
        person, hints = self._person(values, appointments.ASKING)
        return AskCheck(
            person=person,
            hints=hints,
            day=self._day(values),
            limit_consent=consent,
            institution_code=_institution(values),
            **common,
        )

    def register(self, values: Values, common: dict[str, Any]) -> Request:
        """One number to register."""
        person, hints = self._person(values, appointments.REGISTERING)
        try:
            clean_number(person.patient)
        except Trouble as trouble:
            raise UnfitTrouble("REQUEST-002", "患者番号に使えない文字があります", "patient") from trouble
        return Register(person=person, hints=hints, institution_code=_institution(values), **common)

    def _person(self, values: Values, needed: frozenset[Column]) -> tuple[Appointment, tuple[Hint, ...]]:
        person = {column.value: values[column] for column in Column if column in values}
        found = appointments.read_people([person], needed, self.today, self.laws)
        for problem in found.problems:
            if problem.severity is Severity.ERROR:
                if problem.code == "INPUT-007":
                    raise UnfitTrouble("INPUT-007", "", problem.column or None)
                raise UnfitTrouble("REQUEST-002", problem.text, problem.column or None)
        return found.people[0], tuple(Hint(one.column or None, one.text) for one in found.problems)

    def _day(self, values: Values) -> date | None:
        text = unicodedata.normalize("NFKC", values.get("day", "")).strip()
        if not text:
            return None
        try:
            day = parse_date(text)
        except ValueError as error:
            raise UnfitTrouble("REQUEST-002", "日付を読めません", "day") from error
        if not _OLDEST_DAY <= day <= self.today:
            raise UnfitTrouble("REQUEST-002", f"{_OLDEST_DAY.year}年から今日までの日付です", "day")
        return day


def opened(payload: bytes) -> dict[str, Any]:
    """The object in a payload. Raises `UnfitTrouble` REQUEST-001 when there is none, or it is too large."""
    if len(payload) > MOST_BYTES:
        raise UnfitTrouble("REQUEST-001", f"{MOST_BYTES // 1024}KBまでです")
    try:
        values = json.loads(payload)
    except (ValueError, RecursionError) as error:
        raise UnfitTrouble("REQUEST-001", "JSONではありません") from error
    if not isinstance(values, dict):
        raise UnfitTrouble("REQUEST-001", "JSONのオブジェクトではありません")
    return values


def request_id_of(values: Values) -> str:
    """The consumer's own id of the request. Raises `UnfitTrouble` REQUEST-001 for none or an unfit one."""
    return _matching(values, "request_id", _REQUEST_ID, "半角英数字と . _ - の64文字までです")


def _operation(values: Values) -> Operation:
    found = values.get("operation")
    if not isinstance(found, str) or found not in set(Operation):
        raise UnfitTrouble("REQUEST-001", f"{' か '.join(Operation)} です", "operation")
    return Operation(found)


def _expect_only(values: Values, members: frozenset[str]) -> None:
    for name, value in values.items():
        if name not in members | _COMMON:
            raise UnfitTrouble("REQUEST-001", "知らない項目です", name if _NAME.fullmatch(name) else None)
        if name not in _FLAGS:
            _expect_text(name, value)


def _expect_text(name: str, value: Any) -> None:
    if not isinstance(value, str):
        raise UnfitTrouble("REQUEST-001", "文字列ではありません", name)
    if len(value) > LONGEST_VALUE:
        raise UnfitTrouble("REQUEST-002", "長すぎます", name)
    if any(unicodedata.category(one) in _UNFIT for one in value):
        raise UnfitTrouble("REQUEST-002", "使えない文字があります", name)


def _matching(values: Values, name: str, pattern: "re.Pattern[str]", words: str) -> str:
    found = values.get(name)
    if not isinstance(found, str) or not pattern.fullmatch(found):
        raise UnfitTrouble("REQUEST-001", words, name)
    return found


def _institution(values: Values) -> str | None:
    if "institution_code" not in values:
        return None
    return _matching(values, "institution_code", _CODE, "10桁の数字です")


def _medical(_reader: Reader, values: Values, common: dict[str, Any]) -> Request:
    ask = values.get("ask")
    if ask not in set(Ask):
        raise UnfitTrouble("REQUEST-001", f"{' か '.join(Ask)} です", "ask")
    return AskMedical(check_id=_id(values, "check_id"), ask=Ask(ask), **common)


def _resend(_reader: Reader, values: Values, common: dict[str, Any]) -> Request:
    if ("delivery_id" in values) is ("check_id" in values):
        raise UnfitTrouble("REQUEST-001", "delivery_id か check_id のどちらか一つです")
    if "delivery_id" in values:
        return Resend(delivery_id=_id(values, "delivery_id"), **common)
    return Resend(check_id=_id(values, "check_id"), **common)


def _id(values: Values, name: str) -> str:
    return _matching(values, name, _ID, "箱が付けた32文字の番号です")


def _replay(_reader: Reader, values: Values, common: dict[str, Any]) -> Request:
    if ("since" in values) is ("cursor" in values):
        raise UnfitTrouble("REQUEST-001", "since か cursor のどちらか一つです")
    if "cursor" not in values:
        return Replay(after=Since(_moment(values["since"])), **common)
    place = _PLACE.fullmatch(values["cursor"])
    if place is not None:
        return Replay(after=int(place[1]), **common)
    found = _CURSOR.fullmatch(values["cursor"])
    if found is None:
        raise UnfitTrouble("REQUEST-001", "前の回答の next_cursor をそのまま入れてください", "cursor")
    return Replay(after=Behind(found[1], found[2]), **common)


def _moment(text: str) -> str:
    """A moment of ISO 8601 with its zone, as the ledger writes them: such texts sort as the moments do."""
    try:
        moment = datetime.fromisoformat(text).astimezone(UTC)
        has_zone = datetime.fromisoformat(text).tzinfo is not None
    except (ValueError, OverflowError) as error:
        raise UnfitTrouble(
            "REQUEST-002", "日時を読めません（例: 2026-11-22T09:00:00+09:00）", "since"
        ) from error
    if not has_zone or moment.year < _OLDEST_DAY.year:
        raise UnfitTrouble("REQUEST-002", f"{_OLDEST_DAY.year}年からの日時で、時差も書いてください", "since")
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def _cancel(_reader: Reader, values: Values, common: dict[str, Any]) -> Request:
    return Cancel(of=_matching(values, "of", _REQUEST_ID, "取り消す依頼の request_id です"), **common)


_COMMON = frozenset({"operation", "request_id"})
_FLAGS = frozenset({"limit_consent"})
_NUMBERS = frozenset(
    {"institution_code", "insurer_number", "symbol", "number", "symbol_and_number", "branch"}
)
_Make = Callable[[Reader, Values, dict[str, Any]], Request]
_SHAPES: Mapping[Operation, tuple[frozenset[str], _Make]] = {
    Operation.CHECK: (_NUMBERS | {"birthdate", "day", "limit_consent"}, Reader.check),
    Operation.REGISTER: (_NUMBERS | {"patient"}, Reader.register),
    Operation.MEDICAL: (frozenset({"check_id", "ask"}), _medical),
    Operation.RESEND: (frozenset({"delivery_id", "check_id"}), _resend),
    Operation.REPLAY: (frozenset({"since", "cursor"}), _replay),
    Operation.CANCEL: (frozenset({"of"}), _cancel),
    Operation.STAND: (frozenset(), lambda _reader, _values, common: Stand(**common)),
    Operation.DEAD_LETTERS: (frozenset(), lambda _reader, _values, common: DeadLetters(**common)),
}
"""Which members each operation may have beside those that all have, and what makes of them a request."""
