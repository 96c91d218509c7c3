"""Whether an update may go onto this box: for this machine, newer, and with a way back that keeps every record."""

import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from appliance.eligibility.trouble import Trouble
from appliance.ledger.schema import MIGRATIONS
from appliance.ledger.schema.base import breaks_in

OS_RELEASE = Path("/etc/os-release")
_VERSION = re.compile(r'^IMAGE_VERSION="?(?P<version>[^"\n]+)"?$', re.MULTILINE)


@dataclass(frozen=True)
class Bundle:
    """What a signed update says of itself: its version, its newest migration, and those that take something away."""

    version: str
    schema: str
    breaks: frozenset[str]


@dataclass(frozen=True)
class Running:
    """What the box has: its version, the migrations it knows that take something away, and those that its ledger has seen."""

    version: str
    breaks: frozenset[str]
    ledger_breaks: frozenset[str]


def bundle_of(info: dict[str, Any], compatible: str) -> Bundle:
    """A bundle by what `rauc info` says of it. Raises `Trouble` UPDATE-003 when it is not for this machine."""
    words = dict(word.partition("=")[::2] for word in str(info.get("description") or "").split())
    if info.get("compatible") != compatible or "schema" not in words or not info.get("version"):
        raise Trouble("UPDATE-003", str(info.get("compatible") or "")[:60])
    breaks = frozenset(filter(None, words.get("breaks", "").split(",")))
    return Bundle(str(info["version"]), words["schema"], breaks)


def running(ledger: Path, os_release: Path = OS_RELEASE) -> Running:
    """What this box has. Raises `sqlite3.Error` for a ledger that cannot be read."""
    return Running(version_of(os_release), MIGRATIONS.breaks, _breaks_of(ledger))


def version_of(os_release: Path = OS_RELEASE) -> str:
    """The version of the system that `os_release` describes. Raises `Trouble` UPDATE-010 when it is none of ours."""
    found = _VERSION.search(os_release.read_text("utf-8"))
    if found is None:
        raise Trouble("UPDATE-010")
    return found["version"]


def judge(bundle: Bundle, now: Running, *, may_be_older: bool = False) -> None:
    """Raises `Trouble` UPDATE-004 when there would be no way back, UPDATE-005 for an older version or one that cannot open the ledger."""
    if now.ledger_breaks - bundle.breaks:
        raise Trouble(
            "UPDATE-005", f"{bundle.version}: {', '.join(sorted(now.ledger_breaks - bundle.breaks))}"
        )
    if not may_be_older and order_of(bundle.version) <= order_of(now.version):
        raise Trouble("UPDATE-005", f"{bundle.version} ≤ {now.version}")
    if bundle.breaks - now.breaks:
        raise Trouble("UPDATE-004", ", ".join(sorted(bundle.breaks - now.breaks)))


def order_of(version: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """By which versions are told newer from older: `0.2.0+202612010900` is the moment of a commit after 0.2.0."""
    public, _, local = version.partition("+")
    return _numbers(public), _numbers(local)


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"[0-9]{1,18}", text))


def _breaks_of(ledger: Path) -> frozenset[str]:
    if not ledger.exists():
        return frozenset()
    with closing(sqlite3.connect(f"{ledger.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        return breaks_in(Database(connection))
