"""Layer 8: how far the box's clock is from the center's, by the Date header of its answer."""

from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime

from appliance.eligibility.line_layers import Layer
from appliance.sync.line.finding import Finding, Outcome, skipped
from appliance.sync.line.service import Reply

_NOTABLE, _WRONG = 5.0, 60.0
_HALF_SECOND = 0.5


@dataclass(frozen=True)
class Offset:
    """How many seconds the center is ahead of us (negative: behind), give or take `within`."""

    seconds: float
    within: float

    @property
    def at_least(self) -> float:
        """How far apart the clocks are for certain."""
        return max(0.0, abs(self.seconds) - self.within)


def offset(reply: Reply) -> Offset | None:
    """None when the answer does not say what time it is. The header has whole seconds, cut off."""
    try:
        theirs = parsedate_to_datetime(reply.headers.get("Date", ""))
    except ValueError:
        return None
    theirs = theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC)
    middle = reply.sent_at + reply.seconds / 2
    return Offset(theirs.timestamp() + _HALF_SECOND - middle, reply.seconds / 2 + _HALF_SECOND)


def judge(found: Offset | None) -> Finding:
    """A minute apart is wrong; a few seconds are told."""
    if found is None:
        return skipped(Layer.CLOCK, "センターが時刻を知らせないため、比べられません。")
    facts = {"seconds": round(found.seconds, 1), "within": round(found.within, 1)}
    way = "遅れて" if found.seconds > 0 else "進んで"
    says = (
        f"装置の時計は、センターより{abs(found.seconds):.0f}秒（±{found.within:.0f}秒）{way}います。"
        if found.at_least > _NOTABLE
        else "センターの時計と合っています。"
    )
    if found.at_least > _WRONG:
        return Finding(Layer.CLOCK, Outcome.FAILED, says, "LINE-018", facts)
    return Finding(
        Layer.CLOCK, Outcome.WARNING if found.at_least > _NOTABLE else Outcome.OK, says, facts=facts
    )
