"""正常 → 遅延 → 停止 → 復旧確認 → 正常, pure: what one event makes of the line.

Getting worse is told at once, getting better only after a calm: so a flapping line stands as 遅延 or 停止 until it has been
good for a while, and reception never sees it jump back and forth. Moments are seconds of a clock that nobody sets.
"""

from dataclasses import dataclass, replace

from appliance.ledger.line import Phase


@dataclass(frozen=True)
class Terms:
    """When a state is left. `slow` and `calm` are seconds; `failures` in a row stop the line, `answers` prove it."""

    slow: float = 10.0
    failures: int = 3
    answers: int = 3
    calm: float = 10.0


@dataclass(frozen=True)
class Answered:
    """The center answered after `seconds`."""

    seconds: float


@dataclass(frozen=True)
class Failed:
    """The center did not answer, because of trouble `code`."""

    code: str


@dataclass(frozen=True)
class Overdue:
    """A question has been out for longer than `Terms.slow` and is not answered yet."""


Event = Answered | Failed | Overdue


@dataclass(frozen=True)
class Line:
    """How the line stands. `changed` is when it last changed, `uneasy` when something last went wrong or changed."""

    phase: Phase = Phase.UNKNOWN
    code: str | None = None
    failures: int = 0
    answers: int = 0
    changed: float = 0.0
    uneasy: float = 0.0


_LIVELY = (Phase.UNKNOWN, Phase.NORMAL)


def after(line: Line, event: Event, now: float, terms: Terms) -> Line:
    """The line after `event` at `now`, which is never before the last one."""
    match event:
        case Failed(code=code):
            return _failed(line, code, now, terms)
        case Answered(seconds=seconds) if seconds < terms.slow:
            return _answered(line, now, terms)
        case Answered():
            return _late(replace(line, failures=0), now, terms)
        case Overdue():
            return _late(line, now, terms)


def _failed(line: Line, code: str, now: float, terms: Terms) -> Line:
    worse = replace(line, failures=min(line.failures + 1, terms.failures), answers=0, uneasy=now)
    if worse.failures >= terms.failures or line.phase is Phase.STOPPED:
        return _moved(worse, Phase.STOPPED, code, now)
    if line.phase in _LIVELY or (line.phase is Phase.SLOW and line.code is None):
        return _moved(worse, Phase.SLOW, code, now)
    return worse


def _late(line: Line, now: float, terms: Terms) -> Line:
    if line.phase is Phase.STOPPED and line.failures == 0:
        return _confirming(line, now, terms)
    phase = Phase.SLOW if line.phase in _LIVELY else line.phase
    return _moved(replace(line, answers=0, uneasy=now), phase, line.code, now)


def _answered(line: Line, now: float, terms: Terms) -> Line:
    better = replace(line, failures=0, answers=min(line.answers + 1, terms.answers))
    if line.phase is Phase.UNKNOWN:
        return _moved(better, Phase.NORMAL, None, now)
    if line.phase is Phase.STOPPED:
        return _confirming(better, now, terms)
    is_proven = better.answers >= terms.answers and now - line.uneasy >= terms.calm
    if line.phase in (Phase.SLOW, Phase.CONFIRMING) and is_proven:
        return _moved(better, Phase.NORMAL, None, now)
    return better


def _confirming(line: Line, now: float, terms: Terms) -> Line:
    if now - line.changed < terms.calm:
        return line
    return _moved(replace(line, answers=1), Phase.CONFIRMING, None, now)


def _moved(line: Line, phase: Phase, code: str | None, now: float) -> Line:
    if phase is line.phase:
        return replace(line, code=code)
    return replace(line, phase=phase, code=code, changed=now, uneasy=now)
