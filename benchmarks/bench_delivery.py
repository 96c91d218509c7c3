"""(c) From the commit of a result until an MQTT subscriber has it, beside what disk and broker alone take.

Three processes, as on the box: one commits, one is the MQTT lane, one is the subscriber. The floor is measured in
between: one bare FULL commit of the same bytes, and one bare publish of as many bytes from an open connection.
"""

import sqlite3
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from paho.mqtt.client import Client

from appliance.demo.people import person
from appliance.eligibility.message import ResultBody, ResultHeader, ResultMessage
from appliance.eligibility.message_xml import write
from appliance.ledger import checks, deliveries, results
from appliance.ledger.checks import NewCheck, Origin
from appliance.ledger.deliveries import DeliveryState
from appliance.ledger.times import utc_now
from appliance.sync.topics import Topics
from benchmarks.broker_world import (
    CONSUMER,
    INSTITUTION_CODE,
    Arrival,
    Station,
    bare_payload,
    connect,
    station,
)
from benchmarks.report import Aim, Report, Row, milliseconds

DELIVERIES = 200
WARM_UP = 10
MOST_TIMES = 3.0
PAUSE = 0.01
"""Seconds before each measurement, so that every process sleeps again."""

OWNER = "bench"
COMMIT, PUBLISH = "a bare FULL commit", "a bare QoS 1 publish → received"
FLOOR = "the floor: both, one after the other"
RECORDED, DELIVERED = "the result's own commit", "the result's commit → received by the subscriber"
_TOPIC = Topics(INSTITUTION_CODE).eligibility(CONSUMER)


@dataclass(frozen=True)
class Bench:
    """What one round needs; `answer` is the center's XML, `size` the bytes of what is published for it."""

    running: Station
    bare: sqlite3.Connection
    bystander: Client
    answer: bytes
    size: int


@dataclass(frozen=True)
class Delivered:
    """The moments of one delivery: before the commit, after it, and when the subscriber had it."""

    begun: float
    committed: float
    arrival: Arrival


def run() -> Report:
    """Measure in a new state folder, with a broker of its own."""
    with (
        tempfile.TemporaryDirectory(prefix="mdg-bench-", dir="/tmp") as folder,
        station(Path(folder)) as running,
        closing(_bare_file(running.box.root / "bare.db")) as bare,
    ):
        answer, bystander = usual_answer(), connect(running.account)
        size = _deliver(running, answer).arrival.size
        bench = Bench(running, bare, bystander, answer, size)
        measured = [_round(bench) for _ in range(WARM_UP + DELIVERIES)][WARM_UP:]
        bystander.disconnect()
        bystander.loop_stop()
    note = f"{len(answer)} bytes of XML are committed, {size} bytes of JSON published over TLS"
    return _report(measured, note)


def _round(bench: Bench) -> dict[str, float]:
    committed, published = _bare_commit(bench), _bare_publish(bench)
    ours = _deliver(bench.running, bench.answer)
    return {
        COMMIT: committed,
        PUBLISH: published,
        FLOOR: committed + published,
        RECORDED: ours.committed - ours.begun,
        DELIVERED: ours.arrival.moment - ours.begun,
    }


def _report(measured: list[dict[str, float]], note: str) -> Report:
    beside = {DELIVERED: FLOOR, RECORDED: COMMIT}
    rows = {
        name: Row(name, milliseconds([one[name] for one in measured]), beside.get(name))
        for name in measured[0]
    }
    ours, floor = rows[DELIVERED].p50, rows[FLOOR].p50
    aim = Aim(
        f"commit → MQTT received within {MOST_TIMES:g} times the floor at the median",
        f"{ours:.2f} ms against {floor:.2f} ms, {ours / floor:.2f} times",
        ours <= MOST_TIMES * floor,
    )
    return Report("(c) A committed result reaches an MQTT subscriber", tuple(rows.values()), (aim,), (note,))


def _bare_file(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE bare (seq INTEGER PRIMARY KEY, xml BLOB)")
    return connection


def _bare_commit(bench: Bench) -> float:
    time.sleep(PAUSE)
    begun = time.perf_counter()
    bench.bare.execute("BEGIN IMMEDIATE")
    bench.bare.execute("INSERT INTO bare (xml) VALUES (?)", [bench.answer])
    bench.bare.execute("COMMIT")
    return time.perf_counter() - begun


def _bare_publish(bench: Bench) -> float:
    time.sleep(PAUSE)
    payload = bare_payload(bench.size)
    begun = time.perf_counter()
    bench.bystander.publish(_TOPIC, payload, qos=1)
    return bench.running.arrival().moment - begun


def _deliver(running: Station, answer: bytes) -> Delivered:
    """Answer a new check, and leave everything acknowledged and quiet."""
    ledger = running.ledger
    new = NewCheck(origin=Origin.CARD, institution_code=INSTITUTION_CODE, reader="1")
    check_id = checks.open_check(ledger, new, utc_now())
    checks.claim(ledger, OWNER, utc_now(), timedelta(minutes=1))
    time.sleep(PAUSE)
    begun = time.perf_counter()
    results.record(
        ledger, check_id, OWNER, xml=answer, qualification_validity="1", refusal=None, now=utc_now()
    )
    committed = time.perf_counter()
    arrival = running.arrival()
    running.until(lambda: _is_acknowledged(running, check_id))
    return Delivered(begun, committed, arrival)


def _is_acknowledged(running: Station, check_id: str) -> bool:
    found = deliveries.of_check(running.ledger, check_id)
    return all(one.state is DeliveryState.ACKNOWLEDGED for one in found)


def usual_answer() -> bytes:
    """An answer of the usual size."""
    header = ResultHeader(medical_institution_code=INSTITUTION_CODE, segment_of_result="1")
    body = ResultBody(
        processing_result_status="1", qualification_validity="1", result_list=person("p01").qualifications
    )
    return write(ResultMessage(message_header=header, message_body=body))
