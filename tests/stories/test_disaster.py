"""After an earthquake: an administrator opens the mode, a doctor finds somebody without the card, it ends and is gone."""

import pytest
from playwright.sync_api import Browser, expect

from appliance.demo.people import person
from appliance.ledger.database import Ledger
from appliance.settings import Box
from tests.ledger.disaster_desk import on_disk
from tests.stories.demo_box import DemoBox
from tests.stories.pages import WAIT_MS, signed_in

pytestmark = pytest.mark.timeout(180)


def test_opened_searched_read_printed_and_forgotten(browser: Browser, demo: DemoBox) -> None:
    taro = person("p01")
    demo.do("demo", "center", "disaster", "on", "--area", "13")
    addresses: list[str] = []
    with (
        signed_in(browser, demo, "administrator", "/desk/disaster") as keeper,
        signed_in(browser, demo, "clinician") as doctor,
        signed_in(browser, demo, "reception") as desk,
    ):
        doctor.on("request", lambda request: addresses.append(request.url))
        for field, text in {
            "area": "架空県",
            "codes": "13",
            "reason": "地震",
            "notice": "事務連絡 第1号",
        }.items():
            keeper.fill(f"#{field}", text)
        keeper.get_by_role("button", name="内容を確かめる").click()
        keeper.check("input[name=confirmed]")
        keeper.get_by_role("button", name="災害時モードを開く").click()
        expect(keeper.locator("[data-on='1']")).to_be_visible(timeout=WAIT_MS)

        # A page that has been open all the time learns of it when somebody looks at it again.
        desk.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        expect(desk.locator(".disaster-banner")).to_contain_text("架空県", timeout=WAIT_MS)
        expect(desk.locator(".disaster-banner a")).to_have_count(0)

        doctor.reload()
        doctor.get_by_role("link", name="カードのない方を検索").click()
        doctor.fill("#name", taro.name)
        doctor.check("input[name=sex][value='1']")
        doctor.fill("#birthdate", "S55.2.17")
        doctor.get_by_role("button", name="検索する").click()
        expect(doctor.locator("[data-code=DISASTER-007]")).to_be_visible(timeout=WAIT_MS)
        doctor.get_by_label("同意なし（意識がない）").check()
        doctor.get_by_label("診療のためだけに使います").check()
        doctor.get_by_role("button", name="検索する").click()
        expect(doctor.locator(".found")).to_contain_text("見本　太郎", timeout=WAIT_MS)
        doctor.get_by_role("button", name="薬剤情報").click()
        expect(doctor.locator("[data-kind=drugs] .records")).to_contain_text("見本薬局", timeout=WAIT_MS)
        doctor.wait_for_load_state()  # its scripts too
        with doctor.expect_request("**/print") as printed:
            doctor.evaluate("dispatchEvent(new Event('beforeprint'))")
        response = printed.value.response()
        assert response is not None
        assert response.status == 204
        doctor.get_by_role("button", name="資格情報").click()
        expect(doctor.locator("[data-kind=insurance]")).to_contain_text("06139992", timeout=WAIT_MS)

        keeper.reload()
        row = keeper.locator(".review tbody tr")
        expect(row).to_contain_text("薬剤情報 1、資格情報 1")
        keeper.get_by_text("終える…").click()
        keeper.get_by_role("button", name="いま終える").click()
        expect(keeper.locator("[data-on='0']")).to_be_visible(timeout=WAIT_MS)
        doctor.reload()
        expect(doctor.locator("[data-code=DISASTER-005]")).to_be_visible(timeout=WAIT_MS)

    ledger = Ledger.of(Box(demo.root))
    assert ledger.read.execute("SELECT count(*) FROM disaster_keys").fetchone()[0] == 0
    ledger.close()
    left = on_disk(demo.root) + b"".join(log.read_bytes() for log in demo.root.glob("log/*.log"))
    left += " ".join(addresses).encode()
    for secret in ("太郎", "19800217", "S55.2.17", "架空１２"):
        assert secret.encode() not in left, secret
    assert [one["account"] for one in demo.do("disaster", "status", "--json")["looks"]] == ["ishi"]
