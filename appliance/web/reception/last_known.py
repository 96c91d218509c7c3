"""What was known before of somebody who cannot be asked about now. It is never today's result, and says so."""

from dataclasses import dataclass
from datetime import datetime

from appliance.eligibility.codes import label
from appliance.eligibility.fallback import Case, Has, guide
from appliance.eligibility.fallback_causes import Cause
from appliance.eligibility.message import Qualification
from appliance.eligibility.numbers import normal_insurer_number
from appliance.eligibility.rules.packaged_book import packaged_book
from appliance.eligibility.rules.points import VisitKind
from appliance.eligibility.said import said
from appliance.eligibility.wording import day_of, spoken_date
from appliance.ledger import last_answers
from appliance.ledger.checks import Check, CheckState
from appliance.ledger.database import Ledger
from appliance.ledger.last_answers import LastAnswer
from appliance.ledger.times import JAPAN, clinic_day
from appliance.web.reception.person_words import born, share_of
from appliance.web.reception.sections import Line

_HAS = frozenset({Has.PORTAL, Has.NOTICE, Has.CERTIFICATE})


@dataclass(frozen=True)
class LastKnown:
    """An earlier answer in words: `says` is 「8日前（11/14）に有効」, `lines` what it said of the person."""

    says: str
    name: str
    share: str
    is_confirmed: bool
    lines: tuple[Line, ...]


def last_known_of(ledger: Ledger, check: Check, now: datetime) -> LastKnown | None:
    """What is known of whom `check` is about, while it waits or after it was given up; None as soon as it is answered."""
    if not is_unanswered(check):
        return None
    last = last_answers.of_check(ledger, check)
    return _in_words(last, now) if last else None


def is_unanswered(check: Check) -> bool:
    """Whether nobody could be asked so far, or will be."""
    return check.state is CheckState.WAITING or check.given_up_at is not None


def fallback_of(check: Check, last: LastKnown | None, now: datetime) -> tuple[str, ...]:
    """The accepted ways to go on without an answer, in their order."""
    has = set(_HAS)
    if check.evidence is not None:
        has.add(Has.CARD)
    if last is not None:
        has.add(Has.KNOWN_DATA)
    case = Case(
        day=clinic_day(now),
        cause=Cause.LINE,
        has=frozenset(has),
        visit=VisitKind.REPEAT if last else VisitKind.FIRST,
    )
    return tuple(step.sentence for step in guide(packaged_book(), case).steps)


def _in_words(last: LastAnswer, now: datetime) -> LastKnown:
    found = next(iter(last.message.message_body.result_list), None)
    verdict = label("OQSCD006", last.qualification_validity)
    when = when_of(last.answered_at, now)
    return LastKnown(
        says=said("{when}に{verdict}", when=when, verdict=verdict)
        if last.is_confirmed
        else said("{when}の照会では{verdict}", when=when, verdict=verdict),
        name=(found.name or "") if found else "",
        share=share_of(found) if found else "",
        is_confirmed=last.is_confirmed,
        lines=_lines(found, now) if found else (),
    )


def when_of(moment: datetime, now: datetime) -> str:
    """How long ago: 「8日前（11/14）」, 「昨日（11/21）」, 「今日の9:05」; with the year where it is another one."""
    local, today = moment.astimezone(JAPAN), clinic_day(now)
    days = (today - local.date()).days
    if days <= 0:
        return said("今日の{hour}:{minute:02d}", hour=local.hour, minute=local.minute)
    day = (
        f"{local.month}/{local.day}"
        if local.year == today.year
        else f"{local.year}/{local.month}/{local.day}"
    )
    return said("昨日（{day}）", day=day) if days == 1 else said("{days}日前（{day}）", days=days, day=day)


def _lines(found: Qualification, now: datetime) -> tuple[Line, ...]:
    number = " ".join(
        part
        for part in (found.insured_card_symbol, found.insured_identification_number, _branch(found))
        if part
    )
    lines = [
        Line("氏名", found.name or ""),
        Line("生年月日", born(found.birthdate, clinic_day(now))),
        Line("保険者", found.insurer_name or found.welfare_office_name or ""),
        Line("保険者番号", normal_insurer_number(found.public_expense_number or found.insurer_number or "")),
        Line("記号・番号", found.beneficiary_number or number),
        Line("負担割合", share_of(found)),
        Line("有効期限", _until(found.insured_card_expiration_date), _is_over(found, now)),
    ]
    return tuple(line for line in lines if line.value)


def _branch(found: Qualification) -> str:
    return (
        said("（枝番 {insured_branch_number}）", insured_branch_number=found.insured_branch_number)
        if found.insured_branch_number
        else ""
    )


def _until(text: str | None) -> str:
    return spoken_date(text) if text else ""


def _is_over(found: Qualification, now: datetime) -> str:
    day = day_of(found.insured_card_expiration_date)
    return "過ぎています" if day is not None and day < clinic_day(now) else ""
