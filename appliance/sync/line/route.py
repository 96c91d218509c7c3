"""Layer 4: does this machine know a way to the center? Nothing is sent to find out."""

import errno
import socket
from dataclasses import dataclass

from appliance.eligibility.line_layers import Layer
from appliance.sync.line.finding import Finding, Outcome
from appliance.sync.line.names import FAMILIES, Place


@dataclass(frozen=True)
class Way:
    """The way to one place: the address we would send from, or the name of the error."""

    place: Place
    source: str = ""
    error: str = ""


def way_to(place: Place) -> Way:
    """Ask the kernel for the way; a datagram socket that connects sends nothing."""
    try:
        with socket.socket(FAMILIES[place.family], socket.SOCK_DGRAM) as asking:
            asking.connect((place.host, place.port))
            return Way(place, str(asking.getsockname()[0]))
    except OSError as error:
        return Way(place, error=errno.errorcode.get(error.errno or 0, type(error).__name__))


def judge(ways: tuple[Way, ...]) -> Finding:
    """One way is enough; which families have none is said all the same."""
    facts = {
        family: [way.source or way.error for way in ways if way.place.family == family] for family in FAMILIES
    }
    open_families = [family for family in FAMILIES if any(w.source for w in ways if w.place.family == family)]
    if not open_families:
        return Finding(Layer.ROUTE, Outcome.FAILED, "センターへの経路がありません。", "LINE-015", facts)
    return Finding(Layer.ROUTE, Outcome.OK, f"{'と'.join(open_families)}の経路があります。", facts=facts)
