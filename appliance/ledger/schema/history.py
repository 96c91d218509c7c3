"""Earlier checks of the same person, found by the card or by the numbers."""

from sqlite_utils import Database

from appliance.ledger.schema.base import MIGRATIONS

NEEDS_PERSON = "coalesce(qualification_validity, '') NOT IN ('1', '6')"
"""Of a result: neither 有効 nor 有効（未登録）. The words of the index; a query must repeat them."""


@MIGRATIONS(name="0012_history")
def history(db: Database) -> None:
    """Which checks are about the same numbers. Those of the same card are found by `checks_card`.

    The marks of what was answered before stay unknown: they would have to be read out of every stored answer.
    """
    db.execute(
        """CREATE TABLE histories (
            mark BLOB NOT NULL,
            seq INTEGER NOT NULL REFERENCES checks (seq) ON DELETE CASCADE,
            PRIMARY KEY (mark, seq)
        ) STRICT, WITHOUT ROWID"""
    )
    db.execute("CREATE INDEX histories_check ON histories (seq)")
    # What still needs a person is rare among a month's checks, and the answers themselves are what takes long to read.
    db.execute(f"CREATE INDEX results_needing ON results (answered_at) WHERE {NEEDS_PERSON}")
    db.execute("CREATE INDEX checks_refused ON checks (day) WHERE state = 'refused' AND seen_at IS NULL")
    db.execute("CREATE INDEX requests_log_check ON requests_log (check_id) WHERE check_id IS NOT NULL")
