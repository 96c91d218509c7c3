"""The virtual EMR, which is also the vendors' example: every result once, whoever dies."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from appliance.demo import control
from appliance.demo.emr import Credentials, Inbox
from appliance.demo.emr_knobs import control_socket, credentials_file
from appliance.eligibility.trouble import Trouble
from appliance.ledger.deliveries import DeliveryState
from appliance.sync import broker
from tests.sync.station import Station, answer_check, process_ended_within


class EmrProcess:
    """The stand-in as the launcher starts it."""

    def __init__(self, station: Station) -> None:
        self.station = station
        self.state = station.box.root
        address = broker.endpoint(station.box, station.settings)
        topics = station.topics
        credentials = Credentials(
            host=address.host,
            port=address.port,
            ca=str(address.ca),
            username="emr",
            password=station.passwords["emr"],
            topic=topics.eligibility("emr"),
            ack_topic=topics.ack("emr"),
            hello_topic=topics.hello("emr"),
            bulk_topic=topics.bulk_result("emr"),
        )
        credentials_file(self.state).parent.mkdir(exist_ok=True)
        credentials_file(self.state).write_text(json.dumps(asdict(credentials)))
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "appliance.demo.emr", "--dir", str(self.state)]
        )
        self.until_connected()

    def until_connected(self) -> None:
        for _ in range(1000):
            assert not process_ended_within(self.process, 0.02)
            try:
                if self.do("received")["connected"]:
                    return
            except Trouble:
                continue
        raise AssertionError("the EMR did not connect")

    def do(self, what: str, **members: Any) -> dict[str, Any]:
        return control.ask(control_socket(self.state), {"do": what, **members})

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def emr(station: Station) -> Iterator[EmrProcess]:
    made = EmrProcess(station)
    station.start_lane()
    yield made
    made.kill()


def test_it_stores_and_acknowledges(emr: EmrProcess) -> None:
    """MQ-040."""
    check_id = answer_check(emr.station.ledger)
    emr.station.until_acknowledged(check_id, "emr")
    received = emr.do("received")
    assert (received["count"], received["check_ids"]) == (1, [check_id])
    assert received["delivery_ids"] == [emr.station.delivery(check_id, "emr").id]


def test_a_restart_does_not_count_twice(emr: EmrProcess) -> None:
    """MQ-040, MQ-041: Stored but not acknowledged, then killed: the result comes again and stays one."""
    emr.do("pause-acks")
    check_id = answer_check(emr.station.ledger)
    emr.station.until(lambda: emr.station.delivery(check_id, "emr").tries == 1)
    while emr.do("received")["count"] == 0:
        assert not process_ended_within(emr.process, 0.01)
    emr.kill()
    assert emr.station.delivery(check_id, "emr").state is DeliveryState.PENDING
    emr.start()
    emr.station.until_acknowledged(check_id, "emr")
    assert emr.do("received")["count"] == 1


def test_held_acknowledgements_are_sent_later(emr: EmrProcess) -> None:
    emr.do("pause-acks")
    check_id = answer_check(emr.station.ledger)
    while emr.do("received")["count"] == 0:
        assert not process_ended_within(emr.process, 0.01)
    assert emr.station.delivery(check_id, "emr").state is DeliveryState.PENDING
    assert emr.do("resume-acks")["acknowledging"]
    emr.station.until_acknowledged(check_id, "emr")


def test_away_and_back(emr: EmrProcess) -> None:
    """MQ-050."""
    assert not emr.do("disconnect")["connected"]
    check_ids = [answer_check(emr.station.ledger) for _ in range(3)]
    emr.station.until(lambda: emr.station.delivery(check_ids[-1], "emr").tries == 1)
    emr.do("connect")
    for check_id in check_ids:
        emr.station.until_acknowledged(check_id, "emr")
    assert sorted(emr.do("received")["check_ids"]) == sorted(check_ids)


def test_it_comes_back_after_the_broker_died(emr: EmrProcess) -> None:
    emr.station.kill_broker()
    check_id = answer_check(emr.station.ledger)
    emr.station.start_broker()
    emr.station.until_acknowledged(check_id, "emr")
    assert emr.do("received")["count"] == 1


def test_slow_and_fast_again(emr: EmrProcess) -> None:
    emr.do("slow", seconds=0.05)
    check_ids = [answer_check(emr.station.ledger) for _ in range(3)]
    emr.do("fast")
    for check_id in check_ids:
        emr.station.until_acknowledged(check_id, "emr")


def test_an_unknown_knob_is_refused(emr: EmrProcess) -> None:
    with pytest.raises(Trouble) as caught:
        emr.do("explode")
    assert caught.value.code == "DEMO-002"


def test_it_ends_when_told(emr: EmrProcess) -> None:
    emr.process.terminate()
    assert emr.process.wait(10) == 0


def test_the_inbox_keeps_the_first_of_two(tmp_path: Path) -> None:
    """MQ-041."""
    inbox = Inbox(tmp_path / "deep" / "inbox.db")
    assert inbox.store({"delivery_id": "a", "check_id": "1"})
    assert not inbox.store({"delivery_id": "a", "check_id": "2"})
    assert Inbox(tmp_path / "deep" / "inbox.db").messages() == [{"delivery_id": "a", "check_id": "1"}]
