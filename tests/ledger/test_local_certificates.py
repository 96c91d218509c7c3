"""公費の証: found beside each later check of the holder, changed with a trace, ended once."""

import json
from dataclasses import replace
from datetime import date

from appliance.eligibility.local_certificate import LocalFacts
from appliance.ledger import local_certificates
from appliance.ledger.database import Ledger
from tests.ledger.desk import NOW, after, found
from tests.ledger.test_patient_numbers import HER, MOVED, TWIN, answered

FACTS = LocalFacts("こども医療費", "80139991", "1234566", date(2026, 4, 1), date(2027, 3, 31), "なし")


def test_it_stands_beside_every_later_check_of_the_holder_whatever_the_insurance(ledger: Ledger) -> None:
    made = local_certificates.add(ledger, answered(ledger, HER), FACTS, "uketsuke", NOW)
    for person, is_sure in ((HER, True), (MOVED, True), (TWIN, False)):
        (held,) = local_certificates.of_check(ledger, answered(ledger, person))
        assert (held.certificate.id, held.certificate.facts, held.is_sure) == (made, FACTS, is_sure)
    stranger = replace(
        answered(ledger, replace(TWIN, birthdate="20010101", insured_identification_number="1")), seq=10_000
    )
    assert local_certificates.of_check(ledger, stranger) == ()


def test_it_is_put_right_by_who_has_seen_the_newest_and_ended_once(ledger: Ledger) -> None:
    check = answered(ledger, HER)
    made = local_certificates.add(ledger, check, FACTS, "uketsuke", NOW)
    assert made is not None
    later = replace(FACTS, valid_until=date(2028, 3, 31))
    assert local_certificates.edit(ledger, made, 1, later, "uketsuke", after(1))
    assert not local_certificates.edit(ledger, made, 1, FACTS, "other", after(2))
    known = local_certificates.find(ledger, made)
    assert known is not None
    assert (known.version, known.facts) == (2, later)
    assert local_certificates.end(ledger, made, "other", after(3))
    assert not local_certificates.end(ledger, made, "other", after(3))
    assert not local_certificates.edit(ledger, made, 2, FACTS, "other", after(3))
    assert local_certificates.of_check(ledger, found(ledger, check.id)) == ()
    events = ledger.read.execute(
        "SELECT by, what, before FROM local_certificate_events ORDER BY seq"
    ).fetchall()
    assert [(row["by"], row["what"]) for row in events] == [("uketsuke", "edit"), ("other", "end")]
    assert json.loads(events[0]["before"])["valid_until"] == "2027-03-31"


def test_the_list_begins_with_what_ends_first(ledger: Ledger) -> None:
    for year in (2029, 2027, 2028):
        facts = replace(FACTS, valid_until=date(year, 3, 31))
        assert local_certificates.add(ledger, answered(ledger, HER), facts, "uketsuke", NOW)
    days = [one.facts.valid_until.year for one in local_certificates.by_expiry(ledger, 2)]
    assert days == [2027, 2028]
    assert local_certificates.add(ledger, answered(ledger), FACTS, "uketsuke", NOW) is None
