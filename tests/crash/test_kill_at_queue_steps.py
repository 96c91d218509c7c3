"""Giving up, asking once more, a card that becomes a question by numbers or a note: each killed before all it writes."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from appliance.ledger import checks, consumers, dead_letters, replays
from appliance.ledger.checks import Origin
from appliance.ledger.consumers import ConsumerKind
from appliance.ledger.database import Ledger
from appliance.ledger.dead_letters import Failed, Patience
from appliance.settings import Box
from tests.crash.bulk_box import WritingLedger
from tests.crash.dying_box import survives
from tests.demo.card_evidence import evidence_of
from tests.ledger.desk import LEASE, NOW, after, opened
from tests.ledger.test_last_answers import VALID, asked, by_card

MOST_STATEMENTS = 40


def give_up(ledger: Ledger, check_id: str) -> None:
    failed = Failed("CENTER-002", "", NOW)
    dead_letters.check_failed(ledger, check_id, "me", failed, Patience(1, after), NOW)


def retry(ledger: Ledger, check_id: str) -> None:
    dead_letters.retry_check(ledger, check_id, "sakura", NOW)


def otherwise(ledger: Ledger, check_id: str) -> None:
    replays.ask_otherwise(ledger, check_id, "me", NOW)


Step = Callable[[Ledger, str], None]


def prepare(state: Path, step: Step, *, known: bool) -> str:
    """A box in which the step can be taken; the check it is about."""
    Box(state).create()
    with closing(Ledger.of(Box(state))) as ledger:
        consumers.add(ledger, "receipt", ConsumerKind.FOLDER, NOW)
        if step is otherwise:
            card = by_card(evidence_of(state, "p01"))
            if known:
                asked(ledger, card, "1", VALID)
            check_id = checks.open_check(ledger, card, NOW)
        else:
            (check_id,) = opened(ledger, origin=Origin.FOLDER, asked_by="receipt")
        assert checks.claim(ledger, "me", NOW, LEASE) is not None
        if step is retry:
            give_up(ledger, check_id)
    return check_id


def take(state: Path, step: Step, check_id: str, lives: int | None = None) -> None:
    """Take the step; with `lives` the process dies before that many statements that write have run."""
    box = Box(state)
    ledger = WritingLedger(box.ledger_file, box.bell_dir)
    if lives is not None:
        ledger.lives = lives
    step(ledger, check_id)


def look(state: Path) -> dict[str, list[tuple[Any, ...]]]:
    """What stands there, but for what is random."""
    with closing(sqlite3.connect(Box(state).ledger_file)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        columns = "state, owner, trouble_code, reason_code, given_up_at, own_failures, request_xml, revision"
        return {
            "checks": db.execute(f"SELECT {columns} FROM checks ORDER BY seq").fetchall(),
            "deliveries": db.execute("SELECT consumer, state, refusal FROM deliveries").fetchall(),
            "tasks": db.execute("SELECT kind, code, state, outcome FROM tasks").fetchall(),
            "audit": db.execute("SELECT actor, action FROM audit").fetchall(),
        }


@pytest.mark.parametrize(
    ("step", "known"), [(give_up, False), (retry, False), (otherwise, True), (otherwise, False)]
)
def test_a_step_of_the_queue_is_taken_whole_or_not_at_all(tmp_path: Path, step: Step, known: bool) -> None:
    made, whole = tmp_path / "made", tmp_path / "whole"
    check_id = prepare(made, step, known=known)
    before = look(made)
    shutil.copytree(made, whole)
    assert survives(partial(take, whole, step, check_id))
    wanted = look(whole)
    assert wanted != before
    for lives in range(1, MOST_STATEMENTS):
        state = tmp_path / str(lives)
        shutil.copytree(made, state)
        has_lived = survives(partial(take, state, step, check_id, lives))
        assert look(state) == (wanted if has_lived else before)
        assert survives(partial(take, state, step, check_id))
        assert look(state) == wanted
        if has_lived:
            break
    assert has_lived
    assert lives >= 4
