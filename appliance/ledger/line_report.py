"""The line's month: how many checks were answered in time, how long the line was there, and what was to blame."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median, quantiles
from typing import Any

from appliance.eligibility.catalogue import FAULT_LABELS, KNOWLEDGE
from appliance.eligibility.statistics.counted import IN_TIME
from appliance.ledger import line, line_log
from appliance.ledger.database import Ledger
from appliance.ledger.line import LineState, Phase
from appliance.ledger.line_log import Asked
from appliance.ledger.times import JAPAN, to_text

_WATCHED = (Phase.NORMAL, Phase.SLOW, Phase.STOPPED, Phase.CONFIRMING)
_OUT = (Phase.STOPPED, Phase.CONFIRMING)


@dataclass(frozen=True)
class Cause:
    """One trouble code: whose fault, how many requests ended with it, how many seconds the line stood still for it."""

    code: str
    title: str
    fault: str
    fault_label: str
    layers: tuple[str, ...]
    requests: int
    stopped_seconds: float


@dataclass(frozen=True)
class Outage:
    """From 停止 until it was over: 正常 again, or nobody watched any more, or the month's end."""

    begun: datetime
    ended: datetime
    code: str | None

    @property
    def seconds(self) -> float:
        """How long it was."""
        return (self.ended - self.begun).total_seconds()


@dataclass(frozen=True, kw_only=True)
class MonthReport:
    """One month of Japan. Shares are 0 to 1, None where there is nothing to divide by; everything else is in seconds.

    `phases` is how long each state held; availability leaves out what was held by a person or not watched.
    """

    month: str
    first: datetime
    end: datetime
    checks: int
    in_time: int
    share_in_time: float | None
    requests: int
    answered: int
    median_seconds: float | None
    slowest_twentieth_seconds: float | None
    longest_seconds: float | None
    phases: dict[str, float]
    availability: float | None
    outages: int
    longest_outage: Outage | None
    causes: tuple[Cause, ...]

    def as_json(self) -> dict[str, Any]:
        """The report as the command prints it."""
        longest = self.longest_outage
        return asdict(self) | {
            "first": to_text(self.first),
            "end": to_text(self.end),
            "longest_outage": {
                "begun": to_text(longest.begun),
                "ended": to_text(longest.ended),
                "seconds": longest.seconds,
                "code": longest.code,
            }
            if longest
            else None,
        }


def month_of(text: str) -> tuple[datetime, datetime]:
    """First moment of the month `2026-11` in Japan and of the next one. Raises `ValueError`."""
    first = datetime.strptime(text, "%Y-%m").replace(tzinfo=JAPAN)
    return first, (first + timedelta(days=32)).replace(day=1)


def of_month(ledger: Ledger, month: str, now: datetime) -> MonthReport:
    """The report of `month` (`2026-11`) as far as it has come. Raises `ValueError` for no month."""
    first, end = month_of(month)
    asked = line_log.between(ledger, first, end)
    return summed(month, asked, line.between(ledger, first, end), first, max(first, min(end, now)))


def summed(
    month: str, asked: Sequence[Asked], states: Sequence[LineState], first: datetime, end: datetime
) -> MonthReport:
    """The report of what was asked and how the line stood from `first` until `end`."""
    spans = list(_spans(states, first, end))
    phases: dict[str, float] = {phase.value: 0.0 for phase in Phase}
    for state, seconds in spans:
        phases[state.phase.value] += seconds
    watched = sum(phases[phase.value] for phase in _WATCHED)
    waits = _waits(asked)
    times = sorted(one.seconds for one in asked if one.is_answered)
    outages = list(outages_of(states, first, end))
    in_time = sum(wait is not None and wait <= IN_TIME for wait in waits)
    return MonthReport(
        month=month,
        first=first,
        end=end,
        checks=len(waits),
        in_time=in_time,
        share_in_time=in_time / len(waits) if waits else None,
        requests=len(asked),
        answered=len(times),
        median_seconds=median(times) if times else None,
        slowest_twentieth_seconds=quantiles(times, n=20)[-1] if len(times) > 1 else None,
        longest_seconds=times[-1] if times else None,
        phases=phases,
        availability=1 - phases[Phase.STOPPED.value] / watched if watched else None,
        outages=len(outages),
        longest_outage=max(outages, key=lambda one: one.seconds, default=None),
        causes=_causes(asked, spans),
    )


def _waits(asked: Iterable[Asked]) -> list[float | None]:
    """For each check the seconds from its first request to its answer, None while there is none."""
    begun: dict[str, datetime] = {}
    waits: dict[str, float | None] = {}
    for one in asked:
        if one.check_id is None:
            continue
        is_first = begun.setdefault(one.check_id, one.begun) == one.begun
        waits.setdefault(one.check_id, None)
        if one.is_answered and waits[one.check_id] is None:
            since = (one.ended - begun[one.check_id]).total_seconds()
            waits[one.check_id] = one.seconds if is_first else since
    return list(waits.values())


def _spans(states: Sequence[LineState], first: datetime, end: datetime) -> Iterable[tuple[LineState, float]]:
    moments = [max(state.at, first) for state in states] + [end]
    for state, (begun, ended) in zip(states, pairwise(moments), strict=True):
        yield state, max(0.0, (ended - begun).total_seconds())


def outages_of(states: Sequence[LineState], first: datetime, end: datetime) -> Iterable[Outage]:
    """Each outage from `first` until `end`, oldest first."""
    begun: datetime | None = None
    code: str | None = None
    for state in states:
        if begun is None and state.phase is Phase.STOPPED:
            begun, code = max(state.at, first), state.code
        elif begun is not None and state.phase not in _OUT:
            yield Outage(begun, max(begun, state.at), code)
            begun = None
    if begun is not None:
        yield Outage(begun, max(begun, end), code)


def _causes(asked: Iterable[Asked], spans: Iterable[tuple[LineState, float]]) -> tuple[Cause, ...]:
    requests: dict[str, int] = defaultdict(int)
    layers: dict[str, set[str]] = defaultdict(set)
    stopped: dict[str, float] = defaultdict(float)
    for one in asked:
        if one.code is not None:
            requests[one.code] += 1
            layers[one.code] |= {one.layer} if one.layer else set()
    for state, seconds in spans:
        if state.phase is Phase.STOPPED and state.code is not None:
            stopped[state.code] += seconds
    found = [
        _cause(code, sorted(layers[code]), requests[code], stopped[code]) for code in {*requests, *stopped}
    ]
    return tuple(sorted(found, key=lambda one: (-one.stopped_seconds, -one.requests, one.code)))


def _cause(code: str, layers: list[str], requests: int, stopped: float) -> Cause:
    entry = KNOWLEDGE[code]
    return Cause(
        code, entry.title, entry.fault.value, FAULT_LABELS[entry.fault], tuple(layers), requests, stopped
    )
