"""The step before anybody opens the ledger: it is looked at, and when it is broken the box goes on from its newest good copy.

Whatever was broken is set aside and not changed. Every step may be the last one before a power cut: the next start goes on from there.
"""

import logging
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from sqlite_utils import Database

from appliance.eligibility.trouble import Trouble
from appliance.ledger.backup.holding import LEDGER
from appliance.ledger.backup.restoring import keep, move, note_restored
from appliance.ledger.own_copy import calling, copying, looking, lost, notes, places
from appliance.ledger.own_copy.notes import Mending
from appliance.ledger.own_copy.places import Copy
from appliance.ledger.schema import MIGRATIONS
from appliance.ledger.trail import heads
from appliance.settings import Box
from appliance.sharing import file_mode

ACTOR = "self-repair"
SETS = 3
"""So many broken ledgers are kept; the oldest makes room."""
_ASIDE = ".mend-"
_SHORTLY = timedelta(hours=1)
MISSING, EMPTY = "missing", "empty"
_log = logging.getLogger(__name__)


class Ready(StrEnum):
    """What a start found."""

    NOTHING = "no box"
    SOUND = "sound"
    MENDED = "mended"
    LOST = "lost"


def make_ready(box: Box, now: datetime, *, whole: bool = False) -> Ready:
    """Look, and mend what is broken. Nobody else may have the ledger open. `whole`: look at indexes too, however long it takes.

    Raises `OSError` when the disk does not let it; then all is as after a power cut.
    """
    if not box.settings_file.exists():
        return Ready.NOTHING
    box.create()
    for left in box.root.glob(f"{_ASIDE}*"):
        shutil.rmtree(left)
    written_at = _last_written(box)
    fault = _fault(box, thorough=whole or calling.is_called(box.root))
    if not fault:
        calling.answered(box.root)
        lost.found(box.root)
        _copy_before_migrations(box, now)
        return Ready.SOUND
    _log.error("BOX-010 the ledger is broken: %s", fault)
    found = _mended(box, fault, written_at, now)
    calling.answered(box.root)
    return found


def _fault(box: Box, *, thorough: bool) -> str:
    """What is wrong; nothing with that of a box which is only being made, and never had anything in it."""
    if not box.ledger_file.exists():
        return MISSING if lost.since(box.root) or _has_worked(box) else ""
    seconds = looking.WHOLE if thorough else looking.AT_A_START
    fault = looking.fault_of(box.ledger_file, thorough=thorough, seconds=seconds)
    return "" if fault == EMPTY and not _has_worked(box) else fault


def _has_worked(box: Box) -> bool:
    return bool(places.copies(box) or places.sets_aside(box)) or box.audit_heads.exists()


def _mended(box: Box, fault: str, written_at: datetime | None, now: datetime) -> Ready:
    if _breaks_again_and_again(box, now):
        _log.error("BOX-009 it broke again and again: no copy is tried any more")
    else:
        for copy in places.copies(box):
            if worse := looking.fault_of(copy.path, thorough=True, seconds=looking.WHOLE):
                _log.error("a copy is no good: %s", worse)
            elif _is_restored(box, copy, fault, written_at, now):
                lost.found(box.root)
                return Ready.MENDED
    # The mark first: without it the next start would begin an empty ledger.
    lost.mark(box.root, now)
    _set_aside(box, now)
    return Ready.LOST


def _breaks_again_and_again(box: Box, now: datetime) -> bool:
    """Then it is the disk, and each try would only lose more."""
    return sum(abs(now - one.at) < _SHORTLY for one in places.sets_aside(box)) >= SETS


def _is_restored(box: Box, copy: Copy, fault: str, written_at: datetime | None, now: datetime) -> bool:
    moment = _after_every_head(box, now)
    mending = Mending(moment, copy.made_at, written_at or moment, fault)
    with tempfile.TemporaryDirectory(prefix=_ASIDE, dir=box.root) as name:
        aside = Path(name) / LEDGER
        _bring(box, copy, aside)
        try:
            note_restored(aside, ACTOR, moment, lambda db: notes.note_in(db, mending))
        except (Trouble, sqlite3.DatabaseError) as error:
            if isinstance(error, sqlite3.OperationalError) and not calling.is_broken(error):
                raise OSError(str(error)) from error  # a full disk says nothing of the copy
            _log.error("a copy cannot be used: %s", error)
            return False
        _set_aside(box, moment)
        move(aside, box.ledger_file, box.root)
    return True


def _bring(box: Box, copy: Copy, aside: Path) -> None:
    """The copy itself stays as it is; where there is no room for a second of it, the older one makes room."""
    try:
        _written_anew(copy.path, aside)
    except OSError:
        aside.unlink(missing_ok=True)
        for other in places.copies(box):
            if other.number < copy.number:
                other.path.unlink()
        (places.copies_folder(box) / places.MAKING).unlink(missing_ok=True)
        _written_anew(copy.path, aside)
    aside.chmod(file_mode(box.root))


def _written_anew(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)
    with target.open("rb") as stream:
        os.fsync(stream.fileno())


def _after_every_head(box: Box, now: datetime) -> datetime:
    """A head of the trail that was signed after the restoring would be a fault for ever (`backup/restoring.py`); a clock may be slow."""
    moment = now
    for line in heads.kept_lines(box):
        with suppress(ValueError):
            moment = max(moment, heads.read(line).signed_at)
    return moment


def _set_aside(box: Box, at: datetime) -> None:
    files = [path for path in _files(box) if path.exists()]
    if files:
        begun = next(iter(places.sets_aside(box)), None)
        # The ledger itself goes first: a log without it, or an empty set, is left over from a power cut in the midst of this.
        is_begun = begun is not None and (not box.ledger_file.exists() or not any(begun.path.iterdir()))
        folder = begun.path if begun is not None and is_begun else places.new_set(box, at)
        for path in files:
            path.replace(folder / path.name)
            keep(folder)
        keep(box.root)
    for old in places.sets_aside(box)[SETS:]:
        places.forget(old)


def _files(box: Box) -> tuple[Path, ...]:
    return tuple(box.ledger_file.with_name(f"{LEDGER}{end}") for end in places.ENDS)


def _last_written(box: Box) -> datetime | None:
    """When somebody last wrote into the ledger, by the files; into that which is set aside already, after a power cut."""
    at = [path.stat().st_mtime for path in _files(box)[:2] if path.exists()]
    if not at:
        at = [
            path.stat().st_mtime for one in places.sets_aside(box)[:1] for path in one.path.glob(f"{LEDGER}*")
        ]
    return datetime.fromtimestamp(max(at), UTC) if at else None


def _copy_before_migrations(box: Box, now: datetime) -> None:
    """A new version is about to change the ledger: the last moment of the old one is kept, if there is room for it."""
    if not box.ledger_file.exists() or not _asked(box, lambda db: bool(MIGRATIONS.pending(db))):
        return
    try:
        copying.copy(box, now)
    except (OSError, sqlite3.Error, copying.BrokenError) as error:
        _log.warning("no copy before the migration: %s", type(error).__name__)


def _asked(box: Box, ask: Callable[[Database], bool]) -> bool:
    with closing(sqlite3.connect(box.ledger_file, isolation_level=None)) as connection:
        return ask(Database(connection))
