"""How the last update stands: one small file that root alone writes and everybody reads."""

import json
import os
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from appliance.eligibility.trouble import Trouble

PLACE_VARIABLE = "MADOGUCHI_UPDATES"
"""Names the folder of updates. Only the units of a box with two slots set it."""


class State(StrEnum):
    """Where an update is. ARMED: the next start is one of the new version; TRYING: that start is going on."""

    NONE = "none"
    INSTALLING = "installing"
    INSTALLED = "installed"
    REFUSED = "refused"
    ARMED = "armed"
    TRYING = "trying"
    GOING_BACK = "going-back"
    CONFIRMED = "confirmed"
    ROLLED_BACK = "rolled-back"
    UNWELL = "unwell"
    """The new version did not pass its self-test, and there is none to go back to."""


UNDER_WAY = frozenset({State.INSTALLING, State.ARMED, State.TRYING, State.GOING_BACK})


@dataclass(frozen=True)
class Record:
    """One update. `slot` is the one it is for, `failed` the parts of the self-test that did not pass, `percent` how far it is written.

    `versions` is what lies in each slot as far as it is known, `running` the slot that the box runs from, `restart_at` the hour (HH:MM) at
    which it will restart.
    """

    state: State = State.NONE
    from_version: str = ""
    to_version: str = ""
    at: str = ""
    slot: str = ""
    running: str = ""
    reason: str = ""
    failed: tuple[str, ...] = ()
    percent: int = 0
    restart_at: str = ""
    versions: dict[str, str] = field(default_factory=dict)

    @property
    def idle_version(self) -> str:
        """What lies in the slot that does not run; empty when nobody knows."""
        return next((version for slot, version in self.versions.items() if slot != self.running), "")


@dataclass(frozen=True)
class Place:
    """The folder of updates, root's. Below it lies the one into which the pages drop a file."""

    root: Path

    @property
    def record_file(self) -> Path:
        return self.root / "update.json"

    @property
    def drop(self) -> Path:
        return self.root / "drop"


def place() -> Place:
    """The folder of this machine. Raises `Trouble` UPDATE-010 on one that has no two slots."""
    named = os.environ.get(PLACE_VARIABLE)
    if not named:
        raise Trouble("UPDATE-010")
    return Place(Path(named))


def read(where: Place) -> Record:
    """The record; an empty one where there is none, or where it cannot be read: then nothing is known of an update."""
    try:
        words = json.loads(where.record_file.read_text("utf-8"))
        return _record_of(words)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return Record()


def write(where: Place, record: Record, now: datetime, also: Path | None = None) -> Record:
    """Put `record` in the place of the old one, whole or not at all, on the disk before this returns. `also` is a second copy, for who
    looks at what this start has brought. Raises `OSError`.
    """
    dated = replace(record, at=now.isoformat(timespec="seconds"))
    words = _words_of(dated)
    _replace(where.record_file, words)
    if also is not None:
        _replace(also, words)
    return dated


def _words_of(record: Record) -> str:
    words = asdict(record)
    words["from"], words["to"] = words.pop("from_version"), words.pop("to_version")
    return json.dumps(words, ensure_ascii=False, indent=1) + "\n"


def _record_of(words: dict[str, Any]) -> Record:
    return Record(
        State(words["state"]),
        str(words["from"]),
        str(words["to"]),
        str(words["at"]),
        str(words["slot"]),
        str(words["running"]),
        str(words["reason"]),
        tuple(str(one) for one in words["failed"]),
        int(words["percent"]),
        str(words["restart_at"]),
        {str(slot): str(version) for slot, version in words["versions"].items()},
    )


def _replace(path: Path, text: str) -> None:
    aside = path.with_name(f".{path.name}.new")
    aside.unlink(missing_ok=True)
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644), "w") as stream:
        stream.write(text)
        # Root's process may have another mask; pages and self-diagnosis are others and read it.
        os.fchmod(stream.fileno(), 0o644)
        stream.flush()
        os.fsync(stream.fileno())
    aside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
