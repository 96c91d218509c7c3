"""The look at the whole trail: every row against the chain, every head and cut against its signature, the ledger against the file."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlite_utils import Database

from appliance.ledger.database import Ledger
from appliance.ledger.times import JAPAN, from_text
from appliance.ledger.trail import cuts, heads
from appliance.ledger.trail.chain import BEGINNING, FIELDS, link
from appliance.ledger.trail.heads import Head
from appliance.ledger.trail.signing import public_key
from appliance.settings import Box

MOST_FINDINGS = 50
_UNSIGNED = timedelta(days=2)
_GUARDS = {
    f"{table}_{guard}"
    for table in ("audit", "audit_heads", "audit_cuts", "audit_reviews")
    for guard in ("stays", "lasts")
}
RESTORED = "backup-restored"
_UNREADABLE = ""


class Fault(StrEnum):
    """What was found. Those about rows name the first row that is not as it was written."""

    CHANGED = "changed"
    """A row does not fit its hash: changed, put in, or moved."""
    MISSING = "missing"
    """Rows between two others are gone."""
    END_MISSING = "end-missing"
    """The newest rows are gone."""
    REWRITTEN = "rewritten"
    """The chain is whole, but another one than was signed."""
    REPLACED = "replaced"
    """A signed head is of no row of this ledger: it was cut short, is another one, or an older copy put in by hand."""
    HEAD_FORGED = "head-forged"
    """A head that the box did not sign."""
    HEAD_MISSING = "head-missing"
    """A day's head is gone, from the ledger or from the file."""
    KEY = "key"
    """Signed with another key than before."""
    CUT = "cut"
    """Rows were taken away by a tombstone that is not signed, or too early."""
    UNSIGNED = "unsigned"
    """Nothing has been signed for days."""
    UNGUARDED = "unguarded"
    """The database no longer refuses to change the trail."""


@dataclass(frozen=True)
class Finding:
    """`seq` is the first row it is about; 0 where there is none. `detail` says more in figures."""

    fault: Fault
    seq: int
    detail: str = ""


@dataclass(frozen=True)
class Restored:
    """A backup was put in: this ledger goes on from the row `seq`, and what the older one had from there on is not in it."""

    seq: int
    at: datetime
    heads_of_before: int = 0

    @property
    def moment(self) -> str:
        """When, in Japan."""
        return f"{self.at.astimezone(JAPAN):%Y-%m-%d %H:%M}"


@dataclass(frozen=True)
class Looked:
    """How the whole trail stands."""

    rows: int
    first: int
    last: int
    heads: int
    findings: tuple[Finding, ...] = ()
    restored: tuple[Restored, ...] = ()

    @property
    def is_sound(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


@dataclass
class _Walk:
    """What is known while the rows go by."""

    expected: dict[int, list[Head]]
    findings: list[Finding] = field(default_factory=list)
    restored: list[Restored] = field(default_factory=list)
    rows: int = 0
    first: int = 0
    last: int = 0
    chain: str = BEGINNING
    good_until: int = 0
    unsigned_since: str = ""
    newest: str = ""
    kept_from: datetime | None = None

    def find(self, fault: Fault, seq: int, detail: str = "") -> None:
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(Finding(fault, seq, detail))


def look(ledger: Ledger, box: Box, outside: Iterable[str] = ()) -> Looked:
    """Look at all of it as it is at one moment. `outside` has lines of `audit/heads` that were kept elsewhere.

    Reads every row: seconds for some years. Raises `OSError`, `sqlite3.Error`.
    """
    db = ledger.read
    # The file first: a head that is signed meanwhile must not be in it and not in the ledger.
    kept, others, own_key = heads.kept_lines(box), tuple(outside), _key_of(box)
    db.execute("BEGIN")
    try:
        return _looked(db, kept, others, own_key)
    finally:
        db.conn.rollback()


def _looked(db: Database, kept: tuple[str, ...], outside: tuple[str, ...], own_key: str | None) -> Looked:
    lines = tuple(row["line"] for row in db.execute("SELECT line FROM audit_heads ORDER BY number"))
    walk = _Walk({})
    own = tuple(_heads(walk, lines))
    for head in own:
        walk.expected.setdefault(head.seq, []).append(head)
    _start(walk, db, {head.key for head in own})
    cut = walk.last
    _rows(walk, db)
    _order(walk, own)
    _key(walk, own, own_key)
    _end(walk, db, own)
    missing = set(lines[:-1]) - set(kept)  # the newest one may just be on its way
    if missing:
        walk.find(Fault.HEAD_MISSING, 0, f"audit/heads: {len(missing)}")
    known = set(lines)
    strangers = tuple(line for line in dict.fromkeys((*kept, *outside)) if line not in known)
    _strangers(walk, tuple(_heads(walk, strangers)), db, cut)
    guards = {row["name"] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
    if not guards >= _GUARDS:
        walk.find(Fault.UNGUARDED, 0, " ".join(sorted(_GUARDS - guards)))
    return Looked(walk.rows, walk.first, walk.last, len(own), tuple(walk.findings), tuple(walk.restored))


def _heads(walk: _Walk, lines: Iterable[str]) -> Iterator[Head]:
    for place, line in enumerate(lines, 1):
        try:
            yield heads.read(line)
        except ValueError:
            walk.find(Fault.HEAD_FORGED, 0, f"{place}")


def _start(walk: _Walk, db: Database, keys: set[str]) -> None:
    """Where the chain begins: at nothing, or after the last cut."""
    for row in db.execute("SELECT last_seq, line FROM audit_cuts ORDER BY number"):
        try:
            cut = cuts.read(row["line"])
        except ValueError:
            walk.find(Fault.CUT, row["last_seq"])
            continue
        if not cut.is_due or cut.last_seq != row["last_seq"] or cut.key not in keys:
            walk.find(Fault.CUT, row["last_seq"], f"{cut.kept_from:%Y-%m}")
        walk.last, walk.chain = cut.last_seq, cut.chain
        walk.kept_from = datetime.combine(cut.kept_from, time(), JAPAN)
    walk.good_until = walk.last


def _rows(walk: _Walk, db: Database) -> None:
    for row in db.execute(f"SELECT seq, {', '.join(FIELDS)}, chain FROM audit ORDER BY seq"):
        seq, *texts, chain = row
        walk.first = walk.first or seq
        if seq != walk.last + 1:
            walk.find(Fault.MISSING, walk.last + 1, _span(walk.last + 1, seq - 1))
        elif link(walk.chain, seq, texts) != chain:
            walk.find(Fault.CHANGED, seq)
        walk.rows, walk.last, walk.chain = walk.rows + 1, seq, chain
        walk.newest = row["at"]
        walk.unsigned_since = walk.unsigned_since or walk.newest
        if row["action"] == RESTORED and (at := _moment(row["at"])):
            walk.restored.append(Restored(seq, at))
        for head in walk.expected.pop(seq, ()):
            walk.unsigned_since = ""
            if head.chain != chain:
                walk.find(Fault.REWRITTEN, walk.good_until + 1, _span(walk.good_until + 1, seq))
            walk.good_until = seq


def _order(walk: _Walk, own: tuple[Head, ...]) -> None:
    """Heads are numbered without a gap, name the one before, and are of one key unless a restored box has a new one."""
    before: Head | None = None
    for head in own:
        number, digest_before = (before.number + 1, before.digest) if before else (1, BEGINNING)
        if (head.number, head.before) != (number, digest_before):
            walk.find(Fault.HEAD_MISSING, 0, f"{number}")
        is_known = _is_cut(walk, head) or (before and _restored_between(walk, before.seq, head.seq))
        if before and head.key != before.key and not is_known:
            walk.find(Fault.KEY, before.seq + 1, head.key[:16])
        before = head


def _key(walk: _Walk, own: tuple[Head, ...], own_key: str | None) -> None:
    """What the box would sign with now is what it signed with last, unless it was restored since."""
    last = own[-1] if own else None
    if own_key == _UNREADABLE:
        walk.find(Fault.KEY, last.seq + 1 if last else 1, "audit/key")
    elif last and own_key not in (None, last.key) and not _restored_between(walk, last.seq, walk.last):
        walk.find(Fault.KEY, last.seq + 1)


def _key_of(box: Box) -> str | None:
    try:
        return public_key(box)
    except ValueError:
        return _UNREADABLE


def _restored_between(walk: _Walk, after: int, until: int) -> bool:
    return any(after < one.seq <= until for one in walk.restored)


def _is_cut(walk: _Walk, head: Head) -> bool:
    """Whether it is of months that were taken away, and with them the row of a restore that would explain it."""
    return walk.kept_from is not None and head.signed_at < walk.kept_from


def _end(walk: _Walk, db: Database, own: tuple[Head, ...]) -> None:
    counted = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'audit'").fetchone()
    far = max([counted["seq"] if counted else 0, *(head.seq for head in own)])
    if far > walk.last:
        walk.find(Fault.END_MISSING, walk.last + 1, _span(walk.last + 1, far))
    since, newest = _moment(walk.unsigned_since), _moment(walk.newest)
    if since and newest and newest - since > _UNSIGNED:
        walk.find(Fault.UNSIGNED, walk.good_until + 1)


def _strangers(walk: _Walk, strangers: tuple[Head, ...], db: Database, cut: int) -> None:
    """Heads that the ledger does not have: of the time before a backup was put in, or of a ledger that is not there any more."""
    for head in strangers:
        if _is_cut(walk, head):
            continue
        row: Any = db.execute("SELECT chain FROM audit WHERE seq = ?", [head.seq]).fetchone()
        at = next(
            (
                place
                for place, one in enumerate(walk.restored)
                if one.seq <= head.seq + 1 and one.at >= head.signed_at
            ),
            None,
        )
        if at is not None:
            one = walk.restored[at]
            walk.restored[at] = Restored(one.seq, one.at, one.heads_of_before + 1)
        elif head.seq <= cut or (row and row["chain"] == head.chain):
            walk.find(Fault.HEAD_MISSING, 0, f"{head.number}")
        else:
            walk.find(Fault.REPLACED, min(head.seq, walk.last + 1), f"{head.signed_at:%Y-%m-%d}")


def _span(first: int, last: int) -> str:
    return f"{first}" if first == last else f"{first}–{last}"


def _moment(text: str) -> datetime | None:
    """What a changed row says may be anything."""
    try:
        found = from_text(text)
    except ValueError:
        return None
    return found if found.tzinfo else None
