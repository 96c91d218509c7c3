"""What lies on a stick, read as something a stranger may have prepared, and the outcome written onto it."""

import errno
import os
import secrets
import stat
from itertools import islice
from pathlib import Path

from appliance.eligibility.trouble import Trouble

LABEL = "CONFIG"
RESULT = "madoguchi-result.txt"
UDEV = Path("/run/udev/data")
_MOST_DEVICES = 1000


def read(stick: Path, name: str, most: int) -> bytes | None:
    """The content of the ordinary file `name` of at most `most` bytes; None where there is none.

    Raises `Trouble` SETUP-001 for a link, a pipe, a folder or a file that is too large, SETUP-002 for one that cannot be read.
    """
    try:
        # A pipe would be waited for without end, a link could lead to a file of the box.
        descriptor = os.open(stick / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENXIO):
            raise not_ordinary(name) from error
        raise Trouble("SETUP-002", f"{name}: {type(error).__name__}") from error
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise not_ordinary(name)
        with os.fdopen(os.dup(descriptor), "rb") as stream:
            content = stream.read(most + 1)
    except OSError as error:
        raise Trouble("SETUP-002", f"{name}: {type(error).__name__}") from error
    finally:
        os.close(descriptor)
    if len(content) > most:
        raise Trouble(
            "SETUP-001", f"{name}: 大きすぎます（{most} バイトまで） / too large (up to {most} bytes)"
        )
    return content


def write(folder: Path, name: str, text: str) -> None:
    """Put a file into its place whole, whatever stood there; never through a link. Raises `OSError`."""
    aside = folder / f".{name}.{secrets.token_hex(4)}"
    try:
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644), "wb") as stream:
            stream.write(text.encode("utf-8-sig"))  # for the editor of an old Windows
            stream.flush()
            os.fsync(stream.fileno())
        aside.replace(folder / name)
    finally:
        aside.unlink(missing_ok=True)


def expect_one(udev: Path = UDEV) -> None:
    """Nobody could say which of two sticks was meant. Raises `Trouble` SETUP-004; where udev tells nothing, one is taken for granted."""
    marks = (f"E:ID_FS_LABEL={LABEL}\n", f"E:ID_FS_LABEL={LABEL}")
    found = 0
    for path in islice(udev.glob("b*"), _MOST_DEVICES):
        try:
            with path.open(encoding="utf-8", errors="replace") as lines:
                found += any(line in marks for line in lines)
        except OSError:
            continue
    if found > 1:
        raise Trouble("SETUP-004", str(found))


def not_ordinary(name: str) -> Trouble:
    """The refusal of something that is no file or folder of the stick itself."""
    return Trouble("SETUP-001", f"{name}: ふつうのファイルではありません / not an ordinary file")
