"""The visit as a pure machine: every way through it and out of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

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
    CheckDeferred,
    CheckOpened,
    Confirmed,
    ConsentsGiven,
    Denied,
    FaceAlike,
    FaceNot,
    FaceSame,
    Failed,
    HolderProved,
    LanguageChosen,
    NumberTyped,
    NumberWrong,
    PhotoRead,
    PinTyped,
    PinWrong,
    ReaderBack,
    ReaderLost,
    SightStarted,
    StaffPressed,
    TimePassed,
    VisitEvent,
    WayChosen,
)
from appliance.devices.visit_state import Terms, Visit
from appliance.eligibility.visit import Language, Phase, Way

NOW = datetime(2026, 11, 22, 0, 30, tzinfo=UTC)
TERMS = Terms()

TO_PIN: tuple[VisitEvent, ...] = (ReaderBack(), CardLaid("v1"), CardRead(3))
TO_CONSENTS = (*TO_PIN, PinTyped(), HolderProved())
TO_ASKING = (*TO_CONSENTS, ConsentsGiven(), CheckOpened("c1"))
TO_DONE = (*TO_ASKING, CheckAnswered(is_confirmed=True))


def play(*events: VisitEvent, start: Visit | None = None, now: datetime = NOW) -> tuple[Visit, list[Action]]:
    at = start or Visit()
    done: list[Action] = []
    for event in events:
        at, actions = step(at, event, now, TERMS)
        done += actions
    return at, done


def test_main_path_reads_proves_opens_and_ends_with_the_card_taken() -> None:
    at, done = play(*TO_DONE)
    assert (at.phase, at.check_id, at.visit) == (Phase.DONE, "c1", "v1")
    assert done == [
        Action.LET_GO,
        Action.READ_CARD,
        Action.PROVE_HOLDER,
        Action.LET_GO,
        Action.OPEN_CHECK,
    ]
    assert play(CardTaken(), start=at)[0] == Visit(Phase.IDLE)


@pytest.mark.parametrize(("tries", "code"), [(1, "CARD-005"), (0, "CARD-006")])
def test_last_try_is_never_asked_for(tries: int, code: str) -> None:
    at, done = play(ReaderBack(), CardLaid("v1"), CardRead(tries))
    assert (at.phase, at.trouble_code, at.tries_left) == (Phase.FAILED, code, tries)
    assert Action.PROVE_HOLDER not in done


def test_wrong_pin_asks_again_with_the_tries_left_and_then_stops_before_the_last() -> None:
    at, _ = play(*TO_PIN, PinTyped(), PinWrong(2))
    assert (at.phase, at.tries_left, at.trouble_code) == (Phase.PIN, 2, "CARD-004")
    at, _ = play(PinTyped(), PinWrong(1), start=at)
    assert (at.phase, at.trouble_code) == (Phase.FAILED, "CARD-005")


def test_right_pin_after_a_wrong_one_forgets_the_trouble() -> None:
    at, _ = play(*TO_PIN, PinTyped(), PinWrong(2), PinTyped(), HolderProved())
    assert (at.phase, at.trouble_code, at.tries_left) == (Phase.CONSENTS, None, None)


@pytest.mark.parametrize("events", [TO_PIN[:2], TO_PIN, (*TO_PIN, PinTyped()), TO_CONSENTS])
def test_card_pulled_before_the_consents_opens_no_check(events: tuple[VisitEvent, ...]) -> None:
    at, done = play(*events, CardTaken(), ConsentsGiven(), HolderProved())
    assert (at.phase, at.trouble_code) == (Phase.FAILED, "CARD-003")
    assert Action.OPEN_CHECK not in done
    assert done[-1] is Action.LET_GO
    assert play(TimePassed(), start=at, now=NOW + TERMS.ending)[0] == Visit(Phase.IDLE)


def test_card_taken_while_asking_still_shows_the_answer_for_a_moment() -> None:
    at, _ = play(*TO_ASKING, CardTaken(), CheckAnswered(is_confirmed=True))
    assert at.phase is Phase.DONE
    assert play(TimePassed(), start=at, now=NOW + TERMS.ending)[0] == Visit(Phase.IDLE)


def test_unconfirmed_answer_sends_the_patient_to_staff() -> None:
    at, _ = play(*TO_ASKING, CheckAnswered(is_confirmed=False))
    assert (at.phase, at.trouble_code) == (Phase.FAILED, "VISIT-004")


def test_center_down_ends_as_deferred_and_a_late_answer_is_still_shown() -> None:
    at, _ = play(*TO_ASKING, CheckDeferred())
    assert at.phase is Phase.DEFERRED
    assert play(CheckAnswered(is_confirmed=True), start=at)[0].phase is Phase.DONE


def test_slow_center_is_not_waited_for_longer_than_a_patient_would() -> None:
    at, _ = play(*TO_ASKING)
    assert play(TimePassed(), start=at, now=NOW + TERMS.asking)[0].phase is Phase.DEFERRED
    assert play(TimePassed(), start=at, now=NOW)[0] == at
    year_back = NOW - timedelta(days=365)
    assert play(TimePassed(), start=at, now=year_back)[0].phase is Phase.DEFERRED, "the clock was set back"


@pytest.mark.parametrize("events", [TO_PIN, TO_CONSENTS])
def test_untouched_page_ends_by_itself(events: tuple[VisitEvent, ...]) -> None:
    at, _ = play(*events)
    at, done = play(TimePassed(), start=at, now=NOW + TERMS.untouched)
    assert (at.phase, at.trouble_code, done) == (Phase.FAILED, "VISIT-002", [Action.LET_GO])


@pytest.mark.parametrize("events", [TO_PIN, TO_CONSENTS])
def test_cancel_ends_the_visit_until_the_card_is_taken(events: tuple[VisitEvent, ...]) -> None:
    at, _ = play(*events, CancelPressed())
    assert (at.phase, at.trouble_code) == (Phase.FAILED, "VISIT-003")
    at, _ = play(TimePassed(), start=at, now=NOW + TERMS.left)
    assert (at.phase, at.card_left, at.deadline) == (Phase.FAILED, True, None)


def test_cancel_after_the_question_changes_nothing() -> None:
    at, _ = play(*TO_ASKING)
    assert play(CancelPressed(), start=at) == (at, [])


def test_staff_is_called_only_while_somebody_is_there() -> None:
    assert play(*TO_PIN, StaffPressed())[0].staff_called
    assert not play(ReaderBack(), StaffPressed())[0].staff_called


def test_reader_lost_ends_everything_and_back_starts_idle() -> None:
    at, done = play(*TO_CONSENTS, ReaderLost("READER-001"))
    assert (at, done[-1]) == (Visit(trouble_code="READER-001"), Action.LET_GO)
    assert play(ReaderBack(), start=at)[0] == Visit(Phase.IDLE)


def test_next_card_starts_anew_even_when_the_last_going_was_never_told() -> None:
    at, done = play(*TO_DONE, CardLaid("v2"))
    assert (at.visit, at.phase, at.check_id) == ("v2", Phase.READING, None)
    assert done[-2:] == [Action.LET_GO, Action.READ_CARD]


EVENTS: st.SearchStrategy[VisitEvent] = st.one_of(
    st.sampled_from(
        [
            ReaderBack(),
            ReaderLost("READER-001"),
            CardTaken(),
            BackPressed(),
            NumberTyped(),
            PhotoRead(),
            FaceSame(),
            FaceAlike(),
            FaceNot("FACE-001"),
            SightStarted(),
            Confirmed(),
            Denied(),
            PinTyped(),
            HolderProved(),
            ConsentsGiven(),
            CheckOpened("c"),
            CheckDeferred(),
            CancelPressed(),
            StaffPressed(),
            TimePassed(),
            Failed("CARD-001"),
            CheckAnswered(is_confirmed=True),
            CheckAnswered(is_confirmed=False),
        ]
    ),
    st.builds(CardLaid, st.sampled_from(["v1", "v2"])),
    st.builds(CardRead, st.integers(0, 3)),
    st.builds(PinWrong, st.integers(0, 2)),
    st.builds(NumberWrong, st.integers(0, 9)),
    st.builds(WayChosen, st.sampled_from(Way)),
    st.builds(LanguageChosen, st.sampled_from(Language)),
)
PROOFS = {
    Action.PROVE_HOLDER: (PinTyped,),
    Action.PROVE_WITHOUT_PIN: (FaceSame, Confirmed),
}


@given(st.booleans(), st.booleans(), st.lists(EVENTS, max_size=40))
def test_no_order_of_events_opens_a_check_without_proof_and_consent(
    face: bool, sight: bool, events: list[VisitEvent]
) -> None:
    terms = replace(TERMS, face=face, sight=sight)
    at = Visit()
    proved = False
    for event in events:
        before = at
        at, actions = step(at, event, NOW, terms)
        if isinstance(event, CardLaid):
            proved = False
        if isinstance(event, HolderProved) and before.phase in (Phase.CHECKING_PIN, Phase.PROVING):
            proved = True
        if Action.OPEN_CHECK in actions:
            assert proved
            assert isinstance(event, ConsentsGiven)
        for action in set(actions) & set(PROOFS):
            assert isinstance(event, PROOFS[action])
        if Action.PROVE_HOLDER in actions:
            assert before.tries_left is not None
            assert before.tries_left >= 2
        if Action.PROVE_WITHOUT_PIN in actions:
            assert face or sight
        if before.phase is Phase.FACE and at.phase is not Phase.FACE:
            assert Action.STOP_FACE in actions
        assert (at.phase is Phase.IDLE) <= (at.visit is None)
        assert at.phase in (Phase.OFFLINE, Phase.CHECKING_PIN, Phase.PROVING, Phase.IDLE) or (
            at.deadline is not None or at.card_left or at.phase is Phase.FACE
        )
