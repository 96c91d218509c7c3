"""Every result a consumer may meet, common or rare, by name: made as the virtual center makes it, put into a box's ledger.

A staged answer becomes a check and its result in one commit. From there on all is the box's own: the deliveries, the
broker, the acknowledgements. What needs a center that fails (`fault`) is asked of the virtual center by a question.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from appliance.demo import center_answers
from appliance.demo.center_evidence import Holder
from appliance.demo.people import Person, people_on
from appliance.eligibility.center_reading import CardRequest
from appliance.eligibility.evidence import CertificateStatus, HolderVerification
from appliance.eligibility.message import (
    RequestBody,
    RequestHeader,
    RequestMessage,
    ResultMessage,
    SearchInfo,
)
from appliance.eligibility.message_xml import write
from appliance.eligibility.trouble import Trouble
from appliance.eligibility.visit import ALL_CONSENTS, NO_CONSENTS
from appliance.ledger import checks, results
from appliance.ledger.bell import Topic
from appliance.ledger.checks import NewCheck, Origin
from appliance.ledger.database import Ledger
from appliance.ledger.times import JAPAN, clinic_day

REFUSED = "CENTER-004"
READER = "1"
_DATA = Path(__file__).with_name("scenarios.toml")
_OVER = "over"


@dataclass(frozen=True)
class Scenario:
    """One row of `scenarios.toml`, which says what its members mean."""

    id: str
    title: str
    person: str
    way: str = "card"
    certificate: str = CertificateStatus.VALID.value
    consents: bool = True
    change: Mapping[str, Any] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)
    strange: tuple[str, ...] = ()
    body_strange: tuple[str, ...] = ()
    copies: int = 1
    fault: str = ""
    times: int | None = None
    seconds: float | None = None


@lru_cache(maxsize=1)
def scenarios() -> tuple[Scenario, ...]:
    """All of them, in the order of the file."""
    rows = tomllib.loads(_DATA.read_text("utf-8"))["scenario"]
    return tuple(Scenario(**{name: _frozen(value) for name, value in row.items()}) for row in rows)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def scenario_named(name: str) -> Scenario:
    """Raises `Trouble` DEMO-002 for an unknown one."""
    found = next((one for one in scenarios() if one.id == name), None)
    if found is None:
        raise Trouble("DEMO-002", f"{name}: madoguchi vendor play --list")
    return found


def answer(scenario: Scenario, institution_code: str, now: datetime) -> ResultMessage:
    """The center's answer in this scenario."""
    if scenario.way == "refused":
        return center_answers.refusal(institution_code, None, "この照会は受け付けられません（見本）", now)
    person = _person(scenario, now)
    if scenario.way == "numbers":
        message = center_answers.by_numbers(question(scenario, institution_code, now), (person,), now)
    else:
        message = _by_card(scenario, person, institution_code, now)
    return _altered(message, scenario)


def question(scenario: Scenario, institution_code: str, now: datetime) -> RequestMessage:
    """The question by the numbers of the person's first insurance."""
    person = _person(scenario, now)
    first = person.qualifications[0]
    return RequestMessage(
        message_header=RequestHeader(
            qualification_confirmation_date=f"{clinic_day(now):%Y%m%d}",
            medical_institution_code=institution_code,
        ),
        message_body=RequestBody(
            qualification_confirm_search_info=SearchInfo(
                insurer_number=first.insurer_number,
                insured_card_symbol=first.insured_card_symbol,
                insured_identification_number=first.insured_identification_number,
                insured_branch_number=first.insured_branch_number or "",
                birthdate=f"{person.birthdate:%Y%m%d}",
                limit_application_certificate_related_cons_flg="1" if scenario.consents else "0",
            )
        ),
    )


def stage(ledger: Ledger, scenario: Scenario, institution_code: str, now: datetime) -> str:
    """Write down the check of this scenario together with its answer; the check's id."""
    message = answer(scenario, institution_code, now)
    is_refused = scenario.way == "refused"
    by_numbers = scenario.way == "numbers"
    asked = write(question(scenario, institution_code, now)) if by_numbers else None
    new = NewCheck(
        origin=Origin.MANUAL if by_numbers else Origin.CARD,
        institution_code=institution_code,
        reader=None if by_numbers else READER,
        request_xml=asked,
    )
    with ledger.write(Topic.CHECKS | Topic.DELIVERIES | Topic.TASKS) as db:
        check_id = checks.insert(db, new, now)
        validity = None if is_refused else message.message_body.qualification_validity
        results.close(db, check_id, write(message), validity, REFUSED if is_refused else None, now)
    return check_id


def _person(scenario: Scenario, now: datetime) -> Person:
    return next(one for one in people_on(clinic_day(now)) if one.id == scenario.person)


def _by_card(scenario: Scenario, person: Person, institution_code: str, now: datetime) -> ResultMessage:
    request = CardRequest(
        day=clinic_day(now),
        institution_code=institution_code,
        identifier="",
        certificate_der=b"",
        challenge=b"",
        signature=b"",
        algorithm="",
        holder_verification=HolderVerification.PIN,
        consents=ALL_CONSENTS if scenario.consents else NO_CONSENTS,
        consented_at=now.astimezone(JAPAN).strftime("%Y%m%d%H%M%S"),
    )
    status = None if scenario.certificate == _OVER else CertificateStatus(scenario.certificate)
    return center_answers.by_card(request, Holder(person, status), now)


def _altered(message: ResultMessage, scenario: Scenario) -> ResultMessage:
    body = message.message_body
    changed = tuple(
        replace(one, **scenario.change, unknown=scenario.strange) if place == 0 else one
        for place, one in enumerate(body.result_list)
    )
    body = replace(
        body, **scenario.body, unknown=scenario.body_strange, result_list=changed * scenario.copies
    )
    return replace(message, message_body=body)
