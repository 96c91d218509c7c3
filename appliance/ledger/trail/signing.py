"""Lines that the box has signed, and the key it signs them with: Ed25519, made at the first use, never leaves the box but in a backup.

A line is a JSON list in canonical form: what is said, then the public key and the signature over all before it, both in hexadecimal.
"""

import fcntl
import json
import os
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from appliance.ledger.trail.chain import canonical
from appliance.settings import Box
from appliance.sharing import file_mode, make_folder

_CREDENTIAL = "madoguchi-audit"


def signing_key(box: Box) -> Ed25519PrivateKey:
    """The key: what systemd hands out under `madoguchi-audit`, else the one in the state folder.

    Raises `OSError`, and `ValueError` for a file that holds no such key.
    """
    credential = _credential()
    if credential:
        return _read(credential)
    make_folder(box.audit_dir)
    with (box.audit_dir / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not box.audit_key.exists():
            _make(box.audit_key)
        return _read(box.audit_key)


def public_key(box: Box) -> str | None:
    """Whose signatures are this box's; None when it has not signed yet, or whoever asks is not handed the key.

    Raises as `signing_key` does.
    """
    place = _credential() or box.audit_key
    return _read(place).public_key().public_bytes_raw().hex() if place.exists() else None


def signed(key: Ed25519PrivateKey, values: list[str | int]) -> str:
    """The line that says `values`."""
    whole = [*values, key.public_key().public_bytes_raw().hex()]
    return canonical([*whole, key.sign(canonical(whole).encode()).hex()])


def opened(line: str) -> tuple[list[Any], str]:
    """What a line says, and the public key that signed it. Raises `ValueError` when it says something else than was signed."""
    try:
        whole = json.loads(line)
        *said, key, signature = whole
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(
            bytes.fromhex(signature), canonical([*said, key]).encode()
        )
    except (TypeError, AttributeError, InvalidSignature, RecursionError) as error:
        raise ValueError("not signed so") from error
    return said, key


def _credential() -> Path | None:
    handed = os.environ.get("CREDENTIALS_DIRECTORY")
    place = Path(handed) / _CREDENTIAL if handed else None
    return place if place and place.exists() else None


def _make(path: Path) -> None:
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    aside = path.with_suffix(".new")
    aside.unlink(missing_ok=True)
    with os.fdopen(
        os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, file_mode(aside.parent)), "wb"
    ) as stream:
        stream.write(pem)
        stream.flush()
        os.fsync(stream.fileno())
    aside.replace(path)


def _read(path: Path) -> Ed25519PrivateKey:
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    if isinstance(key, Ed25519PrivateKey):
        return key
    raise ValueError(f"{path.name} is no Ed25519 key")
