"""A small certificate authority in a folder, and the server certificates it signs."""

import contextlib
import fcntl
import ipaddress
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from appliance.sharing import file_mode

CA_DAYS = 3650
SERVER_DAYS = 89
"""With the day before, 90: what Mozilla's modern configuration allows at most. They are renewed by the box itself."""

RENEWED_BEFORE = timedelta(days=30)
CA_BEGINS = datetime(2025, 1, 1, tzinfo=UTC)
"""A new box may have no idea of the time. A CA that began in its future would be good for nothing once the clock is set."""

LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Authority:
    """A small CA in a folder: `<stem>.pem` and `<stem>.key`."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey
    certificate_file: Path


@dataclass(frozen=True)
class ServerFiles:
    """PEM files a TLS server is started with."""

    certificate: Path
    key: Path


def authority(
    folder: Path, stem: str, common_name: str, now: datetime, servers_below: tuple[str, ...] = ()
) -> Authority:
    """The CA in `folder`, made at the first call. Raises `OSError`, `ValueError` for broken files.

    One made with `servers_below` is good for servers alone, and of DNS names for these and those below them.
    """
    with _alone_in(folder):
        return _authority(folder, stem, common_name, now, servers_below)


@contextlib.contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Web and broker start at the same moment; only one of them may make the files they share.

    They look again every minute: opening the lock for appending writes nothing, emptying it would.
    """
    with (folder / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _authority(
    folder: Path, stem: str, common_name: str, now: datetime, servers_below: tuple[str, ...]
) -> Authority:
    certificate_file, key_file = folder / f"{stem}.pem", folder / f"{stem}.key"
    if certificate_file.exists() and key_file.exists():
        key = serialization.load_pem_private_key(key_file.read_bytes(), None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise ValueError(f"{key_file.name} is no EC key")
        return Authority(x509.load_pem_x509_certificate(certificate_file.read_bytes()), key, certificate_file)
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(common_name)
    ends = max(now, CA_BEGINS) + timedelta(days=CA_DAYS)
    builder = (
        _builder(name, name, key, CA_BEGINS, ends)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(ca=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if servers_below:
        builder = _limited(builder, servers_below)
    certificate = builder.sign(key, hashes.SHA256())
    write_key(key_file, key)
    _write_certificate(certificate_file, certificate)
    return Authority(certificate, key, certificate_file)


def _limited(builder: x509.CertificateBuilder, names: tuple[str, ...]) -> x509.CertificateBuilder:
    """Whoever steals the key of a CA that PCs trust must not be able to play a bank with it."""
    below = [x509.DNSName(name) for name in names]
    return builder.add_extension(x509.NameConstraints(below, None), critical=True).add_extension(
        x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False
    )


def may_sign(ca: Authority, name: str) -> bool:
    """Whether clients would accept a certificate of `ca` for this host name or address."""
    asked = general_name(name)
    try:
        limits = ca.certificate.extensions.get_extension_for_class(x509.NameConstraints).value
    except x509.ExtensionNotFound:
        return True
    below = [one.value for one in limits.permitted_subtrees or () if isinstance(one, x509.DNSName)]
    if not isinstance(asked, x509.DNSName):
        return True
    return any(name.lower() == one or name.lower().endswith(f".{one}") for one in below)


def server_files(
    ca: Authority, folder: Path, stem: str, names: tuple[str, ...], now: datetime
) -> ServerFiles:
    """A server certificate for host `names` and addresses.

    Made at the first call, and again when it is nearly over or not yet valid: then it was made under a wrong clock.
    """
    with _alone_in(folder):
        return _server_files(ca, folder, stem, names, now)


def _server_files(
    ca: Authority, folder: Path, stem: str, names: tuple[str, ...], now: datetime
) -> ServerFiles:
    files = ServerFiles(folder / f"{stem}.pem", folder / f"{stem}.key")
    if files.certificate.exists() and files.key.exists() and _is_good(files, ca, names, now):
        return files
    key = ec.generate_private_key(ec.SECP256R1())
    ends = min(now + timedelta(days=SERVER_DAYS), ca.certificate.not_valid_after_utc)
    # A PC whose clock runs a little behind must not refuse a certificate made a minute ago.
    builder = (
        _builder(_name(names[0]), ca.certificate.subject, key, now - timedelta(days=1), ends)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(ca=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([general_name(name) for name in names]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(ca.key.public_key()),
            critical=False,
        )
    )
    certificate = builder.sign(ca.key, hashes.SHA256())
    write_key(files.key, key)
    _write_certificate(files.certificate, certificate)
    return files


def _write_certificate(path: Path, certificate: x509.Certificate) -> None:
    aside = path.with_suffix(".new")
    with aside.open("wb") as stream:
        stream.write(certificate.public_bytes(serialization.Encoding.PEM))
        stream.flush()
        os.fsync(stream.fileno())
    aside.replace(path)  # half a CA would keep every later start from working


def write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    """Write a private key as PEM that only the owner may read, or the group of a shared folder."""
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, file_mode(path.parent))
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(pem)
        stream.flush()
        os.fsync(stream.fileno())


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    begins: datetime,
    ends: datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
    )


def _usage(*, ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not ca,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=ca,
        crl_sign=ca,
        encipher_only=False,
        decipher_only=False,
    )


def general_name(name: str) -> x509.DNSName | x509.IPAddress:
    """A host name or an address as certificates write it. Raises `ValueError` for a name that is not ASCII."""
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _is_good(files: ServerFiles, ca: Authority, names: tuple[str, ...], now: datetime) -> bool:
    try:
        certificate = x509.load_pem_x509_certificate(files.certificate.read_bytes())
    except ValueError:
        return False  # a power cut has left half of it, or nothing
    if not _belongs_together(certificate, files.key, ca):
        return False
    found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    left = certificate.not_valid_after_utc - now.astimezone(UTC)
    is_ending = (
        left <= RENEWED_BEFORE and certificate.not_valid_after_utc < ca.certificate.not_valid_after_utc
    )
    has_begun = certificate.not_valid_before_utc <= now.astimezone(UTC)
    return has_begun and not is_ending and set(found) == {general_name(name) for name in names}


def _belongs_together(certificate: x509.Certificate, key_file: Path, ca: Authority) -> bool:
    """Whether `ca` signed the certificate, for the key in the file: a power cut may leave an odd pair behind."""
    try:
        certificate.verify_directly_issued_by(ca.certificate)
        key = serialization.load_pem_private_key(key_file.read_bytes(), None)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return key.public_key() == certificate.public_key()
