"""Who at reception works on what, and what reception itself knows of a patient beside the center."""

from sqlite_utils import Database

from appliance.ledger.schema.base import MIGRATIONS


@MIGRATIONS(name="0020_attending")
def attending(db: Database) -> None:
    """Which open page has which check before it, for as long as its lease lasts."""
    db.execute(
        """CREATE TABLE attending (
            page TEXT PRIMARY KEY,
            check_id TEXT NOT NULL REFERENCES checks (id) ON DELETE CASCADE,
            desk TEXT NOT NULL,
            until TEXT NOT NULL
        ) STRICT, WITHOUT ROWID"""
    )
    db.execute("CREATE INDEX attending_check ON attending (check_id)")


@MIGRATIONS(name="0021_patient_numbers")
def patient_numbers(db: Database) -> None:
    """Which number of the clinic's own a patient has, found again by what an answer was about."""
    db.execute(
        """CREATE TABLE patient_numbers (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            number TEXT NOT NULL,
            check_id TEXT NOT NULL REFERENCES checks (id),
            registration TEXT REFERENCES checks (id),
            linked_by TEXT NOT NULL,
            linked_at TEXT NOT NULL,
            unlinked_by TEXT,
            unlinked_at TEXT
        ) STRICT"""
    )
    db.execute("CREATE INDEX patient_numbers_registration ON patient_numbers (registration)")
    db.execute("CREATE INDEX patient_numbers_check ON patient_numbers (check_id)")
    db.execute(
        """CREATE TABLE patient_number_marks (
            mark BLOB NOT NULL,
            link TEXT NOT NULL REFERENCES patient_numbers (id) ON DELETE CASCADE,
            is_person INTEGER NOT NULL,
            PRIMARY KEY (mark, link)
        ) STRICT, WITHOUT ROWID"""
    )
    db.execute("CREATE INDEX patient_number_marks_link ON patient_number_marks (link)")


@MIGRATIONS(name="0022_local_certificates")
def local_certificates(db: Database) -> None:
    """Certificates of public expense that the center does not know, with what was changed about them."""
    db.execute(
        """CREATE TABLE local_certificates (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            version INTEGER NOT NULL DEFAULT 1,
            programme TEXT NOT NULL,
            payer_number TEXT NOT NULL,
            beneficiary_number TEXT NOT NULL,
            valid_from TEXT NOT NULL,
            valid_until TEXT NOT NULL,
            pays TEXT NOT NULL,
            name TEXT NOT NULL,
            kana TEXT NOT NULL,
            birthdate TEXT NOT NULL,
            written_by TEXT NOT NULL,
            written_at TEXT NOT NULL,
            ended_by TEXT,
            ended_at TEXT
        ) STRICT"""
    )
    db.execute(
        "CREATE INDEX local_certificates_until ON local_certificates (valid_until) WHERE ended_at IS NULL"
    )
    db.execute(
        """CREATE TABLE local_certificate_marks (
            mark BLOB NOT NULL,
            certificate TEXT NOT NULL REFERENCES local_certificates (id) ON DELETE CASCADE,
            is_person INTEGER NOT NULL,
            PRIMARY KEY (mark, certificate)
        ) STRICT, WITHOUT ROWID"""
    )
    db.execute("CREATE INDEX local_certificate_marks_of ON local_certificate_marks (certificate)")
    db.execute(
        """CREATE TABLE local_certificate_events (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            certificate TEXT NOT NULL REFERENCES local_certificates (id) ON DELETE CASCADE,
            at TEXT NOT NULL,
            by TEXT NOT NULL,
            what TEXT NOT NULL,
            before TEXT NOT NULL
        ) STRICT"""
    )
    db.execute("CREATE INDEX local_certificate_events_of ON local_certificate_events (certificate, seq)")


@MIGRATIONS(name="0023_attending_anybody")
def attending_anybody(db: Database) -> None:
    """A page may also have somebody before it who is expected and of whom there is no check yet."""
    db.execute(
        """CREATE TABLE attending_anybody (
            page TEXT PRIMARY KEY,
            check_id TEXT NOT NULL,
            desk TEXT NOT NULL,
            until TEXT NOT NULL
        ) STRICT, WITHOUT ROWID"""
    )
    db.execute("INSERT INTO attending_anybody SELECT page, check_id, desk, until FROM attending")
    db.execute("DROP TABLE attending")
    db.execute("ALTER TABLE attending_anybody RENAME TO attending")
