"""The pages of outage notes: what is refused at which field, what is kept, who may, and how a note ends."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from appliance.demo.people import person
from appliance.eligibility import message_xml
from appliance.ledger import audit, checks, line, outage_lists, outage_notes
from appliance.ledger.accounts import Role
from appliance.ledger.outage_notes import Ending, NoteState
from appliance.ledger.times import clinic_day
from appliance.web.outage import form
from appliance.web.reception.manual import Findings
from tests.web.desk_world import CODE, Client, Desk, client_of
from tests.web.outage_world import cut, form_of, found, noted, numbers_of

TODAY = date(2026, 11, 22)
MY_NUMBER = "1234-5678-9018"
GOOD = {
    "name": "徳川　花子",
    "kana": "とくがわ はなこ",
    "birthdate": "3540305",
    "sex": "2",
    "address": "東京都千代田区一番町1-2-3",
    "visited_on": "2026-11-22",
    "reason": "line",
    "received_as": "known",
    "institution_code": CODE,
}


def judge(**changes: str) -> Findings:
    return form.judge(form.read(GOOD | changes), TODAY, (CODE,))


def actions(desk: Desk, count: int) -> list[tuple[str, str]]:
    return [(row.action, row.subject) for row in audit.latest(desk.ledger, count)]


def test_what_is_right_is_neither_error_nor_warning() -> None:
    assert judge() == Findings({}, {}, "昭和54年3月5日（1979/3/5）・47歳")
    assert form.read(GOOD).kana == "トクガワ ハナコ"


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", "  "),
        ("name", MY_NUMBER),
        ("name", "あ" * 201),
        ("kana", "徳川"),
        ("birthdate", ""),
        ("birthdate", "昭和64年1月8日"),
        ("sex", ""),
        ("sex", "9"),
        ("address", "東京都１２３４５６７８９０１８番地"),
        ("visited_on", ""),
        ("visited_on", "2026-11-23"),
        ("visited_on", "2025-11-01"),
        ("reason", ""),
        ("reason", "weather"),
        ("received_as", ""),
        ("institution_code", "1310000000"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(field: str, typed: str) -> None:
    assert set(judge(**{field: typed}).errors) == {field}


def test_another_reason_needs_words() -> None:
    assert set(judge(reason="other").errors) == {"reason_text"}
    assert judge(reason="other", reason_text="工事").errors == {}


def test_a_number_that_is_no_my_number_may_stand_in_an_address() -> None:
    assert judge(address="架空市1234-5678-9012").errors == {}


def test_a_note_is_written_as_it_was_typed(desk: Desk, client: Client) -> None:
    answer = client.post("/outage/notes", form_of(desk))
    assert answer.status_code == 200
    note = found(desk, answer.json["id"])
    assert (note.facts.name, note.facts.kana, note.facts.birthdate) == (
        "徳川　花子",
        "トクガワ ハナコ",
        date(1979, 3, 5),
    )
    assert (note.written_by, note.state) == ("reception", NoteState.OPEN)
    assert answer.json["next"] == f"/outage/notes/{note.id}"
    assert actions(desk, 1) == [("write-outage-note", note.id)]
    assert "徳川　花子" in client.get("/outage").text


def test_a_warning_must_have_been_on_the_screen(desk: Desk, client: Client) -> None:
    without = form_of(desk, address="")
    refused = client.post("/outage/notes", without)
    assert refused.status_code == 422
    (warning,) = refused.json["warnings"]["address"]
    assert client.post("/outage/notes", without | {"shown": f'["{warning}"]'}).status_code == 200
    again = client.post("/outage/notes", form_of(desk))
    assert set(again.json["warnings"]) == {"name"}
    assert outage_notes.counts(desk.ledger)[NoteState.OPEN] == 1


def test_the_next_patient_comes_under_the_same_circumstances(desk: Desk, client: Client) -> None:
    sent = form_of(desk, then="next", reason="power", received_as="portal")
    page = client.get(client.post("/outage/notes", sent).json["next"]).text
    assert "徳川　花子 さまのメモを保存しました" in page
    assert 'value="power" selected' in page
    assert 'value="portal" selected' in page
    assert 'name="name" type="text" value=""' in page


def test_a_note_for_a_manual_check_knows_the_birth_date_and_later_the_numbers(
    desk: Desk, client: Client
) -> None:
    check_id = desk.typed(insurer_number="06139992", birthdate="S55.2.17")
    page = client.get(f"/outage/notes/new?check={check_id}").text
    assert 'value="昭和55年2月17日"' in page
    assert f'name="check" value="{check_id}"' in page
    note_id = client.post("/outage/notes", form_of(desk, check=check_id)).json["id"]
    assert found(desk, note_id).check_id == check_id
    assert 'value="06139992"' in client.get(f"/outage/notes/{note_id}").text
    assert "このメモの記録" in client.get(f"/outage/notes/new?check={check_id}").text
    twice = client.post("/outage/notes", form_of(desk, name="別 人", check=check_id))
    assert twice.json["error"]["code"] == "OUTAGE-002"


def test_a_note_for_an_answered_check_knows_who_it_is(desk: Desk, client: Client) -> None:
    who = person("p01")
    page = client.get(f"/outage/notes/new?check={desk.person('p01')}").text
    for text in (who.name, who.address, f'value="{who.sex}" checked'):
        assert text in page


def test_a_house_with_two_codes_says_under_which_one_the_patient_came(desk: Desk) -> None:
    dentist = "1339999999"
    desk.settings = replace(desk.settings, other_institution_codes=(dentist,))
    client = client_of(desk)
    assert f"<option>{dentist}</option>" in client.get("/outage/notes/new").text
    sent = form_of(desk, institution_code=dentist)
    note = found(desk, client.post("/outage/notes", sent).json["id"])
    client.post(f"/outage/notes/{note.id}/numbers", numbers_of("p01") | {"version": "1"})
    check = checks.find(desk.ledger, found(desk, note.id).lookup_id or "")
    assert check is not None
    assert check.institution_code == dentist


def test_a_note_under_a_code_of_the_past_can_be_put_right(desk: Desk, client: Client) -> None:
    note = noted(desk, institution_code="1310000000")
    sent = form_of(desk, version="1", note=note.id, institution_code="1310000000")
    assert "<option selected>1310000000</option>" in client.get(f"/outage/notes/{note.id}/edit").text
    assert client.post(f"/outage/notes/{note.id}", sent).status_code == 200


def test_a_check_that_is_not_there_has_no_note(desk: Desk, client: Client) -> None:
    assert client.get("/outage/notes/new?check=x").status_code == 404
    assert client.post("/outage/notes", form_of(desk, check="x")).status_code == 404


def test_reception_sees_which_check_has_a_note_and_where_to_write_one(desk: Desk, client: Client) -> None:
    check_id = desk.offline()
    pane = client.get(f"/reception/checks/{check_id}", Accept="application/json").text
    assert f'href="/outage/notes/new?check={check_id}"' in pane
    assert "障害時メモあり" not in client.get("/").text
    note = noted(desk, check_id=check_id)
    # Until the answer comes, the note is the only one who knows the name.
    assert f"障害時メモあり: {note.facts.name}" in client.get("/").text
    pane = client.get(f"/reception/checks/{check_id}", Accept="application/json").text
    assert f'href="/outage/notes/{note.id}"' in pane


def test_the_board_offers_a_note_only_while_the_line_is_down(desk: Desk, client: Client) -> None:
    link = '<a href="/outage/notes/new"><b>障害時メモを書く</b></a>'
    assert link not in client.get("/").text
    line.hold(desk.ledger, "sakura", desk.now())
    assert link in client.get("/").text
    line.release(desk.ledger, "sakura", desk.now())
    assert link not in client.get("/").text
    cut(desk)
    assert link in client.get("/").text


def test_an_edit_is_kept_beside_what_it_replaced(desk: Desk, client: Client) -> None:
    note = noted(desk)
    page = client.get(f"/outage/notes/{note.id}/edit").text
    assert 'name="version" value="1"' in page
    assert "保存して次の方へ" not in page
    sent = form_of(desk, version="1", sex="1", note=note.id)
    assert client.post(f"/outage/notes/{note.id}", sent).status_code == 200
    assert f"氏名「{note.facts.name}」" in client.get(f"/outage/notes/{note.id}").text
    assert ("edit-outage-note", note.id) in actions(desk, 3)
    late = client.post(f"/outage/notes/{note.id}", sent | {"name": "遅い 人"})
    assert (late.status_code, late.json["error"]["code"]) == (409, "OUTAGE-001")


def test_numbers_open_a_check_for_the_day_of_the_visit(desk: Desk, client: Client) -> None:
    day = clinic_day(desk.now()) - timedelta(days=2)
    note = noted(desk, visited_on=day)
    answer = client.post(f"/outage/notes/{note.id}/numbers", numbers_of("p01") | {"version": "1"})
    assert answer.status_code == 200
    check_id = found(desk, note.id).lookup_id
    assert check_id is not None
    check = checks.find(desk.ledger, check_id)
    assert check is not None
    assert check.request_xml is not None
    request = message_xml.read_request(check.request_xml)
    assert request.message_header.qualification_confirmation_date == f"{day:%Y%m%d}"
    asked = request.message_body.qualification_confirm_search_info
    assert asked.birthdate == f"{note.facts.birthdate:%Y%m%d}"
    assert actions(desk, 2) == [("manual-check", check_id), ("look-up-outage-note", note.id)]
    desk.answered(check_id, "1", *person("p01").qualifications)
    page = client.get(f"/outage/notes/{note.id}").text
    assert "照会で解決" in page
    assert "違います" not in page


def test_wrong_numbers_are_said_at_their_field_and_nothing_is_asked(desk: Desk, client: Client) -> None:
    note = noted(desk)
    wrong = numbers_of("p01") | {"version": "1", "insurer_number": "123", "branch": "x"}
    refused = client.post(f"/outage/notes/{note.id}/numbers", wrong)
    assert refused.status_code == 422
    assert set(refused.json["errors"]) == {"insurer_number", "branch"}
    assert checks.recent(desk.ledger, 5) == ()


def test_an_answer_about_another_name_waits_for_a_person(desk: Desk, client: Client) -> None:
    note = noted(desk, name="見本 次郎")
    client.post(f"/outage/notes/{note.id}/numbers", numbers_of("p01") | {"version": "1"})
    check_id = found(desk, note.id).lookup_id
    assert check_id is not None
    refused = client.post(f"/outage/notes/{note.id}/accept", {"version": "2"})
    assert refused.json["error"]["code"] == "INPUT-006"
    desk.answered(check_id, "1", *person("p01").qualifications)
    page = client.get(f"/outage/notes/{note.id}").text
    assert "メモと違うところがあります" in page
    assert client.post(f"/outage/notes/{note.id}/accept", {"version": "2"}).status_code == 200
    closed = found(desk, note.id)
    assert (closed.state, closed.ending, closed.closed_by) == (
        NoteState.CLOSED,
        Ending.BY_CHECK,
        "reception",
    )


def test_a_person_closes_with_a_reason_and_takes_it_back(desk: Desk, client: Client) -> None:
    note = noted(desk)
    for reason in ("", MY_NUMBER):
        sent = {"version": "1", "closing_reason": reason}
        refused = client.post(f"/outage/notes/{note.id}/close", sent)
        assert set(refused.json["errors"]) == {"closing_reason"}
    sent = {"version": "1", "closing_reason": "後日持参"}
    assert client.post(f"/outage/notes/{note.id}/close", sent).status_code == 200
    page = client.get(f"/outage/notes/{note.id}").text
    assert "照会せずに完了: 後日持参" in page
    assert "見つけた番号で照会する" not in page
    assert client.post(f"/outage/notes/{note.id}/reopen", {"version": "2"}).status_code == 200
    assert found(desk, note.id).state is NoteState.OPEN
    assert [one for one, _ in actions(desk, 2)] == ["reopen-outage-note", "open-outage-note"]


def test_the_list_is_narrowed_by_state_and_day(desk: Desk, client: Client) -> None:
    today = clinic_day(desk.now())
    noted(desk, "p01")
    noted(desk, "p03", visited_on=today - timedelta(days=40))
    closed = noted(desk, "p04")
    outage_notes.close(desk.ledger, closed.id, 1, Ending.BY_PERSON, "x", "sakura", desk.now())
    page = client.get("/outage").text
    assert (person("p01").name in page, person("p03").name in page) == (True, True)
    assert person("p04").name not in page
    page = client.get(f"/outage?view=closed&from={today}&to={today}").text
    assert person("p04").name in page
    assert person("p01").name not in page
    assert person("p03").name not in client.get(f"/outage?view=all&from={today}&to={today}").text


def test_a_list_is_made_once_and_opened_as_often_as_one_likes(desk: Desk, client: Client) -> None:
    day = clinic_day(desk.now()).isoformat()
    empty = client.post("/outage/lists", {"from": day, "to": day})
    assert (empty.status_code, set(empty.json["errors"])) == (422, {"period"})
    note = noted(desk)
    made = client.post("/outage/lists", {"from": day, "to": day}).json
    page = client.get(made["next"]).text
    for text in (note.facts.name, note.facts.address, "みどり内科", CODE, "見つけた番号"):
        assert text in page
    assert found(desk, note.id).state is NoteState.LISTED
    assert "一覧 1 の 1番" in client.get(f"/outage/notes/{note.id}").text
    assert actions(desk, 3)[1:] == [("open-outage-list", made["id"]), ("make-outage-list", made["id"])]
    assert len(outage_lists.latest(desk.ledger, 5)) == 1
    assert client.get("/outage/lists/x").status_code == 404
    assert client.post("/outage/lists", {"from": "x", "to": day}).status_code == 422


def test_the_report_is_a_draft_and_counts(desk: Desk, client: Client) -> None:
    cut(desk)
    noted(desk, "p01")
    noted(desk, "p03", reason="power")
    third = noted(desk, "p04")
    client.post(f"/outage/notes/{third.id}/numbers", numbers_of("p01") | {"version": "1"})
    page = client.get("/outage/report").text
    for text in ("下書き", "公式の様式ではありません", CODE, "みどり内科", 'value="3人"', 'value="1人"'):
        assert text in page
    assert "回線が通じない 2人\n停電 1人" in page
    assert "続いています　停止" in page
    assert person("p01").name not in page


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.CLINICIAN, 200),
        (Role.ADMINISTRATOR, 200),
        (Role.MAINTENANCE, 403),
        (Role.PATIENT_SCREEN, 403),
    ],
)
def test_who_may_read_notes(desk: Desk, role: Role, status: int) -> None:
    note = noted(desk)
    client = client_of(desk, role)
    for path in ("/outage", "/outage/notes/new", f"/outage/notes/{note.id}", "/outage/report"):
        assert client.get(path).status_code == status
    if role is Role.MAINTENANCE:
        assert client.post("/outage/notes", form_of(desk)).status_code == 403


def test_no_address_and_no_audit_row_tells_of_a_patient(desk: Desk, client: Client) -> None:
    note_id = client.post("/outage/notes", form_of(desk)).json["id"]
    page = client.get(f"/outage/notes/{note_id}").text
    rows = audit.latest(desk.ledger, 20)
    told = " ".join(f"{row.action} {row.subject} {row.detail}" for row in rows)
    links = " ".join(part.partition('"')[0] for part in page.split('href="')[1:])
    for text in ("徳川", "花子", "1979", "千代田"):
        assert text not in told
        assert text not in links
