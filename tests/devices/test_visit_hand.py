"""What a visit holds in the hand: at which step a touch is taken, and whose look at the holder counts."""

import pytest

from appliance.devices.holder_ways import WrongNumber
from appliance.devices.visit_events import Confirmed, Denied, ShowPressed, SightStarted
from appliance.devices.visit_hand import Hand
from appliance.devices.visit_state import TO_THE_HOLDER, Visit
from appliance.eligibility.trouble import Trouble
from appliance.eligibility.visit import ALL_CONSENTS, NO_CONSENTS, Phase, SightReason, Way
from appliance.hatch import BegunSight, GivenConsents, JudgedHolder, ShowsCard, TypedCardNumber, TypedPin
from appliance.ledger.visits import Looked

BEGUN = BegunSight("1", "v", "uketsuke", SightReason.PIN_FORGOTTEN)


def at(phase: Phase, tries_left: int | None = 3) -> Visit:
    return Visit(phase, "v", tries_left=tries_left, card_present=True)


@pytest.mark.parametrize("phase", list(Phase))
def test_a_look_is_begun_only_before_the_holder_is_proved(phase: Phase) -> None:
    hand = Hand()
    if phase in TO_THE_HOLDER:
        assert hand.take(BEGUN, at(phase)) == SightStarted()
        assert hand.looked_for(Way.SIGHT) == Looked("uketsuke", SightReason.PIN_FORGOTTEN)
    else:
        with pytest.raises(Trouble, match="VISIT-001"):
            hand.take(BEGUN, at(phase))
        assert hand.looked_for(Way.SIGHT) is None


def test_a_denied_face_is_nobodys_confirmation_of_the_pin_that_followed() -> None:
    hand = Hand()
    assert hand.take(JudgedHolder("1", "v", "uketsuke", same=False), at(Phase.GLANCE)) == Denied()
    assert hand.looked_for(Way.PIN) is None


def test_the_reason_of_a_look_that_was_left_is_not_the_faces() -> None:
    hand = Hand()
    hand.take(BEGUN, at(Phase.PIN))
    assert hand.take(JudgedHolder("1", "v", "kanri", same=True), at(Phase.GLANCE)) == Confirmed()
    assert hand.looked_for(Way.FACE) == Looked("kanri")


def test_a_pin_of_another_pad_or_a_second_one_is_refused() -> None:
    hand = Hand()
    with pytest.raises(Trouble, match="VISIT-001"):
        hand.take(TypedPin("1", "v", "1234", 3), at(Phase.PIN, tries_left=2))
    hand.take(TypedPin("1", "v", "1234", 2), at(Phase.PIN, tries_left=2))
    with pytest.raises(Trouble, match="VISIT-001"):
        hand.take(TypedPin("1", "v", "1234", 2), at(Phase.PIN, tries_left=2))


def test_a_card_number_is_fourteen_digits_and_gone_with_its_page() -> None:
    hand = Hand()
    with pytest.raises(Trouble, match="INPUT-001"):
        hand.take(TypedCardNumber("1", "v", "1234"), at(Phase.CARD_NUMBER))
    hand.take(TypedCardNumber("1", "v", "55021720352285"), at(Phase.CARD_NUMBER))
    assert "55021720352285" not in repr(hand)
    hand.forget_before(at(Phase.PIN))
    assert hand.card_number is None


def test_digits_that_the_card_has_refused_are_not_tried_again_in_that_visit() -> None:
    hand = Hand()
    with pytest.raises(Trouble, match="VISIT-001"):
        hand.number_to_try(None)
    assert hand.number_to_try("55021720352285") == "55021720352285"
    hand.refused["55021720352285"] = 9
    hand.refused["55021720352286"] = 8
    for seen, typed in (("55021720352285", None), (None, "55021720352285")):
        hand.card_number = typed
        with pytest.raises(WrongNumber) as refused:
            hand.number_to_try(seen)
        assert refused.value.tries_left == 8
        assert hand.card_number is None
    hand.forget_before(at(Phase.CARD_NUMBER))
    assert hand.refused
    assert "55021720352285" not in repr(hand)
    hand.forget_before(at(Phase.READING))
    assert hand.number_to_try("55021720352285") == "55021720352285"


def test_the_card_is_shown_at_the_numbers_page_only() -> None:
    assert Hand().take(ShowsCard("1", "v"), at(Phase.CARD_NUMBER)) == ShowPressed()
    for phase in (Phase.CHOOSE, Phase.SHOW_CARD, Phase.PIN, Phase.CONSENTS):
        with pytest.raises(Trouble, match="VISIT-001"):
            Hand().take(ShowsCard("1", "v"), at(phase))


def test_what_was_typed_outlives_whatever_happens_before_it_is_used() -> None:
    hand = Hand()
    for touch, page in (
        (TypedPin("1", "v", "1234"), at(Phase.PIN)),
        (TypedCardNumber("1", "v", "55021720352285"), at(Phase.CARD_NUMBER)),
    ):
        hand.take(touch, page)
        # A call for staff, another language, a phone that is lifted: the page is still the same.
        hand.forget_before(page)
        assert (hand.pin or hand.card_number) is not None
        hand.forget_before(at(Phase.CHOOSE))
        assert (hand.pin, hand.card_number) == (None, None)


def test_the_consents_that_were_pressed_first_are_the_ones() -> None:
    hand = Hand()
    first = GivenConsents("1", "v", NO_CONSENTS)
    hand.take(first, at(Phase.CONSENTS))
    with pytest.raises(Trouble, match="VISIT-001"):
        hand.take(GivenConsents("1", "v", ALL_CONSENTS), at(Phase.CONSENTS))
    assert hand.given is first


def test_a_pin_waits_for_the_phone_and_is_gone_with_any_other_page() -> None:
    hand = Hand()
    hand.take(TypedPin("1", "v", "1234"), at(Phase.PIN, tries_left=None))
    for phase in (Phase.PHONE, Phase.CHECKING_PIN):
        hand.forget_before(at(phase))
        assert hand.pin is not None
    hand.forget_before(at(Phase.CHOOSE))
    assert hand.pin is None
