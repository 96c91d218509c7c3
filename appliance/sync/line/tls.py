"""Layer 6: do both sides accept each other's certificate? And when not, whose is it?"""

import socket
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime

from appliance.eligibility.line_layers import Layer
from appliance.eligibility.trouble import Trouble
from appliance.sync.line.finding import Finding, Outcome

_NOT_YET, _OVER = 9, 10  # X509_V_ERR_CERT_NOT_YET_VALID, X509_V_ERR_CERT_HAS_EXPIRED
_OURS = ("CERTIFICATE", "UNKNOWN_CA", "ACCESS_DENIED", "HANDSHAKE_FAILURE")
_SOON = 30


@dataclass(frozen=True)
class Handshake:
    """How the handshake went. `verify` is OpenSSL's number of what is wrong with their certificate, `alert` what they said
    about ours, `trouble` a code of our own side; all empty when it worked."""

    version: str = ""
    their_end: datetime | None = None
    verify: int | None = None
    verify_says: str = ""
    alert: str = ""
    error: str = ""
    trouble: str | None = None


def shake(plain: socket.socket, context: ssl.SSLContext, host: str) -> tuple[ssl.SSLSocket | None, Handshake]:
    """TLS over `plain`, which is closed when it fails."""
    try:
        secured = context.wrap_socket(plain, server_hostname=host)
    except ssl.SSLCertVerificationError as error:
        plain.close()
        return None, Handshake(verify=error.verify_code, verify_says=error.verify_message)
    except OSError as error:
        plain.close()
        return None, refusal(error)
    return secured, Handshake(secured.version() or "", _end_of(secured))


def refusal(error: OSError) -> Handshake:
    """What an error in the handshake, or in the first answer after it, says: with TLS 1.3 ours is judged that late."""
    reason = (error.reason or "") if isinstance(error, ssl.SSLError) else ""
    if "ALERT" in reason and any(word in reason for word in _OURS):
        return Handshake(alert=reason)
    return Handshake(error=reason or type(error).__name__)


def unusable(trouble: Trouble) -> Handshake:
    """Our own side cannot even begin."""
    return Handshake(trouble=trouble.code, error=trouble.detail)


def _end_of(secured: ssl.SSLSocket) -> datetime | None:
    end = (secured.getpeercert() or {}).get("notAfter")
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(end)), UTC) if end else None


def judge(found: Handshake, our_end: datetime | None, now: datetime) -> Finding:
    """`our_end` is when the certificate that we show is over, where that is known."""
    facts = {
        "version": found.version,
        "their_certificate_ends": _text(found.their_end),
        "our_certificate_ends": _text(our_end),
        "reason": found.verify_says or found.alert or found.error,
    }
    code, says = _wrong(found, our_end, now)
    if code is not None:
        return Finding(Layer.TLS, Outcome.FAILED, says, code, facts)
    ends = [end for end in (found.their_end, our_end) if end is not None]
    if ends and (min(ends) - now).days < _SOON:
        days = (min(ends) - now).days
        whose = "当院" if our_end == min(ends) else "センター"
        return Finding(Layer.TLS, Outcome.WARNING, f"{whose}の証明書はあと{days}日で切れます。", facts=facts)
    return Finding(Layer.TLS, Outcome.OK, "双方の証明書を確かめました。", facts=facts)


def _wrong(found: Handshake, our_end: datetime | None, now: datetime) -> tuple[str | None, str]:
    if found.trouble is not None:
        return found.trouble, "当院の証明書を使う用意ができません。"
    if found.verify in (_NOT_YET, _OVER):
        return "CENTER-007", "センターの証明書の期間から外れています。"
    if found.verify is not None:
        return "CENTER-001", "センターの証明書を確かめられません。"
    if found.alert:
        is_over = our_end is not None and our_end <= now
        return ("CERT-006" if is_over else "CENTER-005"), "センターが当院の証明書を断りました。"
    if found.error:
        return "LINE-019", "暗号化の始めのやりとりが途中で終わりました。"
    return None, ""


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
