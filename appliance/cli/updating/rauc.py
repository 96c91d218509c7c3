"""RAUC, which looks at signatures, writes slots and tells the boot loader which one to start."""

import configparser
import json
import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from appliance.eligibility.trouble import Trouble

CONFIG = Path("/etc/rauc/system.conf")
COMMAND_LINE = Path("/proc/cmdline")
_PERCENT = re.compile(r"(?P<percent>[0-9]{1,3})%")
_SLOT = re.compile(r"(?:^|\s)rauc\.slot=(?P<slot>[AB])(?:\s|$)")
_LONGEST_REASON = 200
_QUICK = 60
"""Seconds for what only asks. Writing a slot may take as long as the disk needs."""


@dataclass(frozen=True)
class Rauc:
    """The program `rauc` and this machine's configuration of it."""

    program: str = "rauc"
    config: Path = CONFIG

    @property
    def compatible(self) -> str:
        """What an update for this machine calls itself. Raises `Trouble` UPDATE-010 on a machine that rauc does not know."""
        parser = configparser.ConfigParser(interpolation=None)
        if not parser.read(self.config):
            raise Trouble("UPDATE-010")
        return parser.get("system", "compatible")

    def info(self, bundle: Path) -> dict[str, Any]:
        """What a bundle says of itself, once its signature is found good. Raises `Trouble` UPDATE-002."""
        done = self._run("--conf", str(self.config), "info", "--output-format=json", str(bundle))
        if done.returncode != 0:
            raise Trouble("UPDATE-002", reason_in(done.stderr))
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def install(self, bundle: Path, progress: Callable[[int], None]) -> None:
        """Write it into the slot that does not run. `progress` hears of each new percent. Raises `Trouble` UPDATE-008."""
        heard: list[str] = []
        last = -1
        with subprocess.Popen(
            [self.program, "install", "--progress", str(bundle)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        ) as process:
            for line in process.stdout or ():
                heard = [*heard[-20:], line]
                found = _PERCENT.search(line)
                if found and int(found["percent"]) != last:
                    last = int(found["percent"])
                    progress(min(last, 100))
        if process.returncode != 0:
            raise Trouble("UPDATE-008", reason_in("".join(heard)))

    def is_other_good(self) -> bool:
        """Whether the slot that does not run is one that may be started. False when nobody can say."""
        done = self._run("status", "--output-format=json")
        try:
            slots = [one for entry in json.loads(done.stdout)["slots"] for one in entry.values()]
        except (ValueError, KeyError, TypeError, AttributeError):
            return False
        return any(one.get("state") != "booted" and one.get("boot_status") == "good" for one in slots)

    def mark(self, what: str, slot: str) -> None:
        """`mark-good`, `mark-bad` or `mark-active` of `booted` or `other`. Raises `Trouble` UPDATE-009."""
        done = self._run("status", what, slot)
        if done.returncode != 0:
            raise Trouble("UPDATE-009", reason_in(done.stderr))

    def _run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        try:
            return subprocess.run(
                [self.program, *arguments],
                check=False,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=_QUICK,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Trouble("UPDATE-010", type(error).__name__) from error


def booted_slot(command_line: Path = COMMAND_LINE) -> str:
    """The slot that this machine runs from. Raises `Trouble` UPDATE-010 on one that has none."""
    found = _SLOT.search(command_line.read_text("ascii", "replace"))
    if found is None:
        raise Trouble("UPDATE-010")
    return found["slot"]


def reason_in(said: str) -> str:
    """The last thing rauc said, without its time and without the names of files."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    last = re.sub(r"^.*?(?:\d\d:\d\d:\d\d\.\d+:|LastError:)\s*", "", lines[-1]) if lines else ""
    return re.sub(r"(?<![\w'])'?/[^\s':]+'?", "…", last)[:_LONGEST_REASON]
