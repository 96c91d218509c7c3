"""A process of its own that claims all it can get: `python -m tests.ledger.claimer STATE NAME THREADS`."""

import json
import sys
import threading
from pathlib import Path

from appliance.ledger import checks
from appliance.ledger.database import Ledger
from appliance.settings import Box
from tests.ledger.desk import LEASE, after


def claim_all(ledger: Ledger, name: str, threads: int) -> list[tuple[str, str]]:
    """Claim until nothing is left, in several threads at once; (check id, owner) of each claim."""
    taken: list[tuple[str, str]] = []
    gate = threading.Barrier(threads)

    def work(thread: int) -> None:
        gate.wait(30)
        number = 0
        owner = f"{name}-{thread}-0"
        while (check := checks.claim(ledger, owner, after(999), LEASE)) is not None:
            taken.append((check.id, owner))
            number += 1
            owner = f"{name}-{thread}-{number}"

    workers = [threading.Thread(target=work, args=(number,)) for number in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return taken


def main() -> None:
    """Say `ready`, wait for a line, claim, print what was claimed."""
    state, name, threads = sys.argv[1:]
    ledger = Ledger.of(Box(Path(state)))
    print("ready", flush=True)
    sys.stdin.readline()
    print(json.dumps(claim_all(ledger, name, int(threads))), flush=True)
    ledger.close()


if __name__ == "__main__":
    main()
