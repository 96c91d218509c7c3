"""The review of a month: what each account did, in figures, and who has gone through it."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from appliance.ledger import audit, emergency
from appliance.ledger.bell import Topic
from appliance.ledger.database import Ledger
from appliance.ledger.emergency import Opening
from appliance.ledger.times import JAPAN, clinic_day, from_text, to_text
from appliance.ledger.trail.deeds import DEEDS, Deed

NIGHT_BEGINS, NIGHT_ENDS = 20, 7
"""Hours in Japan between which work is worth a look, as all Sundays are."""
DUE_AFTER = timedelta(days=10)
"""How many days of the following month may pass before a month without a review is overdue."""
NOTE_LONGEST = 400


@dataclass(frozen=True)
class Person:
    """What one account (or the box, or a consumer) did in the month. `at_night` counts deeds of all kinds at night and on Sundays."""

    name: str
    at_night: int = 0
    counts: dict[Deed, int] = field(default_factory=dict)

    def count(self, deed: Deed) -> int:
        """How often."""
        return self.counts.get(deed, 0)


@dataclass(frozen=True)
class Review:
    """Who went through a month, and what they wrote down about it."""

    month: date
    by: str
    at: datetime
    note: str


def people(ledger: Ledger, month: date) -> tuple[Person, ...]:
    """Everybody of whom the month (its first day) has a row, by name."""
    found: dict[str, Person] = {}
    for row in ledger.read.execute(_COUNTED, {**_span(month), "begins": NIGHT_BEGINS, "ends": NIGHT_ENDS}):
        person = found.get(row["actor"]) or Person(row["actor"])
        deed = DEEDS.get(row["action"], Deed.MAINTENANCE)
        counts = {**person.counts, deed: person.count(deed) + row["times"]}
        found[person.name] = Person(person.name, person.at_night + row["at_night"], counts)
    return tuple(found[name] for name in sorted(found))


def of_month(ledger: Ledger, month: date) -> Review | None:
    """The review of a month, if there was one."""
    row = ledger.read.execute("SELECT * FROM audit_reviews WHERE month = ?", [f"{month:%Y-%m}"]).fetchone()
    return Review(month, row["by"], from_text(row["at"]), row["note"]) if row else None


def sign_off(ledger: Ledger, month: date, by: str, note: str, now: datetime) -> bool:
    """Somebody has gone through a month that is over; False when somebody had before, or it is not over."""
    with ledger.write(Topic.OTHER) as db:
        name = f"{month:%Y-%m}"
        known = db.execute("SELECT 1 FROM audit_reviews WHERE month = ?", [name]).fetchone()
        if known or following(month) > clinic_day(now):
            return False
        db.execute(
            "INSERT INTO audit_reviews (month, by, at, note) VALUES (?, ?, ?, ?)",
            [name, by, to_text(now), note[:NOTE_LONGEST]],
        )
        audit.insert(db, by, "audit-reviewed", name, now)
    return True


def emergencies(ledger: Ledger, month: date) -> tuple[Opening, ...]:
    """What was opened in an emergency in the month (its first day)."""
    return emergency.between(ledger, *_bounds(month))


def overdue(ledger: Ledger, now: datetime) -> tuple[date, ...]:
    """Months that have rows, ended more than `DUE_AFTER` ago, and that nobody has gone through; oldest first, a year at most."""
    months = [previous(clinic_day(now - DUE_AFTER).replace(day=1))]
    while len(months) < _MONTHS:
        months.append(previous(months[-1]))
    return tuple(
        month for month in reversed(months) if _has_rows(ledger, month) and of_month(ledger, month) is None
    )


def previous(month: date) -> date:
    """The first day of the month before."""
    return (month - timedelta(days=1)).replace(day=1)


def following(month: date) -> date:
    """The first day of the month after."""
    return (month + timedelta(days=31)).replace(day=1)


_MONTHS = 12
# Named, because otherwise years of rows would be gone through. SQLite's days begin with Sunday.
_COUNTED = """SELECT actor, action, count(*) AS times,
    sum(CAST(strftime('%H', at, '+9 hours') AS INTEGER) >= :begins
        OR CAST(strftime('%H', at, '+9 hours') AS INTEGER) < :ends
        OR strftime('%w', at, '+9 hours') = '0') AS at_night
    FROM audit INDEXED BY audit_at WHERE at >= :from AND at < :until GROUP BY actor, action"""


def _span(month: date) -> dict[str, str]:
    first, end = _bounds(month)
    return {"from": to_text(first), "until": to_text(end)}


def _bounds(month: date) -> tuple[datetime, datetime]:
    first, end = (datetime.combine(day, time(), JAPAN) for day in (month, following(month)))
    return first, end


def _has_rows(ledger: Ledger, month: date) -> bool:
    row = ledger.read.execute(
        "SELECT 1 FROM audit INDEXED BY audit_at WHERE at >= :from AND at < :until LIMIT 1", _span(month)
    ).fetchone()
    return row is not None
