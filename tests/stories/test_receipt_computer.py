"""A レセコン that knows only the folder does a day's work with the box: in Shift_JIS, over SMB."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.eligibility.message_xml import Encoding
from appliance.eligibility.request_families import Family
from tests.stories.demo_box import DemoBox
from tests.stories.receipt_computer import ReceiptComputer, shared_by_samba, why_not
from tests.sync import family_requests as asking

pytestmark = [pytest.mark.timeout(180), pytest.mark.skipif(bool(why_not()), reason=why_not() or "smbd")]


@pytest.fixture(scope="module")
def computer(demo: DemoBox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReceiptComputer]:
    """The レセコン, its folder set to Shift_JIS while the box runs."""
    demo.do("consumer", "add", "receipt-folder", "--kind", "folder", "--encoding", "shift_jis")
    root = Path(demo.facts["folder"]["req"]).parent
    with shared_by_samba(root, tmp_path_factory.mktemp("receipt")) as share:
        yield ReceiptComputer(share, demo.facts["institution_code"], demo.until)


def test_before_the_doors_open_everybody_with_an_appointment_is_checked(computer: ReceiptComputer) -> None:
    receipt = computer.asked(Family.BULK, asking.bulk("p02", "p04", "p05"))
    number = receipt.message_body.reception_number
    fetched = computer.asked(Family.BULK_FETCH, asking.fetch(number))
    for _ in range(60):
        if fetched.message_header.segment_of_result != "2":
            break
        fetched = computer.asked(Family.BULK_FETCH, asking.fetch(number))
    units = fetched.message_body.bulk_confirm_unit
    echoed = [unit.qualification_confirm_search_info.arbitrary_identifier for unit in units]
    assert echoed == ["p02_1", "p04_1", "p05_1"]
    assert [unit.qualification_validity for unit in units][:2] == ["1", "2"]


def test_a_patient_lays_a_card_and_the_result_lies_in_face(demo: DemoBox, computer: ReceiptComputer) -> None:
    check_id = demo.visit("p01")
    result = computer.next_card()
    assert result.message_header.character_code_identifier == "1"
    assert result.message_body.result_list[0].name == "見本　太郎"
    assert result.message_body.result_list[0].pharmacists_info_cons_flg == "1"
    demo.until_delivered(check_id)


def test_drugs_and_checkups_of_that_patient_follow(computer: ReceiptComputer) -> None:
    drugs = computer.asked(Family.DRUGS, asking.drugs("p01"))
    assert drugs.message_header.result_code == "1"
    assert drugs.message_header.qua_inf.name == "見本　太郎"
    checkups = computer.asked(Family.CHECKUPS, asking.checkups("p01"))
    assert checkups.message_body.specific_health_checkup_info
    others = computer.asked(Family.DRUGS, asking.drugs("p02"))
    assert others.message_header.result_code != "1"


def test_a_paper_is_asked_by_numbers_and_the_clinics_own_number_comes_back(computer: ReceiptComputer) -> None:
    registered = computer.asked(Family.REFERENCE, asking.registration("カルテ0042", "p03"))
    assert registered.message_body.processing_result_status == "1"
    (result,) = computer.asked(Family.SINGLE, asking.single("p03")).message_body.result_list
    assert (result.name, result.reference_number) == ("架空　一郎", "カルテ0042")


def test_a_mistake_comes_back_with_a_reason(computer: ReceiptComputer) -> None:
    request = asking.single("p03")
    info = replace(request.message_body.qualification_confirm_search_info, birthdate="")
    wrong = replace(
        request, message_body=replace(request.message_body, qualification_confirm_search_info=info)
    )
    text = computer.refusal(Family.SINGLE, computer.ask(Family.SINGLE, wrong))
    assert text.startswith("コード: INPUT-003")
    assert "Birthdate" in text


def test_when_the_line_is_down_answers_come_later_by_themselves(
    demo: DemoBox, computer: ReceiptComputer
) -> None:
    demo.do("demo", "center", "fault", "down")
    try:
        suffixes = [computer.ask(Family.SINGLE, asking.single(person)) for person in ("p02", "p03")]
        demo.until("waiting", lambda: demo.do("status", "--json")["checks"]["waiting"] == 2)
        assert computer.share.names("res") == set()
    finally:
        demo.do("demo", "center", "heal")
    names = [computer.answer(Family.SINGLE, suffix).message_body.result_list[0].name for suffix in suffixes]
    assert names == ["見本　花子", "架空　一郎"]


def test_at_the_end_of_the_day_nothing_is_left_and_nothing_came_twice(
    demo: DemoBox, computer: ReceiptComputer
) -> None:
    assert {folder: computer.share.names(folder) for folder in ("req", "res", "face")} == {
        "req": set(),
        "res": set(),
        "face": set(),
    }
    assert len(computer.imported) == len(set(computer.imported))
    assert demo.do("status", "--json")["deliveries_pending"] == 0
    assert Encoding.SHIFT_JIS.value == demo.do("consumer", "list", "--json")[1]["encoding"]
