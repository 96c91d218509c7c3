#!/usr/bin/env python3
"""Which locked packages have a known vulnerability, by a copy of the OSV database: no network, no account.

    tools/advisories.py ALL.ZIP [--lock FILE]

ALL.ZIP is OSV's export of the ecosystem PyPI (one JSON file an advisory; osv.dev tells where it lies). Ends with 1 when
something was found and with 2 when the copy cannot be read. What the copy does not know yet, this cannot find.
"""

import argparse
import json
import re
import sys
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.version import InvalidVersion, Version

ROOT = Path(__file__).resolve().parent.parent
_ECOSYSTEM = "PyPI"


@dataclass(frozen=True)
class Hit:
    """One locked package that an advisory names. `fixed`: the versions that mend it, as far as they are told."""

    package: str
    version: str
    advisory: str
    aliases: tuple[str, ...]
    fixed: tuple[str, ...]

    def __str__(self) -> str:
        mended = f"mended in {', '.join(self.fixed)}" if self.fixed else "no mended version named"
        return f"{self.package} {self.version}: {' '.join((self.advisory, *self.aliases))}; {mended}"


def advisories(copy: Path) -> Iterator[dict[str, Any]]:
    """Every advisory in a copy. Raises `OSError`, `BadZipFile`, `ValueError`."""
    with zipfile.ZipFile(copy) as archive:
        for name in archive.namelist():
            if name.endswith(".json"):
                yield json.loads(archive.read(name))


def hits(pins: dict[str, str], known: Iterable[dict[str, Any]]) -> list[Hit]:
    """What of `pins` is vulnerable; withdrawn advisories do not count."""
    found = []
    for advisory in known:
        if "withdrawn" in advisory:
            continue
        for affected in advisory.get("affected", []):
            package = affected.get("package", {})
            name = re.sub(r"[-_.]+", "-", str(package.get("name", ""))).lower()
            version = pins.get(name)
            if version is None or package.get("ecosystem") != _ECOSYSTEM or not _is_hit(version, affected):
                continue
            fixed = tuple(event["fixed"] for event in _events(affected) if "fixed" in event)
            found.append(Hit(name, version, advisory["id"], tuple(advisory.get("aliases", ())), fixed))
    return sorted(found, key=str)


def _is_hit(version: str, affected: dict[str, Any]) -> bool:
    return version in affected.get("versions", ()) or any(
        _is_within(Version(version), one["events"])
        for one in affected.get("ranges", ())
        if one.get("type") == "ECOSYSTEM"
    )


def _is_within(version: Version, events: list[dict[str, str]]) -> bool:
    """OSV's own rule: walk the events in the order of their versions, and see how it stands at ours."""
    is_hit = False
    for kind, told in sorted(((kind, told) for event in events for kind, told in event.items()), key=_place):
        if kind == "introduced" and (told == "0" or version >= _version(told)):
            is_hit = True
        if (kind == "fixed" and version >= _version(told)) or (
            kind == "last_affected" and version > _version(told)
        ):
            is_hit = False
    return is_hit


def _place(event: tuple[str, str]) -> Version:
    return Version("0") if event[1] == "0" else _version(event[1])


def _version(told: str) -> Version:
    try:
        return Version(told)
    except InvalidVersion as error:
        raise ValueError(f"no version: {told}") from error


def _events(affected: dict[str, Any]) -> list[dict[str, str]]:
    return [event for one in affected.get("ranges", ()) for event in one.get("events", ())]


def main() -> int:
    """Say what was found."""
    parser = argparse.ArgumentParser(description="Look for known vulnerabilities of the locked packages.")
    parser.add_argument("copy", type=Path)
    parser.add_argument("--lock", type=Path, default=ROOT / "requirements-box.lock")
    given = parser.parse_args()
    pins = dict(re.findall(r"^([a-z0-9.-]+)==(\S+)", given.lock.read_text("utf-8"), flags=re.MULTILINE))
    try:
        known = list(advisories(given.copy))
        found = hits(pins, known)
    except (OSError, zipfile.BadZipFile, ValueError) as error:
        sys.stderr.write(f"{given.copy}: {error}\n")
        return 2
    sys.stdout.writelines(f"{one}\n" for one in found)
    sys.stdout.write(f"{len(pins)} packages, {len(known)} advisories, {len(found)} found\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
