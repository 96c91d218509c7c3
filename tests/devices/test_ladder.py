"""The recovery ladder: which rung follows which sign, and where it ends."""

import pytest

from appliance.devices.ladder import Ladder, Pauses, Sign, failed, lasts
from appliance.eligibility.reader_recovery import Rung

PAUSES = Pauses()


def after(signs: list[Sign], barred: tuple[Rung, ...] = ()) -> list[Rung]:
    """The rungs after each sign, every one when all pauses are over."""
    ladder, seen = Ladder(), []
    for number, sign in enumerate(signs):
        ladder = failed(ladder, sign, number * 1000.0, PAUSES, barred)
        seen.append(ladder.rung)
    return seen


def test_a_mute_reader_climbs_one_rung_at_a_time_and_stays_at_the_top() -> None:
    once = [Rung.REOPEN, Rung.NEW_CONTEXT, Rung.NEW_CONTEXT, Rung.NEW_CONTEXT, Rung.RESTART, Rung.RESTART]
    rungs = after([Sign.MUTE] * 12)
    assert rungs[:6] == once
    assert rungs[6:] == [Rung.POWER_CYCLE, Rung.POWER_CYCLE, *[Rung.PERSON] * 4]


def test_cards_taken_too_early_count_for_less() -> None:
    rungs = after([Sign.BROKEN] * 9)
    assert rungs.index(Rung.REOPEN) == 2
    assert rungs.index(Rung.RESTART) == 8


def test_what_is_barred_is_passed_over() -> None:
    rungs = after([Sign.MUTE] * 8, (Rung.RESTART, Rung.POWER_CYCLE))
    assert rungs[3:5] == [Rung.NEW_CONTEXT, Rung.PERSON]


def test_nothing_climbs_while_a_restart_takes_effect() -> None:
    ladder = Ladder(Rung.NEW_CONTEXT, failures=2)
    restarted = failed(ladder, Sign.MUTE, 100.0, PAUSES)
    assert restarted.rung is Rung.RESTART
    for _ in range(9):
        restarted = failed(restarted, Sign.MUTE, 100.0 + PAUSES.settle - 0.1, PAUSES)
    assert (restarted.rung, restarted.failures) == (Rung.RESTART, 0)


@pytest.mark.parametrize("look", [0.1, 1.0, 7.0])
def test_what_lasts_ends_with_a_person_however_often_one_looks(look: float) -> None:
    ladder, seen, now = Ladder(), [Rung.NONE], 0.0
    while now < 600:
        ladder = lasts(ladder, now, PAUSES)
        if ladder.rung is not seen[-1]:
            seen.append(ladder.rung)
        now += look
    assert seen == [Rung.NONE, Rung.NEW_CONTEXT, Rung.RESTART, Rung.POWER_CYCLE, Rung.PERSON]
