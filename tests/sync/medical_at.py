"""A patient who has agreed, at a station: medical information asked for and answered as sync and the center would."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from appliance.demo.center_families import FamilyDesk, read
from appliance.demo.center_records import Records
from appliance.demo.people import person
from appliance.eligibility import message_xml
from appliance.eligibility.medical_access import CONSENT_OF
from appliance.eligibility.medical_questions import Ask
from appliance.eligibility.message import Qualification, ResultBody, ResultMessage
from appliance.eligibility.visit import ALL_CONSENTS, Consents, available_until
from appliance.ledger import checks, medical_patients, medical_questions, results
from appliance.ledger.checks import NewCheck, Origin
from appliance.ledger.medical_questions import Question
from appliance.ledger.times import JAPAN, utc_now
from tests.ledger.desk import EVIDENCE
from tests.sync.station import INSTITUTION, Station

PERSON = "p01"


def agreed(station: Station, records: Records, consents: Consents = ALL_CONSENTS) -> str:
    """The card check of a patient who has agreed to `consents` just now."""
    now = utc_now()
    records.consented(PERSON, consents, now)
    new = NewCheck(
        origin=Origin.CARD,
        institution_code=INSTITUTION,
        reader="1",
        evidence=EVIDENCE,
        consents=consents,
    )
    check_id = checks.open_check(station.ledger, new, now)
    found = tuple(_with(one, consents, now) for one in person(PERSON).qualifications)
    xml = message_xml.write(
        ResultMessage(message_body=ResultBody(qualification_validity="1", result_list=found))
    )
    assert results.record(
        station.ledger, check_id, None, xml=xml, qualification_validity="1", refusal=None, now=now
    )
    return check_id


def _with(one: Qualification, consents: Consents, now: datetime) -> Qualification:
    at = now.astimezone(JAPAN)
    said: dict[str, Any] = {}
    for name in CONSENT_OF.values():
        if getattr(consents, name):
            said[f"{name}_cons_flg"] = "1"
            said[f"{name}_cons_time"] = f"{at:%Y%m%d%H%M%S}"
            said[f"{name}_available_time"] = f"{available_until(at):%Y%m%d%H%M%S}"
    return replace(one, **said)


def ask(station: Station, check_id: str, wanted: Ask, by: str) -> Question:
    """`by` asks for it."""
    patient = medical_patients.find(station.ledger, check_id, utc_now())
    return medical_questions.ask(station.ledger, patient, wanted, by, utc_now())


def answer(station: Station, records: Records, xml: bytes | None = None) -> None:
    """The center's answer to the open question, or `xml` in its place."""
    ledger, now = station.ledger, utc_now()
    check = checks.claim(ledger, "owner", now, timedelta(minutes=1))
    assert check is not None
    if xml is None:
        request = medical_questions.readable(ledger, check, now).request_xml or b""
        asked = read(check.family, request, INSTITUTION, now)
        xml = message_xml.write(FamilyDesk(records, lambda: 0.0).answer(asked))
    sealed = medical_questions.sealed_answer(ledger, check, xml)
    assert results.record(
        ledger, check.id, "owner", xml=sealed, qualification_validity=None, refusal=None, now=now
    )
