"""患者番号 in the pane: linked, proposed, registered with the center, taken away again; all of it audited."""

from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from playwright.sync_api import Browser, Route, expect

from appliance.demo import people
from appliance.eligibility import message_xml
from appliance.eligibility.message_reference import (
    ReferenceRequestMessage,
    ReferenceResultBody,
    ReferenceResultMessage,
)
from appliance.eligibility.request_families import Family
from appliance.ledger import audit, checks, results
from appliance.ledger.checks import Check
from tests.web.desk_world import Client, Desk, served
from tests.web.test_detail_pane import FETCH
from tests.web.test_reception_page import reception


def visited(desk: Desk, reference_number: str | None = None) -> str:
    """A check by numbers of p01, whom the center knows by this 照会番号."""
    found = people.person("p01").qualifications[0]
    return desk.answered(desk.typed(), "1", replace(found, reference_number=reference_number))


def told_center(desk: Desk) -> Check:
    """What the center is asked to register."""
    found = next(one for one in checks.recent(desk.ledger, 5) if one.family is Family.REFERENCE)
    assert found.request_xml is not None
    return found


def center_says(desk: Desk, check: Check, **body: Any) -> None:
    """The center's answer to a registration."""
    xml = message_xml.write(ReferenceResultMessage(message_body=ReferenceResultBody(**body)))
    assert results.record(
        desk.ledger, check.id, None, xml=xml, qualification_validity=None, refusal=None, now=desk.now()
    )


@pytest.mark.timeout(60)
def test_by_keyboard_from_the_first_visit_to_the_next_one_and_back(browser: Browser, desk: Desk) -> None:
    first = visited(desk)
    with served(desk) as address, reception(browser, desk, address) as page:
        addresses: list[str] = []
        page.on("request", lambda request: addresses.append(request.url))
        page.locator(f"#check-{first} .row-link").click()
        section = page.locator(".numbering")
        expect(section).to_be_visible()
        page.keyboard.press("s")
        expect(page.get_by_label("カルテの患者番号")).to_be_focused()
        page.keyboard.type("A-00123")
        page.keyboard.press("Enter")
        expect(section).to_contain_text("センターに登録中")
        told = told_center(desk)
        message = message_xml.read_as(ReferenceRequestMessage, told.request_xml or b"")
        (info,) = message.message_body.reference_number_registration_info
        assert (info.reference_number, info.insurer_number) == ("A-00123", "06139992")
        # The pane draws itself anew as soon as the center has answered.
        center_says(
            desk,
            told,
            processing_result_status="2",
            processing_result_code="X1",
            processing_result_message="登録できません",
        )
        expect(section).to_contain_text("登録できませんでした（登録できません X1）")
        page.keyboard.press("s")
        expect(section).to_contain_text("センターに登録中")
        center_says(desk, told_center(desk), processing_result_status="1")
        expect(section).to_contain_text("センターに登録しました")
        second = visited(desk)

        # The next visit's pane is on its way, made before the number is taken away in the one that is still there.
        def late(route: Route) -> None:
            made = route.fetch()
            page.evaluate("document.querySelector('[data-act=\"number/unlink\"]').click()")
            route.fulfill(response=made)

        page.route(f"**/reception/checks/{second}", late, times=1)
        page.locator(f"#check-{second} .row-link").click()
        expect(page.locator(f".detail[data-id='{second}']")).to_be_visible()
        expect(page.get_by_label("カルテの患者番号")).to_be_visible()
        assert not [one for one in addresses if "00123" in one]
    actions = [(row.action, "00123" in row.detail) for row in audit.latest(desk.ledger, 20)]
    wanted = ("link-number", "register-number", "register-number", "unlink-number")
    assert [one for one in reversed(actions) if "number" in one[0]] == [(name, False) for name in wanted]


def test_a_number_of_the_center_is_shown_and_one_that_differs_is_said(desk: Desk, client: Client) -> None:
    known = visited(desk, "777")

    def pane(check_id: str) -> str:
        return unescape(client.get(f"/reception/checks/{check_id}", **FETCH).text)

    assert "センターの照会番号" in pane(known)
    same = {"number": "777", "register": "1"}
    assert client.post(f"/reception/checks/{known}/number", same).status_code == 200
    assert "センターに登録済み" in pane(known)
    assert not [one for one in checks.recent(desk.ledger, 5) if one.family is Family.REFERENCE]
    assert client.post(f"/reception/checks/{known}/number", {"number": "778"}).status_code == 200
    assert "センターの照会番号は「777」で、こちらの番号と違います" in pane(known)


@pytest.mark.parametrize(
    ("number", "status", "code"),
    [("", 422, "INPUT-001"), ("9" * 51, 422, "INPUT-001"), ("123456789018", 422, "INPUT-007")],
)
def test_what_is_no_number_is_refused(
    desk: Desk, client: Client, number: str, status: int, code: str
) -> None:
    check_id = desk.person("p01", card=False)
    answer = client.post(f"/reception/checks/{check_id}/number", {"number": number})
    assert (answer.status_code, answer.json["error"]["code"]) == (status, code)


def test_nothing_is_linked_to_an_answer_about_nobody(desk: Desk, client: Client) -> None:
    nobody = desk.person("p09", card=False)
    assert client.post(f"/reception/checks/{nobody}/number", {"number": "1"}).status_code == 409
    assert client.post(f"/reception/checks/{nobody}/number/register").status_code == 409
    assert client.post(f"/reception/checks/{nobody}/number/unlink").status_code == 409
    assert client.post("/reception/checks/none/number", {"number": "1"}).status_code == 404
