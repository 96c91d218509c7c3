"""A request of a consumer is taken whole or not at all, wherever the power goes while it is written."""

import shutil
import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from appliance.eligibility.consumer_requests import Reader
from appliance.ledger import consumer_requests, consumer_terms, consumers, deliveries
from appliance.ledger.consumer_requests import Refused
from appliance.ledger.consumer_terms import Term
from appliance.ledger.consumers import ConsumerKind
from appliance.ledger.database import Ledger
from appliance.settings import Box, Settings
from tests.crash.bulk_box import WritingLedger
from tests.crash.dying_box import survives
from tests.ledger.desk import NOW, after, answered, claimed, opened

MOST_STATEMENTS = 40
SINCE = "2026-01-01T00:00:00Z"
REQUESTS: dict[str, dict[str, Any]] = {
    "check": {"insurer_number": "06139992", "number": "3456", "birthdate": "19790305"},
    "register": {"insurer_number": "06139992", "number": "3456", "patient": "000777"},
    "replay": {"since": SINCE},
    "cancel": {"of": "before"},
}


def take(ledger: Ledger, operation: str, request_id: str, **members: Any) -> None:
    values = {"operation": operation, "request_id": request_id, **members}
    settings = Settings(institution_code="1319999999")
    done = consumer_requests.take(ledger, settings, "emr", Reader(NOW.date(), {}).read(values), NOW)
    assert not isinstance(done, Refused)


def prepare(state: Path) -> None:
    """A box with an answer that was taken, one that never was owed, and a check that waits."""
    Box(state).create()
    with closing(Ledger.of(Box(state))) as ledger:
        opened(ledger)
        assert answered(ledger, claimed(ledger).id)
        consumers.add(ledger, "emr", ConsumerKind.MQTT, NOW)
        consumer_terms.allow(ledger, "emr", Term)
        opened(ledger)
        assert answered(ledger, claimed(ledger).id)
        (owed,) = deliveries.due(ledger, ConsumerKind.MQTT, after(60))
        assert deliveries.acknowledge(ledger, owed.id, "emr", NOW)
        take(ledger, "check", "before", **REQUESTS["check"])


def work(state: Path, operation: str, lives: int | None = None) -> None:
    """Take the request; with `lives` the process dies before that many statements that write have run."""
    box = Box(state)
    ledger = WritingLedger(box.ledger_file, box.bell_dir)
    if lives is not None:
        ledger.lives = lives
    take(ledger, operation, "r-1", **REQUESTS[operation])


def look(state: Path) -> dict[str, list[tuple[Any, ...]]]:
    """What stands there, but for what is random."""
    with closing(sqlite3.connect(Box(state).ledger_file)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        return {
            "checks": db.execute("SELECT state, family, revision FROM checks ORDER BY seq").fetchall(),
            "requests": db.execute("SELECT request_id, operation, count FROM consumer_requests").fetchall(),
            "deliveries": db.execute("SELECT state, tries, replayed FROM deliveries ORDER BY seq").fetchall(),
            "audit": db.execute("SELECT actor, action FROM audit").fetchall(),
        }


@pytest.mark.parametrize("operation", REQUESTS)
def test_a_request_is_taken_whole_or_not_at_all(tmp_path: Path, operation: str) -> None:
    made, whole = tmp_path / "made", tmp_path / "whole"
    prepare(made)
    before = look(made)
    shutil.copytree(made, whole)
    assert survives(partial(work, whole, operation))
    wanted = look(whole)
    assert wanted != before
    for lives in range(1, MOST_STATEMENTS):
        state = tmp_path / str(lives)
        shutil.copytree(made, state)
        has_lived = survives(partial(work, state, operation, lives))
        assert look(state) == (wanted if has_lived else before)
        # Who got no answer sends the same again.
        assert survives(partial(work, state, operation))
        assert look(state) == wanted
        if has_lived:
            break
    assert has_lived
    assert lives >= 4
