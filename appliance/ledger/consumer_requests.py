"""Requests of consumers: each taken once, by the consumer's own id, in one transaction with all that it does.

Whoever gets no answer sends the same request again and learns how it stands: nobody is asked about twice. What is refused leaves
nothing behind, so that it can be put right under the same id.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from appliance.eligibility import message_xml, registering
from appliance.eligibility.asking_again import asked_again
from appliance.eligibility.consumer_requests import Operation, Request, UnfitTrouble
from appliance.eligibility.message import Qualification, SearchInfo
from appliance.eligibility.numbers import padded_insurer_number
from appliance.eligibility.request_families import Family
from appliance.eligibility.trouble import Trouble
from appliance.ledger import (
    audit,
    checks,
    consumer_extras,
    consumer_terms,
    consumers,
    medical_patients,
    medical_questions,
    notices,
    redelivering,
    results,
    tasks,
)
from appliance.ledger.bell import Topic
from appliance.ledger.checks import NewCheck, Origin
from appliance.ledger.consumer_extras import Extra
from appliance.ledger.consumer_standing import Standing, standing_of
from appliance.ledger.consumer_terms import Term
from appliance.ledger.consumers import Consumer
from appliance.ledger.database import Ledger
from appliance.ledger.tasks import TaskKind
from appliance.ledger.times import clinic_day, to_text
from appliance.settings import Settings

_MINUTE = timedelta(minutes=1)
_NEEDS = {
    Operation.CHECK: Term.CHECK,
    Operation.REGISTER: Term.REGISTER,
    Operation.RESEND: Term.RESEND,
    Operation.REPLAY: Term.REPLAY,
}
"""What must be allowed, and for medical information what must be given; whoever is there may withdraw what it asked itself and see how its own things stand."""


@dataclass(frozen=True)
class Taken:
    """It is done, or under way: how it stands."""

    standing: Standing
    request: Request


@dataclass(frozen=True)
class Repeated:
    """The same request was taken before: how that one stands."""

    standing: Standing
    request: Request


@dataclass(frozen=True)
class Refused:
    """It is not taken, and nothing of it is kept. `member` names what is no good, where it is one member."""

    request_id: str | None
    trouble: Trouble
    member: str | None = None

    @classmethod
    def of(cls, request_id: str | None, trouble: Trouble) -> "Refused":
        """The refusal for `trouble`."""
        return cls(request_id, trouble, trouble.member if isinstance(trouble, UnfitTrouble) else None)


Outcome = Taken | Repeated | Refused


def take(ledger: Ledger, settings: Settings, name: str, request: Request, now: datetime) -> Outcome:
    """Do what the consumer `name` asks for, once for each `request_id`. For the operations that are kept (`is_kept`).

    Must not be called inside `Ledger.together`.
    """
    try:
        with ledger.together():
            return _take(ledger, settings, name, request, now)
    except Trouble as trouble:
        return Refused.of(request.request_id, trouble)


def stand(ledger: Ledger, name: str, request_id: str) -> Standing | None:
    """How the request stands that the consumer `name` made under this id; None when there is none."""
    return standing_of(ledger.read, name, request_id)


def forget(ledger: Ledger, before: datetime) -> int:
    """Forget requests taken before that, `AT_ONCE` of them; how many there were. Whoever sends one again asks anew.

    One whose check is open, given up or not taken yet by who asked stays: its result still has to say whose request it was.
    """
    with ledger.write(Topic.OTHER) as db:
        return forget_in(db, before)


def forget_in(db: Database, before: datetime) -> int:
    """`forget` inside a transaction."""
    return int(db.execute(_FORGET, [to_text(before), AT_ONCE]).rowcount)


AT_ONCE = 1000
_FORGET = """DELETE FROM consumer_requests WHERE seq IN (
    SELECT asked.seq FROM consumers
    CROSS JOIN consumer_requests AS asked INDEXED BY consumer_requests_taken ON asked.consumer = consumers.name
    WHERE asked.taken_at < ?
    AND NOT EXISTS (SELECT 1 FROM checks WHERE checks.id = asked.check_id
                    AND (state IN ('received', 'waiting', 'asking') OR given_up_at IS NOT NULL))
    AND NOT EXISTS (SELECT 1 FROM deliveries WHERE deliveries.check_id = asked.check_id
                    AND deliveries.consumer = asked.consumer AND deliveries.state = 'pending')
    LIMIT ?)"""


@dataclass(frozen=True)
class _Done:
    """What a request left behind, as far as it has it."""

    check_id: str | None = None
    delivery_id: str | None = None
    count: int | None = None
    next_cursor: str | None = None
    more: bool = False


@dataclass(frozen=True)
class _Asking:
    """All that an operation works with."""

    ledger: Ledger
    db: Database
    settings: Settings
    consumer: Consumer
    now: datetime


def _take(ledger: Ledger, settings: Settings, name: str, request: Request, now: datetime) -> Outcome:
    consumer = consumers.find(ledger, name)
    if consumer is None:
        raise Trouble("REQUEST-003")
    known = standing_of(ledger.read, name, request.request_id)
    if known is not None:
        if known.digest != request.digest:
            raise Trouble("REQUEST-004")
        return Repeated(known, request)
    needed = _NEEDS.get(request.operation)
    if needed is not None and needed not in consumer_terms.terms_of(ledger.read, name):
        raise Trouble("REQUEST-003")
    _expect_time_between(ledger.read, settings, name, now)
    with ledger.write(Topic.QUESTIONS | Topic.CHECKS | Topic.DELIVERIES | Topic.TASKS) as db:
        done = _DO[request.operation](_Asking(ledger, db, settings, consumer, now), request)
        _keep(db, name, request, done, now)
    made = standing_of(ledger.read, name, request.request_id)
    assert made is not None  # noqa: S101 - written a line ago
    return Taken(made, request)


def _expect_time_between(db: Database, settings: Settings, name: str, now: datetime) -> None:
    found = db.execute(
        "SELECT count(*) FROM consumer_requests WHERE consumer = ? AND taken_at > ? AND taken_at <= ?",
        [name, to_text(now - _MINUTE), to_text(now)],
    ).fetchone()[0]
    if found >= settings.consumer_requests_a_minute:
        raise Trouble("REQUEST-005")


def _keep(db: Database, name: str, request: Request, done: _Done, now: datetime) -> None:
    db.table("consumer_requests").insert(
        {
            "consumer": name,
            "request_id": request.request_id,
            "operation": request.operation,
            "digest": request.digest,
            "taken_at": to_text(now),
            "check_id": done.check_id,
            "delivery_id": done.delivery_id,
            "count": done.count,
            "next_cursor": done.next_cursor,
            "more": int(done.more),
        }
    )
    subject = done.check_id or done.delivery_id or name
    audit.insert(db, name, f"request-{request.operation}", subject, now)


def _check(asking: _Asking, request: Any) -> _Done:
    person = request.person
    search = SearchInfo(
        insurer_number=padded_insurer_number(person.insurer_number),
        insured_card_symbol=person.symbol or None,
        insured_identification_number=person.number,
        insured_branch_number=person.branch or None,
        birthdate=person.birthdate,
        limit_application_certificate_related_cons_flg="1" if request.limit_consent else "0",
    )
    code = _code_of(asking, request.institution_code)
    day = request.day or clinic_day(asking.now)
    message = asked_again(search, code, day, secrets.token_hex(8))
    return _opened(asking, message_xml.write(message), code, Family.SINGLE)


def _register(asking: _Asking, request: Any) -> _Done:
    person = request.person
    whose = Qualification(
        insurer_number=person.insurer_number,
        insured_card_symbol=person.symbol or None,
        insured_identification_number=person.number,
        insured_branch_number=person.branch or None,
    )
    code = _code_of(asking, request.institution_code)
    xml = registering.registration(
        registering.clean_number(person.patient), whose, code, secrets.token_hex(8)
    )
    return _opened(asking, xml, code, Family.REFERENCE)


def _opened(asking: _Asking, xml: bytes, code: str, family: Family) -> _Done:
    new = NewCheck(
        origin=Origin.CONSUMER,
        institution_code=code,
        request_xml=xml,
        asked_by=asking.consumer.name,
        family=family,
    )
    return _Done(check_id=checks.insert(asking.db, new, asking.now))


def _code_of(asking: _Asking, wanted: str | None) -> str:
    """Under which code of the house it is asked. Raises `UnfitTrouble` INPUT-004 for one that is not the consumer's."""
    own = asking.consumer.handing_in.institution_code
    codes = (own,) if own else asking.settings.institution_codes
    if wanted is not None and wanted not in codes:
        raise UnfitTrouble("INPUT-004", "", "institution_code")
    return wanted or own or asking.settings.institution_code


def _medical(asking: _Asking, request: Any) -> _Done:
    """Raises `Trouble` REQUEST-003 for whom the clinic gives no medical information, MEDICAL-003 beside an official terminal,
    MEDICAL-001 without a consent that holds.
    """
    if not consumer_extras.has_in(asking.db, asking.consumer.name, Extra.MEDICAL):
        raise Trouble("REQUEST-003")
    if not asking.settings.needs_certificate:
        raise Trouble("MEDICAL-003")
    patient = medical_patients.find(asking.ledger, request.check_id, asking.now)
    found = medical_questions.ask(asking.ledger, patient, request.ask, asking.consumer.name, asking.now)
    # Somebody else may have asked first; the answer is this consumer's too.
    notice_id = notices.want_medical(asking.ledger, asking.consumer.name, found.id, asking.now)
    if notice_id is not None:
        tasks.settle_in(asking.db, TaskKind.DEAD_LETTER, notice_id, asking.now)
    return _Done(check_id=found.check_id)


def _resend(asking: _Asking, request: Any) -> _Done:
    return _Done(delivery_id=redelivering.resend_in(asking.db, asking.consumer.name, request, asking.now))


def _replay(asking: _Asking, request: Any) -> _Done:
    found = redelivering.replay_in(asking.db, asking.consumer, request.after, asking.now)
    return _Done(count=found.count, next_cursor=found.next_cursor, more=found.more)


def _cancel(asking: _Asking, request: Any) -> _Done:
    """Raises `Trouble` REQUEST-006 for a request it never made, REQUEST-007 for one that went out or cannot be stopped."""
    found = standing_of(asking.db, asking.consumer.name, request.of)
    if found is None:
        raise UnfitTrouble("REQUEST-006", "", "of")
    if found.operation not in (Operation.CHECK, Operation.REGISTER) or found.check_id is None:
        raise UnfitTrouble("REQUEST-007", "", "of")
    if results.withdraw_in(asking.db, found.check_id) is None and found.state != checks.CheckState.WITHDRAWN:
        raise UnfitTrouble("REQUEST-007", "", "of")
    return _Done(check_id=found.check_id)


_DO: Mapping[Operation, Callable[[_Asking, Any], _Done]] = {
    Operation.CHECK: _check,
    Operation.REGISTER: _register,
    Operation.MEDICAL: _medical,
    Operation.RESEND: _resend,
    Operation.REPLAY: _replay,
    Operation.CANCEL: _cancel,
}
