"""The status lamp of a board that has one: steady when all is well, slow blinking for a word, fast when work stands still.

The kernel shows lamps as folders `sys/class/leds/<device>:<colour>:<function>`. Ours have the function `status`, or `fault`, which is dark while all
is well. A rule of udev gives them the trigger `timer` and its two delays to our group; a box without that, or without lamps, goes without.
"""

from pathlib import Path

from appliance.eligibility.diagnosis import Severity

_LIT, _DARK = (1000, 0), (0, 1000)
_BLINKS = {Severity.WAIT: (1000, 1000), Severity.STOP: (200, 200)}
"""Milliseconds on and off."""


def show(root: Path, severity: Severity | None) -> int:
    """Set every lamp of ours; how many there are that could be set."""
    lamps = root / "sys/class/leds"
    status, fault = (_BLINKS[severity], _BLINKS[severity]) if severity else (_LIT, _DARK)
    wanted = {"status": status, "fault": fault}
    return sum(
        _set(lamp, *delays)
        for function, delays in wanted.items()
        for lamp in sorted(lamps.glob(f"*:{function}"))
    )


def _set(lamp: Path, on: int, off: int) -> bool:
    # What is not zero goes first: with both at zero the kernel would choose for itself.
    writes = sorted({"delay_on": on, "delay_off": off}.items(), key=lambda one: not one[1])
    try:
        for name, value in writes:
            # Written only when it is another: what is set anew begins its blinking anew.
            if (lamp / name).read_text("ascii").strip() != str(value):
                (lamp / name).write_text(str(value), "ascii")
    except OSError:
        return False
    return True
