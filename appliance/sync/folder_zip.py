"""AES-256 ZIP files around single messages, as sites use them that encrypt what lies in the shared folder."""

import io
import stat
import zipfile
import zlib
from pathlib import Path

import pyzipper

from appliance.eligibility.message_xml import SIZE_LIMIT
from appliance.eligibility.trouble import Trouble

_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def password(path: Path | None) -> bytes | None:
    """The password in a file that only its owner may read; None for no file.

    Raises `Trouble` FOLDER-005 when it cannot be read, is empty, or can be read by others.
    """
    if path is None:
        return None
    try:
        with path.open("rb") as stream:
            mode = path.stat().st_mode
            found = stream.read(1024).strip()
    except OSError as error:
        raise Trouble("FOLDER-005", type(error).__name__) from error
    if mode & (stat.S_IRWXG | stat.S_IRWXO) or not found:
        raise Trouble("FOLDER-005", f"{stat.S_IMODE(mode):o}" if found else "空です")
    return found


def opened(data: bytes, secret: bytes | None) -> bytes:
    """The one message inside a ZIP, encrypted or not.

    Raises `Trouble` INPUT-002 (no whole ZIP, not one file, too large), FOLDER-004 (the password is not the one),
    FOLDER-005 (it needs a password and the folder has none).
    """
    try:
        with pyzipper.AESZipFile(io.BytesIO(data)) as archive:
            inside = [one for one in archive.infolist() if not one.is_dir()]
            if len(inside) != 1:
                raise Trouble("INPUT-002", f"ZIPに{len(inside)}個のファイルがあります")
            return _content(archive, inside[0], secret)
    except (
        zipfile.BadZipFile,
        pyzipper.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        ValueError,
    ) as error:
        raise Trouble("INPUT-002", f"ZIPを開けません（{type(error).__name__}）") from error


def _content(archive: "pyzipper.AESZipFile", entry: "pyzipper.ZipInfo", secret: bytes | None) -> bytes:
    if entry.compress_type not in _PACKINGS:  # others say in their head how much memory they want
        raise Trouble("INPUT-002", "ZIPの圧縮のしかたが違います")
    is_encrypted = bool(entry.flag_bits & 1)
    if is_encrypted and secret is None:
        raise Trouble("FOLDER-005", "パスワードが設定されていません")
    try:
        with archive.open(entry, pwd=secret if is_encrypted else None) as stream:
            found: bytes = stream.read(SIZE_LIMIT + 1)
    except RuntimeError as error:
        raise Trouble("FOLDER-004") from error
    if len(found) > SIZE_LIMIT:
        raise Trouble("INPUT-002", f"展開すると{SIZE_LIMIT}バイトを超えます")
    return found


def sealed(data: bytes, inside: str, secret: bytes) -> bytes:
    """`data` as an AES-256 ZIP holding one file called `inside`."""
    target = io.BytesIO()
    with pyzipper.AESZipFile(
        target, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES
    ) as archive:
        archive.setpassword(secret)
        archive.setencryption(pyzipper.WZ_AES, nbits=256)
        archive.writestr(inside, data)
    return target.getvalue()
