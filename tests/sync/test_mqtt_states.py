"""Retained states: what a consumer learns by subscribing, and what it learns when the box vanishes."""

import json
import os
import signal
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest

from appliance.eligibility.catalogue import CATALOGUE
from appliance.eligibility.certificate import HeldCertificate, Place, standing
from appliance.eligibility.diagnosis import CheckName, Finding, Outcome, Severity
from appliance.eligibility.rules.packaged_book import packaged_book
from appliance.eligibility.visit import Phase
from appliance.ledger import certificates, conditions, health, line, line_checks, readers
from appliance.ledger.conditions import Link, LinkState
from appliance.ledger.times import clinic_day, to_text, utc_now
from appliance.sync.topics import Topics
from tests.sync.station import INSTITUTION, Consumer, Station

_BOX_TO_KILL = """
import sys, threading
from pathlib import Path
from appliance.ledger.database import Ledger
from appliance.ledger.times import utc_now
from appliance.settings import Box
from appliance.sync.mqtt_lane import MqttLane

box = Box(Path(sys.argv[1]))
MqttLane(box, box.load(), Ledger.of(box), utc_now).start()
threading.Event().wait()
"""


def next_state(consumer: Consumer, topic: str) -> Any:
    while True:
        found, payload = consumer.next()
        if found == topic:
            return json.loads(payload) if payload else None


def watcher(station: Station) -> Consumer:
    return station.consumer("emr", listen=(station.topics.box_state, station.topics.reader_state("+")))


def test_online_then_offline(station: Station) -> None:
    """MQ-010."""
    emr = watcher(station)
    station.start_lane()
    assert next_state(emr, station.topics.box_state)["state"] == "online"
    station.stop_lane()
    assert next_state(emr, station.topics.box_state)["state"] == "offline"
    late = watcher(station)
    assert json.loads(late.next()[1])["state"] == "offline", "it is retained"


def test_a_box_that_vanishes_is_lost(station: Station) -> None:
    """MQ-011."""
    emr = watcher(station)
    box = subprocess.Popen([sys.executable, "-c", _BOX_TO_KILL, str(station.box.root)])
    try:
        assert next_state(emr, station.topics.box_state)["state"] == "online"
        os.kill(box.pid, signal.SIGKILL)
        assert next_state(emr, station.topics.box_state)["state"] == "lost"
        station.start_lane()
        assert next_state(emr, station.topics.box_state)["state"] == "online"
    finally:
        box.kill()
        box.wait()


def test_the_links_of_the_box_are_said_with_their_code(station: Station) -> None:
    """MQ-012."""
    emr = watcher(station)
    station.start_lane()
    assert next_state(emr, station.topics.box_state)["links"]["center"]["state"] == "unknown"
    conditions.note(station.ledger, Link.CENTER, LinkState.DOWN, "LINE-001", utc_now())
    center = next_state(emr, station.topics.box_state)["links"]["center"]
    assert (center["state"], center["trouble_code"]) == ("down", "LINE-001")


def test_the_line_is_said_with_whose_fault_it_is(station: Station) -> None:
    """MQ-150."""
    emr = watcher(station)
    station.start_lane()
    assert next_state(emr, station.topics.box_state)["line"] is None
    began = utc_now()
    line.note(station.ledger, line.Phase.STOPPED, "LINE-002", began)
    said = next_state(emr, station.topics.box_state)["line"]
    assert said == {
        "state": "stopped",
        "state_label": "停止",
        "since": to_text(began),
        "trouble_code": "LINE-002",
        "text": CATALOGUE["LINE-002"].title,
        "fault": "line",
        "fault_label": "回線",
    }
    # A look layer by layer knows better than the question that failed.
    look = line_checks.want(station.ledger, "uketsuke", utc_now())
    line_checks.record(station.ledger, look, "CENTER-003", "{}", utc_now())
    said = next_state(emr, station.topics.box_state)["line"]
    assert (said["trouble_code"], said["fault"], said["since"]) == ("CENTER-003", "center", to_text(began))
    line.note(station.ledger, line.Phase.NORMAL, None, utc_now())
    said = next_state(emr, station.topics.box_state)["line"]
    assert (said["state_label"], said["text"], said["fault"]) == ("正常", "", None)


def test_the_certificate_is_said_with_its_days(station: Station) -> None:
    """MQ-014, MQ-151."""
    emr = watcher(station)
    station.start_lane()
    missing = standing(INSTITUTION, (), packaged_book(), utc_now())
    assert missing.sentence
    assert next_state(emr, station.topics.box_state)["certificate"] == {
        "institution_code": INSTITUTION,
        "state": "missing",
        "days_left": None,
        "last_day": None,
        "notice_days": None,
        "text": missing.sentence,
        "renewable_from": None,
    }
    now = utc_now()
    held = HeldCertificate(
        fingerprint="ab" * 32,
        institution_code=INSTITUTION,
        place=Place.WAITING,
        subject="",
        issuer="",
        chain="",
        anchored=True,
        not_before=now - timedelta(days=1),
        not_after=now + timedelta(days=15),
        added_by="hoshu",
        added_at=now,
    )
    certificates.add(station.ledger, held)
    certificates.activate(station.ledger, held.fingerprint, now)
    said = next_state(emr, station.topics.box_state)["certificate"]
    last_day = clinic_day(held.not_after)
    assert said == {
        "institution_code": INSTITUTION,
        "state": "ending",
        "days_left": (last_day - clinic_day(now)).days,
        "last_day": last_day.isoformat(),
        "notice_days": 15,
        "text": standing(INSTITUTION, certificates.held(station.ledger), packaged_book(), now).sentence,
        "renewable_from": (last_day - timedelta(days=90)).isoformat(),
    }
    assert "15日" in said["text"]


def test_what_the_box_finds_wrong_is_said_once_a_code(station: Station) -> None:
    """MQ-015."""
    emr = watcher(station)
    station.start_lane()
    assert next_state(emr, station.topics.box_state)["findings"] == []
    began = utc_now()
    found = (
        Finding("HEALTH-011", Severity.WAIT, "emr", "emr"),
        Finding("HEALTH-011", Severity.STOP, "emr2", "emr2"),
    )
    health.note(station.ledger, {CheckName.CONSUMERS: Outcome("", found)}, began)
    assert next_state(emr, station.topics.box_state)["findings"] == [
        {
            "code": "HEALTH-011",
            "severity": "stop",
            "text": CATALOGUE["HEALTH-011"].title,
            "since": to_text(began),
        }
    ]
    health.note(station.ledger, {CheckName.CONSUMERS: Outcome("")}, utc_now())
    assert next_state(emr, station.topics.box_state)["findings"] == []


def test_reader_states_follow_the_visit_and_name_no_visit(station: Station) -> None:
    """MQ-020, MQ-021."""
    readers.adopt(station.ledger, "serial-of-reader", utc_now())
    emr = watcher(station)
    station.start_lane()
    topic = station.topics.reader_state("1")
    assert next_state(emr, topic)["phase"] == "offline"
    readers.show(station.ledger, "serial-of-reader", utc_now(), phase=Phase.PIN, visit="v" * 32, tries_left=3)
    said = next_state(emr, topic)
    assert (said["phase"], said["phase_label"], said["label"]) == ("pin", "暗証番号を入力中", "窓口1")
    assert "v" * 32 not in json.dumps(said)
    assert "serial-of-reader" not in json.dumps(said)


def test_a_reader_taken_out_of_use_disappears(station: Station) -> None:
    """MQ-022."""
    readers.adopt(station.ledger, "serial-of-reader", utc_now())
    emr = watcher(station)
    station.start_lane()
    topic = station.topics.reader_state("1")
    next_state(emr, topic)
    with station.ledger.write() as db:
        db.execute("UPDATE readers SET enabled = 0")
    assert next_state(emr, topic) is None


def test_states_are_said_again_to_a_broker_that_forgot(station: Station) -> None:
    """MQ-013."""
    station.start_lane()
    station.until(lambda: conditions.get(station.ledger, Link.BROKER).state is LinkState.UP)
    station.kill_broker()
    station.start_broker()
    assert next_state(watcher(station), station.topics.box_state)["state"] == "online"


@pytest.mark.parametrize(
    ("topic", "word"),
    [
        ("madoguchi/1/1399999996/consumer/emr/ack", ("emr", "ack")),
        ("madoguchi/1/1399999996/consumer/emr/hello", ("emr", "hello")),
        ("madoguchi/1/1399999996/consumer/emr/eligibility", None),
        ("madoguchi/1/1399999996/consumer//ack", None),
        ("madoguchi/1/1399999996/consumer/a/b/ack", None),
        ("madoguchi/2/1399999996/consumer/emr/ack", None),
        ("madoguchi/1/1399999995/consumer/emr/ack", None),
        ("", None),
    ],
)
def test_only_a_consumers_two_topics_are_heard(topic: str, word: tuple[str, str] | None) -> None:
    """MQ-002."""
    assert Topics("1399999996").consumer_word(topic) == word
