"""What the last test of each reader has found; pages ask here for one now, and devices makes it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from appliance.eligibility.visit import Phase
from appliance.ledger.bell import Topic
from appliance.ledger.database import Ledger
from appliance.ledger.times import from_text, to_text

_OLDEST_WISH = "SELECT * FROM reader_test_wishes ORDER BY seq LIMIT 1"


@dataclass(frozen=True)
class ReaderTest:
    """When a reader was tested, and the codes of what was wrong; none when all was well."""

    at: datetime
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Standing:
    """How many readers there are, when the one that waits longest was tested (None: one never was), whether any is ill.

    `is_back`: one of the ill was missing in its test and is there now.
    """

    readers: int
    oldest: datetime | None
    is_ill: bool
    is_back: bool = False


@dataclass(frozen=True)
class Wish:
    """A test that somebody wants now."""

    seq: int
    wanted_by: str
    wanted_at: datetime


def want(ledger: Ledger, by: str, now: datetime) -> Wish:
    """Ask for a test of all readers; the wish that is there already, where there is one."""
    with ledger.write(Topic.READERS) as db:
        db.execute(
            """INSERT INTO reader_test_wishes (wanted_by, wanted_at)
               SELECT ?, ? WHERE NOT EXISTS (SELECT 1 FROM reader_test_wishes)""",
            [by, to_text(now)],
        )
        return _wish(db.execute(_OLDEST_WISH).fetchone())


def wanted(ledger: Ledger) -> Wish | None:
    """The wish that devices has still to fulfil."""
    row = ledger.read.execute(_OLDEST_WISH).fetchone()
    return _wish(row) if row else None


def fulfilled(ledger: Ledger, seq: int) -> None:
    """The test of this wish is over."""
    with ledger.write(Topic.READERS) as db:
        db.execute("DELETE FROM reader_test_wishes WHERE seq = ?", [seq])


def note(ledger: Ledger, key: str, codes: tuple[str, ...], now: datetime) -> None:
    """Write down the outcome of a test, in the place of the one before."""
    with ledger.write(Topic.READERS) as db:
        db.execute(
            "INSERT OR REPLACE INTO reader_tests (key, at, codes) VALUES (?, ?, ?)",
            [key, to_text(now), " ".join(codes)],
        )


def last(ledger: Ledger, key: str) -> ReaderTest | None:
    """The last test of this reader."""
    row = ledger.read.execute("SELECT at, codes FROM reader_tests WHERE key = ?", [key]).fetchone()
    return ReaderTest(from_text(row["at"]), tuple(row["codes"].split())) if row else None


def standing(ledger: Ledger) -> Standing:
    """How the tests of the enabled readers stand."""
    row = ledger.read.execute(
        """SELECT count(*) AS readers, count(at) AS tested, min(at) AS at, total(codes <> '') AS ill,
           total(codes LIKE '%READER-001%' AND phase <> ?) AS back
           FROM readers LEFT JOIN reader_tests USING (key) WHERE enabled = 1""",
        [Phase.OFFLINE],
    ).fetchone()
    oldest = from_text(row["at"]) if row["at"] and row["tested"] == row["readers"] else None
    return Standing(row["readers"], oldest, bool(row["ill"]), bool(row["back"]))


def _wish(row: Any) -> Wish:
    return Wish(row["seq"], row["wanted_by"], from_text(row["wanted_at"]))
