"""The second factor on the pages: set up, asked for once a sign-in, braked, and never shown again."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pyotp
import pytest

from appliance.ledger import accounts, audit, enrolment, second_factor
from appliance.ledger.accounts import Role
from appliance.web.brake import MOST_FAILURES, REST
from appliance.web.guard import COOKIE
from tests.web.desk_world import HTML, ORIGIN, PASSWORD, Client, Desk, client_of, csrf_of, sign_in_given

STEP = timedelta(seconds=30)


class Doctor:
    """A clinician's browser and the smartphone beside it."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.browser = self.signed_in()
        self.totp: pyotp.TOTP | None = None

    def signed_in(self) -> Client:
        flask = self.desk.app().test_client()
        flask.set_cookie(COOKIE, self.desk.sign_in(Role.CLINICIAN), domain="localhost", secure=True)
        client = Client(flask)
        client.csrf = csrf_of(client.get("/second").text)
        return client

    def post(self, path: str, **form: str) -> Any:
        answer = self.browser.flask.post(
            path, data=form | {"csrf_token": self.browser.csrf}, base_url=ORIGIN, headers=HTML
        )
        if sign_in_given(answer):
            self.browser.csrf = csrf_of(self.browser.get("/second/ways").text)
        return answer

    def enrol(self) -> Any:
        """Type the code that an administrator has handed over."""
        code = enrolment.new_code(self.desk.ledger, "clinician", "kanri", self.desk.now())
        return self.post("/second/enrol", code=code)

    def set_up(self) -> Any:
        """Set it up; the page of recovery codes."""
        shown = self.post("/second/new").text
        assert "<svg" in shown
        secret = re.search(r'id="secret"[^>]*>([A-Z2-7 ]+)<', shown)
        assert secret is not None
        self.totp = pyotp.TOTP(secret[1].replace(" ", ""))
        return self.post("/second/confirm", code=self.code())

    def code(self) -> str:
        assert self.totp is not None
        return self.totp.at(self.desk.now())


@pytest.fixture
def doctor(desk: Desk) -> Doctor:
    """A doctor who has typed the code for setting it up."""
    found = Doctor(desk)
    assert found.enrol().status_code == 303
    return found


def test_a_doctor_without_one_is_led_to_set_it_up(doctor: Doctor) -> None:
    sent = doctor.browser.get("/disaster")
    assert (sent.status_code, sent.headers["Location"]) == (303, "/second?then=/disaster")
    assert "認証アプリを登録する" in doctor.browser.get("/second?then=/disaster").text
    done = doctor.set_up()
    codes = re.findall(r"<code>([2-9A-Z-]{19})</code>", done.text)
    assert len(codes) == second_factor.RECOVERY_CODES
    assert done.headers["Cache-Control"] == "no-store"
    assert doctor.browser.get("/disaster").status_code == 200


def test_a_wrong_first_code_shows_the_same_secret_again(doctor: Doctor) -> None:
    shown = doctor.post("/second/new").text
    again = doctor.post("/second/confirm", code="000000")
    assert again.status_code == 401
    assert 'data-code="AUTH-007"' in again.text
    secret = re.compile(r'id="secret"[^>]*>([A-Z2-7 ]+)<')
    assert secret.findall(shown) == secret.findall(again.text)
    assert not second_factor.is_set(doctor.desk.ledger, "clinician")


def test_it_is_asked_for_once_a_sign_in_and_leads_on(doctor: Doctor) -> None:
    doctor.set_up()
    doctor.browser = doctor.signed_in()
    assert doctor.browser.get("/").headers["Location"] == "/second?then=/"
    assert "6桁のコード" in doctor.browser.get("/second").text
    doctor.desk.shift += STEP
    done = doctor.post("/second", code=doctor.code(), then="/disaster")
    assert (done.status_code, done.headers["Location"]) == (303, "/disaster")
    assert doctor.browser.get("/disaster").status_code == 200
    doctor.browser = doctor.signed_in()
    replayed = doctor.post("/second", code=doctor.code())
    assert replayed.status_code == 401
    assert 'data-code="AUTH-007"' in replayed.text


def test_it_ends_the_token_that_the_password_alone_had(doctor: Doctor) -> None:
    doctor.set_up()
    doctor.browser = doctor.signed_in()
    known, desk = cookie_of(doctor), doctor.desk
    desk.shift += STEP
    given = sign_in_given(doctor.post("/second", code=doctor.code()))
    assert given not in ("", known)
    assert cookie_of(doctor) == given
    assert accounts.account_of(desk.ledger, known, desk.now()) is None
    found = accounts.account_of(desk.ledger, given, desk.now())
    assert found is not None
    assert found.is_proven
    doctor.set_up()  # another device: the pages that stand open keep their token
    assert cookie_of(doctor) == given


def cookie_of(doctor: Doctor) -> str:
    found = doctor.browser.flask.get_cookie(COOKIE, domain="localhost")
    assert found is not None
    return str(found.value)


@pytest.mark.parametrize("then", ["https://elsewhere.example", "//elsewhere.example", "/sign-out", ""])
def test_it_leads_to_no_other_place(doctor: Doctor, then: str) -> None:
    doctor.set_up()
    done = doctor.browser.get(f"/second?then={then}")
    assert (done.status_code, done.headers["Location"]) == (303, "/clinical")


def test_guessing_is_braked_for_the_account_wherever_it_comes_from(doctor: Doctor) -> None:
    doctor.set_up()
    doctor.browser = doctor.signed_in()
    doctor.desk.shift += STEP
    for _ in range(MOST_FAILURES):
        assert doctor.post("/second", code="000000").status_code == 401
    right = doctor.post("/second", code=doctor.code())
    assert right.status_code == 429
    assert 'data-code="AUTH-005"' in right.text
    doctor.desk.shift += REST
    assert doctor.post("/second", code=doctor.code()).status_code == 303
    refused = [row for row in audit.latest(doctor.desk.ledger, 20) if row.action == "second-factor-refused"]
    assert len(refused) == MOST_FAILURES + 1


def test_a_password_alone_sets_up_no_other_device(doctor: Doctor) -> None:
    doctor.set_up()
    doctor.browser = doctor.signed_in()
    for sent in (
        doctor.browser.get("/second/new"),
        doctor.post("/second/new"),
        doctor.post("/second/confirm", code="000000"),
    ):
        assert (sent.status_code, sent.headers["Location"].partition("?")[0]) == (303, "/second")
    doctor.desk.shift += STEP
    doctor.post("/second", code=doctor.code())
    assert doctor.set_up().status_code == 200


def test_a_stolen_password_sets_up_nothing(desk: Desk) -> None:
    thief = Doctor(desk)
    assert "登録コード" in thief.browser.get("/second").text
    for sent in (
        thief.browser.get("/second/new"),
        thief.post("/second/new"),
        thief.post("/second/confirm", code="000000"),
        thief.post("/second/passkey/options"),
        thief.post("/second/passkey/new", credential="{}"),
    ):
        assert (sent.status_code, sent.headers["Location"].partition("?")[0]) == (303, "/second")
    code = enrolment.new_code(desk.ledger, "clinician", "kanri", desk.now())
    for _ in range(MOST_FAILURES):
        assert 'data-code="AUTH-010"' in thief.post("/second/enrol", code="2222-2222-2222").text
    assert thief.post("/second/enrol", code=code).status_code == 429
    desk.shift += REST
    assert thief.post("/second/enrol", code=code).status_code == 303
    again = Doctor(desk)
    assert 'data-code="AUTH-010"' in again.post("/second/enrol", code=code).text  # good once
    late = enrolment.new_code(desk.ledger, "clinician", "kanri", desk.now())
    desk.shift += enrolment.LASTS
    again = Doctor(desk)
    assert 'data-code="AUTH-010"' in again.post("/second/enrol", code=late).text
    assert code not in "\n".join(desk.ledger.read.conn.iterdump())


def test_who_keeps_the_box_gives_one_too_and_reception_where_the_clinic_says_so(desk: Desk) -> None:
    cookies = {role: accounts_of(desk, role) for role in (Role.ADMINISTRATOR, Role.RECEPTION)}
    assert cookies[Role.ADMINISTRATOR].get("/desk").headers["Location"] == "/second?then=/desk"
    assert cookies[Role.RECEPTION].get("/").status_code == 200
    assert cookies[Role.RECEPTION].get("/second").status_code == 403
    strict = replace(desk, settings=replace(desk.settings, second_factor_reception=True))
    assert accounts_of(strict, Role.RECEPTION).get("/").headers["Location"] == "/second?then=/"


def accounts_of(desk: Desk, role: Role) -> Client:
    """A browser of this role that has given its password and no more."""
    name = role.value
    if not accounts.is_known(desk.ledger, name):
        accounts.add(desk.ledger, name, role, PASSWORD, desk.now())
    flask = desk.app().test_client()
    token = accounts.sign_in(desk.ledger, name, PASSWORD, desk.now())
    flask.set_cookie(COOKIE, token, domain="localhost", secure=True)
    return Client(flask)


def test_a_touch_display_has_none_and_others_are_told_why(desk: Desk) -> None:
    assert client_of(desk, Role.PATIENT_SCREEN).get("/second").status_code == 403
    closed = client_of(desk, Role.ADMINISTRATOR).get("/disaster")
    assert closed.status_code == 403
    assert "有資格者" in closed.text
    assert 'data-code="AUTH-008"' in closed.text
