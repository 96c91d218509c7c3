"""The trail for whoever answers for the clinic: a month in figures, signed off once; whether it is sound; all of it as FHIR."""

import json
import re
from datetime import datetime, timedelta

import pytest
from fhir.resources.R4B.bundle import Bundle

from appliance.ledger import audit
from appliance.ledger.accounts import Role
from appliance.ledger.times import JAPAN, clinic_day
from appliance.ledger.trail import heads, looks, reviews, verifying
from appliance.ledger.trail.deeds import Deed
from tests.ledger.trail_world import tampered
from tests.web.desk_world import Client, Desk, client_of

REVIEW, STATE = "/desk/audit/review", "/desk/audit/state"


@pytest.fixture
def chief(desk: Desk) -> Client:
    return client_of(desk, Role.ADMINISTRATOR)


def last_month(desk: Desk, day: int = 15, hour: int = 10) -> datetime:
    """A moment of the month before; its 15th may be a Sunday, which the test asks for itself."""
    first = reviews.previous(clinic_day(desk.now()).replace(day=1))
    return datetime(first.year, first.month, day, hour, tzinfo=JAPAN)


def cells(page: str, name: str) -> list[int]:
    row = page.partition(f'<th scope="row">{name}')[2].partition("</tr>")[0]
    return [int(one) for one in re.findall(r">(\d+)<", row)]


def test_a_month_in_figures_signed_off_once_and_overdue_until_then(desk: Desk, chief: Client) -> None:
    monday = next(at for day in range(10, 17) if (at := last_month(desk, day)).weekday() == 0)
    for at, action in (
        (monday, "sign-in"),
        (monday, "medical-view"),
        (monday.replace(hour=23), "medical-view"),
        (monday - timedelta(days=1), "export-month"),
    ):
        audit.write(desk.ledger, "sakura", action, "", at)
    audit.write(desk.ledger, "-", "sign-in-refused", "", monday)
    desk.shift = timedelta(days=max(0, 11 - clinic_day(desk.now()).day))  # after the tenth
    chief = client_of(desk, Role.ADMINISTRATOR)
    month = f"{monday:%Y-%m}"
    page = chief.get(REVIEW).text
    # Sign-in, refused, medical, patients, exports, maintenance; then night and Sunday.
    assert cells(page, "sakura") == [1, 0, 2, 0, 1, 0, 2]
    assert "登録のない名前" in page
    assert 'data-unreviewed="1"' in chief.get("/desk").text
    assert "管理者が行います" in client_of(desk, Role.MAINTENANCE).get("/desk").text
    assert chief.post(REVIEW, {"month": month, "note": "気づいた  こと"}).status_code == 303
    assert "気づいた こと" in chief.get(f"{REVIEW}?month={month}").text
    assert "data-unreviewed" not in chief.get("/desk").text
    assert chief.post(REVIEW, {"month": month}).status_code == 409
    rows = [(row.action, row.subject, row.detail) for row in audit.latest(desk.ledger, 2)]
    assert rows == [("audit-viewed", "", month), ("audit-reviewed", month, "")]


def test_a_month_that_is_not_over_or_cannot_be(desk: Desk, chief: Client) -> None:
    assert chief.post(REVIEW, {"month": f"{clinic_day(desk.now()):%Y-%m}"}).status_code == 409
    for wrong in ("2026-13", "x", "1999-01", "2999-01"):
        assert chief.get(f"{REVIEW}?month={wrong}").status_code == 422
    assert chief.post(REVIEW, {"month": "2020-01", "note": "x" * 401}).status_code == 422
    assert desk.ledger.read.execute("SELECT count(*) FROM audit_reviews").fetchone()[0] == 0


def test_the_figures_and_the_search_for_a_kind_agree(desk: Desk, chief: Client) -> None:
    at = last_month(desk)
    for action in ("medical-view", "disaster-search", "open-check"):
        audit.write(desk.ledger, "sakura", action, "c1", at)
    (href,) = re.findall(r'href="(/desk/audit\?[^"]*deed=medical)"', chief.get(REVIEW).text)
    page = chief.get(href.replace("&amp;", "&")).text
    assert re.findall(r'data-action="([^"]+)"', page) == ["disaster-search", "medical-view"]
    assert chief.get("/desk/audit?deed=nothing").status_code == 422
    assert reviews.people(desk.ledger, at.date().replace(day=1))[0].count(Deed.MEDICAL) == 2


def test_the_export_as_fhir_is_a_bundle_of_audit_events(desk: Desk, chief: Client) -> None:
    day = clinic_day(desk.now())
    audit.write(desk.ledger, "sakura", "open-check", "ab" * 16, desk.now(), '日本語 "')
    answer = chief.post("/desk/audit/export", {"first": f"{day}", "last": f"{day}", "form": "fhir"})
    bundle = json.loads(answer.data)
    Bundle.model_validate(bundle)
    assert answer.headers["Content-Disposition"].endswith('.json"')
    assert [one["resource"]["type"]["code"] for one in bundle["entry"]] == ["open-check", "audit-exported"]
    old = chief.post("/desk/audit/export", {"first": "2001-01-01", "last": "2001-01-01", "form": "fhir"})
    assert Bundle.model_validate(json.loads(old.data)).entry is None


def test_the_state_before_a_look_while_it_is_wanted_sound_and_not(desk: Desk, chief: Client) -> None:
    audit.write(desk.ledger, "sakura", "open-check", "c1", desk.now())
    assert "まだ確かめていません" in chief.get(STATE).text
    assert chief.post("/desk/audit/verify").status_code == 303
    assert 'id="waiting"' in chief.get(STATE).text
    assert chief.get("/desk/audit/verify").json == {"waiting": True}
    head = heads.sign(desk.ledger, desk.box, desk.now())
    assert head is not None
    looks.note(desk.ledger, verifying.look(desk.ledger, desk.box), desk.now())
    page = chief.get(STATE).text
    assert 'data-sound="true"' in page
    assert head.digest in page
    assert chief.post("/desk/audit/heads").data.decode() == f"{head.line}\n"
    tampered(desk.box, "UPDATE audit SET actor = 'nobody' WHERE seq = 1")
    looks.note(desk.ledger, verifying.look(desk.ledger, desk.box), desk.now())
    page = chief.get(STATE).text
    assert 'data-sound="false"' in page
    assert "記録 1 が、書かれたときと違います" in page
    assert 'data-trail="unsound"' in chief.get("/desk").text
    assert "操作の記録に異常があります" in client_of(desk).get("/tasks").text


@pytest.mark.parametrize("role", [Role.RECEPTION, Role.CLINICIAN, Role.MAINTENANCE])
def test_nobody_else_gets_at_it(desk: Desk, role: Role) -> None:
    client = client_of(desk, role)
    assert {client.get(path).status_code for path in (REVIEW, STATE, "/desk/audit/verify")} == {403}
    assert {client.post(f"/desk/audit/{path}").status_code for path in ("review", "verify", "heads")} == {403}
