"""The bench of a consumer at the broker: the real MQTT lane and a real mosquitto, on loopback only."""

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from appliance.cli.vendor.bench import NAME, Bench, Terms
from appliance.cli.vendor.credentials import Credentials, credentials_in
from appliance.cli.vendor.program import Commands
from appliance.cli.vendor.starter import put_credentials
from appliance.cli.vendor.witness import Witness
from appliance.eligibility.trouble import Trouble
from appliance.ledger import conditions
from appliance.ledger.conditions import Link, LinkState
from appliance.ledger.consumers import ConsumerKind
from appliance.ledger.times import utc_now
from appliance.sync import broker, broker_accounts
from appliance.sync.consumer_accounts import open_account
from appliance.sync.mqtt_lane import MqttLane

START_SECONDS = 10.0
_MOSQUITTO_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"


class MqttBench(Bench):
    """One box with one consumer at its broker. Belongs to one thread."""

    kind = ConsumerKind.MQTT

    def __init__(self, root: Path, folder: Path, commands: Commands, terms: Terms) -> None:
        super().__init__(root, folder, commands, terms)
        self._broker: subprocess.Popen[bytes] | None = None
        self._lane: MqttLane | None = None
        self._witness: Witness | None = None

    @property
    def witness(self) -> Witness:
        """Who sees what passes; there since `open`."""
        assert self._witness is not None  # noqa: S101 - for mypy
        return self._witness

    def open(self) -> None:
        """Register the consumer, start broker and box. Raises `Trouble` BROKER-001, BROKER-003."""
        self.register()
        # Before the broker is there: told to read anew while it still starts, mosquitto would end.
        handed = open_account(self.box, self.settings, self.ledger, NAME, utc_now())
        put_credentials(handed, self.credentials.parent)
        self.start_broker()
        self._witness = self._new_witness()
        self._watch()
        self.start_box()

    def close(self) -> None:
        """End everything."""
        self.program.end()
        if self._witness is not None:
            self._witness.stop()
        self.stop_box()
        self.kill_broker()
        self.ledger.close()

    def start_broker(self) -> None:
        """Start mosquitto and wait until it listens. Raises `Trouble` BROKER-003, BROKER-001."""
        configuration = broker.prepare(self.box, self.settings, self.ledger, utc_now())
        program = shutil.which("mosquitto", path=_MOSQUITTO_PATH)
        if program is None:
            raise Trouble("BROKER-003")
        with (self.box.log_dir / "broker.log").open("ab") as log:
            self._broker = subprocess.Popen([program, "-c", str(configuration)], stderr=log)
        address = broker.endpoint(self.box, self.settings)
        end = time.monotonic() + START_SECONDS
        while not _listens(address.host, address.port):
            if time.monotonic() > end or self._broker.poll() is not None:
                raise Trouble("BROKER-001")

    def kill_broker(self) -> None:
        """As a power cut would."""
        if self._broker is not None:
            self._broker.kill()
            self._broker.wait()
            self._broker = None

    def restart_broker(self) -> None:
        """Let it come back. The witness is there first, else it would miss what a quick consumer says."""
        self.witness.stop()
        self.start_broker()
        self._watch()

    def start_box(self) -> None:
        """Let the box connect to its broker, and wait until it hears who is there."""
        conditions.forget(self.ledger, (Link.BROKER,), utc_now())
        self._lane = MqttLane(self.box, self.settings, self.ledger, utc_now)
        self._lane.start()
        end = time.monotonic() + START_SECONDS
        with self.ledger.listen() as bell:
            while conditions.get(self.ledger, Link.BROKER).state is not LinkState.UP:
                if time.monotonic() > end:
                    raise Trouble("BROKER-001")
                bell.wait(0.5)

    def stop_box(self) -> None:
        """Let the box leave its broker."""
        if self._lane is not None:
            self._lane.stop()
            self._lane = None

    @contextmanager
    def lost_answers(self) -> Iterator[None]:
        """As of every bench; the broker goes down with the line, so that the consumer has to connect anew."""
        with super().lost_answers():
            yield
            self.kill_broker()
            self.restart_broker()

    def offer(self, word: str, message: dict[str, object]) -> None:
        """As the box would publish it; nothing is said to who is not there now."""
        self.witness.say(word, json.dumps(message, ensure_ascii=False).encode())

    def _watch(self) -> None:
        self.witness.start()
        if not self.witness.is_there(START_SECONDS):
            raise Trouble("BROKER-001")

    def _new_witness(self) -> Witness:
        address = broker.endpoint(self.box, self.settings)
        own = self.own_topic
        secret = broker_accounts.box_secret(self.box)
        account = Credentials(
            address.host, address.port, "", broker_accounts.BOX_ACCOUNT, secret, f"{own}/eligibility"
        )
        _, ca = credentials_in(self.credentials)
        return Witness(account, ca, own)


def _listens(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), 1.0).close()
    except OSError:
        time.sleep(0.02)  # nothing tells when another process listens
        return False
    return True
