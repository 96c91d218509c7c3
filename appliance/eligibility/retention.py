"""What the box keeps about people, why, and until when: the rules of `retention.toml`, one for each kind of record."""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from appliance.eligibility.packaged import text_of

FILE = "retention.toml"


class Ending(StrEnum):
    """What makes an end of a record."""

    DAYS = "days"
    KEY = "key"
    TERM = "term"
    BOX = "box"


@dataclass(frozen=True, kw_only=True)
class RetentionRule:
    """One rule. With `Ending.DAYS` it has either `setting`, the name of the setting with the number of days, or `days`."""

    id: str
    label: str
    holds: str
    tables: tuple[str, ...]
    ending: Ending
    since: str
    reason: str
    setting: str = ""
    days: int = 0


@cache
def rules() -> tuple[RetentionRule, ...]:
    """All rules, in the order in which they are applied."""
    return tuple(_rule(row) for row in tomllib.loads(text_of(FILE))["rule"])


@cache
def plain_tables() -> tuple[str, ...]:
    """The tables that say nothing about a patient."""
    return tuple(tomllib.loads(text_of(FILE))["plain"]["tables"])


def _rule(row: dict[str, object]) -> RetentionRule:
    known = row | {"tables": tuple(row["tables"]), "ending": Ending(str(row["ending"]))}  # type: ignore[arg-type]
    return RetentionRule(**known)  # type: ignore[arg-type]
