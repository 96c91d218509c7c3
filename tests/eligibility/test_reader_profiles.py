"""What the profiles of card readers claim, and what they leave open."""

from dataclasses import fields
from datetime import date

import pytest

from appliance.eligibility.reader_profiles import Access, Profile, Size, fits, profile, profiles


def of(name: str) -> Profile:
    found = profile(name)
    assert found is not None
    return found


def test_five_models_belong_to_a_terminal_and_the_plain_ones_to_us() -> None:
    beside = [one.id for one in profiles() if one.access is Access.TERMINAL]
    assert beside == ["caora", "xc-stfr2jmn", "cps-100w", "uft-s190s", "exc-9000"]
    assert len({one.id for one in profiles()}) == len(profiles()) > 15


def test_plain_readers_claim_nothing_but_maker_and_model() -> None:
    said = {"id", "maker", "model", "access", "source"}
    for one in profiles():
        if one.access is Access.PCSC:
            assert {item.name for item in fields(one) if getattr(one, item.name) not in (None, ())} == said


@pytest.mark.parametrize(
    ("name", "silent"),
    [
        ("caora", ("voice", "languages", "gloves", "ocr", "pin_pad", "per_computer")),
        ("cps-100w", ("glasses", "languages", "gloves", "light_lux")),
        ("exc-9000", ("card_left", "voice", "per_computer", "pin_pad")),
    ],
)
def test_what_the_source_does_not_say_is_not_known(name: str, silent: tuple[str, ...]) -> None:
    assert [key for key in silent if getattr(of(name), key) is not None] == []


@pytest.mark.parametrize(
    ("name", "delivered", "end"),
    [
        ("caora", date(2021, 3, 31), date(2026, 3, 31)),
        ("caora", date(2021, 4, 1), date(2026, 4, 1)),
        ("cps-100w", date(2024, 8, 31), date(2026, 2, 28)),
        ("exc-9000", date(2024, 2, 29), date(2029, 2, 28)),
        ("rc-s300-p", date(2025, 1, 1), None),
    ],
)
def test_the_warranty_ends_its_term_after_the_delivery(name: str, delivered: date, end: date | None) -> None:
    assert of(name).warranty_end(delivered) == end


def test_a_place_may_take_a_reader_one_way_and_not_the_other() -> None:
    outcomes = {one.stand: one for one in fits(of("exc-9000"), Size(200, 200, 400))}
    assert (outcomes["縦置き"].fits, outcomes["縦置き"].reason) == (True, "")
    assert (outcomes["横置き"].fits, outcomes["横置き"].reason) == (False, "幅が68 mm足りません")


def test_the_space_needed_counts_and_not_the_size_of_the_device() -> None:
    (one,) = fits(of("caora"), Size(170, 230, 200))
    assert (one.fits, one.reason) == (False, "奥行が30 mm足りません")


def test_a_reader_of_unknown_size_is_not_said_to_fit() -> None:
    (one,) = fits(of("acr122u"), Size(9000, 9000, 9000))
    assert one.fits is None
