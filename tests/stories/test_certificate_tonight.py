"""The clinic's certificate ends tonight: everybody is told, and it is renewed while patients are at the desk."""

import json
import subprocess
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from appliance import identity
from appliance.demo import center_pki
from appliance.ledger.times import JAPAN, clinic_day, utc_now
from appliance.settings import Box
from appliance.sync.topics import Topics
from tests.stories.demo_box import COMMAND, DemoBox
from tests.stories.pages import WAIT_MS, sees, signed_in
from tests.stories.test_outages import pid_of

pytestmark = pytest.mark.timeout(240)

CODE = "1319999999"
PHRASE = "correct horse battery"
BANNER = "aside[data-certificate]"


def test_it_ends_tonight_and_is_renewed_during_opening_hours(
    browser: Browser, demo: DemoBox, tmp_path: Path
) -> None:
    use_from_stick(demo, file_until_tonight(demo, tmp_path))
    sync = pid_of(demo, "sync")
    with signed_in(browser, demo, "reception") as reception:
        expect(reception.locator(BANNER)).to_contain_text("あと" if has_passed_midnight(demo) else "今日まで")
        expect(reception.locator(BANNER)).to_contain_text("資格確認と請求が止まります")
        assert state_of(demo)["state"] == "ending"
        reception.click(f"{BANNER} >> text=更新の手順")
        expect(reception.get_by_role("heading", name="電子証明書の更新の手順")).to_be_visible()
        with signed_in(browser, demo, "administrator", "/desk/certificate") as desk:
            renewed = renew(demo, desk, tmp_path)
        reception.goto(demo.url)
        expect(reception.locator(BANNER)).to_have_count(0)
        for check_id in renewed:
            sees(reception, check_id, "有効")
        sees(reception, demo.visit("p13"), "有効")
    for check_id in renewed:
        demo.until_delivered(check_id)
    counts = demo.do("demo", "center", "state")["checks"]
    assert [counts[check_id]["answered"] for check_id in renewed] == [1] * len(renewed)
    assert pid_of(demo, "sync") == sync, "no restart"
    assert state_of(demo)["state"] == "ok"
    assert box_state(demo)["certificate"]["state"] == "ok"


def renew(demo: DemoBox, desk: Page, tmp_path: Path) -> list[str]:
    """Take in the new certificate while a slow center holds checks in flight; their ids."""
    new = tmp_path / "new.p12"
    new.write_bytes(center_pki.clinic_pkcs12(demo.root, CODE, PHRASE, utc_now(), days=1186))
    demo.do("demo", "center", "fault", "slow", "--seconds", "1.5")
    try:
        early = [ask_by_numbers(demo) for _ in range(3)]
        upload(desk, new, "typed wrongly")
        expect(desk.locator("[data-code=CERT-002]")).to_be_visible()
        upload(desk, new, PHRASE)
        facts = desk.locator(".facts")
        expect(facts).to_contain_text(CODE)
        expect(facts).to_contain_text("Demo clinic CA")
        expect(facts).to_contain_text("証明書と合っています")
        asked = [ask_by_numbers(demo) for _ in range(2)]
        desk.click("text=受け入れて、すぐに使う")
        expect(desk.locator("[data-place=active]")).to_contain_text("あと1186日")
        late = [ask_by_numbers(demo) for _ in range(2)]
    finally:
        demo.do("demo", "center", "heal")
    return [*early, *asked, *late]


def test_a_new_one_that_the_center_refuses_gives_way_and_says_so(
    browser: Browser, demo: DemoBox, tmp_path: Path
) -> None:
    stranger = identity.authority(tmp_path, "stranger", "Another CA", utc_now())
    wrong = tmp_path / "wrong.p12"
    wrong.write_bytes(center_pki.clinic_pkcs12(demo.root, CODE, PHRASE, utc_now(), stranger))
    use_from_stick(demo, wrong)
    check_id = demo.visit("p14")
    assert demo.until_delivered(check_id)["state"] == "answered"
    assert state_of(demo)["state"] == "not-accepted"
    with signed_in(browser, demo, "reception") as reception:
        sees(reception, check_id, "有効")
        expect(reception.locator(BANNER)).to_contain_text("前の証明書", timeout=WAIT_MS)


def file_until_tonight(demo: DemoBox, folder: Path) -> Path:
    """A certificate that ends with this day in Japan."""
    now = utc_now()
    midnight = datetime.combine(clinic_day(now) + timedelta(days=1), time(), JAPAN) - timedelta(seconds=1)
    days = max((midnight - now) / timedelta(days=1), 0.01)
    path = folder / "tonight.p12"
    path.write_bytes(center_pki.clinic_pkcs12(demo.root, CODE, PHRASE, now, days=days))
    return path


def has_passed_midnight(demo: DemoBox) -> bool:
    """Whether this test runs so near to midnight that its certificate ends tomorrow."""
    return bool(state_of(demo)["days_left"])


def use_from_stick(demo: DemoBox, file: Path) -> None:
    """As an engineer does it with a USB stick; the pass phrase goes through stdin."""
    words = ("certificate", "import", str(file), "--passphrase-stdin", "--yes", "--activate")
    done = subprocess.run(
        [*COMMAND, *words, "--state", str(demo.root)],
        input=f"{PHRASE}\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["place"] == "active"


def upload(page: Page, file: Path, phrase: str) -> None:
    page.set_input_files("#file", file)
    page.fill("#passphrase", phrase)
    page.click("main form[enctype] button[type=submit]")


def ask_by_numbers(demo: DemoBox) -> str:
    """A check that nobody waits for; its id."""
    keys = ("--insurer-number", "06139992", "--symbol", "架空１２", "--number", "3456", "--branch", "00")
    done = demo.run("check", *keys, "--birthdate", "19800217", "--wait", "0", "--json")
    found: dict[str, Any] = json.loads(done.stdout)
    return str(found["id"])


def state_of(demo: DemoBox) -> dict[str, Any]:
    """What `madoguchi status` says of the certificate."""
    (one,) = demo.do("status", "--json")["certificates"]
    return dict(one)


def box_state(demo: DemoBox) -> dict[str, Any]:
    """The retained state of the box, as the EMR may read it."""
    mqtt = demo.facts["mqtt"]
    done = subprocess.run(
        [
            "mosquitto_sub",
            *("--cafile", mqtt["ca"], "-h", mqtt["host"], "-p", str(mqtt["port"]), "-V", "mqttv5"),
            *("-u", mqtt["username"], "-P", mqtt["password"], "-C", "1", "-W", "20"),
            *("-t", Topics(Box(demo.root).load().institution_code).box_state),
        ],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found
