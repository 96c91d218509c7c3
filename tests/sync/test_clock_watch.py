"""What waits for a moment when the clock is set: due at once, or as far from its end as before."""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from appliance.ledger import checks, consumers, deliveries
from appliance.ledger.consumers import ConsumerKind
from appliance.ledger.database import Ledger
from appliance.settings import Box
from appliance.sync.clock_watch import LEAST, ClockWatch
from appliance.sync.line.timing import RESEND
from tests.ledger.desk import LEASE, NOW, after, answered, claimed, opened

YEAR = timedelta(days=365)


class Clocks:
    """One that is set, and one that nobody sets."""

    def __init__(self) -> None:
        self.moment, self.seconds = NOW, 0.0

    def now(self) -> datetime:
        return self.moment

    def ticks(self) -> float:
        return self.seconds

    def run(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)
        self.seconds += seconds


@pytest.fixture
def ledger(box_dir: Path) -> Iterator[Ledger]:
    box = Box(box_dir)
    box.create()
    with closing(Ledger.of(box)) as found:
        yield found


@pytest.fixture
def clocks() -> Clocks:
    return Clocks()


@pytest.fixture
def watch(ledger: Ledger, clocks: Clocks) -> ClockWatch:
    return ClockWatch(ledger, clocks.now, clocks.ticks)


def test_time_that_passes_and_a_clock_that_is_slewed_are_no_steps(watch: ClockWatch, clocks: Clocks) -> None:
    for _ in range(100):
        clocks.run(60.0)
        clocks.moment += LEAST / 2
        assert watch.look() is None


def test_a_process_held_up_between_its_clocks_sees_no_step(ledger: Ledger, clocks: Clocks) -> None:
    held_up = iter([0.0, 0.0, 60.0])

    def ticks() -> float:
        clocks.run(next(held_up, 0.0))
        return clocks.seconds

    watch = ClockWatch(ledger, clocks.now, ticks)
    assert [watch.look() for _ in range(3)] == [None, None, None]


@pytest.mark.parametrize("step", [YEAR, -YEAR])
def test_what_was_put_off_is_due_after_a_step(
    ledger: Ledger, watch: ClockWatch, clocks: Clocks, step: timedelta
) -> None:
    (check_id,) = opened(ledger)
    checks.put_back(ledger, claimed(ledger).id, "me", "CENTER-002", "", after(30))
    clocks.moment += step
    assert watch.look() == step
    assert watch.look() is None
    again = checks.claim(ledger, "me", clocks.moment, LEASE)
    assert again is not None
    assert again.id == check_id


@pytest.mark.parametrize("step", [YEAR, -YEAR])
def test_what_must_not_be_repeated_early_waits_its_time_anew(
    ledger: Ledger, watch: ClockWatch, clocks: Clocks, step: timedelta
) -> None:
    opened(ledger)
    until = after(RESEND.total_seconds())
    checks.put_back(ledger, claimed(ledger).id, "me", "LINE-002", "", until, resend_after=until)
    clocks.moment += step
    watch.look()
    checks.make_all_due(ledger)
    early = clocks.moment + RESEND - timedelta(seconds=1)
    assert checks.claim(ledger, "me", early, LEASE) is None
    assert checks.claim(ledger, "me", clocks.moment + RESEND, LEASE) is not None


@pytest.mark.parametrize("step", [YEAR, -YEAR])
def test_who_asks_keeps_the_check_for_as_long_as_before(
    ledger: Ledger, watch: ClockWatch, clocks: Clocks, step: timedelta
) -> None:
    opened(ledger)
    claimed(ledger, "first")
    clocks.moment += step
    watch.look()
    assert checks.claim(ledger, "second", clocks.moment + LEASE - timedelta(seconds=1), LEASE) is None
    assert checks.claim(ledger, "second", clocks.moment + LEASE, LEASE) is not None


@pytest.mark.parametrize("step", [YEAR, -YEAR])
def test_a_result_is_offered_again(
    ledger: Ledger, watch: ClockWatch, clocks: Clocks, step: timedelta
) -> None:
    consumers.add(ledger, "emr", ConsumerKind.MQTT, NOW)
    (check_id,) = opened(ledger)
    claimed(ledger)
    assert answered(ledger, check_id)
    (owed,) = deliveries.of_check(ledger, check_id)
    deliveries.offered(ledger, owed.id, after(60))
    clocks.moment += step
    watch.look()
    assert [one.id for one in deliveries.due(ledger, ConsumerKind.MQTT, clocks.moment)] == [owed.id]


def test_a_start_brings_near_what_an_unseen_step_left_far_away(
    ledger: Ledger, watch: ClockWatch, clocks: Clocks
) -> None:
    opened(ledger)
    checks.put_back(ledger, claimed(ledger).id, "me", "LINE-002", "", NOW + YEAR, resend_after=NOW + YEAR)
    watch.start()
    watch.stop()
    assert checks.claim(ledger, "me", clocks.moment + RESEND, LEASE) is not None
