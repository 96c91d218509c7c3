"""Kills at random moments under load: `python -m tests.crash.random_kills --kills N --seed S`; `make crash` runs it.

A whole box works: manual entries come in through its pages, requests through its folder, lists now and then, and the
reference consumer takes what comes over MQTT. At moments nobody chose sync, web, the broker, the consumer or several of them
are killed and started again. At the end everything is let come to rest and is counted. The seed decides who is killed and after how long; what it hits is the machine's chance.
"""

import argparse
import logging
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from appliance.ledger import checks
from tests.crash import tally
from tests.crash.clinic import Clinic, open_clinic
from tests.crash.load import Load, Said

PATIENCE = 60.0
LONGEST_REST = 900.0
_LONGEST_LIFE = 0.9
_WORKER = "web's worker"
"""The web process is two: one that listens and one that answers, which the first one starts again."""

_VICTIMS = (
    *(("sync",),) * 8,
    *(("web",),) * 4,
    *((_WORKER,),) * 2,
    *(("sync", "web"),) * 2,
    *(("broker",),) * 3,
    *(("consumer",),) * 5,
    *(("broker", "consumer"),) * 2,
    *(("sync", "broker", "consumer"),) * 2,
)


def run(state: Path, kills: int, seed: int, seconds: float) -> tuple[int, tally.Tally]:
    """Kill so many times, or for so long, in a box below `state`; how often it was, and what came of it."""
    said = Said()
    with open_clinic(state, mortal_consumer=True) as clinic:
        clinic.start("sync", "web")
        load = Load(clinic, said)
        clinic.until("pages", load.is_up)
        with load:
            chance = random.Random(seed)  # noqa: S311 - not for secrets
            killed = _kill(clinic, kills, chance, load, time.monotonic() + seconds)
        if load.troubles:
            raise load.troubles[0]
        _come_to_rest(clinic, load)
        for name in sorted(clinic.running & {"sync", "web"}):
            clinic.stop(name)  # what is counted must not change meanwhile
        print(said.summary, file=sys.stderr)
        asked = clinic.center.ask("state")["checks"]
        return killed, tally.count(clinic.ledger, said, clinic.emr.inbox.messages(), asked)


def _kill(clinic: Clinic, kills: int, chance: random.Random, load: Load, end: float) -> int:
    killed, rest, who = 0, threading.Event(), Counter[str]()
    begun = time.monotonic()
    while killed < kills and not load.troubles and time.monotonic() < end:
        rest.wait(chance.uniform(0.0, _LONGEST_LIFE))
        victims = chance.choice(_VICTIMS)[: kills - killed]
        for victim in victims:
            if victim == _WORKER:
                clinic.nursery.do("kill-children", "web")
            else:
                clinic.kill(victim)
        killed += len(victims)
        who.update(victims)
        clinic.start(*(victim for victim in victims if victim != _WORKER))
        if killed % 100 < len(victims):
            print(f"{killed} kills in {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
    print("killed: " + ", ".join(f"{name} {count}" for name, count in who.most_common()), file=sys.stderr)
    return killed


def _come_to_rest(clinic: Clinic, load: Load) -> None:
    """Until nothing is open any more, or nothing has moved for so long that what is left counts as lost."""
    moved_at, revision = time.monotonic(), -1

    def is_at_rest() -> bool:
        nonlocal moved_at, revision
        load.finish()
        if revision != (revision := checks.latest_revision(clinic.ledger)):
            moved_at = time.monotonic()
        return not clinic.is_anything_open() or time.monotonic() - moved_at > PATIENCE

    clinic.until("rest", is_at_rest, LONGEST_REST)


def main() -> int:
    """Say `kills N lost 0 twice 0` and end with 0, or say what is wrong before that line and end with 1."""
    parser = argparse.ArgumentParser(prog="make crash", description="kill a working box at random moments")
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=3600.0, help="kill no longer than that")
    wanted = parser.parse_args()
    logging.getLogger().addHandler(
        logging.NullHandler()
    )  # the EMR's: that the broker is gone is no news here
    with tempfile.TemporaryDirectory(prefix="mdg-", dir="/tmp", ignore_cleanup_errors=True) as folder:
        killed, found = run(Path(folder), wanted.kills, wanted.seed, wanted.seconds)
    if found.lost or found.twice:
        print(tally.as_text(found), file=sys.stderr)
    print(f"kills {killed} {found.line}", flush=True)
    return 1 if found.lost or found.twice else 0


if __name__ == "__main__":
    sys.exit(main())
