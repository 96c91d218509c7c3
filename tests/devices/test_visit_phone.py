"""A visit by phone at the second reader, as the pure machine leads it: what goes where, and what never mixes."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.devices.visit import step
from appliance.devices.visit_events import (
    Action,
    BackPressed,
    CancelPressed,
    CardLaid,
    CardRead,
    CardTaken,
    CheckAnswered,
    CheckOpened,
    ConsentsGiven,
    Failed,
    HolderProved,
    LanguageChosen,
    PhoneBroke,
    PhoneLaid,
    PhoneReaderLost,
    PhoneSeen,
    PhoneTaken,
    PhoneWanted,
    PinTyped,
    PinWrong,
    ReaderBack,
    SightStarted,
    StaffPressed,
    TimePassed,
    VisitEvent,
    WayChosen,
)
from appliance.devices.visit_state import Terms, Visit
from appliance.eligibility.visit import Language, Phase, Way

NOW = datetime(2026, 11, 22, 0, 30, tzinfo=UTC)
TERMS = Terms(phone=True, sight=True)

SAID: tuple[VisitEvent, ...] = (ReaderBack(), PhoneWanted("v1"))
TO_PIN = (*SAID, WayChosen(Way.ANDROID))
TO_HOLD = (*TO_PIN, PinTyped())
READING = (*TO_HOLD, PhoneLaid("x"))
TO_CONSENTS = (*READING, HolderProved())


def play(
    *events: VisitEvent, start: Visit | None = None, terms: Terms = TERMS, now: datetime = NOW
) -> tuple[Visit, list[Action]]:
    at = start or Visit()
    done: list[Action] = []
    for event in events:
        at, actions = step(at, event, now, terms)
        done += actions
    return at, done


def test_the_phone_is_read_after_its_pin_and_the_visit_ends_without_a_card_to_take() -> None:
    at, done = play(*TO_CONSENTS, PhoneTaken(), ConsentsGiven(), CheckOpened("c1"), CheckAnswered(True))
    assert (at.phase, at.visit, at.check_id) == (Phase.DONE, "v1", "c1")
    assert done == [Action.PROVE_BY_PHONE, Action.LET_GO, Action.OPEN_CHECK]
    over, _ = play(TimePassed(), start=at, now=NOW + TERMS.ending)
    assert over == Visit(Phase.IDLE)


def test_without_a_reader_for_phones_nobody_can_choose_one() -> None:
    assert play(*SAID, terms=Terms())[0] == Visit(Phase.IDLE)
    assert play(ReaderBack(), PhoneLaid("v1"), terms=Terms())[0] == Visit(Phase.IDLE)


def test_a_phone_held_first_is_looked_at_and_then_asked_for_its_pin() -> None:
    at, done = play(ReaderBack(), PhoneLaid("v1"))
    assert (at.phase, at.visit, done) == (Phase.READING, "v1", [Action.LOOK_AT_PHONE])
    at, done = play(PhoneSeen(3), PinTyped(), start=at)
    assert (at.phase, done) == (Phase.CHECKING_PIN, [Action.PROVE_BY_PHONE])


def test_a_phone_held_to_answer_which_one_it_is_is_looked_at_too() -> None:
    at, done = play(*SAID, PhoneLaid("x"))
    assert (at.phase, at.visit, done) == (Phase.READING, "v1", [Action.LOOK_AT_PHONE])


@pytest.mark.parametrize(("tries", "code"), [(1, "PHONE-007"), (0, "PHONE-008")])
def test_the_last_try_of_a_phone_is_never_asked_for_and_no_person_is_called(tries: int, code: str) -> None:
    looked, _ = play(ReaderBack(), PhoneLaid("v1"), PhoneSeen(tries))
    typed, _ = play(*READING, PinWrong(tries))
    for at in (looked, typed):
        assert (at.phase, at.trouble_code, at.tries_left) == (Phase.FAILED, code, tries)


def test_wrong_pin_is_typed_anew_and_goes_to_the_phone_that_is_still_held() -> None:
    at, _ = play(*READING, PinWrong(2))
    assert (at.phase, at.trouble_code, at.tries_left) == (Phase.PIN, "CARD-004", 2)
    assert play(PinTyped(), start=at)[1] == [Action.PROVE_BY_PHONE]
    assert play(PhoneTaken(), PinTyped(), start=at)[0].phase is Phase.PHONE


def test_a_phone_taken_away_too_early_asks_for_the_pin_again_and_never_repeats_it() -> None:
    at, done = play(*READING, PhoneTaken(), PhoneBroke())
    assert (at.phase, at.trouble_code, at.tries_left) == (Phase.PIN, "PHONE-004", None)
    assert done == [Action.PROVE_BY_PHONE]
    at, done = play(PhoneLaid("y"), start=at)
    assert (at.phase, done) == (Phase.PIN, [])
    at, _ = play(ReaderBack(), PhoneLaid("v1"), PhoneTaken(), PhoneBroke())
    assert (at.phase, at.trouble_code) == (Phase.FAILED, "PHONE-004")


def test_a_phone_that_lay_there_before_the_visit_gets_nobodys_pin() -> None:
    before, _ = play(*TO_CONSENTS, CancelPressed())
    idle, _ = play(TimePassed(), start=before, now=NOW + TERMS.ending)
    at, done = play(PhoneWanted("v2"), WayChosen(Way.ANDROID), PinTyped(), start=idle)
    assert (at.phase, at.visit, done) == (Phase.PHONE, "v2", [])


def test_an_iphone_is_told_that_it_cannot_be_read_whenever_that_is_known() -> None:
    assert play(*SAID, WayChosen(Way.IPHONE))[0].trouble_code == "PHONE-002"
    at, _ = play(*READING, Failed("PHONE-002"))
    assert (at.phase, at.trouble_code) == (Phase.FAILED, "PHONE-002")
    assert play(CardLaid("v2"), start=at)[0].visit == "v2"


def test_a_card_laid_before_the_phone_is_read_takes_its_place() -> None:
    at, done = play(*TO_HOLD, CardLaid("v2"), PhoneLaid("x"))
    assert (at.phase, at.visit, at.by_phone) == (Phase.READING, "v2", False)
    assert done == [Action.LET_GO, Action.READ_CARD]


@pytest.mark.parametrize("events", [READING, TO_CONSENTS])
def test_a_card_laid_beside_a_phone_that_is_read_ends_the_visit(events: tuple[VisitEvent, ...]) -> None:
    at, done = play(*events, CardLaid("v2"))
    assert (at.phase, at.visit, at.trouble_code) == (Phase.FAILED, "v1", "PHONE-006")
    assert Action.READ_CARD not in done
    assert play(TimePassed(), start=at, now=NOW + TERMS.left)[0].card_left
    at, _ = play(HolderProved(), ConsentsGiven(), CardTaken(), start=at)
    assert at.phase is Phase.FAILED
    assert play(TimePassed(), start=at, now=NOW + TERMS.ending)[0] == Visit(Phase.IDLE)


def test_a_phone_beside_somebodys_card_changes_nothing_for_them() -> None:
    by_card, _ = play(ReaderBack(), CardLaid("v1"), CardRead(3))
    for event in (PhoneLaid("x"), PhoneTaken(), PhoneWanted("y"), PhoneReaderLost()):
        assert play(event, start=by_card) == (by_card, [])


def test_the_reader_for_phones_ends_the_visit_that_still_needs_it_and_no_other() -> None:
    for events in (SAID, TO_PIN, TO_HOLD, READING):
        at, _ = play(*events, PhoneReaderLost())
        assert (at.phase, at.trouble_code) == (Phase.FAILED, "READER-001")
    assert play(*TO_CONSENTS, PhoneReaderLost())[0].phase is Phase.CONSENTS


def test_back_cancel_staff_language_and_time_work_as_everywhere() -> None:
    for events in (TO_PIN, TO_HOLD):
        assert play(*events, BackPressed())[0].phase is Phase.CHOOSE
    at, _ = play(*TO_HOLD, StaffPressed(), LanguageChosen(Language.ENGLISH))
    assert (at.staff_called, at.language) == (True, Language.ENGLISH)
    for events in (SAID, TO_PIN, TO_HOLD, TO_CONSENTS):
        late, _ = play(*events, TimePassed(), now=NOW)
        assert play(TimePassed(), start=late, now=NOW + TERMS.untouched)[0].trouble_code == "VISIT-002"
        assert play(*events, CancelPressed())[0].trouble_code == "VISIT-003"


def test_a_language_chosen_before_is_this_patients() -> None:
    at, _ = play(ReaderBack(), LanguageChosen(Language.KOREAN), PhoneWanted("v1"))
    assert at.language is Language.KOREAN


def test_no_look_by_staff_opens_a_phone() -> None:
    at, done = play(*TO_PIN, SightStarted(), WayChosen(Way.SIGHT), WayChosen(Way.PIN))
    assert (at.phase, at.way, done) == (Phase.PIN, Way.ANDROID, [])


_EVENTS: list[VisitEvent] = [
    *READING,
    PhoneTaken(),
    PhoneBroke(),
    PhoneSeen(3),
    PinWrong(2),
    HolderProved(),
    ConsentsGiven(),
    CheckOpened("c"),
    CheckAnswered(is_confirmed=True),
    CardLaid("v2"),
    CardRead(3),
    CardTaken(),
    BackPressed(),
    CancelPressed(),
    TimePassed(),
    PhoneReaderLost(),
]


@given(st.lists(st.sampled_from(_EVENTS), max_size=25))
def test_a_pin_is_needed_for_each_reading_and_a_proof_for_each_check(events: list[VisitEvent]) -> None:
    at, typed, proved = Visit(), False, False
    for event in events:
        before = at
        at, actions = step(at, event, NOW, TERMS)
        if at.visit != before.visit:
            typed = proved = False
        typed = typed or (isinstance(event, PinTyped) and before.phase is Phase.PIN)
        proved = proved or (isinstance(event, HolderProved) and before.phase is Phase.CHECKING_PIN)
        if Action.PROVE_BY_PHONE in actions:
            assert typed
            assert at.by_phone
            typed = False
        if Action.READ_CARD in actions:
            assert not at.by_phone
        assert proved or Action.OPEN_CHECK not in actions
        assert at.by_phone or not at.phone_present
