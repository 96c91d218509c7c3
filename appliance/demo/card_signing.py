"""What the private key of a card does with the bytes it is given."""

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

from appliance.demo.card_ca import PrivateKey

LONGEST_RSA_PAYLOAD = 245
_SHA384_DIGEST_INFO = bytes.fromhex("3041300d060960864801650304020205000430")


def sign_payload(key: PrivateKey, payload: bytes) -> bytes:
    """Sign as 80 2A 00 80 does; raises `ValueError` for a payload the card would not take.

    RSA: 1 to 245 bytes, verbatim behind PKCS#1 type 1 padding; the caller sends a DigestInfo. P-384: nothing is
    public yet, our reading is a SHA-384 hash, bare or as DigestInfo, answered by a DER ECDSA-Sig-Value.
    """
    if isinstance(key, rsa.RSAPrivateKey):
        if not 1 <= len(payload) <= LONGEST_RSA_PAYLOAD:
            raise ValueError("payload length")
        return key.sign(payload, padding.PKCS1v15(), utils.NoDigestInfo())
    digest = payload.removeprefix(_SHA384_DIGEST_INFO)
    if len(digest) != hashes.SHA384.digest_size:
        raise ValueError("not a SHA-384 hash")
    return key.sign(digest, ec.ECDSA(utils.Prehashed(hashes.SHA384())))
