"""The status lamp of a board that has one: steady when all is well, slow blinking for a word, fast when work stands still.

The kernel shows lamps as folders `sys/class/leds/<device>:<colour>:<function>`. One of ours has the function `status`, or `fault`, which is lit
only when something is wrong. Lamps are nobody's unless a rule of udev gives them to our group, and a box without that, or
without lamps, goes without.
"""

import contextlib
from pathlib import Path

from appliance.eligibility.diagnosis import Severity

_STATUS, _FAULT = "status", "fault"
_BLINKS = {Severity.WAIT: 1000, Severity.STOP: 200}
"""Milliseconds on and off."""


def show(root: Path, severity: Severity | None) -> int:
    """Set every lamp of ours; how many there are that could be set."""
    lamps = {function: _lamps(root, function) for function in (_STATUS, _FAULT)}
    done = [_set(lamp, severity, is_lit=True) for lamp in lamps[_STATUS]]
    done += [_set(lamp, severity, is_lit=severity is not None) for lamp in lamps[_FAULT]]
    return sum(done)


def _lamps(root: Path, function: str) -> list[Path]:
    return sorted((root / "sys/class/leds").glob(f"*:{function}"))


def _set(lamp: Path, severity: Severity | None, *, is_lit: bool) -> bool:
    with contextlib.suppress(OSError):
        # Written only when it is another: a trigger that is set anew begins its blinking anew.
        wanted = "timer" if severity else "none"
        if f"[{wanted}]" not in (lamp / "trigger").read_text("ascii"):
            (lamp / "trigger").write_text(wanted, "ascii")
        if severity is not None:
            for delay in ("delay_on", "delay_off"):
                _write_news(lamp / delay, str(_BLINKS[severity]))
            return True
        _write_news(
            lamp / "brightness", (lamp / "max_brightness").read_text("ascii").strip() if is_lit else "0"
        )
        return True
    return False


def _write_news(file: Path, wanted: str) -> None:
    if file.read_text("ascii").strip() != wanted:
        file.write_text(wanted, "ascii")
