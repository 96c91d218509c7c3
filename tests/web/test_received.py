"""How a patient was received is said in the pane, compared with the late answer, and followed by later questions."""

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from appliance.eligibility.rules.claims import ClaimBy
from appliance.ledger import assumptions, audit, checks, follow_ups, tasks
from appliance.ledger.accounts import Role
from appliance.ledger.checks import Check
from appliance.web.guard import COOKIE
from tests.ledger.late import INVALID, NONE, VALID, answer, insurance
from tests.web.desk_world import Client, Desk, client_of, served


def put_off(desk: Desk) -> str:
    """A typed check that waits for the line."""
    check_id = desk.typed()
    claimed = checks.claim(desk.ledger, "owner", desk.now(), timedelta(minutes=1))
    assert claimed is not None
    checks.put_back(desk.ledger, check_id, "owner", "LINE-001", "", desk.now() + timedelta(hours=1))
    return check_id


def say(client: Client, check_id: str, by: str = "former", percent: str = "30") -> int:
    answered = client.post(f"/reception/checks/{check_id}/received", data={"by": by, "percent": percent})
    return int(answered.status_code)


def pane(client: Client, check_id: str) -> str:
    return str(client.get(f"/reception/checks/{check_id}", Accept="application/json, text/html;q=0.5").text)


def find(desk: Desk, check_id: str) -> Check:
    found = checks.find(desk.ledger, check_id)
    assert found is not None
    return found


def test_what_is_said_is_shown_and_can_be_put_right(desk: Desk, client: Client) -> None:
    check_id = put_off(desk)
    assert "どのように受け付けましたか" in pane(client, check_id)
    assert "年齢からの割合です。" in pane(client, check_id)
    assert say(client, check_id) == 200
    assert "旧資格で・3割　reception" in pane(client, check_id)
    assert "受け付け方を直す" in pane(client, check_id)
    assert say(client, check_id, "not-yet", "") == 200
    said = assumptions.of_check(desk.ledger, check_id)
    assert said is not None
    assert (said.by, said.percent) == (ClaimBy.NOT_YET, 100)
    assert [row.detail for row in audit.latest(desk.ledger, 10) if row.action == "say-received"] == [
        "not-yet",
        "former",
    ]


@pytest.mark.parametrize(("by", "percent"), [("", "30"), ("nobody", "30"), ("former", "45"), ("former", "x")])
def test_what_nobody_can_mean_is_refused(desk: Desk, client: Client, by: str, percent: str) -> None:
    assert say(client, put_off(desk), by, percent) == 422


def test_of_a_valid_answer_nothing_is_asked(desk: Desk, client: Client) -> None:
    check_id = desk.person("p01")
    assert "受け付けましたか" not in pane(client, check_id)
    assert say(client, check_id) == 409
    assert say(client, "nobody") == 409


def test_what_waited_may_be_said_of_while_it_is_tried_again(desk: Desk, client: Client) -> None:
    check_id = put_off(desk)
    checks.make_all_due(desk.ledger)
    assert checks.claim(desk.ledger, "owner", desk.now(), timedelta(minutes=1)) is not None
    assert "どのように受け付けましたか" in pane(client, check_id)
    assert say(client, check_id) == 200


def test_while_it_is_asked_the_first_time_nothing_is_to_be_said(desk: Desk, client: Client) -> None:
    check_id = desk.typed()
    assert checks.claim(desk.ledger, "owner", desk.now(), timedelta(minutes=1)) is not None
    assert "どのように受け付けましたか" not in pane(client, check_id)


def test_a_touch_display_says_nothing(desk: Desk) -> None:
    check_id = put_off(desk)
    assert say(client_of(desk, Role.PATIENT_SCREEN), check_id) == 403


def test_the_pane_tells_of_the_difference(desk: Desk, client: Client) -> None:
    check_id = put_off(desk)
    assert say(client, check_id, "current", "30") == 200
    assert answer(desk.ledger, check_id, VALID, insurance("020"), now=desk.now())
    assert "負担割合が違いました（返金）" in pane(client, check_id)
    assert "受付では3割、センターの回答は2割です。" in pane(client, check_id)


def test_asking_again_follows_the_first_check(desk: Desk, client: Client) -> None:
    first = put_off(desk)
    assert answer(desk.ledger, first, NONE, now=desk.now())
    second = client.post(f"/reception/checks/{first}/repeat").json["id"]
    assert follow_ups.first_of(desk.ledger.read, second) == first
    assert answer(desk.ledger, second, INVALID, now=desk.now())
    form = {"insurer_number": "06139992", "number": "346", "birthdate": "S54.3.5", "follows": second}
    third = client.post("/reception/manual", data=form).json["id"]
    assert follow_ups.first_of(desk.ledger.read, third) == first
    lone = client.post("/reception/manual", data=form | {"follows": "nobody"}).json["id"]
    assert follow_ups.first_of(desk.ledger.read, lone) == lone


def test_the_form_of_a_card_is_empty_but_follows_it(desk: Desk, client: Client) -> None:
    check_id = desk.offline()
    form = client.get(f"/reception/manual?from={check_id}").text
    assert f'name="follows" value="{check_id}"' in form
    assert 'name="number" value=""' in form


def signed_in(desk: Desk, browser: Browser, url: str, path: str) -> Page:
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="ja-JP")
    context.add_cookies([{"name": COOKIE, "value": desk.sign_in(), "url": url.replace("http:", "https:")}])
    page = context.new_page()
    page.goto(url + path)
    return page


def test_nothing_is_taken_from_under_the_hands_and_the_count_goes_along(desk: Desk, browser: Browser) -> None:
    check_id = put_off(desk)
    with served(desk) as url:
        page = signed_in(desk, browser, url, f"/reception/checks/{check_id}")
        expect(page.locator("#task-count")).to_be_hidden()
        page.get_by_label("旧資格で").check()
        page.get_by_label("負担割合").select_option("20")
        # The row changes while somebody fills in the form, as it does whenever the line is tried.
        before = page.locator("article.detail").get_attribute("data-revision") or ""
        checks.make_all_due(desk.ledger)
        claimed = checks.claim(desk.ledger, "owner", desk.now(), timedelta(minutes=1))
        assert claimed is not None
        # It must stand through the moment in which the question is out as well.
        expect(page.locator("article.detail")).not_to_have_attribute("data-revision", before)
        before = page.locator("article.detail").get_attribute("data-revision") or ""
        expect(page.get_by_label("旧資格で")).to_be_checked()
        checks.put_back(desk.ledger, check_id, "owner", "LINE-001", "", desk.now() + timedelta(hours=1))
        expect(page.locator("article.detail")).not_to_have_attribute("data-revision", before)
        expect(page.get_by_label("旧資格で")).to_be_checked()
        expect(page.get_by_label("負担割合")).to_have_value("20")
        page.get_by_role("button", name="記録する").click()
        expect(page.locator(".said")).to_contain_text("旧資格で・2割")
        assert answer(desk.ledger, check_id, VALID, insurance("030"), now=desk.now())
        expect(page.locator("#task-count")).to_have_text("1")
        expect(page.locator(".finding")).to_contain_text("負担割合が違いました（追加）")
        page.context.close()
    assert tasks.count_open(desk.ledger) == 1
