"""The scenarios: every result there is, each a sound message that says what its title promises."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from appliance.demo.center_faults import fault_named
from appliance.demo.scenarios import Scenario, answer, scenario_named, scenarios, stage
from appliance.eligibility.codes import QualificationValidity
from appliance.eligibility.message import Qualification
from appliance.eligibility.message_xml import read_result, write
from appliance.eligibility.trouble import Trouble
from appliance.ledger import checks, consumers, deliveries
from appliance.ledger.checks import CheckState, Origin
from appliance.ledger.consumers import ConsumerKind
from appliance.ledger.database import Ledger
from appliance.settings import Box

CODE = "1319999999"
NOW = datetime(2026, 11, 22, 0, 5, tzinfo=UTC)


def first(name: str) -> Qualification:
    return answer(scenario_named(name), CODE, NOW).message_body.result_list[0]


@pytest.mark.parametrize("scenario", scenarios(), ids=lambda one: one.id)
def test_each_answer_is_read_as_it_was_written(scenario: Scenario) -> None:
    message = answer(scenario, CODE, NOW)
    again = read_result(write(message))
    assert again.message_body.qualification_validity == message.message_body.qualification_validity
    assert len(again.message_body.result_list) == len(message.message_body.result_list)
    if scenario.fault:
        fault_named(scenario.fault, scenario.seconds, scenario.times)


def test_every_result_and_every_rare_thing_is_there() -> None:
    found = [answer(one, CODE, NOW) for one in scenarios()]
    validities = {one.message_body.qualification_validity for one in found}
    assert validities >= {code.value for code in QualificationValidity}
    insurances = [one for message in found for one in message.message_body.result_list]
    for member in (
        "limit_application_certificate_related_info",
        "elderly_recipient_certificate_info",
        "specific_diseases_certificate_list",
        "public_expense_result_list",
        "reason_of_loss",
        "preschool_classification",
        "name_of_other",
        "unknown",
    ):
        assert any(getattr(one, member) for one in insurances), member
    assert len({one.id for one in scenarios()}) == len(scenarios())


def test_titles_keep_their_word() -> None:
    assert first("zeros").insured_identification_number == "0000012"
    assert first("zeros").insurer_number == "  139998"
    assert "●" in (first("gaiji").name or "")
    assert first("no-address").address == ""
    assert len(first("long-names").name or "") > 60
    assert "NewInsuranceElement2031" in first("unknown-element").unknown[0]
    assert len(answer(scenario_named("big"), CODE, NOW).message_body.result_list) == 300
    assert first("no-consents").pharmacists_info_cons_flg == "0"
    assert answer(scenario_named("refused"), CODE, NOW).message_header.segment_of_result == "9"
    assert answer(scenario_named("certificate-over"), CODE, NOW).message_body.processing_result_status == "2"
    with pytest.raises(Trouble, match="DEMO-002"):
        scenario_named("nothing")


def test_staging_is_one_commit_with_what_is_owed(tmp_path: Path) -> None:
    box = Box(tmp_path / "state")
    box.create()
    ledger = Ledger.of(box)
    consumers.add(ledger, "emr", ConsumerKind.MQTT, NOW)
    staged = {
        name: stage(ledger, scenario_named(name), CODE, NOW) for name in ("valid", "valid-numbers", "refused")
    }
    found = {name: checks.find(ledger, check_id) for name, check_id in staged.items()}
    states = {name: (one.state, one.origin) for name, one in found.items() if one}
    assert states == {
        "valid": (CheckState.ANSWERED, Origin.CARD),
        "valid-numbers": (CheckState.ANSWERED, Origin.MANUAL),
        "refused": (CheckState.REFUSED, Origin.CARD),
    }
    assert [len(deliveries.of_check(ledger, check_id)) for check_id in staged.values()] == [1, 1, 1]
    ledger.close()
