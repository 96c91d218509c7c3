"""The register of what the clinic has: the line with its customer number, terminals, contracts, where they are, until when."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from appliance.eligibility.said import said
from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit
from appliance.ledger.bell import Topic
from appliance.ledger.database import Ledger
from appliance.ledger.times import to_text

LONGEST = 200
"""Characters of each text."""


class AssetKind(StrEnum):
    """What a thing is."""

    LINE = "line"
    TERMINAL = "terminal"
    READER = "reader"
    CERTIFICATE = "certificate"
    ACCOUNT = "account"
    CONTRACT = "contract"
    OTHER = "other"


ASSET_LABELS = {
    AssetKind.LINE: "回線",
    AssetKind.TERMINAL: "資格確認端末",
    AssetKind.READER: "カードリーダー",
    AssetKind.CERTIFICATE: "電子証明書",
    AssetKind.ACCOUNT: "アカウント・番号の控え",
    AssetKind.CONTRACT: "契約・保証",
    AssetKind.OTHER: "そのほか",
}


@dataclass(frozen=True)
class Asset:
    """One thing. `note` is where a line's お客様ID goes, for instance. `id` 0: seen by the box itself, not written by anybody."""

    kind: AssetKind
    name: str
    place: str = ""
    valid_until: date | None = None
    note: str = ""
    id: int = 0


def add(ledger: Ledger, new: Asset, by: str, now: datetime) -> int:
    """Write it down; its id. Raises `Trouble` INPUT-001."""
    _check(new)
    with ledger.write(Topic.OTHER) as db:
        row = db.execute(
            """INSERT INTO assets (kind, name, place, valid_until, note, changed_by, changed_at)
               VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id""",
            [*_columns(new), by, to_text(now)],
        )
        made = int(row.fetchone()[0])
        audit.insert(db, by, "asset-added", str(made), now, new.kind)
        return made


def change(ledger: Ledger, asset: Asset, by: str, now: datetime) -> None:
    """Say all of it anew. Raises `Trouble` INPUT-001, INPUT-005 when it is gone."""
    _check(asset)
    with ledger.write(Topic.OTHER) as db:
        done = db.execute(
            """UPDATE assets SET kind = ?, name = ?, place = ?, valid_until = ?, note = ?, changed_by = ?, changed_at = ?
               WHERE id = ?""",
            [*_columns(asset), by, to_text(now), asset.id],
        )
        if not done.rowcount:
            raise Trouble("INPUT-005")
        audit.insert(db, by, "asset-changed", str(asset.id), now, asset.kind)


def remove(ledger: Ledger, asset_id: int, by: str, now: datetime) -> None:
    """Strike it off. Raises `Trouble` INPUT-005 when it is gone."""
    with ledger.write(Topic.OTHER) as db:
        if not db.execute("DELETE FROM assets WHERE id = ?", [asset_id]).rowcount:
            raise Trouble("INPUT-005")
        audit.insert(db, by, "asset-removed", str(asset_id), now)


def every(ledger: Ledger) -> tuple[Asset, ...]:
    """All that was written down, by name."""
    return tuple(_asset(row) for row in ledger.read.execute("SELECT * FROM assets ORDER BY name, id"))


def _check(asset: Asset) -> None:
    if not asset.name:
        raise Trouble("INPUT-001", "名前を入れてください")
    if any(len(text) > LONGEST for text in (asset.name, asset.place, asset.note)):
        raise Trouble("INPUT-001", said("それぞれ{longest}文字までです", longest=LONGEST))


def _columns(asset: Asset) -> list[str | None]:
    until = asset.valid_until.isoformat() if asset.valid_until else None
    return [asset.kind, asset.name, asset.place, until, asset.note]


def _asset(row: Any) -> Asset:
    return Asset(
        kind=AssetKind(row["kind"]),
        name=row["name"],
        place=row["place"],
        valid_until=date.fromisoformat(row["valid_until"]) if row["valid_until"] else None,
        note=row["note"],
        id=row["id"],
    )
