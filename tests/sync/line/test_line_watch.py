"""When the line is looked at without anybody asking, and a look that somebody asked for."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from appliance.eligibility.trouble import Trouble
from appliance.ledger import line, line_checks
from appliance.ledger.bell import Topic
from appliance.ledger.database import Ledger
from appliance.ledger.line import LineState, Phase
from appliance.ledger.line_checks import LineCheck
from appliance.ledger.times import utc_now
from appliance.settings import Box
from appliance.sync.line.looking import Target
from appliance.sync.line.pulse import Pulse
from appliance.sync.line.targets import known_prefixes
from appliance.sync.line.watch import LineWatch, is_due, is_reminder_due

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)


def state(phase: Phase, minutes: float = 60) -> LineState:
    return LineState(NOW - timedelta(minutes=minutes), phase, None, None)


def done(minutes: float, code: str | None = None) -> LineCheck:
    at = NOW - timedelta(minutes=minutes)
    return LineCheck(1, "sync", at, at, code, "{}")


@pytest.mark.parametrize(
    ("phase", "last", "due"),
    [
        (Phase.UNKNOWN, None, False),
        (Phase.NORMAL, None, True),
        (Phase.NORMAL, done(300), False),
        (Phase.NORMAL, done(361), True),
        (Phase.NORMAL, done(3, "LINE-016"), True),
        (Phase.NORMAL, done(-60), True),
        (Phase.SLOW, done(10), False),
        (Phase.STOPPED, done(61), True),
        (Phase.STOPPED, done(4, "LINE-016"), False),
        (Phase.STOPPED, done(5, "LINE-016"), True),
        (Phase.HELD, done(9999), False),
    ],
)
def test_a_stopped_line_is_looked_at_soon_and_a_good_one_now_and_then(
    phase: Phase, last: LineCheck | None, due: bool
) -> None:
    assert is_due(state(phase), last, NOW) is due


@pytest.mark.parametrize(
    ("held_minutes", "reminded_minutes", "due"),
    [(29, None, False), (30, None, True), (90, 10, False), (90, 31, True), (90, -60, True)],
)
def test_a_held_line_is_brought_to_mind_every_half_hour(
    held_minutes: float, reminded_minutes: float | None, due: bool
) -> None:
    last = NOW - timedelta(minutes=reminded_minutes) if reminded_minutes is not None else None
    assert is_reminder_due(state(Phase.HELD, held_minutes), last, NOW) is due
    assert not is_reminder_due(state(Phase.STOPPED, held_minutes), last, NOW)


@pytest.fixture
def ledger(box_dir: Path) -> Iterator[Ledger]:
    box = Box(box_dir)
    box.create()
    found = Ledger.of(box)
    yield found
    found.close()


def no_context() -> "object":
    raise Trouble("BOX-002")


def test_a_look_that_was_wanted_is_made_once_and_written_down(ledger: Ledger) -> None:
    target = Target("https://localhost:1", no_context)  # type: ignore[arg-type]
    watch = LineWatch(ledger, utc_now, lambda: target, Pulse(ledger, utc_now))
    first = line_checks.want(ledger, "sakura", utc_now())
    assert line_checks.want(ledger, "kanri", utc_now()) == first
    with ledger.listen(Topic.CONDITIONS) as bell:
        watch.start()
        for _ in range(20):
            if line_checks.latest_done(ledger) is not None:
                break
            bell.wait()
    watch.stop()
    found = line_checks.latest_done(ledger)
    assert found is not None
    assert (found.seq, found.wanted_by, found.code) == (first, "sakura", "LINE-016")
    assert json.loads(found.report or "")["verdict"]["fault"] == "center"
    assert line_checks.wanted(ledger) is None
    assert line_checks.latest_good(ledger) is None
    assert line.current(ledger) is None


def test_the_prefix_to_compare_with_is_that_of_the_last_good_look(ledger: Ledger) -> None:
    def report(prefix: str) -> str:
        return json.dumps({"findings": [{"facts": {"prefixes": [prefix]}}, {"facts": {}}]})

    assert known_prefixes(ledger) == ()
    for prefix, code in (("2001:db8:1::/64", None), ("2001:db8:2::/64", "LINE-015")):
        line_checks.record(ledger, line_checks.want(ledger, "sync", NOW), code, report(prefix), NOW)
    assert known_prefixes(ledger) == ("2001:db8:1::/64",)
