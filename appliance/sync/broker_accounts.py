"""Accounts of the broker: the box's own, and one a consumer. Only hashes lie on the disk, except the box's own secret.

The hashes are what `mosquitto_passwd` writes ($7$, PBKDF2-SHA512). They are computed here because that tool wants
the password in its arguments, where every process can read it, or in a plain file.
"""

import hashlib
import os
import secrets
from base64 import b64encode
from pathlib import Path

from appliance.settings import Box
from appliance.sharing import file_mode

BOX_ACCOUNT = "_box"
"""No consumer can be called so: their names have no underscore."""

ITERATIONS = 5_000
_SALT_BYTES = 12


def passwords_file(box: Box) -> Path:
    """mosquitto's password file: `name:hash`, one account a line."""
    return box.broker_dir / "passwords"


def box_secret(box: Box) -> str:
    """The password of the box's own account, made and entered into the password file at the first call.

    Safe to be called by broker and sync at the same moment. Raises `OSError`.
    """
    path = box.broker_dir / "box.secret"
    aside = path.with_name(f".box.secret.{secrets.token_hex(4)}")
    if not path.exists():
        write_private(aside, secrets.token_urlsafe(32))
        try:
            os.link(aside, path)
        except FileExistsError:
            pass  # the other process was quicker; its secret counts
        finally:
            aside.unlink()
    return path.read_text("ascii").strip()


def set_password(box: Box, consumer: str, password: str) -> None:
    """Give `consumer` this password; a running broker takes it up at its next start or SIGHUP. Raises `OSError`."""
    known = read_hashes(box)
    write_hashes(box, {**known, consumer: hashed(password)})


def hashed(password: str) -> str:
    """`password` as mosquitto wants it in its password file."""
    salt = secrets.token_bytes(_SALT_BYTES)
    digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, ITERATIONS)
    return f"$7${ITERATIONS}${_text(salt)}${_text(digest)}"


def read_hashes(box: Box) -> dict[str, str]:
    """Account name → hash; empty before the first start."""
    path = passwords_file(box)
    lines = path.read_text("ascii").splitlines() if path.exists() else []
    return {name: value for name, _, value in (line.partition(":") for line in lines) if value}


def write_hashes(box: Box, hashes: dict[str, str]) -> None:
    """Replace the password file whole."""
    replace_private(passwords_file(box), "".join(f"{name}:{value}\n" for name, value in hashes.items()))


def replace_private(path: Path, content: str | bytes) -> None:
    """Write `content` under `path`, whole or not at all, readable by the owner only."""
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    write_private(aside, content)
    aside.replace(path)


def write_private(path: Path, content: str | bytes) -> None:
    """Write a new file that only its owner may read, or the group of a shared folder. Raises `FileExistsError`."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, file_mode(path.parent))
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content.encode() if isinstance(content, str) else content)


def _text(data: bytes) -> str:
    return b64encode(data).decode("ascii")
