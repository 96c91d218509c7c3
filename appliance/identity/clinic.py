"""The clinic's own server certificate for the pages, beside the box's: judged when it comes in, kept in one file.

The pages are served with it to whoever calls the box by a name in it, and with the box's own to all others. So it takes
nothing away: programs and PCs that trust the box's CA go on, and when it ends the box's own is served again.
"""

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import MD5, SHA1
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID

from appliance.eligibility.trouble import Trouble
from appliance.identity import opening
from appliance.identity.box import names_of_certificate
from appliance.identity.opening import Opened
from appliance.settings import Box
from appliance.sharing import file_mode

SPOKEN_OF_BEFORE = timedelta(days=30)
_OURS = {"CERT-001": "TLS-001", "CERT-003": "TLS-002"}
"""What the reader of PKCS#12 says of a clinic's certificate for the center, said of one for servers."""

_PEM = b"-----BEGIN "
_LEAST_RSA = 2048
_CURVES = ("secp256r1", "secp384r1")


@dataclass(frozen=True)
class ClinicServerCertificate:
    """What is known of one without its key. `issuers` are those of the chain that came with it, nearest first."""

    names: tuple[str, ...]
    issuers: tuple[str, ...]
    fingerprint: str
    not_before: datetime
    not_after: datetime
    is_whole: bool
    """Whether an issuer came with it, or it has none. Browsers do not look for one that is left out."""

    def is_valid(self, now: datetime) -> bool:
        """Whether it is within its time."""
        return self.not_before <= now < self.not_after

    def is_ending(self, now: datetime) -> bool:
        """Whether it is time to ask for a new one."""
        return now >= self.not_after - SPOKEN_OF_BEFORE

    def is_for(self, name: str) -> bool:
        """Whether it is good for this host name or address."""
        own = name.lower().rstrip(".")
        return own in self.names or f"*.{own.partition('.')[2]}" in self.names


def path_of(box: Box) -> Path:
    """Chain and key in one file, so that nobody ever sees the one without the other."""
    return box.tls_dir / "clinic.pem"


def take_in(box: Box, content: bytes, passphrase: str, now: datetime) -> ClinicServerCertificate:
    """Judge what is in a PEM or PKCS#12 file and keep it in the place of the one before.

    Raises `Trouble`: TLS-001 (no such file), TLS-002 (no key, or no certificate for it), CERT-002 (wrong pass phrase),
    TLS-003 (not for servers), TLS-004 (over, or not yet valid), TLS-005 (weak), TLS-006 (no names).
    """
    found = opened(content, passphrase)
    facts = _judged(found, now)
    path = path_of(box)
    aside = path.with_suffix(".new")
    aside.unlink(missing_ok=True)
    # The command line may be another user than web, which has to read it.
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, file_mode(path.parent))
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(found.chain_pem.encode("ascii") + found.key_pem)
        stream.flush()
        os.fsync(stream.fileno())
    aside.replace(path)
    return facts


def held(box: Box) -> ClinicServerCertificate | None:
    """What was taken in, still good or not; None when there is none, or the file is broken."""
    try:
        chain = x509.load_pem_x509_certificates(path_of(box).read_bytes())
    except (OSError, ValueError):
        return None
    return _facts(tuple(chain))


def remove(box: Box) -> None:
    """Forget it, with its key. Raises `OSError`."""
    path_of(box).unlink(missing_ok=True)


def opened(content: bytes, passphrase: str) -> Opened:
    """Key and chain out of a PEM or PKCS#12 file. Raises `Trouble` as `take_in`."""
    try:
        if _PEM not in content:
            return opening.opened(content, passphrase)
        return _out_of_pem(content, passphrase)
    except Trouble as trouble:
        if trouble.code not in _OURS:
            raise
        raise Trouble(_OURS[trouble.code], trouble.detail) from trouble


def _out_of_pem(content: bytes, passphrase: str) -> Opened:
    if len(content) > opening.SIZE_LIMIT:
        raise Trouble("TLS-001", f"{len(content)} バイトあります（上限 {opening.SIZE_LIMIT}）")
    try:
        inside = x509.load_pem_x509_certificates(content)
    except ValueError as error:
        raise Trouble("TLS-001") from error
    if b"PRIVATE KEY-----" not in content:
        raise Trouble("TLS-002")
    is_locked = b"ENCRYPTED" in content
    try:
        key = load_pem_private_key(content, passphrase.encode("utf-8") if is_locked else None)
    except (ValueError, TypeError) as error:
        raise Trouble("CERT-002" if is_locked else "TLS-002") from error
    return opening.paired(key, inside)


def _facts(chain: tuple[x509.Certificate, ...]) -> ClinicServerCertificate:
    own = chain[0]
    first, last = opening.dates_of(own)
    return ClinicServerCertificate(
        names=names_of_certificate(own),
        issuers=tuple(opening.name_of(one.issuer) for one in chain),
        fingerprint=opening.fingerprint_of(own),
        not_before=first,
        not_after=last,
        is_whole=len(chain) > 1 or own.issuer == own.subject,
    )


def _judged(found: Opened, now: datetime) -> ClinicServerCertificate:
    facts = _facts(found.chain)
    if not _is_for_servers(found.own):
        raise Trouble("TLS-003")
    if now >= facts.not_after:
        raise Trouble("TLS-004", f"{facts.not_after:%Y-%m-%d} まで")
    if now < facts.not_before:
        raise Trouble("TLS-004", f"{facts.not_before:%Y-%m-%d} から")
    weak = _weakness(found)
    if weak:
        raise Trouble("TLS-005", weak)
    if not facts.names:
        raise Trouble("TLS-006")
    return facts


def _is_for_servers(own: x509.Certificate) -> bool:
    try:
        if own.extensions.get_extension_for_class(x509.BasicConstraints).value.ca:
            return False
    except x509.ExtensionNotFound:
        pass
    try:
        uses = own.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return ExtendedKeyUsageOID.SERVER_AUTH in uses


def _weakness(found: Opened) -> str:
    """What today's browsers would not take, of the key and of every signature that came; empty when nothing."""
    key = found.key
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size < _LEAST_RSA:
        return f"RSA {key.key_size} ビット"
    if isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name not in _CURVES:
        return key.curve.name
    for one in found.chain:
        is_root = one.issuer == one.subject and one is not found.own
        if not is_root and isinstance(one.signature_hash_algorithm, SHA1 | MD5):
            return f"署名 {one.signature_hash_algorithm.name.upper()}"
    return ""
