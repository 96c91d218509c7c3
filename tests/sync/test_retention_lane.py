"""Outage notes are removed after their days, and never because a clock jumped."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from appliance.eligibility.consumer_requests import Reader
from appliance.eligibility.outage import NoteFacts, Reason, ReceivedAs
from appliance.ledger import consumer_requests, consumer_terms, consumers, outage_notes
from appliance.ledger.consumer_requests import Taken
from appliance.ledger.consumer_terms import Term
from appliance.ledger.consumers import ConsumerKind
from appliance.ledger.database import Ledger
from appliance.ledger.outage_notes import Ending
from appliance.ledger.retention import proofs
from appliance.ledger.times import utc_now
from appliance.settings import Box, Settings
from appliance.sync.retention_lane import RetentionLane

DAYS = 30
HOUR = timedelta(hours=1)
CLOSED = utc_now()


@pytest.fixture
def ledger(box_dir: Path) -> Iterator[Ledger]:
    """A ledger with one closed note and one open one."""
    box = Box(box_dir)
    box.create()
    ledger = Ledger.of(box)
    facts = NoteFacts(
        name="A",
        kana="",
        sex="1",
        birthdate=date(1979, 3, 5),
        address="",
        visited_on=CLOSED.date(),
        reason=Reason.POWER,
        reason_text="",
        received_as=ReceivedAs.KNOWN,
        institution_code="1319999999",
    )
    outage_notes.write(ledger, facts, "sakura", CLOSED)
    closed = outage_notes.write(ledger, facts, "sakura", CLOSED)
    outage_notes.close(ledger, closed, 1, Ending.BY_PERSON, "x", "sakura", CLOSED)
    yield ledger
    ledger.close()


def lane_of(ledger: Ledger) -> RetentionLane:
    return RetentionLane(Settings(institution_code="1319999999", outage_note_days=DAYS), ledger, utc_now)


def looks(ledger: Ledger, *looks: tuple[datetime, float]) -> list[int]:
    """What each look removes: at these times by the clock, and by the machine's own seconds."""
    lane = lane_of(ledger)
    return [lane.look(now, seconds) for now, seconds in looks]


def test_a_closed_note_goes_after_its_days_and_an_open_one_never(ledger: Ledger) -> None:
    due = CLOSED + timedelta(days=DAYS)
    assert looks(ledger, (due - HOUR, 0.0), (due - timedelta(seconds=1), 3599.0)) == [0, 0]
    assert looks(ledger, (due, 0.0), (due + HOUR, 3600.0), (due + 2 * HOUR, 7200.0)) == [0, 1, 0]
    assert sum(outage_notes.counts(ledger).values()) == 1


def test_a_clock_that_jumps_ahead_removes_nothing(ledger: Ledger) -> None:
    ahead = CLOSED + timedelta(days=DAYS + 365)
    assert looks(ledger, (CLOSED, 0.0), (ahead, 3600.0), (CLOSED + 2 * HOUR, 7200.0)) == [0, 0, 0]


def test_requests_of_consumers_are_forgotten_after_theirs(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumer_requests, "AT_ONCE", 2)
    consumers.add(ledger, "emr", ConsumerKind.API, CLOSED)
    consumer_terms.allow(ledger, "emr", Term)
    settings = Settings(institution_code="1319999999", consumer_request_days=DAYS)
    for number in range(5):
        values = {"operation": "replay", "request_id": f"r-{number}", "since": "2026-01-01T00:00:00Z"}
        request = Reader(CLOSED.date(), {}).read(values)
        assert isinstance(consumer_requests.take(ledger, settings, "emr", request, CLOSED), Taken)
    lane = RetentionLane(settings, ledger, utc_now)
    due = CLOSED + timedelta(days=DAYS)
    for now, left in ((due - HOUR, 5), (due, 5), (due + HOUR, 0)):
        lane.look(now, (now - CLOSED).total_seconds())
        known = [consumer_requests.stand(ledger, "emr", f"r-{number}") for number in range(5)]
        assert sum(one is not None for one in known) == left


def test_what_is_removed_is_overwritten_though_the_trail_cannot_be_cut(ledger: Ledger) -> None:
    def fails(_now: datetime) -> None:
        raise ValueError("no key")

    settings = Settings(institution_code="1319999999", outage_note_days=DAYS)
    lane = RetentionLane(settings, ledger, utc_now, fails)
    due = CLOSED + timedelta(days=DAYS)
    lane.look(due, 0.0)
    with pytest.raises(ValueError, match="no key"):
        lane.look(due + HOUR, 3600.0)
    file = proofs.cleaned(ledger)
    assert (file.removed_at is not None, file.is_emptied) == (True, True)


def test_it_starts_and_stops(ledger: Ledger) -> None:
    lane = lane_of(ledger)
    lane.start()
    lane.stop()
    assert sum(outage_notes.counts(ledger).values()) == 2
