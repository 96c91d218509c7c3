"""The line's month: shares, availability and causes from the log of requests and the history of states."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from appliance.ledger import line, line_log, line_report
from appliance.ledger.database import Ledger
from appliance.ledger.line import LineState, Phase
from appliance.ledger.line_log import Asked
from appliance.ledger.line_report import summed

FIRST = datetime(2026, 10, 31, 15, tzinfo=UTC)
"""Midnight of 1 November in Japan."""


def at(minutes: float) -> datetime:
    return FIRST + timedelta(minutes=minutes)


def asked(check_id: str | None, begun: float, seconds: float, code: str | None = None) -> Asked:
    begin = at(begun)
    layer = "tcp" if code else None
    return Asked(check_id, "OQSsiquc01", begin, begin + timedelta(seconds=seconds), seconds, code, layer)


def state(minutes: float, phase: Phase, code: str | None = None) -> LineState:
    return LineState(at(minutes), phase, code, None)


def test_a_month_is_japans() -> None:
    assert line_report.month_of("2026-11") == (FIRST, datetime(2026, 11, 30, 15, tzinfo=UTC))
    assert line_report.month_of("2026-12")[1] == datetime(2026, 12, 31, 15, tzinfo=UTC)
    with pytest.raises(ValueError, match="unconverted"):
        line_report.month_of("2026-13")


def test_an_empty_month_claims_nothing() -> None:
    found = summed("2026-11", [], [], FIRST, at(60))
    assert (found.share_in_time, found.availability, found.longest_outage) == (None, None, None)
    assert found.causes == ()


def test_a_check_counts_once_from_its_first_request_to_its_answer() -> None:
    rows = [
        asked("quick", 0, 2),
        asked("again", 1, 15, "LINE-002"),
        asked("again", 1.5, 1),
        asked("never", 2, 20, "LINE-002"),
        asked("at the edge", 3, 20),
        asked(None, 4, 3, "LINE-001"),
    ]
    found = summed("2026-11", rows, [], FIRST, at(60))
    assert (found.checks, found.in_time, found.share_in_time) == (4, 2, 0.5)
    assert (found.requests, found.answered, found.longest_seconds) == (6, 3, 20)
    assert {(one.code, one.requests) for one in found.causes} == {("LINE-002", 2), ("LINE-001", 1)}


def test_availability_leaves_out_what_was_held_or_not_watched() -> None:
    states = [
        state(-60, Phase.NORMAL),
        state(30, Phase.STOPPED, "LINE-001"),
        state(40, Phase.HELD, line.HELD_CODE),
        state(70, Phase.CONFIRMING),
        state(75, Phase.UNKNOWN),
        state(90, Phase.NORMAL),
    ]
    found = summed("2026-11", [], states, FIRST, at(145))
    assert found.phases["normal"] == (30 + 55) * 60
    assert found.phases["held"] == 30 * 60
    assert found.availability == pytest.approx(1 - 10 / (30 + 10 + 5 + 55))
    assert [(one.code, one.stopped_seconds, one.fault) for one in found.causes] == [("LINE-001", 600, "line")]


def test_an_outage_lasts_until_the_line_has_proved_itself() -> None:
    states = [
        state(0, Phase.NORMAL),
        state(10, Phase.STOPPED, "CENTER-006"),
        state(20, Phase.CONFIRMING),
        state(25, Phase.STOPPED, "LINE-001"),
        state(30, Phase.NORMAL),
        state(50, Phase.STOPPED, "LINE-011"),
    ]
    found = summed("2026-11", [], states, FIRST, at(55))
    assert found.outages == 2
    assert found.longest_outage is not None
    assert (found.longest_outage.begun, found.longest_outage.seconds, found.longest_outage.code) == (
        at(10),
        20 * 60,
        "CENTER-006",
    )


def test_the_report_of_a_ledger_is_as_json_and_ends_now(ledger: Ledger) -> None:
    line.note(ledger, Phase.NORMAL, None, at(-5))
    line_log.write(ledger, asked("one", 1, 0.5))
    line_log.write(ledger, asked("last month", -1, 0.5))
    found = line_report.of_month(ledger, "2026-11", at(10))
    assert (found.checks, found.phases["normal"]) == (1, 600)
    assert json.loads(json.dumps(found.as_json()))["availability"] == 1.0
