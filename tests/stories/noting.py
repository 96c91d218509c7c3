"""Outage notes as a receptionist writes them and later looks them up."""

from playwright.sync_api import Page, expect

from appliance.demo.people import person
from appliance.eligibility.eras import wareki
from tests.web.outage_world import numbers_of


def write_note(page: Page, who: str, then: str) -> None:
    """Fill the form from the front of that person's card."""
    one = person(who)
    page.fill("#name", one.name)
    page.fill("#birthdate", wareki(one.birthdate))
    page.check(f"[name=sex][value='{one.sex}']")
    page.fill("#address", one.address)
    page.select_option("#reason", "line")
    page.select_option("#received_as", "declaration")
    page.get_by_role("button", name=then, exact=True).click()


def type_numbers(page: Page, who: str, then: str) -> None:
    """Type what 障害時モード gave for that person."""
    expect(page.locator("#who")).to_contain_text(person(who).name)
    for name, value in numbers_of(who).items():
        page.fill(f"#{name}", value)
    page.get_by_role("button", name=then, exact=True).click()
