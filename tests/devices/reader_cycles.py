"""Cards laid and taken again and again on the real pcscd: `make cycles N=1000`.

Every card must be seen, read to the PIN page under a visit of its own, and its going must end that visit. Prints one
line of JSON. The cards alternate between two people and two readers, so that a card answered for another would show.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from appliance.demo.cards import CardWorldHandle, start_card_world
from appliance.eligibility.visit import Phase
from tests.devices.reader_clinic import Clinic, open_clinic
from tests.pcsc_socket import point_at

_PEOPLE = ("p01", "p02")


def run(clinic: Clinic, cycles: int) -> set[str]:
    """Lay and take a card `cycles` times, at both readers in turn; the visits that there were. Raises `AssertionError`."""
    visits: set[str] = set()
    for number in range(cycles):
        reader = 1 + number % 2
        clinic.world.insert(reader, _PEOPLE[number // 2 % 2])
        visit = clinic.at(reader, Phase.PIN).visit
        assert visit is not None
        visits.add(visit)
        clinic.world.remove(reader)
        clinic.at(reader, Phase.IDLE)
    assert len(visits) == cycles
    return visits


@contextmanager
def clinic_in(folder: Path) -> Iterator[Clinic]:
    """A clinic with two readers whose state lies in `folder`."""
    world: CardWorldHandle = start_card_world(folder, 2)
    try:
        point_at(world.pcscd_socket)
        yield from open_clinic(folder, world, 2)
    finally:
        world.stop()


def main() -> int:
    """Command line; 1 when a card was not seen."""
    parser = argparse.ArgumentParser(prog="reader_cycles")
    parser.add_argument("--cycles", type=int, default=1000)
    cycles = parser.parse_args().cycles
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="mdg-", dir="/tmp") as folder, clinic_in(Path(folder)) as clinic:
        visits = run(clinic, cycles)
        starts = clinic.world.state()["pcscd_starts"]
    seconds = round(time.monotonic() - begun, 1)
    found = {"cycles": cycles, "visits": len(visits), "pcscd_starts": starts, "seconds": seconds}
    sys.stdout.write(json.dumps(found) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
