"""A PKCS#12 file opened: the key, its own certificate and the chain above it."""

from dataclasses import dataclass, field
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509.oid import NameOID

from appliance.eligibility.trouble import Trouble

SIZE_LIMIT = 60_000
SHORTEST_PASSPHRASE = 12
PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
_LONGEST_CHAIN = 6


@dataclass(frozen=True)
class Opened:
    """What was in the file. `chain` begins with the clinic's own certificate, each one issued by the next."""

    key: PrivateKey = field(repr=False)
    chain: tuple[x509.Certificate, ...]

    @property
    def own(self) -> x509.Certificate:
        """The clinic's certificate."""
        return self.chain[0]

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the clinic's certificate in hex."""
        return fingerprint_of(self.own)

    @property
    def key_pem(self) -> bytes:
        """The key in the open. Never to be written anywhere as it is."""
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    @property
    def chain_pem(self) -> str:
        """The certificates as PEM, the own one first."""
        return "".join(one.public_bytes(Encoding.PEM).decode("ascii") for one in self.chain)


def opened(content: bytes, passphrase: str) -> Opened:
    """The content of a PKCS#12 file.

    Raises `Trouble`: CERT-001 (no PKCS#12), CERT-002 (wrong pass phrase), CERT-003 (no key, or no certificate for it).
    """
    if len(content) > SIZE_LIMIT:
        raise Trouble("CERT-001", f"{len(content)} バイトあります（上限 {SIZE_LIMIT}）")
    try:
        found = pkcs12.load_pkcs12(content, passphrase.encode("utf-8"))
    except ValueError as error:
        is_locked = "password" in str(error).lower()
        raise Trouble("CERT-002" if is_locked else "CERT-001") from error
    except Exception as error:  # a kind of lock that the library does not know
        raise Trouble("CERT-001", type(error).__name__) from error
    inside = [one.certificate for one in (found.cert, *found.additional_certs) if one is not None]
    return paired(found.key, inside)


def reopened(key_pem: bytes, chain_pem: str) -> Opened:
    """Key and chain as they were kept. Raises `Trouble` CERT-003."""
    try:
        chain = x509.load_pem_x509_certificates(chain_pem.encode("ascii"))
        key = load_pem_private_key(key_pem, None)
    except ValueError as error:
        raise Trouble("CERT-003", type(error).__name__) from error
    return paired(key, chain)


def locked(certificate: Opened, passphrase: str) -> bytes:
    """The certificate as an encrypted PKCS#12 file, for a backup. Raises `Trouble` CERT-011 for a short pass phrase."""
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise Trouble("CERT-011")
    lock = BestAvailableEncryption(passphrase.encode("utf-8"))
    return pkcs12.serialize_key_and_certificates(
        b"clinic", certificate.key, certificate.own, certificate.chain[1:], lock
    )


def paired(key: object, inside: list[x509.Certificate]) -> Opened:
    """`key`, the certificate of `inside` that is its own, and the chain above. Raises `Trouble` CERT-003."""
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise Trouble("CERT-003", "秘密鍵がありません")
    public = key.public_key()
    own = next((one for one in inside if one.public_key() == public), None)
    if own is None:
        raise Trouble("CERT-003", "秘密鍵に合う証明書がありません")
    return Opened(key, chain_of(own, inside))


def chain_of(own: x509.Certificate, known: list[x509.Certificate]) -> tuple[x509.Certificate, ...]:
    """`own`, its issuer, and so on, as far as `known` reaches."""
    chain = [own]
    while len(chain) < _LONGEST_CHAIN and chain[-1].issuer != chain[-1].subject:
        above = next((one for one in known if one not in chain and _is_issued_by(chain[-1], one)), None)
        if above is None:
            break
        chain.append(above)
    return tuple(chain)


def _is_issued_by(one: x509.Certificate, issuer: x509.Certificate) -> bool:
    if one.issuer != issuer.subject or not _may_issue(issuer):
        return False
    try:
        one.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _may_issue(issuer: x509.Certificate) -> bool:
    try:
        return issuer.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, ValueError):
        return False


def name_of(name: x509.Name) -> str:
    """A name as a person reads it: the common name and the organization."""
    wanted = (NameOID.COMMON_NAME, NameOID.ORGANIZATIONAL_UNIT_NAME, NameOID.ORGANIZATION_NAME)
    parts = [str(found.value) for oid in wanted for found in name.get_attributes_for_oid(oid)]
    return "、".join(parts) or name.rfc4514_string()


def fingerprint_of(certificate: x509.Certificate) -> str:
    """SHA-256 in hex."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def dates_of(certificate: x509.Certificate) -> tuple[datetime, datetime]:
    """Its first and last moment."""
    return certificate.not_valid_before_utc, certificate.not_valid_after_utc
