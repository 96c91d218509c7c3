"""The states of the line: worse at once, better after a calm, and no flapping whatever the line does."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.ledger.line import Phase
from appliance.sync.line.hysteresis import Answered, Event, Failed, Line, Overdue, Terms, after

TERMS = Terms()
QUICK = Answered(0.2)
FAIL = Failed("LINE-001")
RANK = {Phase.NORMAL: 3, Phase.SLOW: 2, Phase.CONFIRMING: 1, Phase.STOPPED: 0}


def played(*steps: tuple[float, Event], start: Line | None = None) -> list[tuple[float, Line]]:
    """The line after each step; a step is so many seconds after the one before."""
    now, line, found = 0.0, start or Line(), []
    for wait, event in steps:
        now += wait
        line = after(line, event, now, TERMS)
        found.append((now, line))
    return found


def phases(*steps: tuple[float, Event]) -> list[Phase]:
    return [line.phase for _, line in played((0, QUICK), *steps)][1:]


def test_the_first_answer_is_enough_for_a_line_nobody_knew() -> None:
    assert played((0, QUICK))[-1][1].phase is Phase.NORMAL


def test_three_failures_in_a_row_stop_the_line() -> None:
    assert phases((1, FAIL), (2, FAIL), (4, FAIL)) == [Phase.SLOW, Phase.SLOW, Phase.STOPPED]


def test_a_single_failure_between_answers_never_stops_it() -> None:
    flap: list[tuple[float, Event]] = [(1, FAIL), (1, QUICK)]
    assert set(phases(*flap * 20)) == {Phase.SLOW}


def test_a_question_that_stays_out_makes_it_slow_without_a_code() -> None:
    (_, line) = played((0, QUICK), (20, Overdue()))[-1]
    assert (line.phase, line.code) == (Phase.SLOW, None)


def test_an_answer_that_was_late_is_slow_and_no_failure() -> None:
    assert phases((1, Answered(12)), (1, Answered(12)), (1, Answered(12))) == [Phase.SLOW] * 3


def test_back_from_slow_after_three_answers_and_a_calm() -> None:
    assert phases((1, FAIL), (1, QUICK), (1, QUICK), (1, QUICK), (8, QUICK)) == [Phase.SLOW] * 4 + [
        Phase.NORMAL
    ]


def test_back_from_stopped_by_way_of_confirming() -> None:
    found = phases((1, FAIL), (1, FAIL), (1, FAIL), (12, QUICK), (5, QUICK), (6, QUICK))
    assert found[2:] == [Phase.STOPPED, Phase.CONFIRMING, Phase.CONFIRMING, Phase.NORMAL]


def test_one_failure_while_confirming_begins_the_proof_anew() -> None:
    stopped = [(1.0, FAIL)] * 3
    found = phases(*stopped, (12, QUICK), (5, QUICK), (1, FAIL), (5, QUICK), (4, QUICK), (2, QUICK))
    assert found[3:] == [Phase.CONFIRMING] * 5 + [Phase.NORMAL]


def test_three_failures_while_confirming_stop_it_again() -> None:
    assert phases(*[(1.0, FAIL)] * 3, (12, QUICK), (1, FAIL), (1, FAIL), (1, FAIL))[-1] is Phase.STOPPED


@pytest.mark.parametrize("code", ["LINE-003", "CENTER-001"])
def test_a_stopped_line_says_the_latest_reason(code: str) -> None:
    assert played(*[(1.0, FAIL)] * 3, (5, Failed(code)))[-1][1].code == code


EVENTS = st.one_of(
    st.just(FAIL), st.just(Overdue()), st.floats(0, 30).map(Answered), st.just(QUICK), st.just(QUICK)
)
STEPS = st.lists(st.tuples(st.floats(0, 15), EVENTS), max_size=120)


@given(STEPS)
def test_reception_is_never_told_better_within_a_calm_of_any_change(steps: list[tuple[float, Event]]) -> None:
    """So there is one change for the better in ten seconds at most, and no more than two for the worse around it."""
    found = played((0, QUICK), *steps)
    changes = [
        (now, before.phase, line.phase)
        for (_, before), (now, line) in pairwise(found)
        if before.phase is not line.phase
    ]
    for (earlier, _, _), (now, old, new) in pairwise([(0.0, None, None), *changes]):
        assert old is not None
        assert new is not None
        if RANK[new] > RANK[old]:
            assert now - earlier >= TERMS.calm


@given(st.integers(1, 2), st.integers(1, 8), st.floats(0.1, 9.0))
def test_a_flapping_line_stays_slow(bad: int, good: int, pause: float) -> None:
    """However often it comes and goes within a calm, reception reads 遅延 and nothing else."""
    round_trip = [(pause / (bad + good), FAIL)] * bad + [(pause / (bad + good), QUICK)] * good
    assert set(phases(*round_trip * 30)) == {Phase.SLOW}


@given(STEPS)
def test_a_line_that_stays_good_is_normal_in_the_end(steps: list[tuple[float, Event]]) -> None:
    calm = [(5.0, QUICK)] * 10
    assert played((0, QUICK), *steps, *calm)[-1][1].phase is Phase.NORMAL
