"""保守 keeps the box running and learns of no patient by it: whatever it may open is opened over a ledger full of them."""

from collections.abc import Mapping

import pytest

from appliance.demo.people import person
from appliance.ledger.accounts import Role
from appliance.web.desk.setting_fields import FIELDS, TECHNICAL
from tests.attacks.actors import routes, signed_in
from tests.web.desk_world import Desk, client_of
from tests.web.outage_world import cut, noted

PEOPLE = ("p01", "p04")


def _full(desk: Desk) -> dict[str, str]:
    """Patients wherever a page could show one; the ids that addresses hold."""
    known = {"check_id": desk.person(PEOPLE[0]), "reader": "1", "name": "emr", "kind": "appointments"}
    desk.person(PEOPLE[1], card=False)
    desk.offline()
    cut(desk)
    known["note_id"] = noted(desk).id
    return known


def _said(desk: Desk, role: Role, known: Mapping[str, str]) -> dict[str, str]:
    """Every page that opens to `role`, by its address."""
    app = desk.app()
    actor = signed_in(app, desk.prove(desk.sign_in(role)))
    rules = [one for one in routes(app) if one.method == "GET" and not one.rule.startswith("/api/")]
    gets = [one for one in rules if not one.rule.endswith("/events")]
    answers = {one.rule: actor.call(one, one.path(known), headers={"Accept": "text/html"}) for one in gets}
    return {
        rule: one.data.decode("utf-8", "replace") for rule, one in answers.items() if one.status_code == 200
    }


def _of_patients() -> list[str]:
    found = [person(one) for one in PEOPLE]
    texts = [(one.name, one.address, one.qualifications[0].insured_identification_number) for one in found]
    return [text for one in texts for text in one if text and len(text) > 3]


def test_whoever_maintains_sees_no_patient_on_any_page_and_no_way_to_one(desk: Desk) -> None:
    known, words = _full(desk), _of_patients()
    reception = _said(desk, Role.RECEPTION, known)
    seen = {rule for rule, text in reception.items() if any(word in text for word in words)}
    assert {"/", "/reception/checks/<check_id>", "/outage", "/outage/notes/<note_id>"} <= seen
    pages = _said(desk, Role.MAINTENANCE, known)
    assert {"/desk", "/desk/readers", "/desk/line", "/desk/consumers", "/desk/tls"} <= set(pages)
    assert {rule: word for rule, text in pages.items() for word in words if word in text} == {}
    # The help says of every page what it is for, so it names them all.
    ways = "".join(text for rule, text in pages.items() if not rule.startswith("/help"))
    assert '"/desk/line"' in ways
    assert {rule for rule in seen - {"/"} if f'href="{rule}"' in ways} == set()


def test_it_changes_technical_settings_alone(desk: Desk) -> None:
    client = client_of(desk, Role.MAINTENANCE)
    page = client.get("/desk/settings").text
    for key in FIELDS:
        assert (f'data-setting="{key}"' in page) == (key in TECHNICAL)
    assert client.post("/desk/settings/line_slow", {"value": "7"}).status_code == 303
    assert client.post("/desk/settings/check_days", {"value": "36500"}).status_code == 403
    assert client.post("/desk/settings/second_factor_reception/undo", {"change": "1"}).status_code == 403


@pytest.mark.parametrize("path", ["/desk/consumers", "/desk/screens"])
def test_what_would_hand_out_patients_is_not_offered(desk: Desk, path: str) -> None:
    assert "管理者が行います" in client_of(desk, Role.MAINTENANCE).get(path).text
    maintained = (
        client_of(desk, Role.MAINTENANCE).get(path).text.partition("<main")[2].partition("</main>")[0]
    )
    assert "<form" not in maintained
    assert "<form" in client_of(desk, Role.ADMINISTRATOR).get(path).text.partition("<main")[2]
