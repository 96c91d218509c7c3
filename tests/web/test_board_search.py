"""Finding a row: views, kana, numbers and birth dates in every spelling, and barcodes read anywhere on the board."""

from datetime import date

import pytest
from playwright.sync_api import Browser, Page, expect

from appliance.demo import people
from appliance.eligibility.eras import parse_date, spellings
from tests.web.desk_world import Desk, served
from tests.web.test_reception_page import reception

SCAN = """([digits, gap]) => {
  const at = () => document.activeElement;
  for (const digit of [...digits, "Enter"]) {
    const code = digit === "Enter" ? digit : `Digit${digit}`;
    const event = new KeyboardEvent("keydown", { key: digit, code, bubbles: true, cancelable: true });
    if (gap) Object.defineProperty(event, "timeStamp", { value: (window.clock = (window.clock ?? 0) + gap) });
    const isHeard = at().dispatchEvent(event);
    if (isHeard && digit !== "Enter" && at().matches("input")) at().value += digit;
  }
}"""


def scan(page: Page, digits: str, gap: int = 0) -> None:
    """Keys as a reader sends them, all at once; with `gap` as somebody types them."""
    page.evaluate(SCAN, [digits, gap])


def found(page: Page, text: str) -> list[str | None]:
    page.locator("#filter").fill(text)
    return [row.get_attribute("data-id") for row in page.locator("#rows .row:visible").all()]


@pytest.mark.timeout(60)
def test_a_row_is_found_by_kana_number_and_any_birth_date_and_nothing_of_it_leaves_the_page(
    browser: Browser, desk: Desk
) -> None:
    wanted, other = desk.person("p01"), desk.person("p03")
    somebody = people.person("p01").qualifications[0]
    born = parse_date(somebody.birthdate or "")
    era = next(text for text in spellings(born) if text[0].isalpha() and text.count("-") == 2)
    typed = [
        somebody.birthdate,
        born.isoformat(),
        f"{born.year}年{born.month}月{born.day}日",
        f"{born:%Y/%m/%d}",
        era.upper().replace("-", "."),
        era[0].upper() + "-".join(f"{int(part):02d}" for part in era[1:].split("-")),
        next(text for text in spellings(born) if not text[0].isascii()),
        somebody.insurer_number,
        somebody.insured_identification_number,
        "たろう",
    ]
    with served(desk) as address, reception(browser, desk, address) as page:
        addresses: list[str] = []
        page.on("request", lambda request: addresses.append(request.url))
        for text in typed:
            assert text
            assert found(page, text) == [wanted], text
        assert found(page, "9999999999") == []
        expect(page.get_by_text("しぼり込みに合う受付はありません。")).to_be_visible()
        assert set(found(page, "")) == {wanted, other}
        assert not [one for one in addresses if "/events" not in one]


def test_views_by_button_and_by_key(browser: Browser, desk: Desk) -> None:
    valid, dead, waits = desk.person("p01"), desk.person("p04"), desk.offline()
    with served(desk) as address, reception(browser, desk, address) as page:
        rows = page.locator("#rows .row:visible")
        for key, ids in (("y", [dead]), ("t", [waits]), ("a", [dead, waits, valid])):
            page.keyboard.press(key)
            expect(rows).to_have_count(len(ids))
            assert [row.get_attribute("data-id") for row in rows.all()] == ids
        needs = page.get_by_role("button", name="要確認 1")
        needs.click()
        expect(needs).to_have_attribute("aria-pressed", "true")
        page.locator(f"#check-{dead}").get_by_role("button", name="確認した").click()
        expect(rows).to_have_count(0)
        expect(page.get_by_role("button", name="要確認 0")).to_be_visible()


@pytest.mark.timeout(60)
def test_a_barcode_goes_to_the_search_or_to_its_field_of_the_form(browser: Browser, desk: Desk) -> None:
    check_id = desk.person("p01")
    desk.person("p03")
    number = people.person("p01").qualifications[0].insured_identification_number or ""
    insurer = people.person("p01").qualifications[0].insurer_number or ""
    with served(desk) as address, reception(browser, desk, address) as page:
        scan(page, insurer)
        expect(page.locator(".detail")).to_have_attribute("data-id", check_id)
        expect(page.locator("#filter")).to_have_value(insurer)
        page.locator("#filter").fill("")
        # Typed by a hand it is no barcode.
        page.keyboard.press("Escape")
        scan(page, number, gap=90)
        expect(page.locator("#filter")).to_have_value("")
        page.keyboard.press("n")
        expect(page.get_by_label("保険者番号")).to_be_focused()
        page.get_by_label("記号").focus()
        page.get_by_label("記号").fill("12")
        scan(page, "06139992")
        expect(page.get_by_label("保険者番号")).to_have_value("06139992")
        expect(page.get_by_label("記号")).to_have_value("12")
        expect(page.get_by_label("番号", exact=True)).to_be_focused()
        scan(page, "00345678")
        expect(page.get_by_label("番号", exact=True)).to_have_value("00345678")
        scan(page, "19790305")
        expect(page.locator("#birthdate-echo")).to_contain_text("昭和54年3月5日")
        # None of the Enter keys has sent the form.
        expect(page.locator("#rows .row")).to_have_count(2)


def test_the_first_year_of_an_era_is_found_by_its_name() -> None:
    assert "令和元-5-1" in spellings(date(2019, 5, 1))
    assert spellings(date(1979, 3, 5)) == (
        "1979-3-5",
        "19790305",
        "s54-3-5",
        "昭和54-3-5",
        "s540305",
        "3540305",
    )
    assert spellings(date(1868, 1, 1)) == ("1868-1-1", "18680101")
