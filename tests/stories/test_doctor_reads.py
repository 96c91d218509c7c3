"""A doctor reads drugs: the patient agrees at the reader, the doctor signs in with a code, reads, prints; a day later nothing is left."""

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from appliance.demo.people import person
from appliance.ledger import medical_questions
from appliance.ledger.database import Ledger
from appliance.ledger.times import utc_now
from appliance.settings import Box
from tests.ledger.disaster_desk import on_disk
from tests.stories.demo_box import DemoBox
from tests.stories.pages import WAIT_MS, signed_in

pytestmark = pytest.mark.timeout(180)


def test_agreed_asked_read_printed_and_forgotten(browser: Browser, demo: DemoBox) -> None:
    taro = person("p01")
    check_id = demo.visit("p01")
    addresses: list[str] = []
    with signed_in(browser, demo, "clinician") as doctor, signed_in(browser, demo, "reception") as desk:
        doctor.on("request", lambda request: addresses.append(request.url))
        assert doctor.url.endswith("/clinical")  # a doctor's way in, with a code of the demo's authenticator
        expect(doctor.locator(f"[data-check='{check_id}']")).to_contain_text(taro.name, timeout=WAIT_MS)
        doctor.get_by_role("button", name=f"{taro.name}のお薬を開く").click()
        expect(doctor.locator("[data-kind=drugs] .matrix")).to_contain_text("ミホン錠５ｍｇ", timeout=WAIT_MS)
        expect(doctor.locator(".twice").first).to_contain_text("架空整形外科からも")
        doctor.wait_for_load_state()  # its scripts too
        with doctor.expect_response("**/print") as printed:
            doctor.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert printed.value.status == 204

        # The line goes down: what was not asked for yet waits, and comes by itself.
        demo.do("demo", "center", "fault", "down")
        doctor.get_by_role("button", name="健診").click()
        expect(doctor.locator("[data-line=down]")).to_be_visible(timeout=WAIT_MS)
        demo.do("demo", "center", "heal")
        expect(doctor.locator("[data-kind=checkups] .checkups")).to_contain_text("HbA1c", timeout=WAIT_MS)
        expect(doctor.locator(".plot svg").first).to_be_visible()

        refused = desk.goto(f"{demo.url}/clinical/patients/{check_id}/drugs")
        assert refused is not None
        assert refused.status == 403
        expect(desk.locator("[data-code=AUTH-008]")).to_be_visible()

        ledger = Ledger.of(Box(demo.root))
        assert "ミホン錠".encode() not in on_disk(demo.root)
        # As the sync process does once the 24 hours are over.
        assert medical_questions.forget_due(ledger, utc_now() + timedelta(hours=24)) == 2
        assert ledger.read.execute("SELECT count(*) FROM disaster_keys").fetchone()[0] == 0
        ledger.close()
        doctor.reload()
        expect(doctor.locator("[data-kind]")).to_have_count(0)
        expect(doctor.get_by_text("まだ照会していません")).to_be_visible()
    left = b"".join(log.read_bytes() for log in demo.root.glob("log/*.log")) + " ".join(addresses).encode()
    for secret in ("太郎", "19800217", "ミホン", "3456"):
        assert secret.encode() not in left, secret
