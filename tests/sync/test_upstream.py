"""A broker beside the box's own: who is served there, in MQTT 3.1.1, and what becomes of the box when it is away.

A second mosquitto plays it here; `tests/cluster/` has the real clusters.
"""

import io
import json
import re
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from paho.mqtt.enums import MQTTProtocolVersion

from appliance.eligibility.trouble import Trouble
from appliance.ledger import conditions, payloads
from appliance.ledger.conditions import Link, LinkState
from appliance.ledger.deliveries import DeliveryState
from appliance.ledger.payloads import BoxState
from appliance.ledger.times import utc_now
from appliance.sync import broker, broker_accounts
from appliance.sync.broker_accounts import BOX_ACCOUNT
from appliance.sync.consumer_accounts import open_account
from appliance.sync.handover import Account, Rights, pack
from appliance.sync.mqtt_lane import MqttLane
from appliance.sync.mqtt_link import MqttLink, Will
from appliance.sync.mqtt_place import Access, Upstream, places
from appliance.sync.topics import Topics
from tests.conftest import free_ports
from tests.sync.station import BOUND, INSTITUTION, Station, answer_check

HERE, THERE = "emr", "chart"


class Outgrown:
    """A box whose consumer `chart` is at a second broker, and both brokers running; no lane yet."""

    def __init__(self, station: Station, elsewhere: Station) -> None:
        self.station = station
        self.elsewhere = elsewhere
        address = broker.endpoint(elsewhere.box, elsewhere.settings)
        station.box.upstream_secret.write_text(broker_accounts.box_secret(elsewhere.box), "ascii")
        station.box.upstream_secret.chmod(0o600)
        self.settings = replace(
            station.settings,
            # Nobody is at the first one, so that the second has to be tried.
            upstream_brokers=(f"127.0.0.1:{free_ports(1)[0]}", f"127.0.0.1:{address.port}"),
            upstream_consumers=(THERE,),
            upstream_account=BOX_ACCOUNT,
            upstream_ca=str(address.ca),
        )
        self.lanes: list[MqttLane] = []

    def start_lanes(self) -> None:
        box, ledger = self.station.box, self.station.ledger
        self.lanes = [
            MqttLane(box, self.settings, ledger, utc_now, place) for place in places(box, self.settings)
        ]
        for lane in self.lanes:
            lane.start()
        self.station.until(lambda: self.is_at(LinkState.UP, Link.UPSTREAM) and self.is_at(LinkState.UP))

    def of_the_box(self, client_id: str) -> Access:
        """Another connection of the box's own account to the second broker."""
        place = Upstream(self.station.box, self.settings)
        place.pass_on()
        return replace(place.access(), client_id=client_id)

    def is_at(self, state: LinkState, link: Link = Link.BROKER) -> bool:
        return conditions.get(self.station.ledger, link).state is state


@pytest.fixture
def outgrown(box_dir: Path) -> Iterator[Outgrown]:
    waits = {"offer_first": 600.0, "offer_longest": 600.0}
    station, elsewhere = Station(box_dir / "box", **waits), Station(box_dir / "else")
    made = None
    try:
        for one, names in ((station, (HERE, THERE)), (elsewhere, (THERE, HERE))):
            for name in names:
                one.add_consumer(name)
        for one in (station, elsewhere):
            one.start_broker()
        made = Outgrown(station, elsewhere)
        yield made
    finally:
        for lane in made.lanes if made else ():
            lane.stop()
        station.close()
        elsewhere.close()


def test_each_consumer_is_served_where_it_is_and_heard_nowhere_else(outgrown: Outgrown) -> None:
    """MQ-090, MQ-005, MQ-042, with MQTT 3.1.1 at the second broker."""
    station, elsewhere = outgrown.station, outgrown.elsewhere
    outgrown.start_lanes()
    here = station.consumer(HERE, acknowledges=False)
    there = elsewhere.consumer(THERE, acknowledges=False)
    wrong = elsewhere.consumer(HERE)
    check_id = answer_check(station.ledger)
    (mine, yours) = (json.loads(one.next()[1]) for one in (here, there))
    assert mine["delivery_id"] == station.delivery(check_id, HERE).id
    assert yours["delivery_id"] == station.delivery(check_id, THERE).id
    # At the other broker somebody has got hold of the account of a consumer that is served at the box.
    for said in (mine, yours):
        wrong.publish(wrong.topics.ack(HERE), json.dumps({"delivery_id": said["delivery_id"]}))
    there.publish(there.topics.ack(THERE), json.dumps({"delivery_id": yours["delivery_id"]}))
    station.until_acknowledged(check_id, THERE)
    assert station.delivery(check_id, HERE).state is DeliveryState.PENDING
    assert wrong.messages.empty()
    here.publish(here.topics.ack(HERE), json.dumps({"delivery_id": mine["delivery_id"]}))
    station.until_acknowledged(check_id, HERE)


def test_the_box_says_how_the_way_there_is(outgrown: Outgrown) -> None:
    """MQ-091, MQ-012, MQ-032: while it is away its results wait, and those of the box's own consumers do not."""
    station, elsewhere = outgrown.station, outgrown.elsewhere
    outgrown.start_lanes()
    watcher = station.consumer(HERE, listen=(station.topics.box_state, station.topics.eligibility(HERE)))
    said = json.loads(watcher.next()[1])["links"]["upstream"]
    assert (said["state"], said["trouble_code"]) == ("up", None)
    elsewhere.kill_broker()
    said = json.loads(watcher.next()[1])["links"]["upstream"]
    assert (said["state"], said["trouble_code"]) == ("down", "BROKER-004")
    check_id = answer_check(station.ledger)
    station.until_acknowledged(check_id, HERE)
    assert station.delivery(check_id, THERE).state is DeliveryState.PENDING
    elsewhere.start_broker()
    station.until(lambda: outgrown.is_at(LinkState.UP, Link.UPSTREAM))
    elsewhere.consumer(THERE).hello()
    station.until_acknowledged(check_id, THERE)


def test_a_hello_there_brings_all_states_to_who_listens_already(outgrown: Outgrown) -> None:
    """MQ-052."""
    outgrown.start_lanes()
    there = outgrown.elsewhere.consumer(THERE, listen=(outgrown.elsewhere.topics.box_state,))
    _topic, first, is_retained = there.messages.get(timeout=BOUND)
    assert is_retained
    there.hello()
    _topic, again, is_retained = there.messages.get(timeout=BOUND)
    assert not is_retained
    assert "upstream" not in json.loads(again)["links"]
    assert again == first


def test_a_last_will_that_comes_late_is_taken_back(outgrown: Outgrown) -> None:
    """MQ-010: the half-dead connection of before says `lost` at another node while the box is online again."""
    outgrown.start_lanes()
    topic = outgrown.elsewhere.topics.box_state
    there = outgrown.elsewhere.consumer(THERE, listen=(topic,))
    assert json.loads(there.next()[1])["state"] == "online"
    before = MqttLink(outgrown.of_the_box("before"), lambda _heard: None, lambda: None)
    lost = Will(topic, payloads.box_state(INSTITUTION, BoxState.LOST))
    before.open(lost, [topic])
    # Its last word comes as the broker would say it.
    before.close(lost)
    assert json.loads(there.next()[1])["state"] == "lost"
    assert json.loads(there.next()[1])["state"] == "online"


def test_what_is_needed_to_get_in_is_told_by_name(outgrown: Outgrown) -> None:
    station, settings = outgrown.station, outgrown.settings
    secret = station.box.upstream_secret
    troubles = []
    for spoil in (
        lambda: secret.write_text("wrong", "ascii"),
        lambda: secret.chmod(0o640),
        secret.unlink,
    ):
        spoil()
        place = Upstream(station.box, settings)
        place.pass_on()
        lane = MqttLane(station.box, settings, station.ledger, utc_now, place)
        conditions.forget(station.ledger, (Link.UPSTREAM,), utc_now())
        lane.start()
        station.until(
            lambda: conditions.get(station.ledger, Link.UPSTREAM).trouble_code not in (None, "BROKER-004")
        )
        troubles.append(conditions.get(station.ledger, Link.UPSTREAM).trouble_code)
        lane.stop()
    assert troubles == ["BROKER-005", "BROKER-006", "BROKER-006"]


def test_the_box_gives_no_password_for_somebody_elses_broker(outgrown: Outgrown) -> None:
    station, settings = outgrown.station, outgrown.settings
    before = broker_accounts.read_hashes(station.box)
    given = open_account(station.box, settings, station.ledger, THERE, utc_now())
    with zipfile.ZipFile(given) as packed:
        facts = json.loads(packed.read(f"madoguchi-{THERE}/credentials.json"))
    assert facts["brokers"] == list(settings.upstream_brokers)
    assert facts["topic"] == station.topics.eligibility(THERE)
    assert station.topics.ack(THERE) in facts["may_write"]
    assert facts["password"] == ""
    assert broker_accounts.read_hashes(station.box)[THERE] == before[THERE]
    # Its account from before has no rights at the box any more.
    assert f"user {THERE}\n" not in (station.box.broker_dir / "acl").read_text("utf-8")
    assert f"user {HERE}\n" in (station.box.broker_dir / "acl").read_text("utf-8")


def test_the_lines_to_paste_for_somebody_elses_broker_work_with_their_password(
    outgrown: Outgrown, tmp_path: Path
) -> None:
    station, elsewhere = outgrown.station, outgrown.elsewhere
    settings = replace(outgrown.settings, upstream_brokers=outgrown.settings.upstream_brokers[1:])
    with zipfile.ZipFile(open_account(station.box, settings, station.ledger, THERE, utc_now())) as packed:
        packed.extractall(tmp_path)
    (folder,) = tmp_path.iterdir()
    readme = (folder / "README.md").read_text("utf-8")
    assert re.findall(r"\{[a-z_]+\}", readme) == []
    assert ("パスワードは入っていません" in readme, settings.upstream_brokers[0] in readme) == (True, True)
    own = folder / "env.sh"
    text = own.read_text("utf-8")
    assert "EMR_PASSWORD=''\n" in text
    own.write_text(text.replace("EMR_PASSWORD=''", f"EMR_PASSWORD='{elsewhere.passwords[THERE]}'"), "utf-8")
    outgrown.start_lanes()
    connect, hello = re.findall(r"```sh\n(.*?)```", readme, re.DOTALL)
    for line in (connect, f". ./env.sh\n{hello}"):
        done = subprocess.run(
            ["bash", "-ec", line], cwd=folder, check=True, capture_output=True, timeout=BOUND
        )
        assert line is not connect or b'"state": "online"' in done.stdout.replace(b'":"', b'": "')


def test_who_has_no_ca_of_its_own_checks_by_the_machines() -> None:
    nodes = ("mq1.example:8883",)
    account = Account("chart", "", "mq1.example", 8883, None, Rights((), ()), nodes)
    with zipfile.ZipFile(io.BytesIO(pack(account, Topics(INSTITUTION), utc_now()))) as packed:
        readme, own = (packed.read(f"madoguchi-chart/{name}").decode() for name in ("README.md", "env.sh"))
    assert "ca.pem" not in readme
    assert "export BOX_CA=/etc/ssl/certs/ca-certificates.crt\n" in own


@pytest.mark.parametrize(("host", "port"), [("mq1..example", 8883), ("127.0.0.1", 88830), ("127.0.0.1", 0)])
def test_a_node_that_cannot_be_is_one_that_is_not_reached(host: str, port: int) -> None:
    access = Access(
        "box",
        host,
        port,
        None,
        "box",
        "secret",
        MQTTProtocolVersion.MQTTv311,
        "BROKER-004",
        "BROKER-005",
        1.0,
    )
    with pytest.raises(Trouble) as caught:
        MqttLink(access, lambda _: None, lambda: None).open(Will("a", b""), ["b"])
    assert caught.value.code == "BROKER-004"
