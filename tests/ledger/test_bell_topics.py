"""Who is woken by what: a listener hears of its topics alone, and of everything once a second."""

from collections.abc import Callable
from pathlib import Path

import pytest

from appliance.eligibility.visit import Phase
from appliance.ledger import audit, checks, conditions, consumers, deliveries, readers, results
from appliance.ledger.bell import EVERYTHING, LONGEST_WAIT, Bell, BellListener, Topic
from appliance.ledger.conditions import Link, LinkState
from appliance.ledger.consumers import ConsumerKind
from appliance.ledger.database import Ledger
from tests.ledger.desk import NOW, answered, claimed, opened

NOTHING = Topic(0)


def test_a_listener_hears_of_its_topics_alone(box_dir: Path) -> None:
    bell = Bell(box_dir)
    with BellListener(box_dir, Topic.READERS | Topic.CHECKS) as ear, BellListener(box_dir) as all_ears:
        bell.ring(Topic.DELIVERIES)
        assert ear.wait(0) == NOTHING
        assert all_ears.wait(0) == Topic.DELIVERIES
        bell.ring(Topic.DELIVERIES | Topic.CHECKS)
        assert ear.wait(0) == Topic.CHECKS
        bell.ring()
        assert ear.wait(0) == Topic.READERS | Topic.CHECKS
    bell.close()


def test_there_is_room_for_topics_to_come(box_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    last = Topic(1 << 31)
    monkeypatch.setattr("appliance.ledger.bell.EVERYTHING", EVERYTHING | last)
    bell = Bell(box_dir)
    with BellListener(box_dir, last | Topic.READERS) as ear:
        bell.ring(last | Topic.CHECKS)
        assert ear.wait(0) == last
    bell.close()


def test_rings_before_a_wait_are_heard_together(box_dir: Path) -> None:
    bell = Bell(box_dir)
    with BellListener(box_dir) as ear:
        bell.ring(Topic.CHECKS)
        bell.ring(Topic.READERS)
        assert ear.wait(0) == Topic.CHECKS | Topic.READERS
        assert ear.wait(0) == NOTHING
    bell.close()


def test_a_name_that_says_no_topics_is_rung_for_all(box_dir: Path) -> None:
    bell = Bell(box_dir)
    with BellListener(box_dir, Topic.READERS) as ear:
        (path,) = box_dir.iterdir()
        path.rename(box_dir / "strange.bell")
        bell.ring(Topic.CHECKS)
        assert ear.wait(0) == Topic.CHECKS
        (box_dir / "strange.bell").unlink()
    bell.close()


def test_news_are_everything_once_a_second(box_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("appliance.ledger.bell.time.monotonic", lambda: now)
    bell = Bell(box_dir)
    with BellListener(box_dir) as ear:
        bell.ring(Topic.CHECKS)
        assert ear.news(0) == EVERYTHING
        bell.ring(Topic.CHECKS)
        assert ear.news(0) == Topic.CHECKS
        assert ear.news(0) == EVERYTHING
        now += LONGEST_WAIT
        bell.ring(Topic.CHECKS)
        assert ear.news(0) == EVERYTHING
    bell.close()


QUESTION = Topic.QUESTIONS | Topic.CHECKS
RESULT = Topic.CHECKS | Topic.DELIVERIES | Topic.TASKS


def test_what_is_said_on_the_way_of_a_check(ledger: Ledger) -> None:
    consumers.add(ledger, "emr", ConsumerKind.MQTT, NOW)
    with ledger.listen() as ear:
        (check_id,) = opened(ledger)
        assert ear.wait(0) == QUESTION
        claimed(ledger)
        assert ear.wait(0) == Topic.CHECKS
        checks.put_back(ledger, check_id, "me", "LINE-001", "", NOW)
        assert ear.wait(0) == QUESTION
        claimed(ledger)
        assert ear.wait(0) == Topic.CHECKS
        assert answered(ledger, check_id)
        assert ear.wait(0) == RESULT
        (delivery,) = deliveries.of_check(ledger, check_id)
        deliveries.all_offered(ledger, {delivery.id: NOW})
        assert ear.wait(0) == Topic.OTHER
        deliveries.acknowledge(ledger, delivery.id, "emr", NOW)
        assert ear.wait(0) == Topic.CHECKS


@pytest.mark.parametrize(
    ("change", "topics"),
    [
        (
            lambda ledger: results.withdraw(ledger, checks.recent(ledger, 1)[0].id, NOW),
            Topic.CHECKS | Topic.DELIVERIES,
        ),
        (lambda ledger: readers.show(ledger, "serial-1", NOW, phase=Phase.PIN), Topic.READERS),
        (lambda ledger: readers.enable(ledger, "serial-1", enabled=False), Topic.READERS),
        (
            lambda ledger: conditions.note(ledger, Link.CENTER, LinkState.DOWN, "LINE-001", NOW),
            Topic.CONDITIONS,
        ),
        (lambda ledger: audit.write(ledger, "a", "b", "c", NOW), Topic.OTHER),
        (lambda ledger: consumers.remove(ledger, "emr"), EVERYTHING),
    ],
)
def test_what_other_changes_say(ledger: Ledger, change: Callable[[Ledger], object], topics: Topic) -> None:
    consumers.add(ledger, "emr", ConsumerKind.MQTT, NOW)
    readers.adopt(ledger, "serial-1", NOW)
    opened(ledger)
    with ledger.listen() as ear:
        change(ledger)
        assert ear.wait(0) == topics
