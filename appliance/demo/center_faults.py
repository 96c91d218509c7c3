"""The knobs of the virtual center: what it does wrong, for how long, and how slow it is."""

import threading
from dataclasses import dataclass, replace
from enum import StrEnum

from appliance.eligibility.trouble import Trouble


class FaultKind(StrEnum):
    """How the virtual center can fail. `seconds` below is the fault's own parameter."""

    DOWN = "down"
    """Nobody listens; open connections are cut."""
    SLOW = "slow"
    """Answers come `seconds` (5) late."""
    DROP = "drop"
    """The question is worked on, then the connection closed without an answer."""
    GARBAGE = "garbage"
    """200 with bytes that are no XML."""
    TRUNCATED = "truncated"
    """Half an answer, then the connection closes."""
    REFUSE = "refuse"
    """SegmentOfResult 9."""
    PROCESSING = "processing"
    """SegmentOfResult 2."""
    HTTP_500 = "http-500"
    OUT_OF_HOURS = "out-of-hours"
    """503 with Retry-After: `seconds` (1)."""
    WRONG_CERTIFICATE = "wrong-certificate"
    """The server's certificate is from a CA no clinic trusts."""
    REJECT_CLIENT = "reject-client"
    """403: the clinic's certificate is not accepted."""
    DRIP = "drip"
    """The answer comes a byte every `seconds` (1)."""


_SECONDS = {FaultKind.SLOW: 5.0}


@dataclass(frozen=True)
class Fault:
    """One fault; it heals by itself after `times` requests, where that is given."""

    kind: FaultKind
    seconds: float
    times: int | None = None


def fault_named(kind: str, seconds: float | None = None, times: int | None = None) -> Fault:
    """The fault called `kind`. Raises `Trouble` DEMO-002 for an unknown one or an impossible number."""
    try:
        found = FaultKind(kind)
    except ValueError as error:
        raise Trouble("DEMO-002", "fault: " + " ".join(FaultKind)) from error
    seconds = _SECONDS.get(found, 1.0) if seconds is None else seconds
    if not 0 <= seconds <= 3600 or (times is not None and times < 1):
        raise Trouble("DEMO-002", "seconds 0-3600, times 1-")
    return Fault(found, seconds, times)


class Knobs:
    """The fault and the delay in force. Thread-safe; a change ends every wait."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._changes = 0
        self._fault: Fault | None = None
        self._delay = 0.0

    @property
    def fault(self) -> Fault | None:
        """What is wrong now."""
        return self._fault

    @property
    def is_down(self) -> bool:
        """Whether nobody should get an answer any more."""
        fault = self._fault
        return fault is not None and fault.kind is FaultKind.DOWN

    @property
    def delay(self) -> float:
        """Seconds every answer takes."""
        return self._delay

    def set_fault(self, fault: Fault | None) -> None:
        """Begin to fail, or with None stop failing."""
        with self._changed:
            self._fault = fault
            self._changes += 1
            self._changed.notify_all()

    def set_delay(self, seconds: float) -> None:
        """Make every answer take `seconds`."""
        self._delay = seconds

    def take(self) -> Fault | None:
        """The fault for one request."""
        with self._changed:
            fault = self._fault
            if fault is not None and fault.times is not None:
                left = fault.times - 1
                self._fault = replace(fault, times=left) if left else None
            return fault

    def wait(self, seconds: float) -> bool:
        """Wait; True when the knobs were turned meanwhile."""
        with self._changed:
            before = self._changes
            return self._changed.wait_for(lambda: self._changes != before, seconds)
