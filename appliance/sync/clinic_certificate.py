"""The clinic's certificate on the way into TLS: from PKCS#12, through memory only, never over a disk."""

import os
import ssl
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12

from appliance.eligibility.trouble import Trouble
from appliance.settings import Box

Stamp = tuple[tuple[str, int, int], ...]


def stamp(box: Box) -> Stamp:
    """Changes whenever one of the files behind `client_context` does, so that a renewed certificate is taken up."""
    files = (box.clinic_certificate, box.clinic_passphrase)
    return (*(_stamp_of(path) for path in files), *trust_stamp(box))


def trust_stamp(box: Box) -> Stamp:
    """Changes whenever the CAs of the center that we trust do."""
    return tuple(_stamp_of(path) for path in _trusted(box))


def _stamp_of(path: Path) -> tuple[str, int, int]:
    try:
        found = path.stat()
    except OSError:
        return (path.name, 0, 0)
    return (path.name, found.st_mtime_ns, found.st_ino)


class _TidySocket(ssl.SSLSocket):
    """Closes itself: `wrap_socket` forgets to when the other side hangs up between TCP and TLS (CPython 3.11)."""

    def __del__(self) -> None:
        self.close()


def client_context(box: Box) -> ssl.SSLContext:
    """`context_with` the certificate that lies in the state folder with its pass phrase.

    Raises `Trouble`: BOX-002 when certificate or passphrase cannot be used, CENTER-001 when there is no CA to trust.
    """
    return context_with(box, _clinic_pem(box))


def context_with(box: Box, pem: bytes) -> ssl.SSLContext:
    """TLS 1.2 or later, showing key and certificates in `pem`, trusting the CAs in `trust/center` and nobody else.

    Raises `Trouble`: BOX-002 when key and certificate do not fit, CENTER-001 when there is no CA to trust.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.sslsocket_class = _TidySocket
    _trust(context, _trusted(box))
    _present(context, pem)
    return context


def _trusted(box: Box) -> tuple[Path, ...]:
    return tuple(sorted(box.center_trust_dir.glob("*.pem")))


def _trust(context: ssl.SSLContext, files: tuple[Path, ...]) -> None:
    for path in files:
        try:
            context.load_verify_locations(path)
        except (OSError, ssl.SSLError) as error:
            raise Trouble("CENTER-001", f"trust/center/{path.name} を読めません") from error
    if not files:
        raise Trouble("CENTER-001", "trust/center に認証局がありません")


def _clinic_pem(box: Box) -> bytes:
    try:
        passphrase = box.clinic_passphrase.read_bytes().rstrip(b"\r\n")
        key, certificate, others = pkcs12.load_key_and_certificates(
            box.clinic_certificate.read_bytes(), passphrase or None
        )
    except (OSError, ValueError) as error:
        raise Trouble("BOX-002", type(error).__name__) from error
    if key is None or certificate is None:
        raise Trouble("BOX-002", "鍵または証明書が入っていません")
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return pem + b"".join(one.public_bytes(Encoding.PEM) for one in (certificate, *others))


def _present(context: ssl.SSLContext, pem: bytes) -> None:
    # ssl takes a key from a file only. This one has no name, lies in memory and is gone when closed.
    descriptor = os.memfd_create("clinic", os.MFD_CLOEXEC)
    try:
        with os.fdopen(descriptor, "wb", closefd=False) as stream:
            stream.write(pem)
        context.load_cert_chain(f"/proc/self/fd/{descriptor}")
    except ssl.SSLError as error:
        raise Trouble("BOX-002", "証明書と鍵が合いません") from error
    finally:
        os.close(descriptor)
