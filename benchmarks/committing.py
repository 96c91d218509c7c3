"""Results committed as the asker does it, and the moment at which all that was owed for them is acknowledged."""

import time

from appliance.ledger import checks, results
from appliance.ledger.checks import NewCheck, Origin
from appliance.ledger.database import Ledger
from appliance.ledger.times import utc_now

LONGEST = 120.0


def opened(ledger: Ledger, institution_code: str) -> str:
    """The id of a check as it stands after a card."""
    new = NewCheck(origin=Origin.CARD, institution_code=institution_code, reader="1")
    return checks.open_check(ledger, new, utc_now())


def answer(ledger: Ledger, check_id: str, xml: bytes) -> None:
    """Commit the center's answer to it."""
    results.record(ledger, check_id, None, xml=xml, qualification_validity="1", refusal=None, now=utc_now())


def until_acknowledged(ledger: Ledger) -> float:
    """Wait until nothing is owed to anybody; the moment of `time.perf_counter`. Raises `TimeoutError`."""
    end = time.perf_counter() + LONGEST
    with ledger.listen() as bell:
        while owed(ledger):
            if time.perf_counter() > end:
                raise TimeoutError(f"{owed(ledger)} are still owed")
            bell.wait()
        return time.perf_counter()


def owed(ledger: Ledger) -> int:
    """How many deliveries are pending."""
    return int(ledger.read.execute("SELECT count(*) FROM deliveries WHERE state = 'pending'").fetchone()[0])
