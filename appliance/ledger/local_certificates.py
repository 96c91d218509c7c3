"""公費の証 of the clinic's patients that the center does not know: held by whoever has the marks of the check they were taken at."""

import json
import secrets
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from sqlite_utils import Database

from appliance.eligibility.local_certificate import LocalFacts
from appliance.ledger import checks
from appliance.ledger.bell import Topic
from appliance.ledger.checks import Check
from appliance.ledger.database import Ledger
from appliance.ledger.person_marks import marks_of, only_person
from appliance.ledger.times import to_text


@dataclass(frozen=True)
class Certificate:
    """One certificate and its holder; `version` counts its changes."""

    id: str
    version: int
    facts: LocalFacts
    name: str = field(repr=False)
    birthdate: str = field(repr=False)


@dataclass(frozen=True)
class Held:
    """A certificate beside a check. `is_sure`: name and birth date are those of its holder, not only card or numbers."""

    certificate: Certificate
    is_sure: bool


def add(ledger: Ledger, check: Check, facts: LocalFacts, by: str, now: datetime) -> str | None:
    """Take a certificate of the patient of `check`; its id, None where the answer is not about one person."""
    with ledger.write(Topic.CHECKS) as db:
        marks, holder = marks_of(db, check), only_person(check)
        if holder is None or not marks:
            return None
        certificate_id = secrets.token_hex(16)
        db.table("local_certificates").insert(
            {
                "id": certificate_id,
                **_columns(facts),
                "name": holder.name or "",
                "kana": holder.name_kana or "",
                "birthdate": holder.birthdate or "",
                "written_by": by,
                "written_at": to_text(now),
            }
        )
        db.conn.executemany(
            "INSERT OR IGNORE INTO local_certificate_marks VALUES (?, ?, ?)",
            [(mark.value, certificate_id, int(mark.is_person)) for mark in marks],
        )
        checks.touch(db, check.id)
        return certificate_id


def edit(
    ledger: Ledger, certificate_id: str, version: int, facts: LocalFacts, by: str, now: datetime
) -> bool:
    """Put a certificate right; False when it has ended or is not the version that was read."""
    with ledger.write(Topic.CHECKS) as db:
        row = _open_row(db, certificate_id)
        if row is None or row["version"] != version:
            return False
        _keep(db, row, by, "edit", now)
        columns = _columns(facts)
        names = ", ".join(f"{name} = ?" for name in columns)
        db.execute(
            f"UPDATE local_certificates SET version = version + 1, {names} WHERE id = ?",
            [*columns.values(), certificate_id],
        )
        return True


def end(ledger: Ledger, certificate_id: str, by: str, now: datetime) -> bool:
    """The certificate is used no more; False when it has ended already."""
    with ledger.write(Topic.CHECKS) as db:
        row = _open_row(db, certificate_id)
        if row is None:
            return False
        _keep(db, row, by, "end", now)
        db.execute(
            "UPDATE local_certificates SET ended_by = ?, ended_at = ? WHERE id = ?",
            [by, to_text(now), certificate_id],
        )
        return True


def find(ledger: Ledger, certificate_id: str) -> Certificate | None:
    """The certificate with this id, unless it has ended."""
    row = _open_row(ledger.read, certificate_id)
    return _certificate(row) if row else None


def of_check(ledger: Ledger, check: Check) -> tuple[Held, ...]:
    """The certificates of whom `check` is about, those that end first before the others."""
    found: dict[str, Held] = {}
    for mark in marks_of(ledger.read, check):
        for row in ledger.read.execute(
            """SELECT local_certificates.* FROM local_certificate_marks
               JOIN local_certificates ON id = certificate WHERE mark = ? AND ended_at IS NULL""",
            [mark.value],
        ):
            before = found.get(row["id"])
            is_sure = mark.is_person or (before is not None and before.is_sure)
            found[row["id"]] = Held(_certificate(row), is_sure)
    return tuple(sorted(found.values(), key=lambda one: one.certificate.facts.valid_until))


def latest_change(ledger: Ledger) -> tuple[int, int]:
    """What is another whenever a certificate was taken, put right or ended."""
    row = ledger.read.execute(
        """SELECT (SELECT coalesce(max(seq), 0) FROM local_certificates) AS made,
                  (SELECT coalesce(max(seq), 0) FROM local_certificate_events) AS changed"""
    ).fetchone()
    return row["made"], row["changed"]


def by_expiry(ledger: Ledger, limit: int) -> tuple[Certificate, ...]:
    """The certificates that are still used, those that end first before the others."""
    rows = ledger.read.execute(
        "SELECT * FROM local_certificates WHERE ended_at IS NULL ORDER BY valid_until, seq LIMIT ?", [limit]
    )
    return tuple(_certificate(row) for row in rows)


def _open_row(db: Database, certificate_id: str) -> Any:
    return db.execute(
        "SELECT * FROM local_certificates WHERE id = ? AND ended_at IS NULL", [certificate_id]
    ).fetchone()


def _keep(db: Database, row: Any, by: str, what: str, now: datetime) -> None:
    """Nothing is overwritten without a trace."""
    before = {name: str(value) for name, value in asdict(_certificate(row).facts).items()}
    db.table("local_certificate_events").insert(
        {
            "certificate": row["id"],
            "at": to_text(now),
            "by": by,
            "what": what,
            "before": json.dumps(before, ensure_ascii=False),
        }
    )


def _columns(facts: LocalFacts) -> dict[str, str]:
    return {
        "programme": facts.programme,
        "payer_number": facts.payer_number,
        "beneficiary_number": facts.beneficiary_number,
        "valid_from": facts.valid_from.isoformat() if facts.valid_from else "",
        "valid_until": facts.valid_until.isoformat(),
        "pays": facts.pays,
    }


def _certificate(row: Any) -> Certificate:
    facts = LocalFacts(
        programme=row["programme"],
        payer_number=row["payer_number"],
        beneficiary_number=row["beneficiary_number"],
        valid_from=date.fromisoformat(row["valid_from"]) if row["valid_from"] else None,
        valid_until=date.fromisoformat(row["valid_until"]),
        pays=row["pays"],
    )
    return Certificate(row["id"], row["version"], facts, row["name"], row["birthdate"])
