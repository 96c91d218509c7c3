"""障害時メモ: patients who could not be looked up, what was changed about them, and the lists printed of them."""

from sqlite_utils import Database

from appliance.ledger.schema.base import MIGRATIONS


@MIGRATIONS(name="0009_outage_notes")
def outage_notes(db: Database) -> None:
    """Notes with their history, and the printed lists with the places of the notes on them."""
    db.execute(
        """CREATE TABLE outage_notes (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            version INTEGER NOT NULL DEFAULT 1,
            state TEXT NOT NULL CHECK (state IN ('open', 'listed', 'looked-up', 'closed')),
            name TEXT NOT NULL,
            kana TEXT NOT NULL,
            sex TEXT NOT NULL,
            birthdate TEXT NOT NULL,
            address TEXT NOT NULL,
            visited_on TEXT NOT NULL,
            reason TEXT NOT NULL,
            reason_text TEXT NOT NULL,
            received_as TEXT NOT NULL,
            institution_code TEXT NOT NULL,
            check_id TEXT UNIQUE REFERENCES checks (id),
            lookup_id TEXT UNIQUE REFERENCES checks (id),
            written_by TEXT NOT NULL,
            written_at TEXT NOT NULL,
            closed_by TEXT,
            closed_at TEXT,
            ending TEXT,
            closing_reason TEXT NOT NULL DEFAULT ''
        ) STRICT"""
    )
    db.execute("CREATE INDEX outage_notes_visited ON outage_notes (visited_on, seq)")
    db.execute("CREATE INDEX outage_notes_to_do ON outage_notes (seq) WHERE state IN ('open', 'listed')")
    db.execute("CREATE INDEX outage_notes_closed ON outage_notes (closed_at) WHERE state = 'closed'")
    db.execute(
        """CREATE TABLE outage_events (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            note_id TEXT NOT NULL REFERENCES outage_notes (id) ON DELETE CASCADE,
            at TEXT NOT NULL,
            by TEXT NOT NULL,
            what TEXT NOT NULL,
            before TEXT NOT NULL
        ) STRICT"""
    )
    db.execute("CREATE INDEX outage_events_note ON outage_events (note_id, seq)")
    db.execute(
        """CREATE TABLE outage_lists (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            made_by TEXT NOT NULL,
            made_at TEXT NOT NULL,
            first TEXT NOT NULL,
            last TEXT NOT NULL
        ) STRICT"""
    )
    db.execute(
        """CREATE TABLE outage_list_rows (
            list_id TEXT NOT NULL REFERENCES outage_lists (id) ON DELETE CASCADE,
            place INTEGER NOT NULL,
            note_id TEXT NOT NULL REFERENCES outage_notes (id) ON DELETE CASCADE,
            PRIMARY KEY (list_id, place)
        ) STRICT, WITHOUT ROWID"""
    )
    db.execute("CREATE INDEX outage_list_rows_note ON outage_list_rows (note_id)")
