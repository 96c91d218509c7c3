"""Where a box that can serve its folder over the network keeps it, and what its file server is told: one small file.

sync writes the file, the file server's unit (a user of its own, who may not look into the state folder) reads it. The folder that is
shared lies beside it and belongs to a group that both are in.
"""

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

from appliance.eligibility.trouble import Trouble

PLACE_VARIABLE = "MADOGUCHI_SHARE"
"""Names the place. Only the units of a box whose image has a file server set it."""

NAME = "oqs"
"""What the share is called on the network."""

ACCOUNT = "madoguchi-share"
"""Who signs in to it: the user that the file server runs as, and no other."""

PORT = 445
_HASH = re.compile(r"[0-9A-F]{32}")
_CONSUMER = re.compile(r"[a-z0-9-]{1,40}")
_LARGEST = 1_000


@dataclass(frozen=True)
class Wanted:
    """Whose folder is served, and the NT hash of the password: as good as the password itself, so it is in no repr."""

    consumer: str
    nt_hash: str

    def __repr__(self) -> str:
        return f"Wanted({self.consumer!r})"


@dataclass(frozen=True)
class SharePlace:
    """The folder of the share."""

    root: Path

    @property
    def wanted_file(self) -> Path:
        return self.root / "wanted"

    def folder(self, consumer: str) -> Path:
        """Where req/, res/ and face/ of `consumer` lie while they are shared."""
        return self.root / "folders" / consumer


def place() -> SharePlace | None:
    """The place on this machine; None on one that serves no folder."""
    named = os.environ.get(PLACE_VARIABLE)
    return SharePlace(Path(named)) if named else None


def expected_place() -> SharePlace:
    """The same. Raises `Trouble` SHARE-001 where there is none."""
    found = place()
    if found is None:
        raise Trouble("SHARE-001")
    return found


def read(where: SharePlace) -> Wanted | None:
    """What is wanted; None when nothing is, or when it cannot be read: then nothing is served."""
    try:
        with where.wanted_file.open("rb") as file:
            values = json.loads(file.read(_LARGEST))
        wanted = Wanted(values["consumer"], values["nt_hash"])
        fits = _CONSUMER.fullmatch(wanted.consumer) and _HASH.fullmatch(wanted.nt_hash)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return wanted if fits else None


def write(where: SharePlace, wanted: Wanted | None) -> bool:
    """Say what is wanted, whole or not at all; whether that is news. Raises `OSError`."""
    if read(where) == wanted and (wanted is not None or not where.wanted_file.exists()):
        return False
    if wanted is None:
        where.wanted_file.unlink(missing_ok=True)
        return True
    aside = where.wanted_file.with_suffix(".new")
    aside.unlink(missing_ok=True)
    # For the file server's group to read; the folder's set-group-id bit hands that on.
    with os.fdopen(
        os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640), "w", encoding="ascii"
    ) as file:
        json.dump({"consumer": wanted.consumer, "nt_hash": wanted.nt_hash}, file)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(where.wanted_file)
    return True
