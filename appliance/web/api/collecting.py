"""What the figures are. Labels name parts of the box (a reader's number, a consumer, a code of the house), never a patient."""

import shutil
from collections.abc import Iterable, Iterator
from datetime import datetime
from importlib.metadata import version
from typing import TypeVar

from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from appliance.eligibility.certificate import Standing, StandingState
from appliance.eligibility.statistics.counted import IN_TIME
from appliance.eligibility.visit import Phase as VisitPhase
from appliance.ledger import conditions, consumers, dead_letters, delivery_counts, gauges, line, readers
from appliance.ledger.conditions import Link, LinkState
from appliance.ledger.database import Ledger
from appliance.ledger.delivery_counts import NONE
from appliance.ledger.line import Phase
from appliance.web.room import Room

_BEFORE = "madoguchi_"
_Value = TypeVar("_Value", int, float)


class BoxCollector(Collector):
    """One look at one box."""

    def __init__(self, room: Room, standings: Iterable[Standing], begun_at: datetime) -> None:
        self._ledger = room.ledger
        self._root = room.box.root
        self._file = room.box.ledger_file
        self._now = room.clock()
        self._standings = tuple(standings)
        self._begun_at = begun_at

    def collect(self) -> Iterator[Metric]:
        """Every figure."""
        yield self._about()
        yield _gauge("web_start_time_seconds", "When the web process began.", self._begun_at.timestamp())
        yield from _queue(self._ledger, self._now)
        yield from _deliveries(self._ledger, self._now)
        yield from _answers(self._ledger, self._now)
        yield from _line(self._ledger)
        yield from _certificates(self._standings)
        yield from _readers(self._ledger)
        yield _gauge("ledger_bytes", "Size of the ledger's file.", self._file.stat().st_size)
        yield _gauge("disk_free_bytes", "Room left on the ledger's disk.", shutil.disk_usage(self._root).free)

    def _about(self) -> Metric:
        about = InfoMetricFamily(_BEFORE + "box", "Which version runs, which contract it keeps.")
        about.add_metric([], {"version": version("madoguchi"), "contract": "1"})
        return about


def _gauge(name: str, says: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(_BEFORE + name, says, value=value)


def _by(name: str, says: str, label: str, values: dict[str, _Value]) -> GaugeMetricFamily:
    found = GaugeMetricFamily(_BEFORE + name, says, labels=[label])
    for key, value in values.items():
        found.add_metric([key], value)
    return found


def _queue(ledger: Ledger, now: datetime) -> Iterator[Metric]:
    found = gauges.open_checks(ledger)
    yield _by("checks_open", "Questions not answered yet, by state.", "state", found.by_state)
    yield _gauge(
        "check_oldest_open_seconds", "Age of the oldest of them; 0 without any.", _age(found.oldest, now)
    )
    counts = dead_letters.counts(ledger)
    kinds = {"check": counts.checks, "delivery": counts.deliveries, "left_lying": counts.left_lying}
    yield _by("dead_letters", "What was given up and waits for a person, by kind.", "kind", kinds)


def _deliveries(ledger: Ledger, now: datetime) -> Iterator[Metric]:
    served = [one.name for one in consumers.all_consumers(ledger) if one.enabled]
    counts, oldest = delivery_counts.by_consumer(ledger), gauges.oldest_owed(ledger)
    waiting = {name: counts.get(name, NONE).waiting for name in served}
    yield _by("deliveries_waiting", "Results not acknowledged yet, by consumer.", "consumer", waiting)
    ages = {name: _age(oldest.get(name), now) for name in served}
    yield _by("delivery_oldest_waiting_seconds", "Age of the oldest of them.", "consumer", ages)
    given_up = {name: counts.get(name, NONE).given_up for name in served}
    yield _by("deliveries_given_up", "Results given up, by consumer.", "consumer", given_up)


def _age(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0


def _answers(ledger: Ledger, now: datetime) -> Iterator[Metric]:
    found = gauges.lately(ledger, now)
    yield _gauge("checks_asked_last_hour", "Questions asked of the center in the last hour.", found.checks)
    says = f"Those of them that were answered within {IN_TIME:g} seconds."
    yield _gauge("checks_in_time_last_hour", says, found.in_time)
    yield _gauge("requests_last_hour", "Requests to the center, repeats and looks too.", found.requests)
    yield _gauge("requests_answered_last_hour", "Those of them that were answered.", found.answered)
    if found.median_seconds is not None:
        yield _gauge("request_median_seconds", "Median of their answers' times.", found.median_seconds)
    if found.slowest_twentieth_seconds is not None:
        says = "What 19 of 20 of them stayed below."
        yield _gauge("request_slowest_twentieth_seconds", says, found.slowest_twentieth_seconds)


def _line(ledger: Ledger) -> Iterator[Metric]:
    state = line.current(ledger)
    now = state.phase if state else Phase.UNKNOWN
    phases = {phase.value: int(phase is now) for phase in Phase}
    yield _by("line_state", "1 for how the line to the center stands.", "state", phases)
    if state is not None:
        yield _gauge("line_since_time_seconds", "Since when it does.", state.at.timestamp())
    links = [conditions.get(ledger, link) for link in Link]
    up = {
        one.link.value: int(one.state is LinkState.UP) for one in links if one.state is not LinkState.UNKNOWN
    }
    yield _by("link_up", "Whether a link of the box is up; one that nobody has tried is missing.", "link", up)


def _certificates(standings: tuple[Standing, ...]) -> Iterator[Metric]:
    days = {one.institution_code: one.days_left for one in standings if one.days_left is not None}
    says = "Days until the last day of the clinic's certificate, negative afterwards."
    yield _by("certificate_days_left", says, "institution_code", days)
    labels = ["institution_code", "state"]
    states = GaugeMetricFamily(_BEFORE + "certificate_state", "1 for how it stands.", labels=labels)
    for one in standings:
        for state in StandingState:
            states.add_metric([one.institution_code, state.value], int(state is one.state))
    yield states


def _readers(ledger: Ledger) -> Iterator[Metric]:
    found = readers.all_readers(ledger)
    there = {one.name: int(one.phase is not VisitPhase.OFFLINE) for one in found}
    yield _by("reader_connected", "Whether a card reader is there, by its number.", "reader", there)
    failed = {one.name: int(one.trouble_code is not None) for one in found}
    yield _by("reader_in_trouble", "Whether it, or the visit at it, has a trouble.", "reader", failed)
    phases = GaugeMetricFamily(_BEFORE + "reader_phase", "What it is doing.", labels=["reader", "phase"])
    for one in found:
        phases.add_metric([one.name, one.phase.value], 1)
    yield phases
