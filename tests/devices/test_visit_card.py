"""The card shown to the camera: it may be lifted, must come back as the same one, and its number is tried once. Pure."""

from datetime import timedelta

import pytest

from appliance.devices.visit import step
from appliance.devices.visit_events import (
    Action,
    BackPressed,
    CancelPressed,
    CardLaid,
    CardTaken,
    FaceHint,
    Failed,
    NumberNotSeen,
    NumberSeen,
    NumberTyped,
    NumberWrong,
    OtherCard,
    PhotoRead,
    ReaderLost,
    SameCard,
    ShowPressed,
    SightStarted,
    TimePassed,
    VisitEvent,
    WayChosen,
)
from appliance.devices.visit_state import Visit
from appliance.eligibility.visit import Hint, Phase, Way
from tests.devices.test_visit_ways import ALL, NOW, TO_CHOOSE, play

SHOWN: tuple[VisitEvent, ...] = (*TO_CHOOSE, WayChosen(Way.FACE), ShowPressed())
LIFTED = (*SHOWN, CardTaken())


def test_the_card_is_lifted_read_and_laid_back() -> None:
    at, did = play(*LIFTED)
    assert (at.phase, at.card_present, at.visit) == (Phase.SHOW_CARD, False, "v1")
    assert did[-2:] == [Action.WATCH_CARD, Action.LET_GO]
    at, did = play(FaceHint(Hint.CARD_FAR), NumberSeen(), start=at)
    assert (at.phase, did) == (Phase.LAY_BACK, [])
    at, did = play(CardLaid("v2"), SameCard("v2", 3), start=at)
    assert (at.phase, at.visit) == (Phase.FACE, "v1")
    assert did == [Action.READ_AGAIN, Action.READ_PHOTO]
    assert play(PhotoRead(), start=at)[1] == [Action.WATCH_FACE]


def test_nothing_is_sent_to_a_card_before_it_is_known_to_be_the_same() -> None:
    at, did = play(CardLaid("v2"), NumberSeen(), start=play(*LIFTED)[0])
    assert (at.phase, did) == (Phase.LAY_BACK, [Action.READ_AGAIN])
    assert play(SameCard("v2", 3), start=at)[1] == [Action.READ_PHOTO]


def test_another_card_is_another_visit_and_the_number_is_forgotten() -> None:
    at, did = play(NumberSeen(), CardLaid("v3"), OtherCard("v3"), start=play(*LIFTED)[0])
    assert (at.phase, at.visit, at.seen, at.card_shows) == (Phase.READING, "v3", False, 0)
    assert did == [Action.READ_AGAIN, Action.STOP_FACE, Action.LET_GO, Action.READ_CARD]


@pytest.mark.parametrize("compared", [SameCard("v2", 3), OtherCard("v2")])
def test_what_a_card_was_says_nothing_of_the_one_that_lies_there_since(compared: VisitEvent) -> None:
    lifted_again, _ = play(NumberSeen(), CardLaid("v2"), CardTaken(), start=play(*LIFTED)[0])
    assert play(compared, start=lifted_again) == (lifted_again, [])
    swapped, _ = play(CardLaid("v3"), start=lifted_again)
    assert play(compared, start=swapped) == (swapped, [])
    assert play(SameCard("v3", 3), start=swapped)[1] == [Action.READ_PHOTO]


def test_a_card_that_only_passes_the_reader_on_its_way_ends_nothing() -> None:
    at, _ = play(CardLaid("v2"), Failed("CARD-003"), CardTaken(), NumberSeen(), start=play(*LIFTED)[0])
    assert (at.phase, at.card_present, at.away) == (Phase.LAY_BACK, False, True)


def test_a_card_that_was_not_lifted_can_be_read_too() -> None:
    at, did = play(*SHOWN, NumberSeen())
    assert (at.phase, did[-1]) == (Phase.FACE, Action.READ_PHOTO)


@pytest.mark.parametrize("event", [NumberNotSeen(), BackPressed()])
def test_what_cannot_be_read_is_typed_once_the_card_is_back(event: VisitEvent) -> None:
    at, did = play(event, start=play(*LIFTED)[0])
    assert (at.phase, did) == (Phase.LAY_BACK, [Action.STOP_FACE])
    at, did = play(CardLaid("v2"), SameCard("v2", 3), start=at)
    assert (at.phase, did) == (Phase.CARD_NUMBER, [Action.READ_AGAIN, Action.STOP_FACE])
    assert at.trouble_code == ("VISIT-009" if isinstance(event, NumberNotSeen) else None)
    assert play(NumberTyped(), start=at)[1] == [Action.READ_PHOTO]


def test_the_camera_has_its_time_and_so_has_the_hand() -> None:
    at, _ = play(*LIFTED)
    at, did = step(at, TimePassed(), NOW + ALL.showing, ALL)
    assert (at.phase, at.trouble_code, did) == (Phase.LAY_BACK, "VISIT-009", (Action.STOP_FACE,))
    at, did = step(at, TimePassed(), NOW + ALL.showing + ALL.untouched, ALL)
    assert (at.phase, at.trouble_code, did) == (Phase.FAILED, "VISIT-002", (Action.STOP_FACE, Action.LET_GO))
    assert step(at, CardLaid("v2"), NOW, ALL)[1] == (Action.LET_GO, Action.READ_CARD)
    early = step(play(*LIFTED)[0], TimePassed(), NOW + ALL.showing - timedelta(seconds=1), ALL)
    assert early[0].phase is Phase.SHOW_CARD


def test_a_number_read_wrong_is_not_left_to_the_camera_again() -> None:
    at, _ = play(*SHOWN, NumberSeen(), NumberWrong(9))
    assert (at.phase, at.trouble_code, at.hint) == (Phase.CARD_NUMBER, "CARD-013", None)
    assert play(ShowPressed(), start=at)[0] == at
    typed, _ = play(*TO_CHOOSE, WayChosen(Way.FACE), NumberTyped(), NumberWrong(9))
    assert typed.hint is Hint.CARD_SHOW
    assert play(ShowPressed(), start=typed)[0].phase is Phase.SHOW_CARD
    last, _ = play(*SHOWN, NumberSeen(), NumberWrong(1))
    assert (last.phase, last.trouble_code) == (Phase.PIN, "CARD-014")


def test_it_is_shown_twice_at_most() -> None:
    at, _ = play(*SHOWN, NumberNotSeen())
    assert at.hint is Hint.CARD_SHOW
    at, _ = play(ShowPressed(), NumberNotSeen(), start=at)
    assert (at.hint, at.phase) == (None, Phase.CARD_NUMBER)
    assert play(ShowPressed(), start=at)[0] == at


@pytest.mark.parametrize("event", [WayChosen(Way.PIN), SightStarted(), NumberTyped()])
def test_while_the_card_is_away_no_other_way_begins(event: VisitEvent) -> None:
    for start in (play(*LIFTED)[0], play(*LIFTED, NumberSeen())[0]):
        assert play(event, start=start) == (start, [])


@pytest.mark.parametrize("event", [CancelPressed(), ReaderLost("READER-001")])
def test_an_end_stops_the_camera(event: VisitEvent) -> None:
    for start in (play(*LIFTED)[0], play(*LIFTED, NumberSeen())[0]):
        at, did = play(event, start=start)
        assert at.phase in (Phase.FAILED, Phase.OFFLINE)
        assert did == [Action.STOP_FACE, Action.LET_GO]


def test_lifting_it_anywhere_else_still_ends_the_visit() -> None:
    for events in (SHOWN[:-1], (*SHOWN, NumberSeen())):
        assert play(*events, CardTaken())[0].trouble_code == "CARD-003"


def test_a_visit_begins_with_all_its_shows() -> None:
    used = Visit(Phase.IDLE, card_shows=2, seen=True, away=True)
    at, _ = play(CardLaid("v9"), start=used)
    assert (at.card_shows, at.seen, at.away) == (0, False, False)
