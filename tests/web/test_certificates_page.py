"""公費の証 in the pane: taken by keyboard, shown beside the next check, listed by expiry, put right, ended; audited."""

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from appliance.eligibility.eras import wareki
from appliance.ledger import audit
from appliance.ledger.times import clinic_day
from tests.web.axe import findings
from tests.web.desk_world import Client, Desk, served
from tests.web.test_reception_page import reception

TYPED = {"programme": "こども医療費", "payer_number": "80139991", "beneficiary_number": "1234566"}


@pytest.mark.timeout(90)
def test_from_the_paper_to_the_next_visit_and_its_end(browser: Browser, desk: Desk) -> None:
    first = desk.person("p01", card=False)
    last = clinic_day(desk.now()) + timedelta(days=12)
    with served(desk) as address, reception(browser, desk, address) as page:
        addresses: list[str] = []
        page.on("request", lambda request: addresses.append(request.url))
        page.locator(f"#check-{first} .row-link").click()
        expect(page.locator(".detail")).to_be_visible()
        page.keyboard.press("p")
        form = page.locator("form.certificate")
        expect(page.get_by_label("制度")).to_be_focused()
        expect(form).to_contain_text("見本")
        page.get_by_label("公費負担者番号").fill("80139992")
        page.get_by_label("受給者番号").fill("1234566")
        expect(form.locator('[data-field="payer_number"] .says')).to_contain_text("検証番号が合いません")
        page.get_by_label("公費負担者番号").fill("80139991")
        page.get_by_label("有効期限").fill(wareki(last).removeprefix("令和"))
        form.get_by_role("button", name="令和").click()
        expect(page.get_by_label("有効期限")).to_have_value(wareki(last))
        assert findings(page) == []
        page.keyboard.press("Enter")
        card = page.locator(".detail .local")
        expect(card).to_contain_text("あと12日")
        assert findings(page) == []
        expect(page.locator(f"#check-{first} .marks")).to_contain_text("こども医療費 あと12日")
        second = desk.person("p01", card=False)
        page.locator(f"#check-{second} .row-link").click()
        expect(card).to_contain_text("80139991")
        page.keyboard.press("l")
        shown = page.locator(".certificates li")
        expect(shown).to_contain_text("見本")
        assert findings(page) == []
        shown.get_by_role("button", name="直す").click()
        page.get_by_label("自己負担").fill("1回500円")
        page.keyboard.press("Enter")
        expect(shown).to_contain_text("1回500円")
        shown.get_by_role("button", name="直す").click()
        page.get_by_role("button", name="この証を終わりにする").click()
        expect(page.locator(".certificates")).to_contain_text("登録された証はありません")
        assert not [one for one in addresses if "80139991" in one or "1234566" in one]
    actions = [row.action for row in audit.latest(desk.ledger, 30) if "certificate" in row.action]
    wanted = ["list", "end", "open", "list", "edit", "open", "list", "add"]
    assert [one.partition("-")[0] for one in actions] == wanted


def test_what_is_wrong_is_said_by_field_and_an_older_version_is_not_taken(desk: Desk, client: Client) -> None:
    check_id = desk.person("p01", card=False)
    path = f"/reception/checks/{check_id}/certificate"
    refused = client.post(path, TYPED)
    assert (refused.status_code, set(refused.json["errors"])) == (422, {"valid_until"})
    over = client.post(path, TYPED | {"valid_until": "R1.5.1"})
    assert (over.status_code, set(over.json["warnings"])) == (422, {"valid_until"})
    assert client.post(path, TYPED | {"valid_until": "R20.5.1"}).status_code == 201
    page = client.get("/reception/certificates").text
    path = "/reception/certificates/" + page.partition('data-certificate="')[2].partition('"')[0]
    changed = TYPED | {"valid_until": "R21.5.1", "version": "1"}
    assert client.post(path, changed).status_code == 200
    assert client.post(path, changed).status_code == 409
    assert client.post(f"{path}/end").status_code == 200
    assert client.post(f"{path}/end").status_code == 409
    assert client.get(path).status_code == 404


def test_nobody_holds_a_certificate_of_an_answer_about_nobody(desk: Desk, client: Client) -> None:
    nobody = desk.person("p09", card=False)
    path = f"/reception/checks/{nobody}/certificate"
    assert client.get(path).status_code == 409
    assert client.post(path, TYPED | {"valid_until": "R20.5.1"}).status_code == 409
