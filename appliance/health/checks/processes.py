"""Do the processes that hold a hatch open answer at it?"""

import socket
from pathlib import Path

from appliance.eligibility.diagnosis import Finding, Outcome, Severity
from appliance.eligibility.said import joined, said
from appliance.health.surroundings import Surroundings
from appliance.unix_address import short_address

SECONDS = 5.0
_NOTHING = b"\n"
"""A line that asks for nothing: both hatches say of it that it is none of theirs."""


def look(here: Surroundings) -> Outcome:
    """A finding for devices and sync each, when nobody is at its socket. web has no hatch: whoever reads a page knows."""
    hatches = {"devices": here.box.hatch_socket, "sync": here.box.certificate_socket}
    silent = [name for name, path in hatches.items() if not _answers(path)]
    findings = tuple(
        Finding("HEALTH-012", Severity.STOP, said("応答がないもの: {name}", name=name), name)
        for name in silent
    )
    return Outcome("すべて応答しています" if not silent else joined("、", silent), findings)


def _answers(path: Path) -> bool:
    # Being connected is no sign of life: the kernel does that for a process that hangs.
    try:
        with socket.socket(socket.AF_UNIX) as connection, short_address(path) as address:
            connection.settimeout(SECONDS)
            connection.connect(address)
            connection.sendall(_NOTHING)
            return bool(connection.recv(1))
    except OSError:
        return False
