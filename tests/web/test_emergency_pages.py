"""緊急時の閲覧: what it opens, to whom, for how long, how loudly, and that nobody gets rid of it but by its review."""

from dataclasses import replace
from datetime import timedelta

import pytest

from appliance.demo.people import person
from appliance.eligibility.visit import ALL_CONSENTS
from appliance.ledger import account_list, accounts, audit, checks, emergency, tasks
from appliance.ledger.accounts import Role
from appliance.ledger.tasks import TaskKind, TaskState
from appliance.ledger.times import JAPAN
from appliance.web.guard import COOKIE
from tests.web.clinical_world import Clinic, clinic_at
from tests.web.desk_world import HTML, ORIGIN, PASSWORD, Client, Desk, client_of, csrf_of

MINUTES = 15
REASON = {"why": "no-clinician", "words": "医師が手術中で、アレルギーを急いで確かめる", "password": PASSWORD}
NAME = "見本　太郎"


@pytest.fixture
def clinic(desk: Desk) -> Clinic:
    desk.settings = replace(desk.settings, emergency_minutes=MINUTES)
    return clinic_at(desk)


def begun(desk: Desk, role: Role = Role.RECEPTION) -> Client:
    """Somebody of this role who has given the reason."""
    client = client_of(desk, role)
    assert client.post("/emergency", REASON).status_code == 303
    return client


def chosen(clinic: Clinic, check_id: str) -> Client:
    """The same, with that patient open."""
    client = begun(clinic.desk)
    assert client.post("/emergency/patient", {"check": check_id}).status_code == 303
    return client


def bare(desk: Desk, role: Role) -> Client:
    """Whoever has given the password alone."""
    flask = desk.app().test_client()
    flask.set_cookie(COOKIE, desk.sign_in(role), domain="localhost", secure=True)
    client = Client(flask)
    client.csrf = csrf_of(client.get("/emergency").text)
    return client


def test_one_patient_opens_for_minutes_and_everybody_sees_it(clinic: Clinic) -> None:
    check_id, other = clinic.patient(), clinic.patient("p04")
    clinic.opened(check_id, "drugs")
    desk, doctor = clinic.desk, clinic.client
    assert client_of(desk).get("/emergency/drugs").status_code == 403
    client = chosen(clinic, check_id)
    page = client.get("/emergency/drugs").text
    assert NAME in page
    assert "data-kind" in page
    assert client.post("/emergency/patient", {"check": other}).status_code == 409
    assert "reception さん" in doctor.get("/").text
    assert 'data-emergency="' in doctor.get("/disaster/banner").text
    last = audit.latest(desk.ledger, 1)[0]
    assert (last.actor, last.action, last.subject) == ("reception", "emergency-view", check_id)
    desk.shift += timedelta(minutes=MINUTES)
    over = client.get("/emergency/drugs")
    assert over.status_code == 403
    assert 'data-code="MEDICAL-005"' in over.text
    assert "data-emergency" not in doctor.get("/disaster/banner").text


def test_it_asks_the_center_nothing_and_makes_no_consent(clinic: Clinic) -> None:
    check_id = clinic.patient("p01", replace(ALL_CONSENTS, specific_health_checkups_info=False))
    client = chosen(clinic, check_id)
    before = len(checks.recent(clinic.desk.ledger, 9))
    assert "data-nothing" in client.get("/emergency/drugs").text
    assert "data-no-consent" in client.get("/emergency/checkups").text
    assert len(checks.recent(clinic.desk.ledger, 9)) == before
    clinic.desk.shift += timedelta(hours=24)
    later = begun(clinic.desk)
    assert later.post("/emergency/patient", {"check": check_id}).status_code == 403
    assert NAME not in later.get("/emergency").text


def test_a_doctor_without_the_device_comes_in_by_it_and_gets_nothing_else(clinic: Clinic) -> None:
    check_id = clinic.patient()
    clinic.opened(check_id, "drugs")
    desk = clinic.desk
    desk.sign_in(Role.CLINICIAN, "inoue")
    client = bare(desk, Role.CLINICIAN)
    assert NAME not in client.get("/emergency").text
    assert client.post("/emergency", REASON | {"why": "device-lost"}).status_code == 303
    assert NAME in client.get("/emergency").text
    assert client.post("/emergency/patient", {"check": check_id}).status_code == 303
    page = client.get("/emergency/drugs").text
    assert NAME in page
    assert "緊急時の閲覧中" in page
    for path in ("/", "/clinical", f"/clinical/patients/{check_id}/drugs"):
        assert client.get(path).headers["Location"].startswith("/second")


def test_who_sees_no_patient_anyway_gets_no_emergency(clinic: Clinic) -> None:
    for role in (Role.MAINTENANCE, Role.PATIENT_SCREEN):
        client = client_of(clinic.desk, role)
        assert client.get("/emergency").status_code == 403
        assert client.post("/emergency", REASON).status_code == 403


def test_without_reason_or_password_nothing_begins(clinic: Clinic) -> None:
    client = client_of(clinic.desk)
    for wrong, status in (
        ({"why": ""}, 422),
        ({"words": "急ぎ"}, 422),
        ({"words": "x" * 201}, 422),
        ({"password": "guessed wrong"}, 401),
    ):
        given = REASON | wrong | {"csrf_token": client.csrf}
        refused = client.flask.post("/emergency", data=given, base_url=ORIGIN, headers=HTML)
        assert refused.status_code == status
        assert "<form" in refused.text
        assert PASSWORD not in refused.text
    assert emergency.open_now(clinic.desk.ledger, clinic.desk.now()) == ()
    assert client.post("/emergency/patient", {"check": "x"}).status_code == 403


def test_a_password_that_somebody_else_gave_opens_nothing(clinic: Clinic) -> None:
    desk = clinic.desk
    desk.sign_in(Role.ADMINISTRATOR, "kanri")
    client_of(desk)
    account_list.set_password(desk.ledger, "reception", "quite another password 7", "kanri", desk.now())
    flask = desk.app().test_client()
    cookie = accounts.sign_in(desk.ledger, "reception", "quite another password 7", desk.now())
    flask.set_cookie(COOKIE, cookie, domain="localhost", secure=True)
    assert 'action="/emergency"' not in Client(flask).get("/emergency", **HTML).text


def test_a_clinic_that_wants_none_has_none(desk: Desk) -> None:
    client = client_of(desk)
    assert 'data-code="MEDICAL-004"' in client.get("/emergency").text
    assert client.post("/emergency", REASON).status_code == 403
    assert "/emergency" not in client.get("/clinical").text


def test_signing_out_ends_it_and_another_sign_in_does_not_see_it(clinic: Clinic) -> None:
    check_id = clinic.patient()
    client = chosen(clinic, check_id)
    second = client_of(clinic.desk)
    assert second.get("/emergency/drugs").status_code == 403
    assert client.post("/sign-out").status_code == 303
    assert emergency.open_now(clinic.desk.ledger, clinic.desk.now()) == ()


def test_the_task_ends_by_an_administrators_review_alone(clinic: Clinic) -> None:
    desk = clinic.desk
    chief = client_of(desk, Role.ADMINISTRATOR)
    chosen(clinic, clinic.patient())
    client = client_of(desk)
    (task,) = [one for one in tasks.open_tasks(desk.ledger) if one.kind is TaskKind.EMERGENCY]
    assert "緊急時の閲覧がありました" in client.get("/tasks").text
    assert client.post(f"/tasks/{task.id}/done", {"outcome": "not-needed"}).status_code == 403
    path = f"/desk/emergency/{task.subject}/review"
    assert client.post(path, {"verdict": "proper"}).status_code == 403
    assert REASON["words"] in chief.get("/desk/emergency").text
    assert chief.post(path, {"verdict": ""}).status_code == 422
    assert chief.post(path, {"verdict": "improper", "note": "電話で医師を呼べた"}).status_code == 303
    assert chief.post(path, {"verdict": "proper"}).status_code == 409
    assert "必要な閲覧ではなかった" in chief.get("/desk/emergency").text
    found = tasks.find(desk.ledger, task.id)
    assert found is not None
    assert found.state is TaskState.DONE
    assert emergency.open_now(desk.ledger, desk.now()) == ()


def test_nobody_reviews_the_own_one_while_somebody_else_can(clinic: Clinic) -> None:
    desk = clinic.desk
    chief = begun(desk, Role.ADMINISTRATOR)
    (opening,) = emergency.unreviewed(desk.ledger)
    path = f"/desk/emergency/{opening.id}/review"
    desk.sign_in(Role.ADMINISTRATOR, "fuku")
    assert chief.post(path, {"verdict": "proper"}).status_code == 422
    account_list.disable(desk.ledger, "fuku", "administrator", desk.now())
    assert chief.post(path, {"verdict": "proper"}).status_code == 303


def test_a_month_is_not_signed_off_over_one_that_nobody_reviewed(clinic: Clinic) -> None:
    desk = clinic.desk
    begun(desk)
    (opening,) = emergency.unreviewed(desk.ledger)
    desk.shift += timedelta(days=45)
    chief = client_of(desk, Role.ADMINISTRATOR)
    month = opening.begun_at.astimezone(JAPAN).date().replace(day=1)
    page = chief.get(f"/desk/audit/review?month={month:%Y-%m}").text
    assert 'data-emergencies="1"' in page
    assert "確かめていないものは1件" in chief.get("/desk/security-checklist").text
    sent = {"month": f"{month:%Y-%m}"}
    assert chief.post("/desk/audit/review", sent).status_code == 422
    assert chief.post(f"/desk/emergency/{opening.id}/review", {"verdict": "proper"}).status_code == 303
    assert chief.post("/desk/audit/review", sent).status_code == 303


def test_it_reads_in_english(clinic: Clinic) -> None:
    client = client_of(clinic.desk)
    client.post("/language", {"language": "en", "then": "/"})
    page = client.get("/emergency").text
    assert "No clinician is there or free" in page
    assert person("p01").name not in page
