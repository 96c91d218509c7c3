"""Work that ends in kill -9, in processes forked from this one: `python -m tests.crash.dying_box STATE WHAT COUNT`.

The kill comes from inside, before the Nth statement SQLite runs (`open`, `record`), so that every point of a
transaction is tried (`visit` too), or from outside at a moment nobody chose (`any`).
"""

import itertools
import json
import os
import random
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from sqlite_utils import Database

from appliance.eligibility.visit import Consents
from appliance.ledger import checks, consumers, deliveries, readers, visits
from appliance.ledger.checks import NewCheck, Origin
from appliance.ledger.consumers import ConsumerKind
from appliance.ledger.database import Ledger
from appliance.settings import Box
from tests.ledger.desk import EVIDENCE, LEASE, NOW, after, answered, opened

CONSUMERS = ("emr-1", "emr-2", "emr-3")
CONSENTS = Consents(True, True, False, False, True)


class MortalLedger(Ledger):
    """A ledger whose process dies before its `lives`-th statement."""

    lives = sys.maxsize

    def _connect(self) -> Database:
        db = super()._connect()
        db.conn.set_trace_callback(self._step)
        return db

    def _step(self, statement: str) -> None:
        self.lives -= 1
        if self.lives <= 0:
            os.kill(os.getpid(), signal.SIGKILL)


def survives(work: Callable[[], None]) -> bool:
    """Do `work` in a forked process; whether it came to its end."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return False
    assert os.waitstatus_to_exitcode(status) == 0
    return True


def prepare(state: Path) -> None:
    """A ledger with consumers."""
    Box(state).create()
    ledger = Ledger.of(Box(state))
    for name in CONSUMERS:
        consumers.add(ledger, name, ConsumerKind.MQTT, NOW)
    ledger.close()


def record_and_die(state: Path, lives: int) -> None:
    """Open, claim and answer one check; die before the answer's `lives`-th statement."""
    ledger = MortalLedger(Box(state).ledger_file, Box(state).bell_dir)
    (check_id,) = opened(ledger)
    check = checks.claim(ledger, "me", after(9), LEASE)
    assert check is not None
    assert check.id == check_id
    ledger.lives = lives
    assert answered(ledger, check_id)


def visit_and_die(state: Path, lives: int) -> None:
    """Write down what one visit with a card leads to; die before its `lives`-th statement."""
    ledger = MortalLedger(Box(state).ledger_file, Box(state).bell_dir)
    key = f"reader-{lives}"
    readers.adopt(ledger, key, NOW)
    ledger.lives = lives
    new = NewCheck(
        origin=Origin.CARD, institution_code="1319999999", reader=key, evidence=EVIDENCE, consents=CONSENTS
    )
    visits.open_check(ledger, key, new, NOW)


def open_and_die(state: Path, lives: int) -> None:
    """Make a new ledger; die before the `lives`-th statement."""
    Box(state).create()
    MortalLedger.lives = lives
    MortalLedger(Box(state).ledger_file, Box(state).bell_dir)


def every_statement(work: Callable[[int], None], at_most: int, step: int = 1) -> int:
    """How many deaths it takes until `work` survives, when each time it may run `step` statements more."""
    for deaths in range(at_most):
        if survives(lambda: work(1 + deaths * step)):  # noqa: B023 - called at once
            return deaths
    raise AssertionError(at_most)


def work_until_killed(state: Path, said: int) -> None:
    """Give back what a dead one held, then open, claim, answer and acknowledge for ever; say every answer that counted."""
    ledger = Ledger.of(Box(state))
    checks.release_all(ledger)
    while True:
        opened(ledger, 2)
        for number in itertools.count():
            check = checks.claim(ledger, f"{os.getpid()}-{number}", after(9), LEASE)
            if check is None:
                break
            assert answered(ledger, check.id, f"{os.getpid()}-{number}")
            os.write(said, check.id.encode() + b"\n")
            first = deliveries.of_check(ledger, check.id)[0]
            deliveries.acknowledge(ledger, first.id, first.consumer, after(9))


def kill_anywhere(state: Path, kills: int) -> list[str]:
    """Kill a working process so many times; the ids it said it had answered."""
    chance = random.Random(20260401)  # noqa: S311 - not for secrets
    said = b""
    for _ in range(kills):
        ear, mouth = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(ear)
            try:
                work_until_killed(state, mouth)
            finally:
                os._exit(1)
        os.close(mouth)
        with os.fdopen(ear, "rb", buffering=0) as stream:
            wanted = len(said) + chance.randrange(1, 400)
            while len(said) < wanted and (more := stream.read(33)):
                said += more
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            said += stream.read()
    return said.decode().split()


def main() -> None:
    """Print what came of it as JSON."""
    state, what, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    if what == "open":
        print(every_statement(lambda lives: open_and_die(state / str(lives), lives), count, step=5))
        return
    if not survives(lambda: prepare(state)):
        raise AssertionError
    if what in ("record", "visit"):
        work = record_and_die if what == "record" else visit_and_die
        print(every_statement(lambda lives: work(state, lives), count))
    else:
        print(json.dumps(kill_anywhere(state, count)))


if __name__ == "__main__":
    main()
