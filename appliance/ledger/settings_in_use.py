"""Settings: with which each process of the box began, and who changed which, so that it can be taken back."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from appliance.ledger import audit
from appliance.ledger.bell import Topic
from appliance.ledger.database import Ledger
from appliance.ledger.times import from_text, to_text
from appliance.settings import Box, Settings

CHANGED = "setting-changed"


@dataclass(frozen=True)
class Change:
    """The last change of one setting. `seq` names it."""

    seq: int
    by: str
    at: datetime
    before: Any
    after: Any


def begun(ledger: Ledger, service: str, settings: Settings, now: datetime) -> None:
    """The process `service` works with these settings from now on, until it begins again."""
    with ledger.write(Topic.OTHER) as db:
        db.execute(
            "INSERT OR REPLACE INTO settings_in_use (service, begun_at, settings) VALUES (?, ?, ?)",
            [service, to_text(now), json.dumps(asdict(settings), ensure_ascii=False)],
        )


def in_use(ledger: Ledger) -> dict[str, dict[str, Any]]:
    """The settings that each process began with, by service; none of one that never began."""
    rows = ledger.read.execute("SELECT service, settings FROM settings_in_use")
    return {row["service"]: json.loads(row["settings"]) for row in rows}


def change(ledger: Ledger, box: Box, key: str, value: Any, by: str, now: datetime) -> Settings:
    """Write one setting into `box.toml`, with who did it and what it was before; what the file says now.

    Nothing is written when it says so already. Raises `Trouble` BOX-001, `OSError`. The ledger's write lock keeps two
    who change at one moment apart.
    """
    with ledger.write(Topic.OTHER) as db:
        settings = box.load()
        before = getattr(settings, key)
        if before == value:
            return settings
        detail = json.dumps({"before": before, "after": value}, ensure_ascii=False)
        audit.insert(db, by, CHANGED, key, now, detail)
        # Last, so that a file that cannot be written leaves no row behind.
        return box.change(**{key: value})


def last_changes(ledger: Ledger) -> dict[str, Change]:
    """The last change of each setting that anybody ever changed here."""
    rows = ledger.read.execute(
        """SELECT seq, at, actor, subject, detail FROM audit WHERE action = 'setting-changed' AND seq IN
           (SELECT max(seq) FROM audit WHERE action = 'setting-changed' GROUP BY subject)"""
    )
    return {row["subject"]: _change(row) for row in rows}


def _change(row: Any) -> Change:
    detail = json.loads(row["detail"])
    return Change(row["seq"], row["actor"], from_text(row["at"]), detail["before"], detail["after"])
