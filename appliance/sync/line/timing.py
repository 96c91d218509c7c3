"""What a request that failed means: in which layer, whether it may have reached the center, when it may be sent again."""

from datetime import datetime, timedelta

from appliance.eligibility.line_layers import Layer
from appliance.eligibility.trouble import Trouble

RESEND = timedelta(seconds=90)
"""How long a request that may have arrived is left alone where a repeat could count twice."""


_HANDSHAKE = "TLS handshake"


def layer_of(trouble: Trouble) -> Layer:
    """In which layer a request ended that got `trouble` for an answer."""
    match trouble.code, trouble.detail:
        case "LINE-001", "NameResolutionError":
            return Layer.DNS
        case "LINE-001", _:
            return Layer.TCP
        case ("CENTER-001", _) | ("LINE-002", "TLS handshake"):
            return Layer.TLS
        case "CENTER-005", detail if not detail.startswith("HTTP"):
            return Layer.TLS
        case code, _ if code.startswith(("BOX-", "CERT-")):
            return Layer.BOX
    return Layer.SERVICE


def may_have_arrived(trouble: Trouble) -> bool:
    """Whether the center may be working on a request that ended like this: it was sent and nobody said no."""
    return trouble.code == "LINE-003" or (trouble.code == "LINE-002" and trouble.detail != _HANDSHAKE)


def resend_after(trouble: Trouble, now: datetime, *, repeat_is_harmless: bool) -> datetime | None:
    """Before when it must not be sent again; None when that does no harm."""
    return now + RESEND if may_have_arrived(trouble) and not repeat_is_harmless else None
