"""How the secrets of one-time codes lie at rest: under a key in a file of its own, so that the ledger alone gives none away.

Whoever can read the whole state folder has both. A key that no longer fits is no reason to let anybody in: then the second
factor is reset and set up anew.
"""

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from appliance.eligibility.trouble import Trouble
from appliance.settings import Box

_NONCE = 12
_KEY = 32


class SecondSeal:
    """Seals a secret for the account that it belongs to. Makes the key at its first use."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @classmethod
    def of(cls, box: Box) -> "SecondSeal":
        """The seal of `box`."""
        return cls(box.second_factor_key)

    def sealed(self, account: str, secret: str) -> bytes:
        """`secret` as it may be kept."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + AESGCM(self._key()).encrypt(nonce, secret.encode(), account.encode())

    def unsealed(self, account: str, data: bytes) -> str:
        """The secret again. Raises `Trouble` AUTH-009 when it was sealed for another account or under another key."""
        try:
            return AESGCM(self._key()).decrypt(data[:_NONCE], data[_NONCE:], account.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise Trouble("AUTH-009") from error

    def signature(self, text: str) -> str:
        """What only this box can have written below `text`."""
        return hmac.new(self._key(), text.encode(), hashlib.sha256).hexdigest()

    def _key(self) -> bytes:
        if not self._path.exists():
            self._make()
        return self._path.read_bytes()

    def _make(self) -> None:
        aside = self._path.with_name(f".{self._path.name}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(AESGCM.generate_key(8 * _KEY))
            stream.flush()
            os.fsync(stream.fileno())
        try:
            # Another thread may have been quicker: its key stays.
            os.link(aside, self._path)
        except FileExistsError:
            pass
        finally:
            aside.unlink()
