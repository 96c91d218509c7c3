"""How the card's key signs: chosen by the key in the certificate, so that P-384 needs no other card code.

RSA: PKCS#1 v1.5 over SHA-256; the card pads a DigestInfo that we build (A). ECDSA P-384 is announced for about 2028
and nothing of its commands is public: that the card takes the bare SHA-384 hash and answers either r ‖ s or DER is
our reading, kept in this one module.
"""

import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from appliance.eligibility.evidence import SignatureAlgorithm
from appliance.eligibility.trouble import Trouble

CardKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey

_SHA256_DIGEST_INFO = bytes.fromhex("3031300D060960864801650304020105000420")
_SMALLEST_RSA_BITS = 2048


def card_key(key: CertificatePublicKeyTypes) -> CardKey:
    """The key, when it is one a card may have. Raises `Trouble("CARD-008")` for any other."""
    if isinstance(key, rsa.RSAPublicKey) and key.key_size >= _SMALLEST_RSA_BITS:
        return key
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP384R1):
        return key
    raise Trouble("CARD-008", "扱えない種類の公開鍵です")


def algorithm_of(key: CardKey) -> SignatureAlgorithm:
    """The signature algorithm that goes with the key."""
    return (
        SignatureAlgorithm.RSA_SHA256
        if isinstance(key, rsa.RSAPublicKey)
        else SignatureAlgorithm.ECDSA_SHA384
    )


def payload(key: CardKey, challenge: bytes) -> bytes:
    """What the SIGN command carries for `challenge`: 51 bytes for RSA, 48 for P-384."""
    if isinstance(key, rsa.RSAPublicKey):
        return _SHA256_DIGEST_INFO + hashlib.sha256(challenge).digest()
    return hashlib.sha384(challenge).digest()


def normal_form(key: CardKey, signature: bytes) -> bytes:
    """The signature in the form that crosses rooms: as it is for RSA, DER for ECDSA even when the card gave r ‖ s."""
    if isinstance(key, ec.EllipticCurvePublicKey):
        half = (key.key_size + 7) // 8
        if len(signature) == 2 * half:
            r, s = (int.from_bytes(part, "big") for part in (signature[:half], signature[half:]))
            return encode_dss_signature(r, s)
    return signature


def verify(key: CardKey, challenge: bytes, signature: bytes) -> None:
    """Return when `signature` (in normal form) was made over `challenge`. Raises `Trouble("CARD-009")` otherwise."""
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, challenge, padding.PKCS1v15(), hashes.SHA256())
        else:
            key.verify(signature, challenge, ec.ECDSA(hashes.SHA384()))
    except InvalidSignature:
        raise Trouble("CARD-009", "署名と公開鍵が合いません") from None
