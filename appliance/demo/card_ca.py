"""The demo's certification authority for card certificates: the profile of the real one, the name says DEMO.

Everything it makes lies below one folder and is made on first need, because RSA keys take their time.
"""

import contextlib
import fcntl
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


class CardKey(StrEnum):
    """What a card's key pair is: today's cards, and those announced for about 2028."""

    RSA_2048 = "rsa-2048"
    P_384 = "p-384"


class Purpose(StrEnum):
    """The two certificates of a card: 利用者証明用 and 署名用."""

    AUTHENTICATION = "auth"
    SIGNATURE = "sign"


_POLICIES = {
    Purpose.AUTHENTICATION: "1.2.392.200149.8.5.1.3.30",
    Purpose.SIGNATURE: "1.2.392.200149.8.5.1.1.20",
}
PHONE_POLICY = "1.3.6.1.4.1.32473.1"
"""Phones have policies of their own. The one for 利用者証明用 is in no public source, so this is one for examples (RFC 5612)."""

_UNITS = {
    Purpose.AUTHENTICATION: "JPKI for user authentication (DEMO)",
    Purpose.SIGNATURE: "JPKI for digital signature (DEMO)",
}
_AUTHORITY_YEARS = 10
_BACKDATED = timedelta(days=6 * 366)  # so that certificates long expired were issued within the CA's own time


@dataclass(frozen=True)
class Holder:
    """Whom a certificate is for: an alphanumeric id as common name, the serial number (発行番号), the policy when not a card's."""

    common_name: str
    serial: int
    policy: str = ""


@dataclass(frozen=True)
class Validity:
    """From when until when a certificate is valid; both aware of their time zone."""

    not_before: datetime
    not_after: datetime


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = os.open(folder / ".lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _write(path: Path, content: bytes) -> None:
    aside = path.with_suffix(".new")
    aside.touch(mode=0o600)
    aside.write_bytes(content)
    aside.replace(path)


def stored(path: Path, make: Callable[[], bytes]) -> bytes:
    """Return the content of `path`, made once if it is missing; safe between processes."""
    with _locked(path.parent):
        if not path.exists():
            _write(path, make())
        return path.read_bytes()


def _fresh_key(kind: CardKey) -> bytes:
    key: PrivateKey
    if kind is CardKey.P_384:
        key = ec.generate_private_key(ec.SECP384R1())
    else:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def stored_key(path: Path, kind: CardKey) -> PrivateKey:
    """Load the private key at `path` (PEM without passphrase), made on first need."""
    key = serialization.load_pem_private_key(stored(path, lambda: _fresh_key(kind)), password=None)
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise TypeError(f"{path.name} holds another kind of key")
    return key


def _authority_name(purpose: Purpose) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "JPKI-DEMO"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, _UNITS[purpose]),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "Demo authority of madoguchi - not J-LIS"),
        ]
    )


def _hash_for(key: PrivateKey) -> hashes.SHA256 | hashes.SHA384:
    return hashes.SHA256() if isinstance(key, rsa.RSAPrivateKey) else hashes.SHA384()


def _usage(**allowed: bool) -> x509.KeyUsage:
    names = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    )
    return x509.KeyUsage(**{name: allowed.get(name, False) for name in names})


def _self_signed(purpose: Purpose, key: PrivateKey, now: datetime) -> bytes:
    name = _authority_name(purpose)
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BACKDATED)
        .not_valid_after(now + timedelta(days=366 * _AUTHORITY_YEARS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
        .add_extension(identifier, critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False
        )
        .sign(key, _hash_for(key))
    )
    return certificate.public_bytes(serialization.Encoding.PEM)


def _issuer_alternative() -> x509.IssuerAlternativeName:
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "公的個人認証サービス（デモ）"),
        ]
    )
    return x509.IssuerAlternativeName([x509.DirectoryName(name)])


def _revocation_hints(purpose: Purpose) -> tuple[x509.CRLDistributionPoints, x509.AuthorityInformationAccess]:
    place = x509.Name(
        [
            *_authority_name(purpose),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "CRL Distribution Points"),
            x509.NameAttribute(NameOID.COMMON_NAME, "Kaku-shi Demo CRLDP"),
        ]
    )
    point = x509.DistributionPoint([x509.DirectoryName(place)], None, None, None)
    responder = x509.AccessDescription(
        AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier("http://ocsp.jpki-demo.invalid")
    )
    return x509.CRLDistributionPoints([point]), x509.AuthorityInformationAccess([responder])


class CardAuthority:
    """One self-signed CA of the demo: its certificate, and certificates for cards."""

    def __init__(self, purpose: Purpose, key: PrivateKey, certificate: x509.Certificate) -> None:
        self.purpose = purpose
        self.kind = CardKey.RSA_2048 if isinstance(key, rsa.RSAPrivateKey) else CardKey.P_384
        self.certificate = certificate
        self._key = key

    @property
    def pem(self) -> bytes:
        """The CA certificate, for a trust store."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def der(self) -> bytes:
        """The CA certificate as a card holds it."""
        return self.certificate.public_bytes(serialization.Encoding.DER)

    def issue(
        self, public_key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey, holder: Holder, validity: Validity
    ) -> bytes:
        """Return a card certificate for `public_key` as DER, in the profile of the real ones."""
        points, access = _revocation_hints(self.purpose)
        issuer = self.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
        digital = self.purpose is Purpose.AUTHENTICATION
        policy = x509.PolicyInformation(x509.ObjectIdentifier(holder.policy or _POLICIES[self.purpose]), None)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(
                x509.Name(
                    [
                        x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
                        x509.NameAttribute(NameOID.COMMON_NAME, holder.common_name),
                    ]
                )
            )
            .issuer_name(self.certificate.subject)
            .public_key(public_key)
            .serial_number(holder.serial)
            .not_valid_before(validity.not_before)
            .not_valid_after(validity.not_after)
            .add_extension(_usage(digital_signature=True, content_commitment=not digital), critical=True)
            .add_extension(x509.CertificatePolicies([policy]), critical=True)
            .add_extension(_issuer_alternative(), critical=False)
            .add_extension(points, critical=False)
            .add_extension(access, critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(issuer), critical=False
            )
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
            .sign(self._key, _hash_for(self._key))
        )
        return certificate.public_bytes(serialization.Encoding.DER)

    def sign_record(self, record: bytes) -> bytes:
        """Sign a record of the card's face (RSA PKCS#1 v1.5 with SHA-256, 256 bytes).

        Raises `TypeError` for an authority without an RSA key.
        """
        if not isinstance(self._key, rsa.RSAPrivateKey):
            raise TypeError("card faces are signed by an RSA authority")
        return self._key.sign(record, padding.PKCS1v15(), hashes.SHA256())


def open_authority(
    folder: Path, purpose: Purpose, now: datetime, kind: CardKey = CardKey.RSA_2048
) -> CardAuthority:
    """Open the authority kept in `folder`/ca, made on first need. Each kind of key has its own, under one name."""
    place = folder / "ca"
    key = stored_key(place / f"{purpose}-{kind}.key", kind)
    pem = stored(place / f"{purpose}-{kind}.pem", lambda: _self_signed(purpose, key, now))
    return CardAuthority(purpose, key, x509.load_pem_x509_certificate(pem))


def trust_anchors(folder: Path, now: datetime) -> dict[str, bytes]:
    """The 利用者証明用 CA certificates a box in this demo trusts: file name to PEM."""
    return {
        f"auth-{kind}.pem": open_authority(folder, Purpose.AUTHENTICATION, now, kind).pem for kind in CardKey
    }
