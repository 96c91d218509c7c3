"""How much is open and since when, as numbers for somebody who watches many boxes. Nothing here knows a patient."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from appliance.ledger import line_log, line_report
from appliance.ledger.checks import OPEN, OPEN_STATES
from appliance.ledger.database import Ledger
from appliance.ledger.line_report import MonthReport
from appliance.ledger.times import from_text

LATELY = timedelta(hours=1)


@dataclass(frozen=True)
class OpenChecks:
    """Checks that are not answered yet, by state, and when the oldest of them came."""

    by_state: dict[str, int]
    oldest: datetime | None


def open_checks(ledger: Ledger) -> OpenChecks:
    """How many checks are in each open state, those in which there is none too."""
    rows = ledger.read.execute(
        f"SELECT state, count(*) AS n, min(received_at) AS oldest FROM checks INDEXED BY checks_open WHERE {OPEN} GROUP BY state"
    ).fetchall()
    counts = {row["state"]: row["n"] for row in rows}
    oldest = min((row["oldest"] for row in rows), default=None)
    return OpenChecks(
        {state.value: counts.get(state.value, 0) for state in OPEN_STATES},
        from_text(oldest) if oldest else None,
    )


def lately(ledger: Ledger, now: datetime) -> MonthReport:
    """What was asked of the center in the hour until `now`, summed up as the line's month is."""
    since = now - LATELY
    return line_report.summed("", line_log.between(ledger, since, now), (), since, now)


def oldest_owed(ledger: Ledger) -> dict[str, datetime]:
    """By consumer, when the check came whose result it was owed first of all that it has not taken."""
    rows = ledger.read.execute(
        """SELECT consumer, received_at FROM
               (SELECT consumer AS name, min(seq) AS first FROM deliveries INDEXED BY deliveries_pending
                WHERE state = 'pending' GROUP BY consumer)
           JOIN deliveries ON deliveries.seq = first JOIN checks ON checks.id = check_id"""
    )
    return {row["consumer"]: from_text(row["received_at"]) for row in rows}
