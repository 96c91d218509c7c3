"""How each rule of retention removes: a few rows a call, inside a transaction of the caller's."""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlite_utils import Database

from appliance.ledger import clock_steps, consumer_requests, health, line_log, outage_notes, visit_troubles
from appliance.ledger.retention import old_checks
from appliance.ledger.times import clinic_day, to_text

AT_A_TIME = 500

RemoveSome = Callable[[Database, datetime], int]
"""Removes a few records that ended before the moment; how many. 0 when none is left."""


def _bulk(db: Database, before: datetime) -> int:
    """People of the oldest run that is due; after the last of them the run itself."""
    run = db.execute(
        """SELECT id FROM bulk_runs WHERE ended_at IS NOT NULL AND ended_at < :before
           OR sent_at IS NULL AND made_at < :before ORDER BY seq LIMIT 1""",
        {"before": to_text(before)},
    ).fetchone()
    if run is None:
        return 0
    gone = db.execute(
        """DELETE FROM bulk_people WHERE run_id = :run AND place IN
           (SELECT place FROM bulk_people WHERE run_id = :run ORDER BY place LIMIT :most)""",
        {"run": run["id"], "most": AT_A_TIME},
    ).rowcount
    if gone < AT_A_TIME:
        db.execute("DELETE FROM bulk_chunks WHERE run_id = ?", [run["id"]])
        db.execute("DELETE FROM bulk_runs WHERE id = ?", [run["id"]])
    return max(int(gone), 1)


def _local_certificates(db: Database, before: datetime) -> int:
    return _delete(
        db,
        "local_certificates",
        "seq",
        "SELECT seq FROM local_certificates WHERE coalesce(substr(ended_at, 1, 10), nullif(valid_until, '')) < ?",
        clinic_day(before).isoformat(),
    )


def _known_insurances(db: Database, before: datetime) -> int:
    due = "SELECT mark FROM known_insurances WHERE answered_at < ?"
    return _delete(db, "known_insurances", "mark", due, to_text(before))


def _patient_numbers(db: Database, before: datetime) -> int:
    due = "SELECT seq FROM patient_numbers WHERE unlinked_at IS NOT NULL AND unlinked_at < ?"
    return _delete(db, "patient_numbers", "seq", due, to_text(before))


def _errands(db: Database, before: datetime) -> int:
    moment = to_text(before)
    return sum(
        _delete(db, table, "seq", f"SELECT seq FROM {table} WHERE {is_due}", moment)
        for table, is_due in (
            ("tasks", "state != 'open' AND done_at < ?"),
            ("notices", "made_at < ?"),
            ("emergency_openings", "reviewed_at < ?"),
        )
    )


def _log(db: Database, before: datetime) -> int:
    pruners = (line_log.prune_in, visit_troubles.prune_in, health.prune_in, clock_steps.prune_in)
    return sum(prune_in(db, before) for prune_in in pruners)


def _delete(db: Database, table: str, key: str, due: str, before: str) -> int:
    return int(db.execute(f"DELETE FROM {table} WHERE {key} IN ({due} LIMIT {AT_A_TIME})", [before]).rowcount)


REMOVERS: Mapping[str, RemoveSome] = {
    "requests": consumer_requests.forget_in,
    "bulk": _bulk,
    "outage-notes": outage_notes.prune_in,
    "local-certificates": _local_certificates,
    "known-insurances": _known_insurances,
    "errands": _errands,
    "checks": old_checks.remove_some,
    "patient-numbers": _patient_numbers,
    "log": _log,
}
"""By the id of the rule."""
