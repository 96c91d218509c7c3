"""How a patient proves to be the holder: every way, and how one falls over to the next. Pure."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from appliance.devices.visit import step
from appliance.devices.visit_events import (
    Action,
    BackPressed,
    CardLaid,
    CardRead,
    CardTaken,
    Confirmed,
    Denied,
    DisplayChosen,
    FaceAlike,
    FaceNot,
    FaceSame,
    HolderProved,
    LanguageChosen,
    NumberTyped,
    NumberWrong,
    PhotoRead,
    PinTyped,
    PinWrong,
    ReaderBack,
    SightStarted,
    TimePassed,
    VisitEvent,
    WayChosen,
)
from appliance.devices.visit_state import Terms, Visit
from appliance.eligibility.visit import Display, Language, Phase, Way

NOW = datetime(2026, 11, 22, 0, 30, tzinfo=UTC)
ALL = Terms(face=True, sight=True)
PIN_ONLY = Terms()

LAID: tuple[VisitEvent, ...] = (ReaderBack(), CardLaid("v1"))
TO_CHOOSE = (*LAID, CardRead(3))
TO_LOOK = (*TO_CHOOSE, WayChosen(Way.FACE), NumberTyped(), PhotoRead())
TO_PIN = (*TO_CHOOSE, WayChosen(Way.PIN))


def play(
    *events: VisitEvent, start: Visit | None = None, terms: Terms = ALL, now: datetime = NOW
) -> tuple[Visit, list[Action]]:
    at = start or Visit()
    done: list[Action] = []
    for event in events:
        at, actions = step(at, event, now, terms)
        done += actions
    return at, done


def test_with_one_way_nobody_is_asked_to_choose() -> None:
    assert play(*TO_CHOOSE, terms=PIN_ONLY)[0].phase is Phase.PIN
    assert play(*LAID, CardRead(1))[0].phase is Phase.CARD_NUMBER


def test_face_goes_from_number_over_photo_and_look_to_the_proof() -> None:
    at, done = play(*TO_LOOK, FaceSame())
    assert (at.phase, at.way) == (Phase.PROVING, Way.FACE)
    assert done[-4:] == [Action.READ_PHOTO, Action.WATCH_FACE, Action.STOP_FACE, Action.PROVE_WITHOUT_PIN]
    assert play(HolderProved(), start=at)[0].phase is Phase.CONSENTS


def test_a_likeness_waits_for_a_named_person() -> None:
    at, _ = play(*TO_LOOK, FaceAlike())
    assert (at.phase, at.staff_called) == (Phase.GLANCE, True)
    assert play(Confirmed(), start=at)[1] == [Action.PROVE_WITHOUT_PIN]
    denied, _ = play(Denied(), start=at)
    assert (denied.phase, denied.ways, denied.trouble_code) == (Phase.PIN, (Way.PIN,), "VISIT-006")
    late, _ = play(TimePassed(), start=at, now=NOW + ALL.staff)
    assert (late.phase, late.trouble_code) == (Phase.PIN, "VISIT-008")


def test_face_falls_over_to_the_pin_after_three_looks_or_eight_seconds() -> None:
    at, _ = play(*TO_LOOK, FaceNot("FACE-009"))
    assert (at.phase, at.trouble_code) == (Phase.FACE, "FACE-009")
    at, _ = play(FaceNot("FACE-009"), FaceNot("FACE-008"), start=at)
    assert (at.phase, at.trouble_code) == (Phase.PIN, "FACE-008")
    late, done = play(TimePassed(), start=play(*TO_LOOK)[0], now=NOW + ALL.looking)
    assert (late.phase, late.trouble_code, done) == (Phase.PIN, "VISIT-005", [Action.STOP_FACE])


def test_going_back_does_not_give_the_looks_back() -> None:
    at, _ = play(*TO_LOOK, FaceNot("FACE-009"), FaceNot("FACE-009"), BackPressed())
    assert (at.phase, at.ways) == (Phase.CHOOSE, (Way.FACE, Way.PIN))
    at, _ = play(WayChosen(Way.FACE), NumberTyped(), PhotoRead(), FaceNot("FACE-009"), start=at)
    assert at.phase is Phase.PIN


def test_wrong_card_number_is_asked_again_and_its_last_try_left_alone() -> None:
    at, _ = play(*TO_CHOOSE, WayChosen(Way.FACE), NumberTyped(), NumberWrong(9))
    assert (at.phase, at.trouble_code) == (Phase.CARD_NUMBER, "CARD-013")
    at, _ = play(NumberTyped(), NumberWrong(1), start=at)
    assert (at.phase, at.trouble_code, at.ways) == (Phase.PIN, "CARD-014", (Way.PIN,))


def test_pin_falls_over_to_staff_before_the_last_try() -> None:
    only_sight = replace(ALL, face=False)
    at, _ = play(*TO_CHOOSE, PinTyped(), PinWrong(1), terms=only_sight)
    assert (at.phase, at.staff_called, at.trouble_code) == (Phase.STAFF, True, "CARD-005")
    locked, _ = play(*LAID, CardRead(0), terms=only_sight)
    assert (locked.phase, locked.trouble_code) == (Phase.STAFF, "CARD-006")
    at, _ = play(*TO_PIN, PinTyped(), PinWrong(1))
    assert (at.phase, at.ways) == (Phase.CARD_NUMBER, (Way.FACE,))


def test_sight_is_started_by_staff_for_this_visit_and_ends_with_it() -> None:
    at, _ = play(*TO_PIN, SightStarted())
    assert (at.phase, at.way) == (Phase.SIGHT, Way.SIGHT)
    assert play(Confirmed(), start=at)[1] == [Action.PROVE_WITHOUT_PIN]
    denied, _ = play(Denied(), start=at)
    assert (denied.phase, denied.trouble_code) == (Phase.FAILED, "VISIT-007")
    late, _ = play(TimePassed(), start=at, now=NOW + ALL.staff)
    assert (late.phase, late.trouble_code) == (Phase.FAILED, "VISIT-008")
    after, _ = play(CardTaken(), CardLaid("v2"), CardRead(3), start=at)
    assert (after.phase, after.way) == (Phase.CHOOSE, None)


def test_without_a_way_to_the_key_there_is_no_sight_and_nobody_waits_for_it() -> None:
    assert play(*TO_CHOOSE, SightStarted(), terms=PIN_ONLY)[0].phase is Phase.PIN
    at, _ = play(*LAID, CardRead(0), terms=PIN_ONLY)
    assert (at.phase, at.trouble_code) == (Phase.FAILED, "CARD-006")


@pytest.mark.parametrize(
    "events", [TO_CHOOSE, TO_LOOK[:4], TO_LOOK, (*TO_LOOK, FaceAlike()), (*TO_PIN, SightStarted())]
)
def test_a_card_pulled_anywhere_ends_cleanly(events: tuple[VisitEvent, ...]) -> None:
    at, done = play(*events, CardTaken())
    assert (at.phase, at.trouble_code) == (Phase.FAILED, "CARD-003")
    assert done[-1] is Action.LET_GO
    assert play(TimePassed(), start=at, now=NOW + ALL.ending)[0] == Visit(Phase.IDLE)


def test_what_another_visit_proved_is_nothing_to_this_one() -> None:
    at, done = play(*TO_LOOK, CardLaid("v2"), FaceSame(), Confirmed(), HolderProved())
    assert (at.visit, at.phase) == ("v2", Phase.READING)
    assert Action.PROVE_WITHOUT_PIN not in done
    assert Action.STOP_FACE in done


def test_language_chosen_before_the_card_is_this_patients_and_ends_with_the_visit() -> None:
    at, _ = play(ReaderBack(), LanguageChosen(Language.KOREAN), DisplayChosen(Display(big=True)))
    at, _ = play(CardLaid("v1"), CardRead(3), start=at)
    assert (at.language, at.display.big) == (Language.KOREAN, True)
    at, _ = play(CardTaken(), start=at)
    assert play(TimePassed(), start=at, now=NOW + ALL.ending)[0].language is Language.JAPANESE


def test_language_chosen_by_somebody_who_went_away_is_forgotten() -> None:
    at, _ = play(ReaderBack(), LanguageChosen(Language.ENGLISH))
    assert play(TimePassed(), start=at, now=NOW + ALL.untouched)[0] == Visit(Phase.IDLE)
