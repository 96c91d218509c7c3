"""The journal of our units for strangers' eyes: of each line what is known to be harmless, and a mark for all else.

Our logs hold nobody's name or number (`log_lines.py`); other programs' lines, a library's warning, or a fault of ours might. So this does
not look for what is forbidden. Latin words in small letters pass, those with a capital when systemd, mosquitto, Python or we say them, small
numbers that stand alone, and of Japanese the titles of the trouble catalogue.
"""

import json
import re
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any

from appliance.eligibility.catalogue import CATALOGUE
from appliance.log_lines import printable

MARK = "***"
"""What stands where something was left out."""
LONGEST = 400
"""Letters of a line; the rest is left out."""
MOST_LINES = 3000
_MANY_DIGITS = 4
"""A token with so many digits may be a PIN, a birth date or a number of somebody's, unless it is one of `_KNOWN`."""
_BYTE = r"(25[0-5]|2[0-4]\d|1?\d?\d)"
_KNOWN = re.compile(
    rf"{_BYTE}(\.{_BYTE}){{3}}(:\d{{1,5}})?"  # an address of IPv4
    r"|\[?::[0-9a-f]{0,4}\]?:\d{1,5}"
    r"|20[2-9]\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d:?\d\d|Z)?"  # a moment, as our logs write it
    r"|[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"  # an id of our own
)
_DAY = re.compile(r"[A-Za-z]?\d{1,4}[-/.]\d{1,2}[-/.]\d{1,2}")
_CAPITALS = re.compile(r"[A-Z]{3,}")
"""How the center writes names in Latin letters."""
_SAID_IN_CAPITALS = frozenset(
    [
        "CRITICAL",
        "DEBUG",
        "ERROR",
        "FAILURE",
        "GET",
        "HEAD",
        "HTTP",
        "HTTPS",
        "INFO",
        "MQTT",
        "POST",
        "SIGABRT",
        "SIGHUP",
        "SIGKILL",
        "SIGSEGV",
        "SIGTERM",
        "SSL",
        "SUCCESS",
        "TLS",
        "USB",
        "WARNING",
    ]
) | {code.partition("-")[0] for code in CATALOGUE}
_CAPITALIZED = re.compile(r"(?<![A-Za-z])[A-Z][a-z]+(?![A-Za-z])")
"""How anybody else writes them."""
_SAID_WITH_A_CAPITAL = frozenset(
    [
        "Accepted",
        "Activating",
        "Address",
        "An",
        "Bad",
        "Bind",
        "Broker",
        "Broken",
        "Can",
        "Cannot",
        "Certificate",
        "Client",
        "Clients",
        "Closed",
        "Closing",
        "Command",
        "Config",
        "Connection",
        "Consumed",
        "Control",
        "Could",
        "Created",
        "Creating",
        "Current",
        "Deactivated",
        "Dependency",
        "Device",
        "Disconnected",
        "During",
        "Entering",
        "Error",
        "Errno",
        "Exception",
        "Exited",
        "Exiting",
        "Failed",
        "Failure",
        "False",
        "File",
        "Finished",
        "For",
        "Found",
        "Got",
        "Handling",
        "If",
        "Info",
        "Input",
        "Invalid",
        "Job",
        "Killed",
        "Killing",
        "Last",
        "Ledger",
        "Limit",
        "Listening",
        "Loading",
        "Lost",
        "Main",
        "Missing",
        "New",
        "No",
        "None",
        "Not",
        "Notice",
        "Opened",
        "Opening",
        "Out",
        "Output",
        "Path",
        "Permission",
        "Plugin",
        "Process",
        "Protocol",
        "Reached",
        "Reader",
        "Received",
        "Reloaded",
        "Reloading",
        "Removed",
        "Restart",
        "Result",
        "Running",
        "Saving",
        "Scheduled",
        "Sending",
        "Service",
        "Settings",
        "Shutting",
        "Signal",
        "Socket",
        "Standard",
        "Started",
        "Starting",
        "State",
        "Status",
        "Stopped",
        "Stopping",
        "Succeeded",
        "System",
        "Temporary",
        "Terminating",
        "The",
        "This",
        "Thread",
        "Timed",
        "Timeout",
        "Traceback",
        "Triggering",
        "Trouble",
        "True",
        "Unable",
        "Unit",
        "Unknown",
        "Usage",
        "User",
        "Using",
        "Waiting",
        "Warning",
        "Watchdog",
        "When",
        "With",
    ]
)
_NUMBERS = re.compile(r"(?<!\S)[0-9A-Fa-f]{1,3}(?:[\s,;:.-]+[0-9A-Fa-f]{1,3})+(?!\S)")
"""Small ones one behind the other: a number in groups, a date in pieces, the bytes of a card."""
_AROUND = re.compile(r"^(?P<before>[\[(\"'<]*)(?P<word>.*?)(?P<after>[\])\"'>,.;:]*)$")
_EXCEPTION = re.compile(
    r"^(?P<kind>[A-Za-z_][\w.]*(Error|Exception|Warning|Interrupt|Exit|Refused|Trouble))\b.+$"
)
_UNITS = ("madoguchi*", "pcscd.service", "pcscd.socket")
_COMMAND = ("journalctl", "--no-pager", "--quiet", "--output=json", f"--lines={MOST_LINES}")
_PATIENCE = 30.0


def lines() -> tuple[str, ...]:
    """The newest lines of our units, oldest first, each as `safe` leaves it. Empty where there is no journal to read."""
    units = [f"--unit={one}" for one in _UNITS]
    try:
        asked = subprocess.run([*_COMMAND, *units], capture_output=True, check=True, timeout=_PATIENCE)
    except (OSError, subprocess.SubprocessError):
        return ()
    return tuple(told(asked.stdout))


def told(entries: bytes) -> Iterator[str]:
    """A line for each entry of `journalctl --output=json`; what is none is passed over."""
    for entry in entries.splitlines():
        try:
            found = json.loads(entry)
            at = datetime.fromtimestamp(int(found["__REALTIME_TIMESTAMP"]) / 1_000_000, UTC)
        except (ValueError, KeyError, TypeError, OverflowError):
            continue
        unit = safe(str(found.get("UNIT") or found.get("_SYSTEMD_UNIT") or "?"))
        for line in _text(found.get("MESSAGE")).splitlines():
            yield f"{at:%Y-%m-%dT%H:%M:%SZ} {unit} {safe(line)}"


def safe(text: str) -> str:
    """`text`, with a mark for everything that is not known to be harmless."""
    plain = printable(text)[:LONGEST]
    message = _EXCEPTION.match(plain)
    if message:
        # An exception's message quotes what somebody typed; in our logs there is none.
        return f"{message['kind']} {MARK}"
    parts = _titles().split(plain)
    return "".join(part if number % 2 else _masked(part) for number, part in enumerate(parts))


def _masked(text: str) -> str:
    plain = _NUMBERS.sub(lambda found: MARK if _digits(found[0]) >= _MANY_DIGITS else found[0], text)
    # Between words that nobody knows, the small numbers of a birth date are known no better.
    may_count = plain.isascii()
    # Other spaces than the plain one come from what somebody typed.
    return re.sub(r"\s", " ", re.sub(r"\S+", lambda found: _word(found[0], may_count=may_count), plain))


def _digits(text: str) -> int:
    return sum(letter.isdigit() for letter in text)


def _word(token: str, *, may_count: bool) -> str:
    around = _AROUND.match(token)
    if not token.isascii() or around is None:
        return MARK
    word = around["word"]
    is_told = word in CATALOGUE or (_is_harmless(word) and (may_count or not _digits(word)))
    return token if is_told else f"{around['before']}{MARK}{around['after']}"


def _is_harmless(word: str) -> bool:
    if _KNOWN.fullmatch(word):
        return True
    are_said = (
        set(_CAPITALS.findall(word)) <= _SAID_IN_CAPITALS
        and set(_CAPITALIZED.findall(word)) <= _SAID_WITH_A_CAPITAL
    )
    return _digits(word) < _MANY_DIGITS and not _DAY.search(word) and are_said


@cache
def _titles() -> re.Pattern[str]:
    longest_first = sorted((entry.title for entry in CATALOGUE.values()), key=len, reverse=True)
    return re.compile(f"({'|'.join(map(re.escape, longest_first))})")


def _text(message: Any) -> str:
    """A message that is no text comes as a list of bytes."""
    if isinstance(message, list):
        return bytes(one for one in message if isinstance(one, int) and 0 <= one < 256).decode(
            "utf-8", "replace"
        )
    return message if isinstance(message, str) else ""
