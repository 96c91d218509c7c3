"""The box's own certificate authority and the server certificates it signs for web and broker."""

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

CA_DAYS = 3650
SERVER_DAYS = 825
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


def authority(folder: Path, stem: str, common_name: str, now: datetime) -> Authority:
    """The CA in `folder`, made at the first call. Raises `OSError`, `ValueError` for broken files."""
    with _alone_in(folder):
        return _authority(folder, stem, common_name, now)


@contextlib.contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Web and broker start at the same moment; only one of them may make the files they share."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _authority(folder: Path, stem: str, common_name: str, now: datetime) -> Authority:
    certificate_file, key_file = folder / f"{stem}.pem", folder / f"{stem}.key"
    if certificate_file.exists() and key_file.exists():
        key = serialization.load_pem_private_key(key_file.read_bytes(), None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise ValueError(f"{key_file.name} is no EC key")
        return Authority(x509.load_pem_x509_certificate(certificate_file.read_bytes()), key, certificate_file)
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(common_name)
    builder = (
        _builder(name, name, key, now, CA_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(ca=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    certificate = builder.sign(key, hashes.SHA256())
    write_key(key_file, key)
    _write_certificate(certificate_file, certificate)
    return Authority(certificate, key, certificate_file)


def server_files(
    ca: Authority, folder: Path, stem: str, names: tuple[str, ...], now: datetime
) -> ServerFiles:
    """A server certificate for host `names` and addresses, made at the first call and again when it is nearly over."""
    with _alone_in(folder):
        return _server_files(ca, folder, stem, names, now)


def _server_files(
    ca: Authority, folder: Path, stem: str, names: tuple[str, ...], now: datetime
) -> ServerFiles:
    files = ServerFiles(folder / f"{stem}.pem", folder / f"{stem}.key")
    if files.certificate.exists() and files.key.exists() and _is_good(files, ca, names, now):
        return files
    key = ec.generate_private_key(ec.SECP256R1())
    builder = (
        _builder(_name(names[0]), ca.certificate.subject, key, now, SERVER_DAYS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(ca=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([_general_name(name) for name in names]), critical=False)
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
    aside.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    aside.replace(path)  # half a certificate would keep every later start from working


def write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    """Write a private key as PEM that only the owner may read."""
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(pem)


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # A PC whose clock runs a little behind must not refuse a certificate made a minute ago.
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=days))
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


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _is_good(files: ServerFiles, ca: Authority, names: tuple[str, ...], now: datetime) -> bool:
    certificate = x509.load_pem_x509_certificate(files.certificate.read_bytes())
    if not _belongs_together(certificate, files.key, ca):
        return False
    found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    left = certificate.not_valid_after_utc - now.astimezone(UTC)
    return left > timedelta(days=30) and set(found) == {_general_name(name) for name in names}


def _belongs_together(certificate: x509.Certificate, key_file: Path, ca: Authority) -> bool:
    """Whether `ca` signed the certificate, for the key in the file: a power cut may leave an odd pair behind."""
    try:
        certificate.verify_directly_issued_by(ca.certificate)
        key = serialization.load_pem_private_key(key_file.read_bytes(), None)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return key.public_key() == certificate.public_key()
