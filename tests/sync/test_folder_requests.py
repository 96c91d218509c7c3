"""req/: what is finished becomes a check once, what is wrong comes back, what is neither is left alone."""

import logging
import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.eligibility.message_xml import SIZE_LIMIT, Encoding
from appliance.eligibility.request_families import Family
from appliance.eligibility.trouble import Trouble
from appliance.ledger import requests
from appliance.ledger.checks import CheckState, NewCheck, Origin
from appliance.ledger.database import Ledger
from appliance.ledger.times import utc_now
from appliance.sync import folder_in, folder_request
from appliance.sync.folder_names import family_of, request_name
from appliance.sync.folder_request import FileMark
from tests.sync.folders import CONSUMER, NINE, SharedFolder, request_xml
from tests.sync.station import INSTITUTION, answer_open_check

NAME = "OQSsiquc01req_202611220001.xml"


def test_a_request_becomes_a_check_and_leaves_the_folder(shared: SharedFolder) -> None:
    """FO-010, FO-012."""
    shared.drop(NAME, request_xml())
    shared.look(0, 0.9)
    assert shared.checks() == (), "it may still grow"
    shared.look(1.0)
    (check,) = shared.checks()
    assert (check.origin, check.asked_by, check.source_name) == (Origin.FOLDER, CONSUMER, "202611220001")
    assert (check.state, check.request_xml) == (CheckState.RECEIVED, request_xml())
    assert shared.names("req") == []
    assert shared.names("res") == []


@pytest.mark.parametrize("encoding", list(Encoding))
@pytest.mark.parametrize("ending", [".xml", ".XML", ".Xml"])
def test_encodings_and_endings(shared: SharedFolder, encoding: Encoding, ending: str) -> None:
    """FO-010, FO-013."""
    shared.drop(f"OQSsiquc01req_A-b_9{ending}", request_xml(encoding=encoding))
    shared.look(0, 1)
    assert [check.source_name for check in shared.checks()] == ["A-b_9"]


def test_a_half_written_request_is_waited_for(shared: SharedFolder) -> None:
    """FO-012."""
    whole = request_xml()
    path = shared.drop(NAME, whole[:200])
    shared.look(0, 2, 4.9)
    assert shared.names("req") == [NAME]
    path.write_bytes(whole)
    shared.look(5.0)
    assert shared.checks() == (), "changed a moment ago"
    shared.look(6.0)
    assert len(shared.checks()) == 1
    assert shared.names("res") == []


@pytest.mark.parametrize("step", [timedelta(days=365), timedelta(days=-365)])
def test_a_clock_that_is_set_makes_no_file_look_finished(shared: SharedFolder, step: timedelta) -> None:
    whole = request_xml()
    path = shared.drop(NAME, whole[:200])
    shared.requests.look(NINE, NINE)
    shared.requests.look(NINE + step, NINE + timedelta(seconds=2))
    assert (shared.names("req"), shared.names("res")) == ([NAME], [])
    path.write_bytes(whole)
    shared.requests.look(NINE + step, NINE + timedelta(seconds=3))
    assert shared.checks() == ()
    shared.requests.look(NINE + step, NINE + timedelta(seconds=4))
    assert [check.received_at for check in shared.checks()] == [NINE + step]


def test_a_slow_writer_has_all_the_time_it_needs(shared: SharedFolder) -> None:
    """FO-012."""
    whole = request_xml()
    for second in range(60):
        shared.drop(NAME, whole[: 5 * second])
        shared.look(second)
    shared.drop(NAME, whole)
    shared.look(60, 61)
    assert len(shared.checks()) == 1


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"<XmlMsg>", request_xml()[:-20], b"\xff\xfe<"])
def test_what_never_becomes_xml_comes_back(shared: SharedFolder, data: bytes) -> None:
    """FO-015, FO-016."""
    shared.drop(NAME, data)
    shared.look(0, 1, 4.9)
    assert shared.names("res") == []
    shared.look(5.0)
    assert shared.names("req") == []
    assert shared.names("res") == ["OQSsiquc01req_202611220001.err", NAME]
    assert (shared.root / "res" / NAME).read_bytes() == data
    assert shared.error("OQSsiquc01req_202611220001.err").startswith("コード: INPUT-002\r\n")
    assert shared.checks() == ()


@pytest.mark.parametrize(
    ("data", "code", "detail"),
    [
        (b"<XmlMsg/>", "INPUT-003", "QualificationConfirmSearchInfo"),
        (b"<Other/>", "INPUT-003", "XmlMsg"),
        (request_xml(number=None), "INPUT-003", "InsuredIdentificationNumber"),
        (request_xml(number="  "), "INPUT-003", "InsuredIdentificationNumber"),
        (request_xml(institution_code=None), "INPUT-003", "MedicalInstitutionCode"),
        (request_xml(institution_code="1399999995"), "INPUT-004", "医療機関コード"),
        (request_xml(number="123456789018"), "INPUT-007", "マイナンバー"),
    ],
)
def test_a_whole_but_wrong_request_comes_back_at_once(
    shared: SharedFolder, data: bytes, code: str, detail: str
) -> None:
    """FO-016, FO-018."""
    shared.drop(NAME, data)
    shared.look(0, 1)
    text = shared.error("OQSsiquc01req_202611220001.err")
    assert text.startswith(f"コード: {code}\r\n")
    assert detail in text
    assert "3456" not in text
    assert shared.names("req") == []


@pytest.mark.parametrize("suffix", ["", "あ", "a b", "..", "x" * 65, "a.b", "a\nb", "%2e"])
def test_an_unfit_suffix_comes_back(shared: SharedFolder, suffix: str) -> None:
    """FO-011, FO-016."""
    name = f"OQSsiquc01req_{suffix}.xml"
    shared.drop(name, request_xml())
    shared.look(0, 1)
    assert shared.error(f"OQSsiquc01req_{suffix}.err").startswith("コード: FOLDER-001")
    assert name in shared.names("res")
    assert shared.checks() == ()


@pytest.mark.parametrize(
    "name",
    [
        "OQSsiquc01req_1.tmp",
        "OQSsiquc01req_1.pdf",
        "OQSsiquc01res_1.xml",
        "oqssiquc01req_1.xml",
        "OQSsiquc01req_1.xml.part",
        "readme.txt",
    ],
)
def test_other_files_are_left_alone(shared: SharedFolder, name: str) -> None:
    """FO-010."""
    shared.drop(name, request_xml())
    shared.look(0, 1, 10)
    assert shared.names("req") == [name]
    assert shared.names("res") == []


def test_links_folders_and_pipes_are_left_alone(shared: SharedFolder, tmp_path: Path) -> None:
    """FO-010."""
    secret = tmp_path / "secret.xml"
    secret.write_bytes(request_xml())
    requests = shared.root / "req"
    (requests / "OQSsiquc01req_link.xml").symlink_to(secret)
    (requests / "OQSsiquc01req_gone.xml").symlink_to(tmp_path / "nowhere")
    (requests / "OQSsiquc01req_dir.xml").mkdir()
    os.mkfifo(requests / "OQSsiquc01req_pipe.xml")
    shared.drop(NAME, request_xml())
    shared.look(0, 1, 10)
    assert len(shared.checks()) == 1
    assert len(shared.names("req")) == 4
    assert secret.exists()


def test_a_request_too_large_comes_back_unread(shared: SharedFolder) -> None:
    """FO-016."""
    path = shared.root / "req" / NAME
    with path.open("wb") as stream:
        stream.truncate(SIZE_LIMIT + 1)
    shared.look(0, 1, 6)
    assert "INPUT-002" in shared.error("OQSsiquc01req_202611220001.err")


def test_a_crash_between_check_and_removal_opens_one_check(
    shared: SharedFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FO-014."""

    class Crash(BaseException):
        pass

    def crash(_self: Path, missing_ok: bool = False) -> None:
        raise Crash

    shared.drop(NAME, request_xml())
    shared.look(0)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", crash)
        with pytest.raises(Crash):
            shared.look(1)
    assert len(shared.checks()) == 1
    assert shared.names("req") == [NAME]
    shared.restart()
    shared.look(2, 3)
    assert len(shared.checks()) == 1
    assert shared.names("req") == []


def test_the_same_name_dropped_again_is_a_new_question(shared: SharedFolder) -> None:
    """FO-014."""
    for start in (0, 10):
        shared.drop(NAME, request_xml())
        shared.look(start, start + 1)
        answer_open_check(shared.ledger)
        shared.results.hand_over(utc_now())
    assert len(shared.checks()) == 2


def test_the_same_request_twice_before_its_answer_is_one_question(shared: SharedFolder) -> None:
    """FO-019."""
    for start in (0, 10):
        shared.drop(NAME, request_xml())
        shared.look(start, start + 1)
    assert len(shared.checks()) == 1
    assert shared.names("req") == []
    answer_open_check(shared.ledger)
    shared.drop(NAME, request_xml())
    shared.look(20, 21)
    assert len(shared.checks()) == 1, "the answer is on its way, and answers this one too"


def test_another_request_of_that_name_waits_until_the_answer_lies_there(shared: SharedFolder) -> None:
    """FO-019."""
    shared.drop(NAME, request_xml())
    shared.look(0, 1)
    shared.drop(NAME, request_xml(number="9999"))
    shared.drop("OQSsiquc01req_other.xml", request_xml())
    shared.look(10, 11, 12)
    assert len(shared.checks()) == 2, "others are not held up"
    assert shared.names("req") == [NAME]
    answer_open_check(shared.ledger)
    shared.look(13)
    assert shared.names("req") == [NAME]
    shared.results.hand_over(utc_now())
    shared.look(14)
    assert shared.names("req") == []
    assert shared.checks()[0].request_xml == request_xml(number="9999")


def test_a_file_replaced_after_it_was_read_is_not_thrown_away(
    shared: SharedFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = shared.drop(NAME, request_xml(number="1111"))
    shared.look(0)
    real = requests.open_all

    def open_all(ledger: Ledger, news: Sequence[NewCheck], now: datetime) -> tuple[str | None, ...]:
        path.with_suffix(".new").write_bytes(request_xml(number="2222"))
        path.with_suffix(".new").replace(path)
        return real(ledger, news, now)

    with monkeypatch.context() as patch:
        patch.setattr(requests, "open_all", open_all)
        shared.look(1)
    assert shared.names("req") == [NAME]
    answer_open_check(shared.ledger)
    shared.results.hand_over(utc_now())
    shared.look(2, 3)
    assert {check.request_xml for check in shared.checks()} == {
        request_xml(number="1111"),
        request_xml(number="2222"),
    }


def test_one_file_that_cannot_be_returned_holds_up_no_other(shared: SharedFolder) -> None:
    (shared.root / "res" / "OQSsiquc01req_stuck.err").mkdir()
    shared.drop("OQSsiquc01req_stuck.xml", b"<Other/>")
    shared.drop(NAME, request_xml())
    shared.look(0)
    with pytest.raises(OSError, match=r"stuck\.err"):
        shared.look(1)
    assert len(shared.checks()) == 1
    assert shared.names("req") == ["OQSsiquc01req_stuck.xml"]
    assert shared.leftovers() == []


def test_a_clock_set_back_only_makes_it_wait_anew(shared: SharedFolder) -> None:
    shared.drop(NAME, request_xml())
    shared.requests.look(NINE + timedelta(days=1))
    shared.look(0, 1)
    assert len(shared.checks()) == 1


def test_no_file_name_is_logged(shared: SharedFolder, caplog: pytest.LogCaptureFixture) -> None:
    shared.drop("OQSsiquc01req_99patient4711.xml", b"<Other/>")
    with caplog.at_level(logging.DEBUG):
        shared.look(0, 1)
    assert "INPUT-003" in caplog.text
    assert "4711" not in caplog.text


@given(st.binary(max_size=300), st.text(max_size=20))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)
def test_whatever_lies_there_nothing_crashes(shared: SharedFolder, data: bytes, suffix: str) -> None:
    name = f"OQSsiquc01req_{suffix}.xml"
    if "/" in name or "\0" in name or len(name.encode("utf-8", "surrogatepass")) > 250:
        return
    try:
        path = shared.drop(name, data)
    except UnicodeEncodeError:
        return
    shared.look(0, 1, 100)
    assert not path.exists()


def test_names_of_requests() -> None:
    found = request_name("OQSsiquc01req_x.XML")
    assert found is not None
    assert (found.suffix, found.is_safe, family_of(found)) == ("x", True, Family.SINGLE)
    assert request_name("OQSsiquc01res_x.xml") is None
    assert INSTITUTION.isdigit()


def test_elements_in_any_order(shared: SharedFolder) -> None:
    """FO-013."""
    text = request_xml().decode()
    header = text[text.index("<MessageHeader>") : text.index("</MessageHeader>") + len("</MessageHeader>")]
    shared.drop(NAME, text.replace(header, "").replace("</XmlMsg>", f"{header}</XmlMsg>").encode())
    shared.look(0, 1)
    assert len(shared.checks()) == 1


def test_the_err_lies_there_before_the_request_comes_back(
    shared: SharedFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FO-015."""
    seen: list[list[str]] = []
    real = os.replace

    def replace(source: Path, target: Path) -> None:
        seen.append(shared.names("res"))
        real(source, target)

    shared.drop(NAME, b"<Other/>")
    shared.look(0)
    monkeypatch.setattr(os, "replace", replace)
    shared.look(1)
    assert seen == [[], ["OQSsiquc01req_202611220001.err"]]
    assert shared.names("res") == ["OQSsiquc01req_202611220001.err", NAME]


def test_a_file_that_stays_locked_comes_back(shared: SharedFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """FO-016."""

    def locked(_path: Path, _mark: FileMark) -> bytes:
        raise Trouble("FOLDER-002", "PermissionError")

    monkeypatch.setattr(folder_request, "read", locked)
    shared.drop(NAME, request_xml())
    shared.look(0, 1, 4.9)
    assert shared.names("req") == [NAME]
    shared.look(5)
    assert shared.error("OQSsiquc01req_202611220001.err").startswith("コード: FOLDER-002")


def test_a_file_that_changed_since_it_was_seen_is_not_read(shared: SharedFolder) -> None:
    path = shared.drop(NAME, request_xml())
    mark = FileMark.of(path.stat())
    path.write_bytes(b"longer or shorter")
    with pytest.raises(Trouble) as caught:
        folder_request.read(path, mark)
    assert caught.value.code == "FOLDER-002"


def test_a_pipe_keeps_nobody_waiting(shared: SharedFolder) -> None:
    path = shared.root / "req" / NAME
    os.mkfifo(path)
    with pytest.raises(Trouble) as caught:
        folder_request.read(path, FileMark.of(path.lstat()))
    assert caught.value.code == "FOLDER-002"


def test_a_crowd_is_taken_in_bit_by_bit_and_all_of_it(shared: SharedFolder) -> None:
    for number in range(2 * folder_in.BATCH + 1):
        shared.drop(f"OQSsiquc01req_{number:05d}.xml", request_xml())
    shared.look(0)
    seen = []
    for second in range(1, 4):
        shared.look(second)
        seen.append((len(shared.names("req")), shared.requests.has_more))
    assert seen == [(folder_in.BATCH + 1, True), (1, True), (0, False)]


def test_requests_that_wait_hold_up_nobody_behind_them(
    shared: SharedFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder_in, "BATCH", 2)
    for name in ("1", "2"):
        shared.drop(f"OQSsiquc01req_{name}.xml", request_xml())
    shared.look(0, 1)
    for name in ("1", "2", "3"):
        shared.drop(f"OQSsiquc01req_{name}.xml", request_xml(number="9"))
    shared.look(10, 11, 12)
    assert shared.names("req") == ["OQSsiquc01req_1.xml", "OQSsiquc01req_2.xml"]


def test_what_is_in_sight_is_looked_at_again_as_soon_as_it_may_be_finished(shared: SharedFolder) -> None:
    assert shared.requests.next_due(NINE) == shared.settings.folder_settle
    shared.drop(NAME, request_xml())
    shared.look(0)
    assert shared.requests.next_due(NINE + timedelta(seconds=0.75)) == pytest.approx(0.25)


def test_a_request_of_another_code_of_the_house_is_asked_under_that_code(shared: SharedFolder) -> None:
    dental = "1330000009"
    shared.settings = replace(shared.settings, other_institution_codes=(dental,))
    shared.restart()
    shared.drop("OQSsiquc01req_1.xml", request_xml(institution_code=dental))
    shared.look(0, 2)
    (check,) = shared.checks()
    assert check.institution_code == dental
