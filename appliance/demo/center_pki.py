"""The certificates of the virtual center's world: two CAs for servers (one of them a stranger's) and one for clinics."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from appliance import identity
from appliance.demo import paths
from appliance.identity import Authority, ServerFiles
from appliance.settings import Box

ORGANIZATION = "MADOGUCHI-DEMO"
CLINIC_DAYS = 365.0


@dataclass(frozen=True)
class CenterFiles:
    """What the center starts with: its own certificate, a stranger's for the same host, the CA of the clinics."""

    right: ServerFiles
    wrong: ServerFiles
    clinic_ca: Path


def make(box: Box, institution_code: str, now: datetime) -> None:
    """Give `box` what it needs for the virtual center: the CA to trust, a clinic certificate and its passphrase.

    The certificate is a new one at every call; the CAs stay. Raises `OSError`.
    """
    folder = _folder(box.root)
    center = _center_authority(folder, now)
    _write(box.center_trust_dir / "demo-center.pem", center.certificate_file.read_bytes())
    passphrase = secrets.token_urlsafe(18)
    pkcs = clinic_pkcs12(box.root, institution_code, passphrase, now)
    _write(box.clinic_passphrase, passphrase.encode("ascii") + b"\n")
    _write(box.clinic_certificate, pkcs)


def clinic_pkcs12(
    state: Path,
    institution_code: str,
    passphrase: str,
    now: datetime,
    authority: Authority | None = None,
    days: float = CLINIC_DAYS,
) -> bytes:
    """A clinic's certificate and key as PKCS#12, from the demo's clinic CA unless another `authority` is named.

    Valid from a day before `now` until `days` after it.
    """
    ca = authority or _clinic_authority(_folder(state), now)
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _clinic_certificate(ca, key, institution_code, now, days)
    lock = serialization.BestAvailableEncryption(passphrase.encode("ascii"))
    return pkcs12.serialize_key_and_certificates(b"clinic", key, certificate, [ca.certificate], lock)


def center_files(state: Path, now: datetime, names: tuple[str, ...] = identity.LOOPBACK) -> CenterFiles:
    """The center's own files for the demo in `state`, made at the first call; `names` is what clinics call it."""
    folder = _folder(state)
    stranger = identity.authority(folder, "stranger-ca", "Demo stranger CA", now)
    return CenterFiles(
        right=identity.server_files(_center_authority(folder, now), folder, "center", names, now),
        wrong=identity.server_files(stranger, folder, "stranger", names, now),
        clinic_ca=_clinic_authority(folder, now).certificate_file,
    )


def _folder(state: Path) -> Path:
    folder = paths.center_folder(state)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _center_authority(folder: Path, now: datetime) -> Authority:
    return identity.authority(folder, "center-ca", "Demo center CA (not the national center)", now)


def _clinic_authority(folder: Path, now: datetime) -> Authority:
    return identity.authority(folder, "clinic-ca", "Demo clinic CA", now)


def _clinic_certificate(
    ca: Authority, key: ec.EllipticCurvePrivateKey, institution_code: str, now: datetime, days: float
) -> x509.Certificate:
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANIZATION),
            x509.NameAttribute(NameOID.COMMON_NAME, institution_code),
        ]
    )
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(ca.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(ca.key.public_key()), critical=False
        )
        .sign(ca.key, hashes.SHA256())
    )


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.new")
    aside.touch(mode=0o600)
    aside.write_bytes(content)
    aside.replace(path)
