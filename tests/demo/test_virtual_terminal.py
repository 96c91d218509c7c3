"""The virtual terminal: what it does with the folders, as the field does, and how it misbehaves when told to."""

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from appliance.demo import terminal_answers
from appliance.demo.people import person
from appliance.demo.terminal_client import RunningTerminal, start_terminal
from appliance.demo.terminal_folders import Folders, TerminalFault
from appliance.eligibility import file_names, message_xml
from appliance.eligibility import message_bulk as bulk
from appliance.eligibility.message import RequestHeader, ResultMessage
from appliance.eligibility.message_xml import Encoding
from appliance.eligibility.trouble import Trouble
from appliance.ledger.times import utc_now
from tests.demo.card_evidence import INSTITUTION
from tests.sync.center.clinic import request_for

SUFFIX = "202611220001"
REQUEST, RESULT = f"OQSsiquc01req_{SUFFIX}.xml", f"OQSsiquc01res_{SUFFIX}.xml"


def request(person_id: str = "p01", code: str = INSTITUTION) -> bytes:
    message = message_xml.read_request(request_for(person_id, identifier="BOX-1"))
    header = replace(message.message_header, medical_institution_code=code)
    return message_xml.write(replace(message, message_header=header))


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    """Folders that answer at once, without a process."""
    made = Folders(tmp_path, INSTITUTION, utc_now)
    made.set_delay(0)
    return made


def read(path: Path) -> ResultMessage:
    return message_xml.read_result(path.read_bytes())


def drop(root: Path, data: bytes) -> None:
    (root / "req" / REQUEST).write_bytes(data)


def names(root: Path, folder: str) -> list[str]:
    return sorted(path.name for path in (root / folder).iterdir())


def test_a_request_is_picked_up_and_answered_under_the_matching_name(
    folders: Folders, tmp_path: Path
) -> None:
    drop(tmp_path, request())
    (tmp_path / "req" / "notes.txt").write_text("x")
    folders.look()
    assert names(tmp_path, "req") == ["notes.txt"]
    message = read(tmp_path / "res" / RESULT)
    assert message.message_header.arbitrary_file_identifier == "BOX-1"
    assert message.message_body.result_list[0].name == person("p01").name
    assert folders.state()["asked"] == [SUFFIX]
    assert folders.state()["identifiers"] == ["BOX-1"]


@pytest.mark.parametrize("data", [b"<XmlMsg", request(code="1399999995")])
def test_what_the_terminal_cannot_send_comes_back_with_an_err(
    folders: Folders, tmp_path: Path, data: bytes
) -> None:
    drop(tmp_path, data)
    folders.look()
    assert names(tmp_path, "req") == []
    assert names(tmp_path, "res") == [f"OQSsiquc01req_{SUFFIX}.err", REQUEST]
    assert (tmp_path / "res" / REQUEST).read_bytes() == data


def test_a_card_result_is_named_and_ordered_as_in_the_field(folders: Folders, tmp_path: Path) -> None:
    orders = set()
    for _ in range(4):
        (name,) = folders.face("p01")["files"]
        parsed = file_names.parse(name)
        assert parsed is not None
        assert parsed.face is not None
        assert parsed.face.id.startswith(INSTITUTION)
        assert len(parsed.face.id) == 30
        data = (tmp_path / "face" / name).read_bytes()
        orders.add(tuple(element.tag for element in etree.fromstring(data).iter()))
        message = message_xml.read_result(data)
        identifier = message.message_header.arbitrary_file_identifier or ""
        assert (len(identifier), identifier[-1]) == (16, "=")
        assert message.message_header.reference_classification == "1"
        assert message.message_body.qualification_confirm_search_info is None
        assert message.message_body.result_list[0].pharmacists_info_cons_flg == "1"
    assert len(orders) > 1


@pytest.mark.parametrize("encoding", list(Encoding))
def test_another_order_says_the_same(encoding: Encoding) -> None:
    message = terminal_answers.TerminalDesk(INSTITUTION, utc_now).by_card(person("p05"))
    chance = random.Random(3)  # noqa: S311 - no secret
    again = message_xml.read_result(terminal_answers.in_field_order(message, encoding, chance))
    code = "1" if encoding is Encoding.SHIFT_JIS else "0"
    assert again.message_header.character_code_identifier == code
    header = replace(message.message_header, character_code_identifier=code)
    plain = message_xml.read_result(message_xml.write(replace(message, message_header=header), encoding))
    assert message_xml.write(again) == message_xml.write(plain)


def test_nobody_has_no_card(folders: Folders) -> None:
    with pytest.raises(Trouble) as caught:
        folders.face("p99")
    assert caught.value.code == "DEMO-002"


def test_a_dead_terminal_picks_nothing_up_until_it_is_healed(folders: Folders, tmp_path: Path) -> None:
    folders.set_fault(TerminalFault.DEAD)
    drop(tmp_path, request())
    folders.look()
    assert names(tmp_path, "req") == [REQUEST]
    folders.set_fault(None)
    folders.look()
    assert names(tmp_path, "res") == [RESULT]


@pytest.mark.parametrize("fault", [TerminalFault.SLOW, TerminalFault.LATE])
def test_a_late_answer_comes_when_healed_or_in_its_time(
    folders: Folders, tmp_path: Path, fault: TerminalFault
) -> None:
    folders.set_fault(fault, 0.2)
    drop(tmp_path, request())
    folders.look()
    assert (names(tmp_path, "req"), names(tmp_path, "res"), folders.state()["held"]) == ([], [], 1)
    if fault is TerminalFault.LATE:
        folders.set_fault(None)
    until_answered(folders, tmp_path)


def test_half_of_a_file_is_completed_when_healed(folders: Folders, tmp_path: Path) -> None:
    folders.set_fault(TerminalFault.HALF_WRITTEN)
    drop(tmp_path, request())
    folders.look()
    with pytest.raises(Trouble):
        read(tmp_path / "res" / RESULT)
    folders.set_fault(None)
    assert read(tmp_path / "res" / RESULT).message_header.segment_of_result == "1"


def test_duplicates(folders: Folders, tmp_path: Path) -> None:
    folders.set_fault(TerminalFault.DUPLICATE)
    one, other = folders.face("p01")["files"]
    assert one != other
    assert (tmp_path / "face" / one).read_bytes() == (tmp_path / "face" / other).read_bytes()
    drop(tmp_path, request())
    folders.look()
    (tmp_path / "res" / RESULT).unlink()
    until_answered(folders, tmp_path)


def test_err_returns_everything(folders: Folders, tmp_path: Path) -> None:
    folders.set_fault(TerminalFault.ERR)
    drop(tmp_path, request())
    folders.look()
    assert names(tmp_path, "res") == [f"OQSsiquc01req_{SUFFIX}.err", REQUEST]


def test_a_bulk_job_goes_the_same_way(folders: Folders, tmp_path: Path) -> None:
    asked = bulk.BulkSearchInfo(arbitrary_identifier="P1")
    job = bulk.BulkRequestMessage(
        message_header=RequestHeader(medical_institution_code=INSTITUTION),
        message_body=bulk.BulkRequestBody(qualification_confirm_search_info=(asked,)),
    )
    (tmp_path / "req" / f"OQSmuquc01req_{SUFFIX}.xml").write_bytes(message_xml.write(job))
    folders.look()
    receipt = message_xml.read_as(
        bulk.ReceiptMessage, (tmp_path / "res" / f"OQSmuquc01res_{SUFFIX}.xml").read_bytes()
    )
    fetch = bulk.FetchMessage(
        message_header=RequestHeader(medical_institution_code=INSTITUTION),
        message_body=bulk.FetchBody(reception_number=receipt.message_body.reception_number),
    )
    (tmp_path / "req" / f"OQSmuquc02req_{SUFFIX}.xml").write_bytes(message_xml.write(fetch))
    folders.look()
    found = message_xml.read_as(
        bulk.BulkResultMessage, (tmp_path / "res" / f"OQSmuquc02res_{SUFFIX}.xml").read_bytes()
    )
    assert len(found.message_body.bulk_confirm_unit) == 1


def test_cp932(folders: Folders, tmp_path: Path) -> None:
    folders.set_fault(TerminalFault.CP932)
    drop(tmp_path, request())
    folders.look()
    assert person("p01").name.encode("cp932") in (tmp_path / "res" / RESULT).read_bytes()


def until_answered(folders: Folders, root: Path) -> None:
    """Let the terminal work until the answer is there."""

    def is_there() -> bool:
        folders.look()
        return names(root, "res") == [RESULT]

    until(is_there)


def until(is_so: Callable[[], bool]) -> None:
    """Look again until it is so, not for ever."""
    end = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < end


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningTerminal]:
    state = tmp_path_factory.mktemp("t")
    running = start_terminal(state, state / "oqs")
    yield running
    running.stop()
    assert running.process.returncode == 0


def test_the_process_serves_folders_and_obeys(terminal: RunningTerminal) -> None:
    drop(terminal.root, request())
    until(lambda: names(terminal.root, "res") == [RESULT])
    (name,) = terminal.face("p02")
    assert names(terminal.root, "face") == [name]
    terminal.fault("slow", seconds=2)
    assert terminal.ask("state")["fault"] == "slow"
    terminal.heal()
    assert terminal.ask("delay", ms=250)["delay_ms"] == 250


@pytest.mark.parametrize(
    ("do", "members"),
    [
        ("dance", {}),
        ("fault", {"kind": "explode"}),
        ("fault", {"kind": "slow", "seconds": "long"}),
        ("delay", {"ms": -1}),
        ("face", {}),
    ],
)
def test_nonsense_is_refused(terminal: RunningTerminal, do: str, members: dict[str, object]) -> None:
    with pytest.raises(Trouble) as caught:
        terminal.ask(do, **members)
    assert caught.value.code == "DEMO-002"
