"""How the clinic's certificate stands on any day, and which of several is shown."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from appliance.eligibility.certificate import (
    TRY_AGAIN,
    HeldCertificate,
    Place,
    StandingState,
    in_order,
    standing,
    standings,
    worst,
)
from appliance.eligibility.rules.packaged_book import packaged_book

MEDICAL, DENTAL = "1319999999", "1330000009"
BOOK = packaged_book()
END = datetime(2027, 3, 31, 14, 59, 59, tzinfo=UTC)
"""The last second of 31 March in Japan."""

OURS = HeldCertificate(
    fingerprint="aa" * 32,
    institution_code=MEDICAL,
    place=Place.ACTIVE,
    subject="",
    issuer="",
    chain="",
    anchored=True,
    not_before=END - timedelta(days=1180),
    not_after=END,
    added_by="",
    added_at=END - timedelta(days=1000),
)
NEXT = replace(
    OURS, fingerprint="bb" * 32, not_before=END - timedelta(days=60), not_after=END + timedelta(days=1100)
)


@pytest.mark.parametrize(
    ("left", "state", "step"),
    [
        (121, StandingState.OK, None),
        (120, StandingState.ENDING, 120),
        (91, StandingState.ENDING, 120),
        (90, StandingState.ENDING, 90),
        (60, StandingState.ENDING, 60),
        (30, StandingState.ENDING, 30),
        (15, StandingState.ENDING, 15),
        (8, StandingState.ENDING, 15),
        (7, StandingState.ENDING, 7),
        (1, StandingState.ENDING, 1),
        (0, StandingState.ENDING, 0),
        (-1, StandingState.EXPIRED, 0),
    ],
)
def test_the_notice_days_of_the_rules_hold(left: int, state: StandingState, step: int | None) -> None:
    found = standing(MEDICAL, [OURS], BOOK, END - timedelta(days=left, hours=1))
    assert (found.state, found.days_left, found.step) == (state, left, step)
    assert bool(found.sentence) is (step is not None)


def test_the_day_is_japans_and_the_end_is_a_moment() -> None:
    evening = datetime(2027, 3, 30, 15, 30, tzinfo=UTC)  # half past midnight on the 31st in Japan
    assert standing(MEDICAL, [OURS], BOOK, evening).days_left == 0
    early_end = replace(OURS, not_after=datetime(2027, 3, 31, 3, 0, tzinfo=UTC))
    found = standing(MEDICAL, [early_end], BOOK, datetime(2027, 3, 31, 3, 0, tzinfo=UTC))
    assert (found.state, found.days_left) == (StandingState.EXPIRED, 0)
    assert "請求ができません" in found.sentence


def test_without_one_it_is_missing_and_an_offered_one_is_none() -> None:
    for held in ([], [replace(OURS, place=Place.OFFERED)], [replace(OURS, place=Place.WAITING)]):
        assert standing(MEDICAL, held, BOOK, END).state is StandingState.MISSING


def test_the_active_one_is_shown_first_then_the_one_before() -> None:
    now = END - timedelta(days=10)
    old = replace(OURS, place=Place.RETIRED)
    assert in_order([old, NEXT], MEDICAL, now) == (NEXT, old)
    assert in_order([old, NEXT], MEDICAL, END + timedelta(seconds=1)) == (NEXT,)
    assert in_order([old, NEXT], DENTAL, now) == ()


def test_one_that_waits_takes_over_at_the_end_and_not_before() -> None:
    waiting = replace(NEXT, place=Place.WAITING)
    assert in_order([OURS, waiting], MEDICAL, END - timedelta(days=1))[0] == OURS
    assert in_order([OURS, waiting], MEDICAL, END + timedelta(seconds=1)) == (waiting,)


def test_a_clock_that_is_wrong_leaves_the_active_one_to_the_center() -> None:
    for shift in (timedelta(days=366), timedelta(days=-4000)):
        assert in_order([OURS], MEDICAL, END + shift) == (OURS,)


def test_one_the_center_refused_rests_but_is_still_said() -> None:
    now = END - timedelta(days=10)
    old = replace(OURS, place=Place.RETIRED)
    refused = replace(NEXT, refused_at=now - timedelta(minutes=1))
    assert in_order([old, refused], MEDICAL, now) == (old, refused)
    later = now + TRY_AGAIN
    assert in_order([old, refused], MEDICAL, later) == (refused, old)
    for moment in (now, later):
        found = standing(MEDICAL, [old, refused], BOOK, moment)
        assert (found.state, found.last_day) == (StandingState.NOT_ACCEPTED, OURS.last_day)
        assert "前の証明書（3月31日まで）" in found.sentence
    # A clock set back must not make it rest for ever.
    assert in_order([old, refused], MEDICAL, now - timedelta(days=1)) == (refused, old)


def test_each_code_has_its_own_and_the_worst_is_spoken_of() -> None:
    now = END - timedelta(days=20)
    dental = replace(NEXT, institution_code=DENTAL)
    found = standings((MEDICAL, DENTAL), [OURS, dental], BOOK, now)
    assert [one.state for one in found] == [StandingState.ENDING, StandingState.OK]
    first = worst(found)
    assert first is not None
    assert first.institution_code == MEDICAL
    assert standings((MEDICAL, DENTAL), [OURS], BOOK, now, needed=False)[0].institution_code == MEDICAL
    assert standings((MEDICAL,), [], BOOK, now, needed=False) == ()
    assert worst([]) is None
    both = [standing(MEDICAL, [OURS], BOOK, now), standing(MEDICAL, [OURS], BOOK, now + timedelta(days=5))]
    assert worst(both) == both[1]


def test_one_that_is_taken_in_already_is_spoken_of() -> None:
    now = END - timedelta(days=10)
    assert "使い始めて" not in standing(MEDICAL, [OURS], BOOK, now).sentence
    assert "使い始めて" in standing(MEDICAL, [OURS, replace(NEXT, place=Place.WAITING)], BOOK, now).sentence
