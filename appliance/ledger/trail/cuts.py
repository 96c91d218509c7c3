"""Cuts: whole months that are older than the trail has to be kept go, and a signed tombstone says where the chain goes on."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlite_utils import Database

from appliance.eligibility.rules.retention import FEWEST_YEARS
from appliance.ledger import audit
from appliance.ledger.bell import Topic
from appliance.ledger.database import Ledger
from appliance.ledger.times import JAPAN, clinic_day, from_text, to_text
from appliance.ledger.trail.signing import opened, signed, signing_key
from appliance.settings import Box

_KIND = "madoguchi-audit-cut"


@dataclass(frozen=True, kw_only=True)
class Cut:
    """All rows up to `last_seq`, whose hash was `chain`, were taken away at `cut_at`: the months before `kept_from`."""

    number: int
    cut_at: datetime
    last_seq: int
    chain: str
    kept_from: date
    key: str

    @property
    def is_due(self) -> bool:
        """Whether the rows were old enough."""
        return self.kept_from <= month_kept_from(clinic_day(self.cut_at), FEWEST_YEARS)


def read(line: str) -> Cut:
    """The cut of a line. Raises `ValueError` for anything that was not signed as one."""
    said, key = opened(line)
    match said:
        case [kind, int(number), str(at), int(last_seq), str(chain), str(kept_from)] if kind == _KIND:
            return Cut(
                number=number,
                cut_at=from_text(at),
                last_seq=last_seq,
                chain=chain,
                kept_from=date.fromisoformat(kept_from),
                key=key,
            )
    raise ValueError("no cut")


def month_kept_from(today: date, years: int) -> date:
    """The first day of the oldest month that is still kept: nothing is younger than `years` when it goes."""
    return date(today.year - years, today.month, 1)


def cut(ledger: Ledger, box: Box, years: int, now: datetime) -> Cut | None:
    """Take away the months that are over for `years` (at least `FEWEST_YEARS`); None when there are none.

    Rows go from the oldest on and no further than to the first that has to stay, so a clock that was wrong once may keep more.
    Raises as `heads.sign` does.
    """
    kept_from = month_kept_from(clinic_day(now), max(years, FEWEST_YEARS))
    key = signing_key(box)
    with ledger.write(Topic.OTHER) as db:
        last: Any = _last_over(db, kept_from)
        if last is None:
            return None
        number = db.execute("SELECT coalesce(max(number), 0) + 1 FROM audit_cuts").fetchone()[0]
        line = signed(key, [_KIND, number, to_text(now), last["seq"], last["chain"], kept_from.isoformat()])
        db.execute(
            "INSERT INTO audit_cuts (number, last_seq, line) VALUES (?, ?, ?)", [number, last["seq"], line]
        )
        gone = db.execute("DELETE FROM audit WHERE seq <= ?", [last["seq"]]).rowcount
        audit.insert(db, "sync", "audit-cut", "", now, f"< {kept_from:%Y-%m} {gone} rows")
    return read(line)


def _last_over(db: Database, kept_from: date) -> Any:
    """The row before the first that stays. A trail that would be left empty keeps its newest row, for the chain."""
    begins = to_text(datetime.combine(kept_from, time(), JAPAN))
    # In the order of the rows, up to the first that stays: most days that is the first row of all.
    stays = db.execute(
        "SELECT seq FROM audit NOT INDEXED WHERE at >= ? ORDER BY seq LIMIT 1", [begins]
    ).fetchone()
    stays = stays or db.execute("SELECT seq FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
    before = stays["seq"] if stays else 0
    return db.execute(
        "SELECT seq, chain FROM audit WHERE seq < ? ORDER BY seq DESC LIMIT 1", [before]
    ).fetchone()
