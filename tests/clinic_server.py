"""Server certificates as a clinic may have bought them, good and bad, as PEM with chain and key."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
NAME = "uketsuke.clinic.example"
PHRASE = "correct horse battery"


@dataclass(frozen=True)
class Bought:
    """A certificate with its key and issuer."""

    key: Key
    own: x509.Certificate
    issuer: x509.Certificate

    @property
    def key_pem(self) -> bytes:
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    @property
    def locked_key_pem(self) -> bytes:
        lock = BestAvailableEncryption(PHRASE.encode())
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock)

    @property
    def own_pem(self) -> bytes:
        return self.own.public_bytes(Encoding.PEM)

    @property
    def issuer_pem(self) -> bytes:
        return self.issuer.public_bytes(Encoding.PEM)

    @property
    def pem(self) -> bytes:
        return self.own_pem + self.issuer_pem + self.key_pem

    @property
    def p12(self) -> bytes:
        lock = BestAvailableEncryption(PHRASE.encode())
        return pkcs12.serialize_key_and_certificates(b"web", self.key, self.own, [self.issuer], lock)


def bought(
    now: datetime,
    names: tuple[str, ...] = (NAME,),
    days: float = 90,
    key: Key | None = None,
    usage: x509.ObjectIdentifier = ExtendedKeyUsageOID.SERVER_AUTH,
    begins: float = -1,
) -> Bought:
    """Valid from `begins` days after `now` until `days` after it. Without names it has a common name alone."""
    ca_key, ca = _issuer()
    own_key = key or ec.generate_private_key(ec.SECP256R1())
    builder = (
        _builder(NAME, ca.subject, own_key, now + timedelta(days=begins), now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False
        )
    )
    if names:
        found = x509.SubjectAlternativeName([x509.DNSName(one) for one in names])
        builder = builder.add_extension(found, critical=False)
    return Bought(own_key, builder.sign(ca_key, hashes.SHA256()), ca)


@cache
def _issuer() -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Example issuer")])
    day = datetime.fromisoformat("2020-01-01T00:00:00+00:00")
    usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    ca = (
        _builder("Example issuer", name, key, day, day + timedelta(days=36500))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    return key, ca


def _builder(
    subject: str, issuer: x509.Name, key: Key, begins: datetime, ends: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
    )
