"""What was removed by the rules of retention, and the clock by which that was judged."""

from sqlite_utils import Database

from appliance.ledger.schema.base import MIGRATIONS


@MIGRATIONS(name="0040_removals")
def removals(db: Database) -> None:
    """How many records a rule removed on a day and up to when; since when the clock is believed, and when the file was cleaned."""
    db.execute(
        """CREATE TABLE removals (
            rule TEXT NOT NULL,
            day TEXT NOT NULL,
            removed INTEGER NOT NULL,
            until TEXT NOT NULL,
            at TEXT NOT NULL,
            PRIMARY KEY (rule, day)
        ) STRICT, WITHOUT ROWID"""
    )
    db.execute(
        """CREATE TABLE removal_clock (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            seen_at TEXT NOT NULL,
            held_until TEXT NOT NULL,
            removed_at TEXT,
            rewritten_at TEXT,
            emptied_at TEXT
        ) STRICT"""
    )


@MIGRATIONS(name="0040_removal_indexes")
def removal_indexes(db: Database) -> None:
    """The ways from a check to what hangs on it, and to what is due: without them each removal would read whole tables."""
    for name, where in (
        ("terminal_faces_check", "terminal_faces (check_id)"),
        ("findings_answer", "findings (answer)"),
        ("resolutions_answer", "resolutions (answer) WHERE answer IS NOT NULL"),
        ("medical_questions_of", "medical_questions (of)"),
        ("known_insurances_answered", "known_insurances (answered_at)"),
        ("last_answers_check", "last_answers (check_id)"),
        ("patient_numbers_ended", "patient_numbers (unlinked_at) WHERE unlinked_at IS NOT NULL"),
        ("tasks_done", "tasks (done_at) WHERE state != 'open'"),
        ("notices_made", "notices (made_at)"),
        ("consumer_requests_at", "consumer_requests (taken_at)"),
    ):
        db.execute(f"CREATE INDEX {name} ON {where}")
