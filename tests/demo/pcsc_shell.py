"""A PC/SC client in a process of its own: libpcsclite keeps the first socket it was told for good.

Run as a script: `pcsc_shell.py READER APDU...` waits until a card lies in the reader whose name contains READER, connects and
prints the answers as a JSON list; without READER it prints the list of readers. `talk` and `readers` run it.
"""

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

BOUND_SECONDS = 20
JPKI_SELECT = "00A4040C0AD392F000260100000001"
READ_CERTIFICATE = ("00A4020C02000A", "00B0000020")


def _run(socket: Path, *arguments: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, __file__, *arguments],
        env={**os.environ, "PCSCLITE_CSOCK_NAME": str(socket)},
        capture_output=True,
        text=True,
        timeout=BOUND_SECONDS + 10,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answers: list[str] = json.loads(done.stdout)
    return answers


def readers(socket: Path) -> list[str]:
    """The reader names behind that pcscd, in its order."""
    return _run(socket)


def talk(socket: Path, reader: str, *apdus: str) -> list[str]:
    """Send hex APDUs to the card in the reader whose name contains `reader`; the answers as hex."""
    return _run(socket, reader, *apdus)


def talk_until_it_breaks(socket: Path, reader: str, *apdus: str) -> list[str]:
    """The same, but a card that fails in the middle ends it: the answers so far, then `broken`."""
    return _run(socket, reader, "once", *apdus)


def _names() -> list[str]:
    from smartcard.System import readers as listed  # noqa: PLC0415 - only where the socket is chosen

    return [str(one) for one in listed()]


def _exchange(wanted: str, apdus: list[str]) -> list[str]:
    from smartcard.Exceptions import CardConnectionException  # noqa: PLC0415
    from smartcard.System import readers as listed  # noqa: PLC0415 - only where the socket is chosen

    found = next(one for one in listed() if wanted in str(one))
    connection = found.createConnection()
    connection.connect()
    once = apdus[:1] == ["once"]
    answers: list[str] = []
    for apdu in apdus[once:]:
        try:
            data, sw1, sw2 = connection.transmit(list(bytes.fromhex(apdu)))
        except CardConnectionException:
            if once:
                return [*answers, "broken"]
            raise
        answers.append(bytes([*data, sw1, sw2]).hex())
    connection.disconnect()
    return answers


def _attempt(wanted: str, apdus: list[str]) -> list[str] | None:
    from smartcard.Exceptions import SmartcardException  # noqa: PLC0415
    from smartcard.pcsc.PCSCExceptions import BaseSCardException  # noqa: PLC0415

    try:
        return _exchange(wanted, apdus) if wanted else _names() or None
    except (SmartcardException, BaseSCardException, StopIteration):
        return None


def main() -> int:
    """Try until there is an answer: pcscd may be restarting, the card may not have been noticed yet."""
    wanted, apdus = (sys.argv[1], sys.argv[2:]) if len(sys.argv) > 1 else ("", [])
    end = time.monotonic() + BOUND_SECONDS
    while time.monotonic() < end:
        answers = _attempt(wanted, apdus)
        if answers is not None:
            sys.stdout.write(json.dumps(answers))
            return 0
        threading.Event().wait(0.02)
    return 1


if __name__ == "__main__":
    sys.exit(main())
