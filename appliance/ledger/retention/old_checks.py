"""Checks that were kept long enough, with all that hangs on them."""

from datetime import datetime

from sqlite_utils import Database

from appliance.ledger.times import clinic_day

AT_A_TIME = 100

# What still has a use goes first by its own rule, and takes its hold on the check with it.
_DUE = """SELECT seq, id FROM checks INDEXED BY checks_day
          WHERE day < ? AND state IN ('answered', 'refused', 'withdrawn')
          AND NOT EXISTS (SELECT 1 FROM outage_notes WHERE check_id = checks.id OR lookup_id = checks.id)
          AND NOT EXISTS (SELECT 1 FROM bulk_chunks WHERE check_id = checks.id)
          AND NOT EXISTS (SELECT 1 FROM medical_questions WHERE of = checks.id AND forgotten_at IS NULL)
          AND NOT EXISTS (SELECT 1 FROM medical_questions WHERE check_id = checks.id AND forgotten_at IS NULL)
          AND NOT EXISTS (SELECT 1 FROM disaster_searches WHERE check_id = checks.id AND forgotten_at IS NULL)
          ORDER BY day, seq LIMIT ?"""

_HANGING = (
    ("results", "check_id"),
    ("deliveries", "check_id"),
    ("assumptions", "check_id"),
    ("findings", "check_id"),
    ("findings", "answer"),
    ("follow_ups", "check_id"),
    ("follow_ups", "of"),
    ("resolutions", "check_id"),
    ("resolutions", "answer"),
    ("terminal_requests", "check_id"),
    ("terminal_faces", "check_id"),
    ("consumer_requests", "check_id"),
    ("medical_questions", "of"),
    ("medical_questions", "check_id"),
    ("disaster_openings", "check_id"),
    ("tasks", "subject"),
)
"""Tables and the column that names a check. Those that SQLite clears by itself are not among them."""


# What was owed of it, and the work that somebody had with that: its pages would lead nowhere.
_OWED = (
    "DELETE FROM tasks WHERE subject IN (SELECT id FROM deliveries WHERE check_id = ?)",
    """DELETE FROM tasks WHERE subject IN (SELECT notices.id FROM notices JOIN medical_questions AS asked
       ON asked.id = notices.subject WHERE asked.of = ?)""",
    "DELETE FROM notices WHERE subject IN (SELECT id FROM medical_questions WHERE of = ?)",
)


def remove_some(db: Database, before: datetime) -> int:
    """Remove up to `AT_A_TIME` closed checks received on a day before that moment's; how many, 0 when none is left."""
    rows = db.execute(_DUE, [clinic_day(before).isoformat(), AT_A_TIME]).fetchall()
    for row in rows:
        _remove(db, row["seq"], row["id"])
    return len(rows)


def _remove(db: Database, seq: int, check_id: str) -> None:
    _move_numbers(db, seq, check_id)
    # Of a disaster search all openings go with it; what they found is forgotten by then.
    db.execute(
        "DELETE FROM disaster_openings WHERE search_id IN (SELECT id FROM disaster_searches WHERE check_id = ?)",
        [check_id],
    )
    db.execute("DELETE FROM disaster_searches WHERE check_id = ?", [check_id])
    for gone in _OWED:
        db.execute(gone, [check_id])
    for table, column in _HANGING:
        db.execute(f"DELETE FROM {table} WHERE {column} = ?", [check_id])
    db.execute("DELETE FROM checks WHERE seq = ?", [seq])


def _move_numbers(db: Database, seq: int, check_id: str) -> None:
    """A patient's number stays as long as there is a later check of the same card or numbers, and then hangs on that one."""
    db.execute("UPDATE patient_numbers SET registration = NULL WHERE registration = ?", [check_id])
    links = db.execute("SELECT id FROM patient_numbers WHERE check_id = ?", [check_id]).fetchall()
    for link in links:
        later = db.execute(
            """SELECT histories.check_id FROM patient_number_marks
               JOIN histories ON histories.mark = patient_number_marks.mark
               WHERE link = ? AND histories.seq > ? ORDER BY histories.seq DESC LIMIT 1""",
            [link["id"], seq],
        ).fetchone()
        if later is None:
            db.execute("DELETE FROM patient_numbers WHERE id = ?", [link["id"]])
        else:
            db.execute(
                "UPDATE patient_numbers SET check_id = ? WHERE id = ?", [later["check_id"], link["id"]]
            )
