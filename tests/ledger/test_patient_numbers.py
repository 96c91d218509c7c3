"""The clinic's own number of a patient: found again by card and numbers, only proposed by name, never mixed up between twins."""

from dataclasses import replace

from appliance.eligibility import message_xml
from appliance.eligibility.message import Qualification, ResultBody, ResultMessage
from appliance.ledger import checks, patient_numbers, results
from appliance.ledger.checks import Check
from appliance.ledger.database import Ledger
from appliance.ledger.person_marks import marks_of, person_mark
from tests.ledger.desk import LEASE, NOW, after, found
from tests.ledger.test_last_answers import VALID, by_numbers

HER = replace(VALID, name_kana="ﾐﾎﾝ ﾊﾅｺ")
TWIN = replace(HER, name="見本　桃子", name_kana="ﾐﾎﾝ ﾓﾓｺ")
MOVED = replace(HER, insurer_number="01139997", insured_card_symbol="9", insured_identification_number="8")


def answered(ledger: Ledger, *people: Qualification) -> Check:
    """A check by numbers, answered with these people."""
    check_id = checks.open_check(ledger, by_numbers(), NOW)
    assert checks.claim(ledger, "me", NOW, LEASE) is not None
    body = ResultBody(qualification_validity="1", result_list=people)
    xml = message_xml.write(ResultMessage(message_body=body))
    assert results.record(
        ledger, check_id, "me", xml=xml, qualification_validity="1", refusal=None, now=after(1)
    )
    return found(ledger, check_id)


def test_a_number_is_known_again_under_the_same_insurance_and_proposed_under_another(ledger: Ledger) -> None:
    link_id = patient_numbers.link(ledger, answered(ledger, HER), "00123", "uketsuke", NOW)
    again = patient_numbers.known_for(ledger, answered(ledger, HER))
    assert again.link is not None
    assert (again.link.id, again.link.number) == (link_id, "00123")
    # By other numbers alone nobody can tell; the answer to the first question still knows the old ones.
    alone = replace(answered(ledger, MOVED), seq=10_000)
    known = patient_numbers.known_for(ledger, alone)
    assert known.link is None
    assert [one.number for one in known.proposed] == ["00123"]


def test_a_twin_with_the_same_numbers_is_somebody_else(ledger: Ledger) -> None:
    patient_numbers.link(ledger, answered(ledger, HER), "00123", "uketsuke", NOW)
    twin = answered(ledger, TWIN)
    known = patient_numbers.known_for(ledger, twin)
    assert known.link is None
    assert [one.number for one in known.proposed] == ["00123"]
    patient_numbers.link(ledger, twin, "00124", "uketsuke", NOW)
    for person, number in ((HER, "00123"), (TWIN, "00124")):
        link = patient_numbers.known_for(ledger, answered(ledger, person)).link
        assert link is not None
        assert link.number == number


def test_another_number_takes_the_place_of_the_first_and_a_wrong_one_can_be_taken_away(
    ledger: Ledger,
) -> None:
    check = answered(ledger, HER)
    patient_numbers.link(ledger, check, "1", "uketsuke", NOW)
    second = patient_numbers.link(ledger, check, "2", "uketsuke", after(1))
    assert second is not None
    link = patient_numbers.known_for(ledger, check).link
    assert link is not None
    assert link.number == "2"
    before = found(ledger, check.id).revision
    assert patient_numbers.unlink(ledger, second, "uketsuke", after(2))
    assert found(ledger, check.id).revision > before
    assert not patient_numbers.unlink(ledger, second, "uketsuke", after(2))
    assert patient_numbers.known_for(ledger, check) == patient_numbers.Known()
    assert patient_numbers.find(ledger, second) is None


def test_several_people_or_nobody_are_linked_to_nothing(ledger: Ledger) -> None:
    assert patient_numbers.link(ledger, answered(ledger, HER, TWIN), "1", "uketsuke", NOW) is None
    assert patient_numbers.link(ledger, answered(ledger), "1", "uketsuke", NOW) is None
    # The same person under two insurances is one.
    both = answered(ledger, HER, MOVED)
    assert patient_numbers.link(ledger, both, "1", "uketsuke", NOW) is not None
    assert len(marks_of(ledger.read, both)) > 1


def test_a_name_is_the_same_in_any_width_and_nothing_without_a_birth_date() -> None:
    assert person_mark("ﾐﾎﾝ ｼｮｳｺ", "19790305") == person_mark("ミホン　シヨウコ", "19790305")
    assert person_mark("ﾐﾎﾝ", "19790305") != person_mark("ﾐﾎﾝ", "19790306")
    assert person_mark("", "19790305") is None
    assert person_mark("ﾐﾎﾝ", " ") is None
