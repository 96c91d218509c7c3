"""A late answer with its task, and the questions of a month's end: killed before all they write, nothing is told or asked twice."""

import shutil
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from appliance.eligibility.rules.claims import ClaimBy
from appliance.eligibility.rules.packaged_book import packaged_book
from appliance.ledger import assumptions, checks, consumers
from appliance.ledger.consumers import ConsumerKind
from appliance.ledger.database import Ledger
from appliance.settings import Box, Settings
from appliance.sync.month_lane import MonthLane
from tests.crash.bulk_box import WritingLedger
from tests.crash.dying_box import survives
from tests.ledger.desk import NOW
from tests.ledger.late import NONE, VALID, answer, asked, insurance, put_off

MOST_STATEMENTS = 60
MORNING = NOW + timedelta(days=1)
"""Half past nine in Japan, the day after the visits."""

SETTINGS = Settings(institution_code="1319999999")
Work = Callable[[Ledger], None]


def late_answer(ledger: Ledger) -> None:
    """The answer to the only check, which shows another share than was collected."""
    (check,) = checks.recent(ledger, 2)
    answer(ledger, check.id, VALID, insurance("020"))


def a_morning(ledger: Ledger) -> None:
    """What the lane of the month's end does when it has just started."""
    MonthLane(SETTINGS, ledger, lambda: MORNING, packaged_book).turn(MORNING)


def prepare(state: Path, work: Work) -> None:
    Box(state).create()
    with closing(Ledger.of(Box(state))) as ledger:
        consumers.add(ledger, "emr", ConsumerKind.MQTT, NOW)
        if work is late_answer:
            assert assumptions.say(ledger, put_off(ledger), ClaimBy.CURRENT, 30, "uketsuke", NOW)
            return
        for number in ("1", "2"):
            check_id = checks.open_check(ledger, asked(number), NOW)
            assert answer(ledger, check_id, NONE)


def take(state: Path, work: Work, lives: int | None = None) -> None:
    """Do the work; with `lives` the process dies before that many statements that write have run."""
    ledger = WritingLedger(Box(state).ledger_file, Box(state).bell_dir)
    if lives is not None:
        ledger.lives = lives
    work(ledger)


def look(state: Path) -> dict[str, list[tuple[Any, ...]]]:
    """What stands there, but for what is random."""
    with closing(Ledger.of(Box(state))) as ledger:
        assert [tuple(row) for row in ledger.read.execute("PRAGMA integrity_check")] == [("ok",)]
        questions = {
            "checks": "SELECT state, origin, lane FROM checks ORDER BY seq",
            "follow_ups": "SELECT (SELECT seq FROM checks WHERE id = of) AS first FROM follow_ups ORDER BY first",
            "findings": "SELECT finding FROM findings",
            "tasks": "SELECT kind, code, state FROM tasks",
            "deliveries": "SELECT consumer, state FROM deliveries",
        }
        return {name: [tuple(row) for row in ledger.read.execute(sql)] for name, sql in questions.items()}


@pytest.mark.parametrize("work", [late_answer, a_morning])
def test_done_again_after_any_death_it_is_done_once(tmp_path: Path, work: Work) -> None:
    made, whole = tmp_path / "made", tmp_path / "whole"
    prepare(made, work)
    before = look(made)
    shutil.copytree(made, whole)
    assert survives(partial(take, whole, work))
    wanted = look(whole)
    assert wanted != before
    for lives in range(1, MOST_STATEMENTS):
        state = tmp_path / str(lives)
        shutil.copytree(made, state)
        has_lived = survives(partial(take, state, work, lives))
        if work is late_answer:
            assert look(state) == (wanted if has_lived else before)
        assert survives(partial(take, state, work))
        assert look(state) == wanted
        if has_lived:
            break
    assert has_lived
    assert lives >= 8


def test_a_morning_asks_about_both_visits_and_no_more(tmp_path: Path) -> None:
    prepare(tmp_path, a_morning)
    for _ in range(2):
        take(tmp_path, a_morning)
    assert look(tmp_path)["follow_ups"] == [(1,), (2,)]
