"""Conditions: in which state the links of the box are, and since when."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from appliance.ledger.bell import Topic
from appliance.ledger.database import Ledger
from appliance.ledger.times import from_text, to_text


class Link(StrEnum):
    """What the box depends on outside of itself."""

    CENTER = "center"
    BROKER = "broker"
    FOLDER = "folder"
    CARD_SERVICE = "card-service"
    UPSTREAM = "upstream"
    SHARE = "share"


EVERY_BOX_HAS = tuple(link for link in Link if link not in (Link.UPSTREAM, Link.SHARE))
"""A broker cluster is there only where the settings name one, a file server only where a folder is shared."""


class LinkState(StrEnum):
    """up and down; unknown before anybody tried."""

    UP = "up"
    DOWN = "down"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Condition:
    """The state of one link, the trouble code that explains it, and since when it holds."""

    link: Link
    state: LinkState
    trouble_code: str | None
    since: datetime | None


def get(ledger: Ledger, link: Link) -> Condition:
    """The condition of `link`; unknown when nobody has said anything yet."""
    row = ledger.read.execute("SELECT * FROM conditions WHERE name = ?", [link]).fetchone()
    if row is None:
        return Condition(link, LinkState.UNKNOWN, None, None)
    return Condition(link, LinkState(row["state"]), row["trouble_code"], from_text(row["since"]))


def note(ledger: Ledger, link: Link, state: LinkState, code: str | None, now: datetime) -> bool:
    """Write down the condition of `link`; False, and no bell, when it is no news."""
    if _says(get(ledger, link), state, code):
        return False
    with ledger.write(Topic.CONDITIONS) as db:
        known = get(ledger, link)  # again, now that nobody else can write
        if _says(known, state, code):
            return False
        since = known.since if known.since is not None and known.state is state else now
        db.table("conditions").upsert(
            {"name": link, "state": state, "trouble_code": code, "since": to_text(since)}, pk="name"
        )
    return True


def _says(known: Condition, state: LinkState, code: str | None) -> bool:
    return (known.state, known.trouble_code) == (state, code)


def forget(ledger: Ledger, links: tuple[Link, ...], now: datetime) -> None:
    """Call `links` unknown: the process that watches them starts anew, and what it knew last may be long over."""
    for link in links:
        note(ledger, link, LinkState.UNKNOWN, None, now)
