"""What the box already knows when somebody opens the guide or the declaration from a check or an outage note."""

from dataclasses import dataclass, field, replace
from datetime import date

from appliance.eligibility.evidence import CertificateStatus
from appliance.eligibility.fallback import Has
from appliance.eligibility.fallback_causes import Cause
from appliance.eligibility.fallback_clues import cause_of_answer, cause_of_trouble
from appliance.eligibility.message import Qualification, ResultMessage
from appliance.eligibility.numbers import normal_insurer_number
from appliance.eligibility.outage import NoteFacts
from appliance.eligibility.rules.accepted import Scheme
from appliance.eligibility.said import joined, said
from appliance.eligibility.wording import day_of
from appliance.ledger import dead_letters, last_answers, line, line_checks
from appliance.ledger.checks import Check, CheckState
from appliance.ledger.database import Ledger
from appliance.web.reception.message_of import result_of, search_of

_ASSISTANCE_CARD = "A1"
_ASSISTANCE_LAW, _ELDERLY_LAW = "12", "39"
_NATIONAL_DIGITS = 6
_ENDED = (Cause.INVALID, Cause.NEWER_EXISTS)


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who it is, as far as anything says; empty where nothing does. `sex` is a code of the interface."""

    name: str = field(default="", repr=False)
    kana: str = field(default="", repr=False)
    sex: str = ""
    birth: date | None = field(default=None, repr=False)
    address: str = field(default="", repr=False)
    insurer: str = ""
    numbers: str = field(default="", repr=False)
    scheme: Scheme | None = None


@dataclass(frozen=True)
class Known:
    """What was behind a check: why it failed, what the patient has, who it is. Nothing at all without a check."""

    cause: Cause | None = None
    has: frozenset[Has] = frozenset()
    person: Person = Person()


def known_of(ledger: Ledger, check: Check) -> Known:
    """What `check`, and an earlier answer about the same person, say."""
    last = last_answers.of_check(ledger, check)
    has = {Has.CARD} if check.evidence is not None else set()
    if last is not None and last.is_confirmed:
        has.add(Has.KNOWN_DATA)
    found = _first(result_of(check)) or (_first(last.message) if last else None)
    search = search_of(check)
    person = person_of(found) if found else Person()
    if person.birth is None and search is not None:
        person = replace(
            person, birth=day_of(search.birthdate), scheme=scheme_of(search.insurer_number or "")
        )
    cause = _cause(ledger, check)
    if cause in _ENDED:
        # What the center found is over: of which kind the present insurance is, nobody knows.
        person = replace(person, scheme=None)
    return Known(cause, frozenset(has), person)


def person_of(found: Qualification) -> Person:
    """The person of an answer."""
    number = found.public_expense_number or found.insurer_number or ""
    is_assistance = found.insured_card_classification == _ASSISTANCE_CARD
    parts = (
        found.insured_card_symbol,
        found.beneficiary_number or found.insured_identification_number,
        said("（枝番 {insured_branch_number}）", insured_branch_number=found.insured_branch_number)
        if found.insured_branch_number
        else "",
    )
    return Person(
        name=found.name or "",
        kana=found.name_kana or "",
        sex=found.sex1 or "",
        birth=day_of(found.birthdate),
        address=found.address or "",
        insurer=found.insurer_name or found.welfare_office_name or "",
        numbers=joined("　", (normal_insurer_number(number), *parts)),
        scheme=Scheme.ASSISTANCE if is_assistance else scheme_of(number),
    )


def person_of_note(facts: NoteFacts) -> Person:
    """The person of an outage note."""
    return Person(
        name=facts.name, kana=facts.kana, sex=facts.sex, birth=facts.birthdate, address=facts.address
    )


def scheme_of(insurer_number: str) -> Scheme | None:
    """保険種別 by the insurer's number; None without one."""
    number = normal_insurer_number(insurer_number)
    if not number:
        return None
    if number.startswith(_ASSISTANCE_LAW) and len(number) != _NATIONAL_DIGITS:
        return Scheme.ASSISTANCE
    if number.startswith(_ELDERLY_LAW) and len(number) != _NATIONAL_DIGITS:
        return Scheme.ELDERLY
    return Scheme.NATIONAL if len(number) == _NATIONAL_DIGITS else Scheme.EMPLOYEE


def _first(message: ResultMessage | None) -> Qualification | None:
    return next(iter(message.message_body.result_list), None) if message is not None else None


def _cause(ledger: Ledger, check: Check) -> Cause | None:
    if check.state is CheckState.ANSWERED:
        return cause_of_answer(check.qualification_validity)
    code = check.trouble_code
    state = line.current(ledger)
    if check.state is CheckState.WAITING and state is not None and state.code == code:
        # A connection that was refused looks like the line's fault until the line has been looked at.
        code = line_checks.explaining(ledger, state) or code
    if code in (dead_letters.GIVEN_UP, dead_letters.NOTE_NEEDED) and check.reason_code:
        code = check.reason_code
    found = cause_of_trouble(code)
    is_grace = check.evidence and check.evidence.certificate_status is CertificateStatus.GRACE
    return Cause.CERTIFICATE_GRACE if found is None and is_grace else found
