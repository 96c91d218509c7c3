"""The first set-up: an engineer goes through the desk from top to bottom, an administrator beside, with everything behind it real."""

import json
import ssl
import threading
import zipfile
from typing import Any

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion
from playwright.sync_api import Browser, Page, expect

from tests.stories.demo_box import DemoBox
from tests.stories.pages import WAIT_MS, signed_in

pytestmark = pytest.mark.timeout(180)


def test_from_the_checklist_to_the_record(browser: Browser, demo: DemoBox) -> None:
    with signed_in(browser, demo, "maintenance", "/desk") as desk:
        _is_done(desk, "clinic", "certificate", "accounts")
        desk.get_by_role("link", name="運用テストへ").click()
        desk.get_by_role("button", name="運用テストを始める").click()
        record = desk.url

        desk.get_by_role("link", name="カードリーダーへ").click()
        desk.get_by_role("button", name="いまテストする").click()
        for reader in ("1", "2"):
            expect(desk.locator(f'[data-reader="{reader}"]')).to_contain_text(
                "異常ありません", timeout=WAIT_MS
            )

        desk.goto(f"{demo.url}/desk/line")
        desk.get_by_role("button", name="回線を調べる").click()
        expect(desk.locator(".layers li.is-ok")).to_have_count(8, timeout=WAIT_MS)

        demo.until_delivered(demo.visit("p01"))
        # Who receives patients' data is not for the engineer to say.
        with signed_in(browser, demo, "administrator", "/desk/consumers") as beside:
            facts = _new_consumer(beside)
        assert _lets_in(facts, facts["password"])
        desk.goto(record)
        for step in ("readers", "line", "card"):
            expect(desk.locator(f'[data-step="{step}"]')).to_contain_text("できた")
        expect(desk.locator('[data-step="delivered"]')).to_contain_text(
            "まだ"
        )  # the newcomer has nothing yet
        _ticked(desk, "whom")
        desk.get_by_text("運用テストを終える…").click()
        desk.get_by_role("button", name="終えて記録にする").click()
        expect(desk.get_by_role("heading", name="運用テストの記録")).to_be_visible()

        with signed_in(browser, demo, "administrator", "/desk/consumers/chart") as beside:
            chart = beside.locator('[data-consumer="chart"]')
            chart.get_by_text("やめる…").click()
            chart.get_by_role("button", name="やめる", exact=True).click()
            expect(chart).to_have_count(0)
        demo.until("the account is closed", lambda: not _lets_in(facts, facts["password"]))

        desk.goto(f"{demo.url}/desk")
        _is_done(desk, "readers", "line", "visit", "opening")


def test_a_changed_setting_says_that_it_waits_for_a_start(browser: Browser, demo: DemoBox) -> None:
    with signed_in(browser, demo, "administrator", "/desk/settings") as desk:
        setting = desk.locator('[data-setting="visit_timeout"]')
        setting.get_by_text("変える…").click()
        setting.get_by_role("spinbutton").fill("75")
        setting.get_by_role("spinbutton").press("Enter")
        expect(setting).to_contain_text("カードを読むサービスの再起動を待っています")
        setting.get_by_role("button", name="「60秒」に戻す").click()
        expect(setting).not_to_contain_text("再起動を待っています")
        desk.goto(f"{demo.url}/desk/audit?action=setting-changed")
        expect(desk.locator("[data-action=setting-changed]")).to_have_count(2)


def _is_done(desk: Page, *steps: str) -> None:
    for step in steps:
        expect(desk.locator(f'[data-step="{step}"][data-done="true"]')).to_be_visible()


def _new_consumer(desk: Page) -> dict[str, Any]:
    form = desk.locator("form", has=desk.get_by_role("button", name="加える"))
    form.get_by_label("名前").fill("chart")
    form.get_by_label("つなぎ方").select_option("mqtt")
    form.get_by_role("button", name="加える").click()
    take = desk.get_by_role("button", name="ファイルを受け取る")
    expect(take).to_be_visible(timeout=WAIT_MS)
    with desk.expect_download() as download:
        take.click()
    with zipfile.ZipFile(download.value.path()) as handed:
        (name,) = (one for one in handed.namelist() if one.endswith("/credentials.json"))
        facts: dict[str, Any] = json.loads(handed.read(name))
        facts["ca_pem"] = handed.read(name.replace("credentials.json", facts["ca"])).decode()
    desk.reload()
    expect(take).to_have_count(0)
    return facts


def _ticked(desk: Page, step: str) -> None:
    item = desk.locator(f'[data-step="{step}"]')
    item.get_by_text("印を付ける…").click()
    item.get_by_role("button", name="できた").click()
    expect(item).to_contain_text("できた")


def _lets_in(facts: dict[str, Any], password: str) -> bool:
    """Whether the broker takes this account, by what stands in the file alone."""
    client = Client(CallbackAPIVersion.VERSION2, reconnect_on_failure=False)
    answered, codes = threading.Event(), []

    def connected(*told: Any) -> None:
        codes.append(told[3])
        answered.set()

    client.on_connect = connected
    client.username_pw_set(facts["username"], password)
    context = ssl.create_default_context(cadata=facts["ca_pem"])
    client.tls_set_context(context)
    client.connect(facts["host"], facts["port"])
    client.loop_start()
    assert answered.wait(20)
    client.disconnect()
    client.loop_stop()
    return not codes[0].is_failure
