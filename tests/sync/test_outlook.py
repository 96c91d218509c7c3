"""When to look again: the arithmetic, with the clock held still."""

from datetime import UTC, datetime, timedelta

import pytest

from appliance.ledger.conditions import LinkState
from appliance.sync.outlook import Outlook, three_quarters_to_all

NOW = datetime(2026, 5, 20, 3, 0, tzinfo=UTC)


def seconds(moment: datetime) -> float:
    return (moment - NOW).total_seconds()


@pytest.fixture
def outlook() -> Outlook:
    return Outlook(2.0, 30.0, lambda: 1.0)


def test_nothing_is_known_at_first_and_somebody_should_look(outlook: Outlook) -> None:
    assert outlook.state is LinkState.UNKNOWN
    assert outlook.is_look_due(NOW)
    assert outlook.until_look(NOW) == 0


def test_the_wait_doubles_up_to_the_longest_and_starts_anew_after_an_answer(outlook: Outlook) -> None:
    waits = [seconds(outlook.down("LINE-001", NOW, looking=True)) for _ in range(7)]
    assert waits == [2, 4, 8, 16, 30, 30, 30]
    assert outlook.up(NOW)
    assert seconds(outlook.down("LINE-001", NOW, looking=False)) == 2


def test_an_echo_moves_nothing_but_the_code(outlook: Outlook) -> None:
    outlook.down("LINE-001", NOW, looking=True)
    later = NOW + timedelta(seconds=1)
    assert seconds(outlook.down("LINE-003", later, looking=False)) == 2
    assert outlook.code == "LINE-003"
    assert seconds(outlook.down("LINE-001", NOW, looking=True)) == 4


def test_a_look_at_the_health_does_not_lengthen_the_wait(outlook: Outlook) -> None:
    waits = [seconds(outlook.down("LINE-001", NOW, looking=True, growing=False)) for _ in range(5)]
    assert waits == [2] * 5


@pytest.mark.parametrize(("asked", "wait"), [(0.5, 0.5), (10, 10), (3600, 30)])
def test_the_center_may_say_how_long_up_to_the_longest(outlook: Outlook, asked: float, wait: float) -> None:
    assert seconds(outlook.down("CENTER-003", NOW, asked, looking=True)) == wait


def test_only_the_first_answer_is_news(outlook: Outlook) -> None:
    assert [outlook.up(NOW), outlook.up(NOW)] == [True, False]
    assert outlook.state is LinkState.UP


def test_a_silent_link_is_looked_at_after_the_longest_wait(outlook: Outlook) -> None:
    outlook.up(NOW)
    assert not outlook.is_look_due(NOW + timedelta(seconds=29.9))
    assert outlook.is_look_due(NOW + timedelta(seconds=30))
    assert outlook.until_look(NOW + timedelta(seconds=20)) == 10


def test_a_clock_set_back_does_not_stop_the_looking(outlook: Outlook) -> None:
    outlook.down("LINE-001", NOW, looking=True)
    assert not outlook.is_look_due(NOW)
    assert outlook.is_look_due(NOW - timedelta(hours=9))


def test_one_check_waits_longer_with_every_try(outlook: Outlook) -> None:
    assert [seconds(outlook.later(NOW, tries)) for tries in range(1, 7)] == [2, 4, 8, 16, 30, 30]
    assert [seconds(outlook.much_later(NOW, tries)) for tries in (1, 5, 9, 10, 11)] == [2, 32, 512, 600, 600]


def test_boxes_do_not_ask_in_step() -> None:
    factors = {three_quarters_to_all() for _ in range(50)}
    assert len(factors) > 1
    assert all(0.75 <= factor <= 1 for factor in factors)
