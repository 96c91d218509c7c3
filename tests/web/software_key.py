"""A security key of the tests' own (WebAuthn level 2, ES256, no attestation): it signs what a page asks, and can be made to lie."""

import hashlib
import json
import secrets
from dataclasses import dataclass, field, replace
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

_PRESENT = 0x01
_WITH_KEY = 0x40


@dataclass(frozen=True)
class SoftwareKey:
    """One credential. `origin` is where its browser believes to be."""

    origin: str
    rp_id: str = "localhost"
    count: int = 0
    id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def lying(self, **changes: Any) -> "SoftwareKey":
        """The same key in another browser's hands."""
        return replace(self, **changes)

    def made(self, options: dict[str, Any]) -> str:
        """What `navigator.credentials.create` gives, as the page sends it."""
        numbers = self.private.public_key().public_numbers()
        x, y = (one.to_bytes(32, "big") for one in (numbers.x, numbers.y))
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})
        about = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + public
        data = self._data(_PRESENT | _WITH_KEY) + about
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._sent(
            {
                "clientDataJSON": self._client_data("webauthn.create", options),
                "attestationObject": attestation,
            }
        )

    def signed(self, options: dict[str, Any]) -> str:
        """What `navigator.credentials.get` gives."""
        data, client = self._data(_PRESENT), self._client_data("webauthn.get", options)
        signature = self.private.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._sent({"clientDataJSON": client, "authenticatorData": data, "signature": signature})

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.rp_id.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client_data(self, kind: str, options: dict[str, Any]) -> bytes:
        # Taken apart and put together again, as a browser does.
        challenge = bytes_to_base64url(base64url_to_bytes(options["challenge"]))
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _sent(self, parts: dict[str, bytes]) -> str:
        name = bytes_to_base64url(self.id)
        response = {part: bytes_to_base64url(value) for part, value in parts.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})
