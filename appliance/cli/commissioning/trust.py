"""Whom a box is to believe, from a stick: the CAs of the center, of cards and of clinics' certificates.

They lie on it in the folders that a box has: `trust/center`, `trust/card`, `trust/clinic`; as PEM or as DER.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from appliance.cli.commissioning import stick
from appliance.eligibility.trouble import Trouble
from appliance.identity.opening import name_of
from appliance.settings import Box

FOLDER = "trust"
_KINDS = ("center", "card", "clinic")
_ENDINGS = frozenset({".pem", ".crt", ".cer"})
_LARGEST = 60_000
_MOST_FILES = 50


@dataclass(frozen=True)
class Anchor:
    """One CA for one purpose, judged. `place` is the file it came in."""

    kind: str
    place: str
    certificate: x509.Certificate = field(repr=False)

    @property
    def fingerprint(self) -> str:
        """SHA-256 in hex."""
        return self.certificate.fingerprint(hashes.SHA256()).hex()

    @property
    def subject(self) -> str:
        """Its name as far as it can be shown."""
        name = name_of(self.certificate.subject)
        return name if name.isprintable() and len(name) < 120 else "?"

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    def file_in(self, box: Box) -> Path:
        """Where it lies in a box: named by its content, so that no other one is replaced."""
        folders = {
            "center": box.center_trust_dir,
            "card": box.card_trust_dir,
            "clinic": box.clinic_trust_dir,
        }
        return folders[self.kind] / f"{self.fingerprint[:32]}.pem"


def anchors_on(folder: Path) -> tuple[Anchor, ...]:
    """The CAs on a mounted stick. Raises `Trouble` SETUP-001 naming the file that is none, SETUP-002 for one that cannot be read."""
    return tuple(
        anchor
        for kind in _KINDS
        for name in _names_in(folder, f"{FOLDER}/{kind}")
        for anchor in _anchors_in(folder, kind, name)
    )


def _names_in(stick_folder: Path, place: str) -> list[str]:
    folder = stick_folder / place
    if any(one.is_symlink() for one in (folder.parent, folder)):
        raise stick.not_ordinary(place)
    try:
        found = [one.name for one in islice(folder.iterdir(), _MOST_FILES + 1)]
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise Trouble("SETUP-002", f"{place}: {type(error).__name__}") from error
    if len(found) > _MOST_FILES:
        raise Trouble("SETUP-001", f"{place}: {_MOST_FILES}件までです / up to {_MOST_FILES} files")
    # What begins with a dot is what other systems leave behind on every stick.
    wanted = (name for name in found if Path(name).suffix.lower() in _ENDINGS and not name.startswith("."))
    return sorted(wanted)


def _anchors_in(folder: Path, kind: str, name: str) -> Iterator[Anchor]:
    path = f"{FOLDER}/{kind}/{name}"
    place = path if path.isprintable() and len(path) < 120 else f"{FOLDER}/{kind}"
    content = stick.read(folder, path, _LARGEST) or b""
    for certificate in _certificates(content, place):
        if not _is_authority(certificate):
            raise _refused(place, "認証局の証明書ではありません", "not a certificate of a CA")
        yield Anchor(kind, place, certificate)


def _certificates(content: bytes, place: str) -> list[x509.Certificate]:
    try:
        if content.lstrip().startswith(b"-----BEGIN"):
            return x509.load_pem_x509_certificates(content)
        return [x509.load_der_x509_certificate(content)]
    except ValueError as error:
        raise _refused(place, "証明書として読めません", "no certificate") from error


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, ValueError):
        return False


def _refused(place: str, reason: str, english: str) -> Trouble:
    return Trouble("SETUP-001", f"{place}: {reason} / {english}")
