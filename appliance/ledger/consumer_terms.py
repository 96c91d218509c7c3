"""What a consumer may ask for: by default nothing, each thing allowed by the clinic's engineer.

Medical information is not among it: who is given that (`consumer_extras`), with its purpose, may ask for it too.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from sqlite_utils import Database

from appliance.ledger.database import Ledger


class Term(StrEnum):
    """One thing that may be allowed."""

    CHECK = "check"
    """Asks about one patient by the numbers of a document."""
    REGISTER = "register"
    """Registers a 照会番号 with the center."""
    RESEND = "resend"
    """A result of its own once more."""
    REPLAY = "replay"
    """All results since a moment, also from before it was there."""


def terms_of(db: Database, consumer: str) -> frozenset[Term]:
    """What `consumer` may do. A word of a later version of the box is passed over."""
    rows = db.execute("SELECT term FROM consumer_terms WHERE consumer = ?", [consumer])
    return frozenset(Term(row["term"]) for row in rows if row["term"] in set(Term))


def all_terms(ledger: Ledger) -> Mapping[str, frozenset[Term]]:
    """What each consumer may do that may do anything."""
    names = ledger.read.execute("SELECT DISTINCT consumer FROM consumer_terms").fetchall()
    return {row["consumer"]: terms_of(ledger.read, row["consumer"]) for row in names}


def allow(ledger: Ledger, consumer: str, terms: Iterable[Term]) -> None:
    """Let `consumer`, which must be there, do these things and nothing else."""
    with ledger.write() as db:
        db.execute("DELETE FROM consumer_terms WHERE consumer = ?", [consumer])
        db.conn.executemany(
            "INSERT INTO consumer_terms VALUES (?, ?)", [(consumer, term) for term in sorted(set(terms))]
        )
