"""The CA of this box and the certificates of its two servers: for which names, made anew in time, and spoken with how."""

import socket
from datetime import datetime

from cryptography import x509

from appliance.identity.names import names_of
from appliance.identity.signing import Authority, ServerFiles, authority, general_name, may_sign, server_files
from appliance.settings import Box, Settings

CA_NAME = "madoguchi 装置のCA"
CA_FILE = "ca.pem"
WEB, BROKER = "web", "broker"
CIPHERS = (
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305"
)
"""Of TLS 1.2, those of Mozilla's intermediate configuration that need no DH parameters; TLS 1.3 has its own."""

_BELOW = ("localhost", "local", "lan", "home.arpa", "internal")
"""Ends of names that nobody owns in the internet."""


def box_authority(box: Box, settings: Settings, now: datetime) -> Authority:
    """The CA of the box, made at the first call by whichever of web and broker starts first.

    It is good for names of the house alone, so that a PC which trusts it trusts it for this box and for nothing in the
    internet. One made by an older version has no such limit. Raises `OSError`, `ValueError` for broken files.
    """
    below = (*_BELOW, socket.gethostname(), *(name for name in settings.tls_names if _is_dns(name)))
    return authority(box.tls_dir, "ca", CA_NAME, now, tuple(dict.fromkeys(one.lower() for one in below)))


def forget_authority(box: Box) -> None:
    """Let the box make a new CA: its key may be in wrong hands, or the box has got a name that the old one may not sign.

    Every PC, tablet and program that trusts the old one has to be shown the new one. Raises `OSError`.
    """
    for name in ("ca.key", CA_FILE):
        (box.tls_dir / name).unlink(missing_ok=True)


def files_of(box: Box, settings: Settings, server: str, now: datetime) -> ServerFiles:
    """Certificate and key of `server`, WEB or BROKER, made anew when they end or a name or an address has come.

    An address that is gone stays in until then: a cable that was pulled for a minute is no reason. Raises `OSError`.
    """
    ca = box_authority(box, settings, now)
    names, _ = names_under(ca, settings, server)
    known = names_in(box, server)
    return server_files(ca, box.tls_dir, server, known if set(names) <= set(known) else names, now)


def names_under(ca: Authority, settings: Settings, server: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names `server` is reached by: those `ca` may sign, and those it may not, because they came after it."""
    host = settings.web_host if server == WEB else settings.broker_host
    names = tuple(dict.fromkeys(map(_spelled, names_of(host, settings.tls_names))))
    return (
        tuple(one for one in names if may_sign(ca, one)),
        tuple(one for one in names if not may_sign(ca, one)),
    )


def names_in(box: Box, server: str) -> tuple[str, ...]:
    """The names in the certificate of `server`; empty when there is none, or none that can be read."""
    certificate = certificate_of(box, server)
    return names_of_certificate(certificate) if certificate else ()


def certificate_of(box: Box, server: str) -> x509.Certificate | None:
    """What the box has signed for `server`."""
    try:
        return x509.load_pem_x509_certificate((box.tls_dir / f"{server}.pem").read_bytes())
    except (OSError, ValueError):
        return None


def names_of_certificate(certificate: x509.Certificate) -> tuple[str, ...]:
    """Host names and addresses it is good for, in its own order. Empty without any, as browsers see it."""
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        return ()
    kinds = (x509.DNSName, x509.IPAddress)
    return tuple(str(one.value).lower() for one in found if isinstance(one, kinds))


def _spelled(name: str) -> str:
    """As a certificate gives it back."""
    return str(general_name(name.lower()).value)


def _is_dns(name: str) -> bool:
    return isinstance(general_name(name), x509.DNSName)
