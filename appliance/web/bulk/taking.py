"""Taking in what a page sends: a list as the body of a request, or the month or period of a run without a list."""

from collections.abc import Mapping
from datetime import date, datetime

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from appliance.eligibility import appointments
from appliance.eligibility.list_text import MOST_BYTES
from appliance.eligibility.rules.laws import LawSide, laws
from appliance.eligibility.said import said
from appliance.eligibility.trouble import Trouble
from appliance.ledger.bulk_runs import DAY, NewRun, RunKind
from appliance.ledger.times import clinic_day
from appliance.rulebook import rulebook_of
from appliance.web.room import here

_LONGEST_PERIOD = 366


def kind_of(text: str) -> RunKind:
    """The kind called `text`. Raises `Trouble` INPUT-005."""
    if text not in set(RunKind):
        raise Trouble("INPUT-005")
    return RunKind(text)


def list_run(kind: RunKind, made_by: str, now: datetime, code: str) -> NewRun:
    """A run under an institution `code` of the list in the body of this request, about the day in its address.

    Raises `Trouble` BULK-001 to BULK-005.
    """
    room = here()
    today = clinic_day(now)
    read = appointments.read_registrations if kind is RunKind.REFERENCES else appointments.read
    found = read(_body(), today, laws(rulebook_of(room.box), LawSide.INSURER, today))
    return NewRun(
        kind=kind,
        made_by=made_by,
        people=found.people,
        problems=found.problems,
        chunk_size=room.settings.bulk_people,
        institution_code=code,
        terms=_terms(kind),
    )


def _terms(kind: RunKind) -> dict[str, str]:
    day = request.args.get("day")
    if kind is not RunKind.APPOINTMENTS or day is None:
        return {}
    return {DAY: f"{_day(day):%Y%m%d}" if day else ""}


def _body() -> bytes:
    request.max_content_length = MOST_BYTES
    try:
        return request.get_data(cache=False)
    except RequestEntityTooLarge as error:
        raise Trouble("BULK-004", said("{size}MBまでです", size=MOST_BYTES // 1024 // 1024)) from error


def period_run(kind: RunKind, form: Mapping[str, str], made_by: str, code: str) -> NewRun:
    """A run under an institution `code` for a month or a period. Raises `Trouble` BULK-005 for one that is none."""
    if kind is RunKind.TICKETS:
        first = _day(f"{form.get('month', '')}-01")
        terms = {"month": f"{first:%Y%m}"}
        return NewRun(kind=kind, made_by=made_by, terms=terms, institution_code=code)
    first, last = _day(form.get("first", "")), _day(form.get("last", ""))
    if not 0 <= (last - first).days <= _LONGEST_PERIOD:
        raise Trouble("BULK-005", "期間は始まりから1年までです")
    terms = {"first": f"{first:%Y%m%d}", "last": f"{last:%Y%m%d}"}
    return NewRun(kind=kind, made_by=made_by, terms=terms, institution_code=code)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Trouble("BULK-005", "日付がありません") from error
