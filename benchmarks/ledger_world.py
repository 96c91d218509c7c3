"""Ledgers as they stand after months and after many years: 190 checks a day, written in bulk, past all that makes a commit safe."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

from appliance.eligibility.evidence import (
    CardEvidence,
    CertificateStatus,
    HolderVerification,
    SignatureAlgorithm,
)
from appliance.eligibility.message import Qualification, ResultBody, ResultHeader, ResultMessage
from appliance.eligibility.message_xml import write
from appliance.ledger import consumers, evidence_text
from appliance.ledger.consumers import ConsumerKind
from appliance.ledger.database import Ledger
from appliance.ledger.schema.history import short_mark
from appliance.ledger.times import clinic_day, to_text
from appliance.settings import Box

CODE = "1319999999"
A_DAY = 190
VISITS_EACH = 20
EMR, FOLDER = "emr", "folder"
_LOG_KEPT = timedelta(days=800)
_AT_A_TIME = 20_000
_INSERTS = {
    "checks": """INSERT INTO checks (seq, id, revision, state, origin, reader, institution_code, evidence, received_at,
        day, tries, answered_at, seen_by, seen_at, card_mark) VALUES (?, ?, ?, ?, ?, '1', ?, ?, ?, ?, 1, ?, ?, ?, ?)""",
    "results": "INSERT INTO results (check_id, xml, qualification_validity, answered_at) VALUES (?, ?, ?, ?)",
    "deliveries": """INSERT INTO deliveries (id, check_id, consumer, state, tries, next_offer_at, acknowledged_at, placed,
        cleared_at) VALUES (?, ?, ?, 'acknowledged', 1, ?, ?, ?, ?)""",
    "requests_log": """INSERT INTO requests_log (check_id, family, begun, ended, seconds)
        VALUES (?, 'OQSsiquc01', ?, ?, 0.4)""",
    "last_answers": "INSERT OR REPLACE INTO last_answers VALUES (?, ?, ?, ?)",
    "histories": "INSERT INTO histories VALUES (?, ?, ?, ?, ?, ?)",
}


def fill(box: Box, count: int, now: datetime) -> None:
    """A new ledger of `count` checks, the last of them today, each patient with 20 of them anywhere between."""
    with closing(Ledger.of(box)) as ledger:
        consumers.add(ledger, EMR, ConsumerKind.MQTT, now)
        consumers.add(ledger, FOLDER, ConsumerKind.FOLDER, now)
    with closing(sqlite3.connect(box.ledger_file)) as db:
        # A power cut would spoil this file; nobody would miss it.
        for line in ("synchronous = OFF", "journal_mode = MEMORY", "cache_size = -400000"):
            db.execute(f"PRAGMA {line}")
        indices = db.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        ).fetchall()
        for name, _ in indices:
            db.execute(f"DROP INDEX {name}")
        _insert(db, count, now)
        for _, sql in indices:
            db.execute(sql)
        db.execute("UPDATE counter SET revision = ?", [count])
        db.commit()
        db.execute("PRAGMA journal_mode = WAL")


def _insert(db: sqlite3.Connection, count: int, now: datetime) -> None:
    batch: dict[str, list[tuple[object, ...]]] = {table: [] for table in _INSERTS}
    for number, rows in enumerate(_checks(count, now), start=1):
        for table, values in rows:
            batch[table].append(values)
        if number % _AT_A_TIME == 0 or number == count:
            for table, sql in _INSERTS.items():
                db.executemany(sql, batch[table])
                batch[table].clear()
            db.commit()


def _checks(count: int, now: datetime) -> Iterator[list[tuple[str, tuple[object, ...]]]]:
    """For each check, oldest first, what it left in which table."""
    dice = random.Random(1)  # noqa: S311 - the same world each time
    patients = max(1, count // VISITS_EACH)
    days = _open_days(count, now)
    for seq in range(1, count + 1):
        moment = days[(seq - 1) // A_DAY] + timedelta(seconds=150 * ((seq - 1) % A_DAY))
        yield _check(dice, seq, dice.randrange(patients), moment, now)


def _open_days(count: int, now: datetime) -> list[datetime]:
    """Nine in the morning of each day the clinic was open, Sundays not, the last one today."""
    found: list[datetime] = []
    day = datetime.combine(clinic_day(now), datetime.min.time(), UTC)
    while len(found) * A_DAY < count:
        if day.weekday() != 6 or not found:
            found.append(day)
        day -= timedelta(days=1)
    return found[::-1]


def _check(
    dice: random.Random, seq: int, patient: int, moment: datetime, now: datetime
) -> list[tuple[str, tuple[object, ...]]]:
    check_id, text = f"{dice.getrandbits(128):032x}", to_text(moment)
    is_card = dice.random() < 0.8
    validity = dice.choices("12345", (970, 12, 8, 8, 2))[0]
    seen = text if validity != "1" and now - moment > timedelta(hours=12) else None
    mark = f"{random.Random(patient).getrandbits(256):064x}"  # noqa: S311
    day = clinic_day(moment).isoformat()
    rows: list[tuple[str, tuple[object, ...]]] = [
        (
            "checks",
            (
                seq,
                check_id,
                seq,
                "answered",
                "card" if is_card else "manual",
                CODE,
                _EVIDENCE if is_card else None,
                text,
                day,
                text,
                "desk" if seen else None,
                seen,
                mark if is_card else None,
            ),
        ),
        ("results", (check_id, _result_of(patient), validity, text)),
        ("deliveries", (f"{dice.getrandbits(128):032x}", check_id, EMR, text, text, None, None)),
        ("last_answers", (mark, check_id, validity, text)),
        ("histories", (short_mark(mark), seq, check_id, "card" if is_card else "manual", text, validity)),
    ]
    if is_card:
        rows.append(
            ("deliveries", (f"{dice.getrandbits(128):032x}", check_id, FOLDER, text, text, "{}", text))
        )
    if now - moment < _LOG_KEPT:
        rows.append(("requests_log", (check_id, text, text)))
    return rows


def _result_of(patient: int) -> bytes:
    """An answer that is another patient's own, so that nothing is read once for all of them."""
    return _RESULT.replace(b">3456<", b">%d<" % patient)


_EVIDENCE = evidence_text.dump(
    CardEvidence(
        certificate_der=random.Random(2).randbytes(1700),  # noqa: S311
        challenge=bytes(64),
        signature=random.Random(3).randbytes(256),  # noqa: S311
        algorithm=SignatureAlgorithm.RSA_SHA256,
        holder_verification=HolderVerification.PIN,
        certificate_status=CertificateStatus.VALID,
        expires_on=datetime(2036, 1, 1, tzinfo=UTC).date(),
    )
)
_RESULT = write(
    ResultMessage(
        message_header=ResultHeader(segment_of_result="1", medical_institution_code=CODE),
        message_body=ResultBody(
            processing_result_status="1",
            qualification_validity="1",
            result_list=(
                Qualification(
                    insurer_number="06139992",
                    insured_card_symbol="架空１２",
                    insured_identification_number="3456",
                    insured_branch_number="00",
                    name="見本　太郎",
                    name_kana="ﾐﾎﾝ ﾀﾛｳ",
                    sex1="1",
                    birthdate="19800217",
                    address="架空県見本市中央一丁目１－１",
                    insured_partial_contribution_ratio="030",
                ),
            ),
        ),
    )
)
