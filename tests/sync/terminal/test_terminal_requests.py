"""Checks by numbers through a terminal: dropped once and whole, answered whenever the answer comes."""

import logging
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from appliance.demo.people import person
from appliance.eligibility import center_reading, message_xml
from appliance.eligibility.message_xml import Encoding
from appliance.eligibility.trouble import Trouble
from appliance.ledger import checks, consumers, results, terminal
from appliance.ledger.checks import CheckState, NewCheck, Origin
from appliance.ledger.conditions import LinkState
from appliance.ledger.consumers import FolderTerms
from appliance.sync import questions
from appliance.sync.terminal_files import Names
from appliance.sync.terminal_lane import TerminalLane
from tests.ledger.desk import EVIDENCE
from tests.sync.center.clinic import request_for
from tests.sync.station import INSTITUTION
from tests.sync.terminal.conftest import GuestMaker
from tests.sync.terminal.guest import FIRST, NINE, SECOND, Guest, answer_to, request, result


def test_a_check_becomes_one_whole_file_under_a_name_of_twelve_digits(guest: Guest) -> None:
    check_id = guest.by_numbers()
    guest.start()
    guest.until(lambda: guest.names("req") == [request(FIRST)])
    sent = (guest.folders / "req" / request(FIRST)).read_bytes()
    assert sent == questions.question(guest.check(check_id)).xml
    header = message_xml.read_request(sent).message_header
    assert header.arbitrary_file_identifier == center_reading.identifier(check_id)
    guest.until_state(CheckState.ASKING, check_id)
    guest.until(lambda: guest.aside() == [])


@pytest.mark.parametrize("encoding", list(Encoding))
def test_the_answer_closes_the_check_and_leaves_the_folder(guest: Guest, encoding: Encoding) -> None:
    check_id = guest.by_numbers()
    guest.start()
    data = answer_to(guest.take(), encoding=encoding)
    guest.put(result(FIRST), data)
    guest.until_state(CheckState.ANSWERED, check_id)
    check = guest.check(check_id)
    assert (check.result_xml, check.qualification_validity) == (data, "1")
    assert guest.owed(check_id) == ["emr"]
    guest.until(lambda: terminal.pending(guest.ledger) == ())
    assert guest.names("res") == []
    guest.until_line(LinkState.UP)


def test_a_setting_leaves_results_where_they_are(make_guest: GuestMaker) -> None:
    guest = make_guest(terminal_delete_results=False)
    check_id = guest.by_numbers()
    guest.start()
    guest.answer()
    guest.until_state(CheckState.ANSWERED, check_id)
    guest.until(lambda: terminal.pending(guest.ledger) == ())
    assert guest.names("res") == [result(FIRST)]


def test_files_that_are_not_ours_by_name_are_left_alone(guest: Guest) -> None:
    strangers = {"OQSsiquc01res_202611220001.xml", "YZKsiquc01res_202611225001.pdf", "notes.txt", result("x")}
    for name in strangers:
        guest.put(name, b"somebody else's")
    (guest.folders / "req" / request("202611220002")).write_bytes(b"another product's")
    check_id = guest.by_numbers()
    guest.start()
    guest.answer("202611225002")  # 5001 is in use by the other's PDF
    guest.until_state(CheckState.ANSWERED, check_id)
    guest.until(lambda: set(guest.names("res")) == strangers)
    assert guest.names("req") == [request("202611220002")]


def test_serials_go_on_after_a_restart_and_start_anew_the_next_day(guest: Guest) -> None:
    for suffix in (FIRST, SECOND):
        check_id = guest.by_numbers()
        guest.start()
        guest.answer(suffix)
        guest.until_state(CheckState.ANSWERED, check_id)
        guest.stop()
    guest.later(86400)
    guest.by_numbers()
    guest.start()
    guest.take("202611235001")


def test_a_half_written_result_is_waited_for(guest: Guest) -> None:
    check_id = guest.by_numbers()
    guest.start()
    whole = answer_to(guest.take())
    for part in (b"", whole[:300], whole[:-1]):
        guest.put(result(FIRST), part)
        guest.some_looks()
        assert guest.check(check_id).state is CheckState.ASKING
    guest.put(result(FIRST), whole)
    guest.until_state(CheckState.ANSWERED, check_id)
    assert guest.check(check_id).result_xml == whole


def foreign_identifier(guest: Guest, data: bytes) -> bytes:
    """Another product has asked about the same person under the same name."""
    message = message_xml.read_request(data)
    header = replace(message.message_header, arbitrary_file_identifier="RECEIPT-1")
    return message_xml.write(replace(message, message_header=header))


def foreign_person(guest: Guest, data: bytes) -> bytes:
    """It has asked about somebody else, without an identifier."""
    message = message_xml.read_request(request_for("p02"))
    header = replace(message.message_header, medical_institution_code=INSTITUTION)
    return message_xml.write(replace(message, message_header=header))


@pytest.mark.parametrize("asked", [foreign_identifier, foreign_person])
def test_anothers_answer_under_our_name_is_never_taken(guest: Guest, asked: object) -> None:
    check_id = guest.by_numbers()
    guest.start()
    ours = guest.take()
    assert callable(asked)
    theirs = answer_to(asked(guest, ours))
    guest.put(result(FIRST), theirs)
    guest.some_looks()
    assert guest.check(check_id).state is CheckState.ASKING
    guest.later(301)
    guest.until_state(CheckState.WAITING, check_id, "TERMINAL-006")
    assert (guest.folders / "res" / result(FIRST)).read_bytes() == theirs
    guest.put(result(FIRST), answer_to(ours))
    guest.until_state(CheckState.ANSWERED, check_id)


@pytest.mark.parametrize("encoding", ["cp932", "utf-8"])
def test_a_returned_request_refuses_the_check_and_its_text_is_kept(guest: Guest, encoding: str) -> None:
    check_id = guest.by_numbers()
    guest.start()
    guest.put(request(FIRST), guest.take())
    guest.put(f"OQSsiquc01req_{FIRST}.err", "E001\r\n記号が正しくありません\x07\r\n".encode(encoding))
    guest.until_state(CheckState.REFUSED, check_id, "TERMINAL-004")
    xml = guest.check(check_id).result_xml
    assert xml is not None
    header = message_xml.read_result(xml).message_header
    assert (header.segment_of_result, header.error_code) == ("9", "TERMINAL-004")
    assert (header.error_message or "").split() == ["E001", "記号が正しくありません"]
    assert guest.owed(check_id) == ["emr"]
    guest.until(lambda: guest.names("res") == [])


def test_a_returned_request_without_a_word_is_refused_too(guest: Guest) -> None:
    check_id = guest.by_numbers()
    guest.start()
    guest.put(request(FIRST), guest.take())
    guest.until_state(CheckState.REFUSED, check_id, "TERMINAL-004")
    guest.until(lambda: guest.names("res") == [])


def test_patience_ends_and_the_late_result_still_counts(guest: Guest) -> None:
    check_id = guest.by_numbers()
    guest.start()
    data = guest.take()
    guest.some_looks()
    assert guest.check(check_id).state is CheckState.ASKING
    guest.later(301)
    guest.until_state(CheckState.WAITING, check_id, "TERMINAL-002")
    guest.some_looks()
    assert guest.names("req") == [], "never sent again"
    guest.until_line(LinkState.UP)
    guest.later(86400)
    guest.put(result(FIRST), answer_to(data))
    guest.until_state(CheckState.ANSWERED, check_id)
    guest.until(lambda: guest.names("res") == [])


def test_one_without_an_answer_holds_up_nobody(make_guest: GuestMaker) -> None:
    guest = make_guest(terminal_at_once=1)
    slow = guest.by_numbers("p01")
    quick = guest.by_numbers("p02")
    guest.start()
    guest.take()
    guest.some_looks()
    assert guest.names("req") == [], "one at a time"
    guest.later(301)
    guest.answer(SECOND)
    guest.until_state(CheckState.ANSWERED, quick)
    guest.until_state(CheckState.WAITING, slow, "TERMINAL-002")


def test_a_new_process_waits_for_the_same_file(guest: Guest) -> None:
    check_id = guest.by_numbers()
    guest.start()
    data = guest.take()
    guest.stop()
    guest.start()
    guest.some_looks()
    assert guest.names("req") == []
    assert guest.check(check_id).state is CheckState.ASKING
    guest.stop()
    guest.put(result(FIRST), answer_to(data))
    guest.start()
    guest.until_state(CheckState.ANSWERED, check_id)
    assert guest.check(check_id).tries == 1


def chosen(guest: Guest) -> Names:
    """A check that was given a name, by a process that has died since."""
    check = guest.check(guest.by_numbers())
    suffix = terminal.choose(guest.ledger, check.id, guest.now, 5001, frozenset())
    assert suffix == FIRST
    return Names(check.family, suffix)


def prepare(guest: Guest, names: Names) -> None:
    link = guest.link()
    link.look()
    check = checks.recent(guest.ledger, 1)[0]
    link.prepare(names, questions.question(check).xml)


def test_death_after_choosing_a_name(guest: Guest) -> None:
    chosen(guest)
    guest.start()
    guest.answer()
    guest.until_state(CheckState.ANSWERED, checks.recent(guest.ledger, 1)[0].id)


def test_death_while_writing_aside(guest: Guest) -> None:
    chosen(guest)
    aside = guest.folders / ".madoguchi-tmp"
    aside.mkdir()
    (aside / "0123456789abcdef.part").write_bytes(b"<XmlMsg>")
    guest.start()
    message_xml.read_request(guest.take())
    guest.until(lambda: guest.aside() == [])


def test_death_between_aside_and_ledger(guest: Guest) -> None:
    prepare(guest, chosen(guest))
    guest.start()
    guest.answer()
    guest.until(lambda: terminal.pending(guest.ledger) == ())
    assert guest.aside() == []


def test_death_between_ledger_and_dropping(guest: Guest) -> None:
    names = chosen(guest)
    prepare(guest, names)
    assert terminal.mark_sent(guest.ledger, FIRST, guest.now)
    guest.start()
    guest.answer()
    guest.until(lambda: terminal.pending(guest.ledger) == ())


def test_death_after_dropping_sends_nothing_again(guest: Guest) -> None:
    names = chosen(guest)
    prepare(guest, names)
    assert terminal.mark_sent(guest.ledger, FIRST, guest.now)
    assert guest.link().drop(names)
    data = guest.take()
    guest.start()
    guest.some_looks()
    assert guest.names("req") == []
    guest.put(result(FIRST), answer_to(data))
    guest.until(lambda: terminal.pending(guest.ledger) == ())


def test_death_between_answer_and_putting_away(guest: Guest) -> None:
    check_id = guest.by_numbers()
    guest.start()
    data = answer_to(guest.take())
    guest.stop()
    guest.put(result(FIRST), data)
    assert results.record(
        guest.ledger, check_id, None, xml=data, qualification_validity="1", refusal=None, now=NINE
    )
    guest.start()
    guest.until(lambda: terminal.pending(guest.ledger) == ())
    assert guest.names("res") == []
    assert guest.owed(check_id) == ["emr"]


def test_a_name_that_somebody_else_took_meanwhile_is_given_up(guest: Guest) -> None:
    names = chosen(guest)
    prepare(guest, names)
    assert terminal.mark_sent(guest.ledger, FIRST, guest.now)
    (guest.folders / "req" / request(FIRST)).write_bytes(b"another product's")
    guest.start()
    guest.answer(SECOND)
    guest.until_state(CheckState.ANSWERED, checks.recent(guest.ledger, 1)[0].id)
    assert (guest.folders / "req" / request(FIRST)).read_bytes() == b"another product's"


def test_a_terminal_that_picks_nothing_up_is_told_and_spared(guest: Guest) -> None:
    stuck = guest.by_numbers("p01")
    guest.start()
    guest.until(lambda: guest.names("req") == [request(FIRST)])
    guest.later(31)
    guest.until_line(LinkState.DOWN, "TERMINAL-003")
    guest.until_state(CheckState.WAITING, stuck, "TERMINAL-003")
    held = guest.by_numbers("p02")
    guest.until_state(CheckState.WAITING, held, "TERMINAL-003")
    assert guest.names("req") == [request(FIRST)]
    guest.answer(FIRST)
    guest.answer(SECOND)
    for check_id in (stuck, held):
        guest.until_state(CheckState.ANSWERED, check_id)
    guest.until_line(LinkState.UP)


def test_a_withdrawn_check_is_taken_out_of_the_terminals_folder(guest: Guest) -> None:
    check_id = guest.by_numbers()
    guest.start()
    guest.until(lambda: guest.names("req") == [request(FIRST)])
    assert not results.withdraw(guest.ledger, check_id, guest.now), "it may be asked this very moment"
    guest.later(31)
    guest.until_state(CheckState.WAITING, check_id)
    assert results.withdraw(guest.ledger, check_id, guest.now)
    guest.until(lambda: guest.names("req") == [])
    guest.until_line(LinkState.UP)


def test_the_late_result_of_a_withdrawn_check_stays(guest: Guest) -> None:
    check_id = guest.by_numbers()
    guest.start()
    data = guest.take()
    guest.later(301)
    guest.until_state(CheckState.WAITING, check_id)
    assert results.withdraw(guest.ledger, check_id, guest.now)
    guest.until(lambda: terminal.pending(guest.ledger) == ())
    guest.put(result(FIRST), answer_to(data))
    guest.some_looks()
    assert guest.names("res") == [result(FIRST)], "the ledger does not have it"
    assert guest.check(check_id).state is CheckState.WITHDRAWN


@pytest.mark.parametrize("folder", ["req", "res", "face"])
def test_a_folder_that_is_away_is_told_until_it_is_back(guest: Guest, folder: str) -> None:
    (guest.folders / folder).rename(guest.folders / "away")
    guest.start()
    guest.until_line(LinkState.DOWN, "TERMINAL-001")
    check_id = guest.by_numbers()
    if folder != "face":
        guest.until_state(CheckState.WAITING, check_id, "TERMINAL-001")
    (guest.folders / "away").rename(guest.folders / folder)
    guest.answer()
    guest.until_state(CheckState.ANSWERED, check_id)
    guest.until_line(LinkState.UP)


def test_a_share_that_goes_while_waiting_loses_nothing(guest: Guest) -> None:
    check_id = guest.by_numbers()
    guest.start()
    data = guest.take()
    (guest.folders / "res").rename(guest.folders / "away")
    guest.until_line(LinkState.DOWN, "TERMINAL-001")
    (guest.folders / "away" / result(FIRST)).write_bytes(answer_to(data))
    (guest.folders / "away").rename(guest.folders / "res")
    guest.until_state(CheckState.ANSWERED, check_id)


def test_a_box_without_folders_says_so(make_guest: GuestMaker) -> None:
    guest = make_guest(terminal_req="")
    guest.start()
    guest.until_line(LinkState.DOWN, "TERMINAL-005")
    guest.until_state(CheckState.WAITING, guest.by_numbers(), "TERMINAL-005")


@pytest.mark.parametrize("key", ["terminal_req", "terminal_res", "terminal_face"])
def test_a_box_does_not_become_its_own_guest(guest: Guest, key: str) -> None:
    own = guest.box.root / "folder" / key.removeprefix("terminal_")
    changes: dict[str, Any] = {key: str(own)}
    settings = replace(guest.settings, **changes)
    with pytest.raises(Trouble, match=key) as caught:
        TerminalLane(guest.box, settings, guest.ledger, lambda: NINE)
    assert caught.value.code == "BOX-001"


def test_nor_through_a_folder_it_serves_elsewhere(guest: Guest) -> None:
    terms = FolderTerms(root=str(guest.folders))
    consumers.put(guest.ledger, "other", consumers.ConsumerKind.FOLDER, terms, NINE)
    with pytest.raises(Trouble, match="terminal_req"):
        guest.start()


def test_a_card_of_our_own_reader_is_refused_with_what_to_do(make_guest: GuestMaker) -> None:
    guest = make_guest(terminal_res="")
    new = NewCheck(origin=Origin.CARD, institution_code=INSTITUTION, reader="1", evidence=EVIDENCE)
    by_card = checks.open_check(guest.ledger, new, NINE)
    guest.start()
    guest.until_state(CheckState.REFUSED, by_card, "READER-004")
    assert guest.owed(by_card) == ["emr"]


def test_what_cannot_be_asked_is_closed_and_stops_nobody(guest: Guest) -> None:
    broken = guest.by_numbers(request_xml=b"<XmlMsg><MessageHeader/></XmlMsg>")
    good = guest.by_numbers()
    guest.start()
    guest.answer()
    guest.until_state(CheckState.ANSWERED, good)
    guest.until_state(CheckState.REFUSED, broken, "INPUT-003")


def test_what_another_link_was_asking_is_asked_here(guest: Guest) -> None:
    check_id = guest.by_numbers()
    assert checks.claim(guest.ledger, "asker-1", NINE, timedelta(seconds=30)) is not None
    guest.start()
    guest.answer()
    guest.until_state(CheckState.ANSWERED, check_id)


def test_requests_may_be_written_aside_elsewhere(make_guest: GuestMaker, box_dir: Path) -> None:
    guest = make_guest(terminal_aside=str(box_dir / "elsewhere"))
    guest.by_numbers()
    guest.start()
    guest.answer()
    assert (box_dir / "elsewhere").is_dir()
    assert not (guest.folders / ".madoguchi-tmp").exists()


def test_log_lines_name_checks_and_nobody(guest: Guest, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    check_id = guest.by_numbers("p01")
    guest.start()
    guest.answer()
    guest.until_state(CheckState.ANSWERED, check_id)
    guest.until(lambda: terminal.pending(guest.ledger) == ())
    guest.stop()
    assert check_id in caplog.text
    one = person("p01").qualifications[0]
    for secret in (one.name, one.insurer_number, one.insured_identification_number):
        assert secret is not None
        assert secret not in caplog.text.replace(check_id, "")
