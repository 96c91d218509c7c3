"""The patient screen at every size and in every language, in Chromium: large enough, whole, and within reach."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, expect

from appliance.eligibility.visit import Display, Language, Phase
from tests.web.patient_measure import MEASURE, each_page
from tests.web.patient_world import World, a_world, served, touch_display

SMALL = [(800, 480), (480, 800)]
TIGHT = [(1024, 600), (600, 1024)]
ROOMY = [(1280, 800), (800, 1280)]
LARGE = [(1920, 1200), (1200, 1920)]


@pytest.fixture(scope="module")
def shared_world() -> Iterator[tuple[World, str]]:
    with a_world() as made, served(made) as address:
        room = made.app.extensions["madoguchi"]
        settings = replace(room.settings, ask_prescription=True, ask_medical_subsidy=True)
        made.app.extensions["madoguchi"] = replace(room, settings=settings)
        yield made, address


def wrong_at(page: Page, sizes: list[tuple[int, int]], may_scroll: bool = False) -> dict[str, list[str]]:
    """What is wrong with the page as it is, by size."""
    wrong = {}
    for width, height in sizes:
        page.set_viewport_size({"width": width, "height": height})
        is_small = (width, height) in SMALL
        limits = [22, 72, True] if is_small else [28, 88, may_scroll]
        if found := page.evaluate(MEASURE, limits):
            wrong[f"{width}x{height}"] = found
    return wrong


@pytest.mark.parametrize("language", Language)
def test_everything_is_large_and_within_reach(
    browser: Browser, shared_world: tuple[World, str], language: Language
) -> None:
    world, address = shared_world
    is_whole = language in (Language.JAPANESE, Language.ENGLISH)
    sizes = SMALL + TIGHT + (ROOMY if is_whole else [])
    with touch_display(browser, world, address) as page:
        wrong = {str(one): wrong_at(page, sizes) for one in each_page(page, world, language)}
    assert {one: found for one, found in wrong.items() if found} == {}


def test_big_type_and_high_contrast_keep_everything_within_reach(
    browser: Browser, shared_world: tuple[World, str]
) -> None:
    world, address = shared_world
    with touch_display(browser, world, address) as page:
        shown = each_page(page, world, Language.ENGLISH, Display(big=True, contrast=True))
        wrong = {str(one): wrong_at(page, SMALL + TIGHT + ROOMY, may_scroll=True) for one in shown}
    assert {one: found for one, found in wrong.items() if found} == {}


def test_on_a_large_screen_everything_grows_with_it(
    browser: Browser, shared_world: tuple[World, str]
) -> None:
    world, address = shared_world
    with touch_display(browser, world, address) as page:
        world.next_patient()
        world.show(Phase.PIN, tries_left=3)
        expect(page.locator(f'.stage[data-visit="{world.visit}"]')).to_be_attached()
        assert wrong_at(page, LARGE) == {}
        for width, height in LARGE:
            page.set_viewport_size({"width": width, "height": height})
            # One and a half times 28 pixels: the page of 1280x800, once more.
            assert page.locator(".dots + .follow").evaluate("e => getComputedStyle(e).fontSize") == "42px"
