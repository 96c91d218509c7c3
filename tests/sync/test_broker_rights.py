"""What the broker lets through: one account a consumer, nobody without, and each only what is its own."""

import io
import json
import os
import signal
import socket
import ssl
import stat
import subprocess
import sys
import threading
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from appliance import identity
from appliance.eligibility.trouble import Trouble
from appliance.ledger import account_wishes, conditions, consumers
from appliance.ledger.conditions import Link, LinkState
from appliance.ledger.consumers import ConsumerKind
from appliance.ledger.deliveries import DeliveryState
from appliance.ledger.times import utc_now
from appliance.settings import Settings
from appliance.sync import broker, broker_accounts
from appliance.sync.account_lane import AccountLane
from appliance.sync.mqtt_link import MqttLink, Will
from appliance.sync.mqtt_place import OwnBroker
from tests.sync.station import Station, answer_check


def test_nobody_without_an_account(station: Station) -> None:
    """MQ-004."""
    assert station.consumer("").connected.is_failure


def test_nobody_with_a_wrong_password(station: Station) -> None:
    """MQ-004."""
    assert station.consumer("emr", password="guessed").connected.is_failure
    assert station.consumer("_box", password="guessed").connected.is_failure


def test_nobody_without_tls(station: Station) -> None:
    """MQ-003."""
    address = broker.endpoint(station.box, station.settings)
    client = Client(CallbackAPIVersion.VERSION2, reconnect_on_failure=False)
    connected, refused = threading.Event(), threading.Event()
    client.on_connect = lambda *_: connected.set()
    client.on_disconnect = lambda *_: refused.set()
    client.username_pw_set("emr", station.passwords["emr"])
    client.connect(address.host, address.port)
    client.loop_start()
    assert refused.wait(10)
    client.loop_stop()
    assert not connected.is_set()


def test_a_consumer_cannot_read_what_is_anothers(station: Station) -> None:
    """MQ-005."""
    topics = station.topics
    spy = station.consumer(
        "other",
        listen=(topics.eligibility("emr"), "#", topics.ack("emr"), f"{topics.prefix}consumer/+/eligibility"),
    )
    emr = station.consumer("emr")
    station.start_lane()
    check_id = answer_check(station.ledger)
    station.until_acknowledged(check_id, "emr")
    # Its own result comes last (the consumers are offered by name): whatever it could hear has come by now.
    station.until_acknowledged(check_id, "other")
    station.stop_lane()
    own = json.loads(emr.next()[1])["delivery_id"]
    heard = []
    while not spy.messages.empty():
        heard.append(spy.next())
    results = [payload for topic, payload in heard if topic.endswith("eligibility")]
    assert results, "it hears its own"
    assert all(json.loads(payload)["delivery_id"] != own for payload in results)
    assert {topic for topic, _ in heard} <= {topics.eligibility("other"), topics.box_state}


def test_a_consumer_cannot_acknowledge_for_another(station: Station) -> None:
    """MQ-006, MQ-043."""
    emr = station.consumer("emr", acknowledges=False)
    other = station.consumer("other")
    station.start_lane()
    check_id = answer_check(station.ledger)
    delivery_id = json.loads(emr.next()[1])["delivery_id"]
    ack = json.dumps({"delivery_id": delivery_id})
    assert other.publish(station.topics.ack("emr"), ack).is_failure
    assert not other.publish(station.topics.ack("other"), ack).is_failure, (
        "its own topic, but not its delivery"
    )
    station.until_acknowledged(check_id, "other")
    later = answer_check(station.ledger)
    station.until_acknowledged(later, "other")
    assert station.delivery(check_id, "emr").state is DeliveryState.PENDING


@pytest.mark.parametrize("word", ["box_state", "eligibility"])
def test_a_consumer_cannot_speak_for_the_box(station: Station, word: str) -> None:
    """MQ-006."""
    topic = getattr(station.topics, word)
    emr = station.consumer("emr")
    assert emr.publish(topic if isinstance(topic, str) else topic("emr")).is_failure


def test_a_new_consumer_and_a_new_password_after_a_signal(station: Station) -> None:
    """What the engineer's later command does: write the files anew, SIGHUP to mosquitto.pid."""
    emr = station.consumer("emr")
    station.add_consumer("newcomer")
    station.passwords["other"] = "changed"
    broker.set_password(station.box, "other", "changed")
    broker.prepare(station.box, station.settings, station.ledger, utc_now())
    os.kill(int((station.box.broker_dir / "mosquitto.pid").read_text()), signal.SIGHUP)
    while station.consumer("newcomer").connected.is_failure:
        assert len(station.clients) < 1000
    assert not station.consumer("other").connected.is_failure
    assert not emr.hello().is_failure, "who was connected stays so"


def test_what_the_pages_wish_for_is_done_while_the_broker_runs(station: Station) -> None:
    """A new consumer, other rights, no rights at all: nobody else is thrown out."""
    emr = station.consumer("emr")
    lane = AccountLane(station.box, station.settings, station.ledger, utc_now)
    consumers.add(station.ledger, "newcomer", ConsumerKind.MQTT, utc_now())
    account_wishes.want(station.ledger, "newcomer", "hoshu", utc_now(), anew=True)
    lane.turn()
    assert account_wishes.wanted(station.ledger) == ()
    file = account_wishes.take_handover(station.box, "newcomer")
    assert file is not None
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        facts = json.loads(archive.read("madoguchi-newcomer/credentials.json"))
    assert (facts["username"], facts["topic"]) == ("newcomer", station.topics.eligibility("newcomer"))
    station.passwords["newcomer"] = facts["password"]
    while station.consumer("newcomer").connected.is_failure:
        assert len(station.clients) < 1000
    assert consumers.remove(station.ledger, "newcomer")
    account_wishes.want(station.ledger, "newcomer", "hoshu", utc_now(), anew=False)
    lane.turn()
    while not station.consumer("newcomer").connected.is_failure:
        assert len(station.clients) < 1000
    assert not account_wishes.handover_file(station.box, "newcomer").exists()
    assert not emr.hello().is_failure


def test_passwords_lie_hashed_and_for_the_owner_only(station: Station) -> None:
    for path in station.box.broker_dir.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0 or path.name == "mosquitto.pid", path.name
        assert station.passwords["emr"] not in path.read_text()
    hashes = broker_accounts.read_hashes(station.box)
    assert set(hashes) == {"_box", "emr", "other"}
    assert all(value.startswith("$7$") for value in hashes.values())


def test_the_boxs_own_secret_is_made_once(station: Station) -> None:
    secret = broker_accounts.box_secret(station.box)
    assert len(secret) >= 32
    assert broker_accounts.box_secret(station.box) == secret
    assert [path.name for path in station.box.broker_dir.iterdir() if path.name.startswith(".")] == []


def test_a_box_without_the_right_secret_is_told_so(station: Station) -> None:
    access = OwnBroker(station.box, station.settings).access()
    link = MqttLink(replace(access, password="wrong"), lambda _heard: None, lambda: None)
    with pytest.raises(Trouble) as caught:
        link.open(Will("t", b""), ["t"])
    assert caught.value.code == "BROKER-002"


def test_a_broker_with_a_strangers_certificate_is_refused(station: Station, tmp_path: Path) -> None:
    stranger = identity.authority(tmp_path, "ca", "stranger", utc_now())
    access = replace(OwnBroker(station.box, station.settings).access(), ca=stranger.certificate_file)
    link = MqttLink(access, lambda _heard: None, lambda: None)
    with pytest.raises(Trouble) as caught:
        link.open(Will("t", b""), ["t"])
    assert caught.value.code == "BROKER-002"


def test_the_certificate_names_every_loopback_address(station: Station) -> None:
    """MQ-003."""
    address = broker.endpoint(station.box, station.settings)
    context = ssl.create_default_context(cafile=str(address.ca))
    for name in identity.LOOPBACK:
        with socket.create_connection((address.host, address.port)) as plain:
            context.wrap_socket(plain, server_hostname=name).close()


def test_the_port_of_the_settings_wins_and_a_chosen_one_stays(station: Station) -> None:
    chosen = broker.endpoint(station.box, station.settings).port
    broker.prepare(station.box, station.settings, station.ledger, utc_now())
    assert broker.endpoint(station.box, station.settings).port == chosen
    fixed = Settings(station.settings.institution_code, broker_host="0.0.0.0", broker_port=18883)  # noqa: S104
    assert (
        "listener 18883 0.0.0.0\n"
        in broker.prepare(station.box, fixed, station.ledger, utc_now()).read_text()
    )
    assert broker.endpoint(station.box, fixed).host == "127.0.0.1"


def test_a_disabled_consumer_and_a_folder_have_no_rights(station: Station) -> None:
    consumers.add(station.ledger, "receipt-folder", consumers.ConsumerKind.FOLDER, utc_now())
    with station.ledger.write() as db:
        db.execute("UPDATE consumers SET enabled = 0 WHERE name = 'other'")
    broker.prepare(station.box, station.settings, station.ledger, utc_now())
    acl = (station.box.broker_dir / "acl").read_text()
    users = [line.removeprefix("user ") for line in acl.splitlines() if line.startswith("user ")]
    assert users == ["_box", "emr"]


def test_run_becomes_mosquitto(station: Station) -> None:
    station.kill_broker()
    script = "import sys;from pathlib import Path;from appliance.settings import Box;from appliance.sync import broker;"
    process = subprocess.Popen(
        [sys.executable, "-c", script + "broker.run(Box(Path(sys.argv[1])))", str(station.box.root)],
        stderr=subprocess.DEVNULL,
    )
    try:
        station.start_lane()
        station.until(lambda: conditions.get(station.ledger, Link.BROKER).state is LinkState.UP)
        station.consumer("emr")
        check_id = answer_check(station.ledger)
        station.until_acknowledged(check_id, "emr")
        assert (Path("/proc") / str(process.pid) / "comm").read_text().strip() == "mosquitto"
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize(("version", "accepted"), [("-tls1_1", False), ("-tls1_2", True), ("-tls1_3", True)])
def test_old_tls_is_refused(station: Station, version: str, accepted: bool) -> None:
    """MQ-003."""
    address = broker.endpoint(station.box, station.settings)
    done = subprocess.run(
        [
            *(
                "openssl",
                "s_client",
                "-connect",
                f"{address.host}:{address.port}",
                "-CAfile",
                str(address.ca),
            ),
            *(version, "-cipher", "ALL:@SECLEVEL=0", "-verify_return_error"),
        ],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=20,
    )
    assert (b"Verification: OK" in done.stdout and b"Cipher is (NONE)" not in done.stdout) is accepted
