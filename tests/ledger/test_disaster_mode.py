"""災害時モード opens once, for a period, and ends by a person or by the clock."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit, disaster
from appliance.ledger.database import Ledger
from appliance.ledger.disaster import BY_THE_CLOCK, LONGEST, NewMode
from tests.ledger.disaster_desk import WEEK, opened_mode

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_it_is_on_from_its_beginning_until_its_end_and_not_a_second_longer(ledger: Ledger) -> None:
    new = NewMode(area="架空県", reason="地震", notice="第1号", begins_at=NOW + WEEK, ends_at=NOW + 2 * WEEK)
    mode_id = disaster.open_mode(ledger, new, "kanri", NOW)
    assert disaster.current(ledger, NOW) is None
    assert disaster.current(ledger, NOW + WEEK - SECOND) is None
    mode = disaster.current(ledger, NOW + WEEK)
    assert mode is not None
    assert (mode.id, mode.area, mode.opened_by, mode.codes) == (mode_id, "架空県", "kanri", ())
    assert disaster.current(ledger, NOW + 2 * WEEK - SECOND) is not None
    assert disaster.current(ledger, NOW + 2 * WEEK) is None  # nobody has written anything down yet


def test_the_clock_ends_it_at_the_moment_that_was_set(ledger: Ledger) -> None:
    mode_id = opened_mode(ledger, NOW)
    assert not disaster.close_overdue(ledger, NOW + WEEK - SECOND)
    assert disaster.close_overdue(ledger, NOW + WEEK + timedelta(hours=5))
    assert not disaster.close_overdue(ledger, NOW + WEEK + timedelta(hours=6))
    mode = disaster.find(ledger, mode_id)
    assert mode is not None
    assert (mode.ended_at, mode.ended_by) == (NOW + WEEK, BY_THE_CLOCK)
    row = audit.latest(ledger, 1)[0]
    assert (row.actor, row.action, row.subject) == (BY_THE_CLOCK, "end-disaster-mode", mode_id)


def test_an_ended_one_does_not_come_back_with_the_clock(ledger: Ledger) -> None:
    opened_mode(ledger, NOW)
    disaster.close_overdue(ledger, NOW + WEEK)
    assert disaster.current(ledger, NOW) is None


def test_one_at_a_time_and_a_next_one_after_it(ledger: Ledger) -> None:
    first = opened_mode(ledger, NOW)
    with pytest.raises(Trouble, match="DISASTER-002"):
        opened_mode(ledger, NOW + SECOND)
    assert disaster.end(ledger, first, "kanri", NOW + SECOND)
    assert not disaster.end(ledger, first, "kanri", NOW + 2 * SECOND)
    second = opened_mode(ledger, NOW + 3 * SECOND)
    third = opened_mode(ledger, NOW + 3 * SECOND + WEEK)  # the second is over, though nobody has said so
    assert [mode.id for mode in disaster.history(ledger, 5)] == [third, second, first]


def test_it_is_extended_by_a_person_and_then_ends_later(ledger: Ledger) -> None:
    mode_id = opened_mode(ledger, NOW)
    disaster.extend(ledger, mode_id, NOW + 2 * WEEK, "kanri", NOW + WEEK - SECOND)
    assert disaster.current(ledger, NOW + WEEK) is not None
    assert disaster.current(ledger, NOW + 2 * WEEK) is None
    actions = [(row.actor, row.action) for row in audit.latest(ledger, 2)]
    assert actions == [("kanri", "extend-disaster-mode"), ("kanri", "open-disaster-mode")]


def test_one_that_is_over_is_not_extended(ledger: Ledger) -> None:
    mode_id = opened_mode(ledger, NOW)
    with pytest.raises(Trouble, match="DISASTER-001"):
        disaster.extend(ledger, mode_id, NOW + 2 * WEEK, "kanri", NOW + WEEK)
    assert disaster.current(ledger, NOW + WEEK) is None


@pytest.mark.parametrize("ends_at", [NOW, NOW - WEEK, NOW + LONGEST + SECOND])
def test_an_impossible_end(ledger: Ledger, ends_at: datetime) -> None:
    with pytest.raises(Trouble, match="DISASTER-008"):
        opened_mode(ledger, NOW, ends_at - NOW)
    mode_id = opened_mode(ledger, NOW)
    with pytest.raises(Trouble, match="DISASTER-008"):
        disaster.extend(ledger, mode_id, ends_at, "kanri", NOW)


@pytest.mark.parametrize("lacking", ["area", "reason", "notice"])
def test_without_area_reason_and_notice_nothing_is_opened(ledger: Ledger, lacking: str) -> None:
    said: Any = {"area": "架空県", "reason": "地震", "notice": "第1号"} | {lacking: ""}
    with pytest.raises(Trouble, match="DISASTER-008"):
        disaster.open_mode(ledger, NewMode(begins_at=NOW, ends_at=NOW + WEEK, **said), "kanri", NOW)
    assert disaster.latest(ledger) is None
