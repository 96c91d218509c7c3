"""The rules applied: in steps so short that nobody at the desk waits for one."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from appliance.eligibility.retention import Ending, rules
from appliance.ledger.bell import Topic
from appliance.ledger.database import Ledger
from appliance.ledger.retention import proofs
from appliance.ledger.retention.removing import REMOVERS
from appliance.settings import Settings

MOST_STEPS = 10_000
"""Of one rule at one time; what is left has its turn at the next."""


def days_of(settings: Settings) -> Mapping[str, int]:
    """How many days each rule keeps, for the rules that count days, in their order."""
    return {
        rule.id: int(getattr(settings, rule.setting)) if rule.setting else rule.days
        for rule in rules()
        if rule.ending is Ending.DAYS
    }


def apply(
    ledger: Ledger, days: Mapping[str, int], now: datetime, pause: Callable[[], bool] = lambda: False
) -> dict[str, int]:
    """Remove what is due at `now` by every rule; how many records each removed, without those that had nothing to do.

    Each step is a transaction that writes its own proof. `pause` is called after each; True ends all.
    """
    removed: dict[str, int] = {}
    for rule, kept in days.items():
        until = now - timedelta(days=kept)
        for _ in range(MOST_STEPS):
            count = _step(ledger, rule, until, now)
            if not count:
                break
            removed[rule] = removed.get(rule, 0) + count
            if pause():
                return removed
    return removed


def _step(ledger: Ledger, rule: str, until: datetime, now: datetime) -> int:
    with ledger.write(Topic.OTHER) as db:
        count = REMOVERS[rule](db, until)
        if count:
            proofs.note_in(db, rule, count, until, now)
    return count
