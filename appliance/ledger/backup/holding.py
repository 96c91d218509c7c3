"""Which files of the state folder a backup holds beside the ledger: what somebody set up, typed, or trusts by now.

Not held: the clinic's key, which is bound to the machine and has an encrypted backup of its own (`madoguchi certificate export`);
server certificates, which the box signs anew; the shared folder, logs, sockets.
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from appliance.settings import Box

LEDGER = "ledger.db"
SETTINGS = "box.toml"
HEADS = "audit/heads"
_PLACES = (
    LEDGER,
    SETTINGS,
    "second-factor.key",
    "audit/key",
    HEADS,
    "tls/ca.pem",
    "tls/ca.key",
    "tls/clinic.pem",
    "broker/passwords",
    "broker/box.secret",
    "broker/upstream.secret",
    "trust/card/*.pem",
    "trust/center/*.pem",
    "trust/clinic/*.pem",
    "troubles.d/*.toml",
    "contacts.d/*.toml",
    "rules/*.toml",
)


def is_held(name: str) -> bool:
    """Whether a file of this name, below the state folder, may lie in a backup."""
    parts = PurePosixPath(name).parts
    return any(_fits(parts, PurePosixPath(place).parts) for place in _PLACES)


def files_of(box: Box) -> Iterator[tuple[str, Path]]:
    """Name and place of every file that there is, without the ledger."""
    for place in _PLACES:
        if place != LEDGER:
            for path in sorted(box.root.glob(place)):
                if path.is_file():
                    yield path.relative_to(box.root).as_posix(), path


def _fits(parts: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    return (
        len(parts) == len(wanted)
        and ".." not in parts
        and all(fnmatchcase(part, pattern) for part, pattern in zip(parts, wanted, strict=True))
    )
