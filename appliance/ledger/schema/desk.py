"""The desk: what a person has ticked off, what sync shall do for a consumer, what the clinic owns, trial runs."""

from sqlite_utils import Database

from appliance.ledger.schema.base import MIGRATIONS


@MIGRATIONS(name="0016_desk_ticks")
def desk_ticks(db: Database) -> None:
    """Steps of the set-up that only a person can know to be done."""
    db.execute(
        """CREATE TABLE desk_ticks (
            step TEXT PRIMARY KEY,
            by TEXT NOT NULL,
            at TEXT NOT NULL
        ) STRICT, WITHOUT ROWID"""
    )


@MIGRATIONS(name="0016_audit_by_day")
def audit_by_day(db: Database) -> None:
    """The audit trail grows for years and is looked through by day."""
    db.execute("CREATE INDEX audit_at ON audit (at)")
