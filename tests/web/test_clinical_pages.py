"""The clinical viewer: who may read, of whom, until when; what is asked, said and written down."""

import json
import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from appliance.demo.people import person
from appliance.eligibility import message_xml
from appliance.eligibility.medical_questions import Ask
from appliance.eligibility.message_medical import CheckupHeader, CheckupMessage
from appliance.eligibility.visit import ALL_CONSENTS, NO_CONSENTS
from appliance.ledger import audit, checks, conditions, line, medical_questions
from appliance.ledger.accounts import Role
from appliance.ledger.checks import CheckState
from appliance.ledger.conditions import Link, LinkState
from appliance.settings import CenterKind
from appliance.web.guard import COOKIE
from tests.web.clinical_world import Clinic, clinic_at
from tests.web.desk_world import Client, Desk, client_of

DAY = timedelta(hours=24)
SECOND = timedelta(seconds=1)
TABS = ("drugs", "treatments", "checkups")


@pytest.fixture
def clinic(desk: Desk) -> Clinic:
    return clinic_at(desk)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.CLINICIAN])
def test_nobody_else_may_read_and_is_told_why(clinic: Clinic, role: Role) -> None:
    check_id = clinic.patient()
    other = client_of(clinic.desk, role)
    for path in ("/clinical", f"/clinical/patients/{check_id}/drugs"):
        closed = other.get(path)
        assert closed.status_code == 403
        assert 'data-code="AUTH-008"' in closed.text
        assert "見本" not in closed.text
    for act in ("open", "print"):
        assert other.post(f"/clinical/patients/{check_id}/drugs/{act}").status_code == 403
    assert len(checks.recent(clinic.desk.ledger, 9)) == 1


def test_a_password_alone_opens_nothing(clinic: Clinic) -> None:
    check_id = clinic.patient()
    flask = clinic.desk.app().test_client()
    flask.set_cookie(COOKIE, clinic.desk.sign_in(Role.CLINICIAN), domain="localhost", secure=True)
    doctor = Client(flask, clinic.client.csrf)
    sent = doctor.get(f"/clinical/patients/{check_id}/drugs")
    assert (sent.status_code, sent.headers["Location"]) == (
        303,
        f"/second?then=/clinical/patients/{check_id}/drugs",
    )
    assert doctor.get("/clinical").headers["Location"] == "/second?then=/clinical"


def test_the_list_says_who_until_when_and_what_was_agreed_to(clinic: Clinic) -> None:
    clinic.patient("p01", replace(ALL_CONSENTS, operation_info=False))
    clinic.patient("p04", NO_CONSENTS)
    page = clinic.client.get("/clinical")
    assert page.headers["Cache-Control"] == "no-store"
    assert "見本　太郎" in page.text
    assert "お薬 ○" in page.text
    assert "手術 同意なし" in page.text
    assert person("p04").name not in page.text
    clinic.later(DAY - 10 * SECOND)
    assert "見本　太郎" in clinic.client.get("/clinical").text
    clinic.later(20 * SECOND)
    assert "いま見られる方はいません" in clinic.client.get("/clinical").text


def test_whose_insurance_is_not_answered_yet_is_listed_without_a_way_in(clinic: Clinic) -> None:
    check_id = clinic.desk.carded()
    page = clinic.client.get("/clinical").text
    assert "資格確認の結果待ち" in page
    assert f"{check_id}/drugs" not in page
    assert clinic.post(f"/clinical/patients/{check_id}/drugs/open").status_code == 403


def test_everything_the_sample_screens_show_can_be_read(clinic: Clinic) -> None:
    check_id = clinic.patient()
    drugs = clinic.opened(check_id, "drugs").text
    for text in (
        "見本　太郎",
        "ミホン錠５ｍｇ",
        "見本塩酸塩",
        "１日２回朝夕食後",
        "2錠",
        "28",
        "見本薬局",
        "同成分",
    ):
        assert text in drugs, text
    treatments = clinic.client.get(f"/clinical/patients/{check_id}/treatments").text  # came with the drugs
    assert "再診料" in treatments
    assert "見本手術" in treatments
    assert "ミホン錠" not in treatments
    found = clinic.opened(check_id, "checkups").text
    for text in (
        "身長",
        "体重",
        "BMI",
        "腹囲",
        "HDL",
        "LDL",
        "空腹時血糖",
        "HbA1c",
        "GOT(AST)",
        "130未満",
        "<svg",
    ):
        assert text in found, text
    assert " style=" not in drugs + treatments + found


def test_period_and_site_are_filtered_without_a_name_in_the_address(clinic: Clinic) -> None:
    path = f"/clinical/patients/{clinic.patient()}/drugs"
    assert "モギ散" not in clinic.opened(path.split("/")[3], "drugs").text
    assert "モギ散" in clinic.client.get(f"{path}?months=60").text
    elsewhere = clinic.client.get(f"{path}?site=others").text
    assert "ミホンＯＤ錠" in elsewhere
    assert "ミホン錠５ｍｇ" not in elsewhere


def test_what_nobody_agreed_to_is_neither_asked_nor_shown(clinic: Clinic) -> None:
    check_id = clinic.patient(consents=replace(NO_CONSENTS, diagnosis_info=True))
    for tab in ("drugs", "checkups"):
        sent = clinic.post(f"/clinical/patients/{check_id}/{tab}/open")
        page = clinic.client.get(sent.headers["Location"]).text
        assert "同意がありません" in page
        assert clinic.client.post(f"/clinical/patients/{check_id}/{tab}/print").status_code == 403
    assert len(checks.recent(clinic.desk.ledger, 9)) == 1
    treatments = clinic.opened(check_id, "treatments").text
    assert "再診料" in treatments
    assert "手術の情報には<b>同意がありません" in treatments
    assert "見本手術" not in treatments


def test_operations_that_came_unasked_for_are_not_shown(clinic: Clinic) -> None:
    check_id = clinic.patient()
    clinic.opened(check_id, "treatments")
    withdrawn = replace(ALL_CONSENTS, operation_info=False)
    with clinic.desk.ledger.write() as db:
        db.execute("UPDATE checks SET consents = ? WHERE id = ?", [json.dumps(vars(withdrawn)), check_id])
    assert "見本手術" not in clinic.client.get(f"/clinical/patients/{check_id}/treatments").text


def test_after_24_hours_nothing_is_left(clinic: Clinic) -> None:
    check_id = clinic.patient()
    clinic.opened(check_id, "drugs")
    clinic.later(DAY - 10 * SECOND)
    path = f"/clinical/patients/{check_id}/drugs"
    assert "ミホン錠" in clinic.client.get(f"{path}?months=60").text
    clinic.later(20 * SECOND)
    over = clinic.client.get(path)
    assert over.status_code == 403
    assert 'data-code="MEDICAL-001"' in over.text
    assert "見本" not in over.text
    assert clinic.client.post(f"{path}/print").status_code == 403
    assert clinic.post(f"{path}/open").status_code == 403


def test_it_is_asked_once_and_anew_only_when_wanted(clinic: Clinic) -> None:
    check_id = clinic.patient()
    clinic.opened(check_id, "drugs")
    before = len(checks.recent(clinic.desk.ledger, 9))
    clinic.post(f"/clinical/patients/{check_id}/drugs/open")
    clinic.post(f"/clinical/patients/{check_id}/treatments/open")
    assert len(checks.recent(clinic.desk.ledger, 9)) == before
    clinic.post(f"/clinical/patients/{check_id}/drugs/open", again="1")
    assert len(checks.recent(clinic.desk.ledger, 9)) == before + 1


def test_while_the_line_is_down_the_page_says_so_and_waits(clinic: Clinic) -> None:
    check_id = clinic.patient()
    clinic.post(f"/clinical/patients/{check_id}/drugs/open")
    path = f"/clinical/patients/{check_id}/drugs"
    assert "センターに照会しています" in clinic.client.get(path).text
    conditions.note(clinic.desk.ledger, Link.CENTER, LinkState.DOWN, "LINE-001", clinic.desk.now())
    checks.put_off_all(clinic.desk.ledger, "LINE-001", clinic.desk.now())
    assert "回線が止まっています" in clinic.client.get(path).text
    conditions.note(clinic.desk.ledger, Link.CENTER, LinkState.UP, None, clinic.desk.now())
    line.hold(clinic.desk.ledger, "kanri", clinic.desk.now())
    assert "回線が止まっています" in clinic.client.get(path).text
    clinic.answer()
    assert "ミホン錠" in clinic.client.get(path).text


def test_a_refusal_is_told_in_the_words_of_the_center_and_can_be_asked_again(clinic: Clinic) -> None:
    check_id = clinic.patient()
    refusal = CheckupMessage(message_header=CheckupHeader(result_code="9", message_contents="該当なし"))
    page = clinic.opened(check_id, "checkups", message_xml.write(refusal)).text
    assert 'data-code="MEDICAL-002"' in page
    assert "該当なし" in page
    assert "照会し直す" in page
    clinic.post(f"/clinical/patients/{check_id}/checkups/open", again="1")
    clinic.answer()
    assert "HbA1c" in clinic.client.get(f"/clinical/patients/{check_id}/checkups").text


def test_an_answer_that_cannot_be_read_is_said_so(clinic: Clinic) -> None:
    page = clinic.opened(clinic.patient(), "drugs", b"%PDF-1.4").text
    assert 'data-code="CENTER-002"' in page


def test_nothing_known_is_said_so(clinic: Clinic) -> None:
    empty = message_xml.write(CheckupMessage(message_header=CheckupHeader(result_code="1")))
    assert "センターにありません" in clinic.opened(clinic.patient(), "checkups", empty).text


def test_every_opening_and_printing_is_written_down_and_no_name_with_it(
    clinic: Clinic, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    check_id = clinic.patient()
    clinic.opened(check_id, "drugs")
    path = f"/clinical/patients/{check_id}/drugs"
    clinic.client.get(f"{path}?months=36&site=見本")
    assert clinic.client.post(f"{path}/print").status_code == 204
    rows = [row for row in audit.latest(clinic.desk.ledger, 20) if row.action.startswith("medical-")]
    assert [(row.actor, row.action, row.subject) for row in rows] == [
        ("clinician", action, check_id)
        for action in ("medical-print", "medical-view", "medical-view", "medical-ask")
    ]
    assert rows[1].detail == "drugs months=36 from 127.0.0.1"
    left = repr(rows) + caplog.text
    for secret in ("太郎", "ミホン", "19800217", "3456", "06139992"):
        assert secret not in left, secret


def test_the_later_visit_counts(clinic: Clinic) -> None:
    first = clinic.patient()
    with clinic.desk.ledger.write() as db:
        db.execute("UPDATE checks SET card_mark = 'the same card'")
    clinic.patient(consents=replace(NO_CONSENTS, diagnosis_info=True))
    with clinic.desk.ledger.write() as db:
        db.execute("UPDATE checks SET card_mark = 'the same card'")
    assert clinic.client.get(f"/clinical/patients/{first}/drugs").status_code == 403
    assert clinic.client.get("/clinical").text.count('class="patient"') == 1


def test_what_was_given_up_can_be_asked_again(clinic: Clinic) -> None:
    check_id = clinic.patient()
    clinic.post(f"/clinical/patients/{check_id}/drugs/open")
    asked = medical_questions.of_patient(clinic.desk.ledger, check_id, Ask.RECORDS)
    assert asked is not None
    with clinic.desk.ledger.write() as db:
        db.execute(
            "UPDATE checks SET state = ?, trouble_code = 'QUEUE-001' WHERE id = ?",
            [CheckState.REFUSED, asked.check_id],
        )
    path = f"/clinical/patients/{check_id}/drugs"
    assert 'data-code="QUEUE-001"' in clinic.client.get(path).text
    clinic.post(f"{path}/open")
    clinic.answer()
    assert "ミホン錠" in clinic.client.get(path).text


def test_beside_an_official_terminal_the_box_says_where_to_look(desk: Desk) -> None:
    desk.settings = replace(desk.settings, center_kind=CenterKind.TERMINAL.value)
    clinic = clinic_at(desk)
    check_id = clinic.patient()
    assert 'data-code="MEDICAL-003"' in clinic.client.get("/clinical").text
    refused = clinic.post(f"/clinical/patients/{check_id}/drugs/open")
    assert refused.status_code == 409
    assert "公式の資格確認端末" in refused.text


@pytest.mark.parametrize("path", ["/clinical/patients/0/drugs", "/clinical/patients/{id}/everything"])
def test_what_is_not_there_cannot_be_opened(clinic: Clinic, path: str) -> None:
    check_id = clinic.patient()
    assert clinic.client.get(path.format(id=check_id)).status_code in (403, 404)
