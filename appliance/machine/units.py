"""How systemd says that our units are."""

import subprocess
from dataclasses import dataclass

_PROPERTIES = "Id LoadState ActiveState SubState Result NRestarts MemoryCurrent"
_COMMAND = ("systemctl", "show", "--no-pager", "--all", f"--property={','.join(_PROPERTIES.split())}")
_UNITS = ("madoguchi*", "pcscd.service", "pcscd.socket", "chrony.service", "nftables.service")
_PATIENCE = 10.0
_UNSET = 2**64 - 1
"""What systemd says where it does not count."""


@dataclass(frozen=True)
class Unit:
    """One unit. `restarts` is how often it was started anew, `memory` bytes now, 0 where nobody counts."""

    name: str
    active: str
    sub: str
    result: str
    restarts: int
    memory: int

    @property
    def has_failed(self) -> bool:
        """Whether systemd has given it up, or it ended otherwise than it should."""
        return self.active == "failed" or self.result not in ("success", "")


def units() -> tuple[Unit, ...]:
    """Ours and those that ours need, by name. Empty where there is no systemd to ask."""
    try:
        asked = subprocess.run(
            [*_COMMAND, "--", *_UNITS], capture_output=True, check=True, timeout=_PATIENCE, text=True
        )
    except (OSError, subprocess.SubprocessError):
        return ()
    return read(asked.stdout)


def read(text: str) -> tuple[Unit, ...]:
    """The units of `systemctl show`'s answer: lines of `Key=value`, an empty one after each unit."""
    found = [
        dict(line.split("=", 1) for line in block.splitlines() if "=" in line) for block in text.split("\n\n")
    ]
    there = [one for one in found if one.get("Id") and one.get("LoadState") == "loaded"]
    return tuple(sorted(map(_unit, there), key=lambda one: one.name))


def _unit(values: dict[str, str]) -> Unit:
    return Unit(
        values["Id"],
        values.get("ActiveState", ""),
        values.get("SubState", ""),
        values.get("Result", ""),
        _number(values.get("NRestarts", "")),
        _number(values.get("MemoryCurrent", "")),
    )


def _number(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() else 0
    return 0 if number == _UNSET else number
