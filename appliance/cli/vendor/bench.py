"""The box that a consumer is checked against: a real ledger, the real MQTT lane and a real mosquitto, on loopback only."""

import contextlib
import os
import shlex
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from appliance.cli.vendor.credentials import FILE, Credentials, credentials_in
from appliance.cli.vendor.starter import put_credentials
from appliance.cli.vendor.witness import Witness
from appliance.demo.scenarios import scenario_named, stage
from appliance.eligibility.trouble import Trouble
from appliance.ledger import consumers, deliveries
from appliance.ledger.consumers import ConsumerKind, FolderTerms
from appliance.ledger.database import Ledger
from appliance.ledger.times import utc_now
from appliance.settings import Box, Settings
from appliance.sync import broker, broker_accounts
from appliance.sync.consumer_accounts import open_account
from appliance.sync.mqtt_lane import MqttLane
from appliance.sync.topics import Topics

NAME = "emr"
INSTITUTION_CODE = "1319999999"
START_SECONDS = 10.0
_MOSQUITTO_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"


@dataclass(frozen=True)
class Commands:
    """How the kit may start the consumer, and ask it what it has stored; `{credentials}` stands for the file."""

    run: str = ""
    stored: str = ""


class Bench:
    """One box with one consumer. Belongs to one thread. `open_bench` makes it and ends it."""

    def __init__(self, root: Path, folder: Path, commands: Commands, patience: float) -> None:
        self.patience = patience
        self.commands = commands
        self.credentials = folder / FILE
        self._box = Box(root)
        self._box.create()
        # Repeats come soon, so that a check takes no longer than it has to.
        self._settings = Settings(INSTITUTION_CODE, broker_port=0, offer_first=2.0, offer_longest=4.0)
        self._box.save(self._settings)
        self._ledger = Ledger.of(self._box)
        self._broker: subprocess.Popen[bytes] | None = None
        self._lane: MqttLane | None = None
        self._consumer: subprocess.Popen[bytes] | None = None
        self._witness: Witness | None = None

    @property
    def witness(self) -> Witness:
        """Who sees what passes; there since `open`."""
        assert self._witness is not None  # noqa: S101 - for mypy
        return self._witness

    # The box.

    def open(self) -> None:
        """Register the consumer, start broker and box. Raises `Trouble` BROKER-001, BROKER-003."""
        consumers.put(self._ledger, NAME, ConsumerKind.MQTT, FolderTerms(), utc_now())
        # Before the broker is there: told to read anew while it still starts, mosquitto would end.
        handed = open_account(self._box, self._settings, self._ledger, NAME, utc_now())
        put_credentials(handed, self.credentials.parent)
        self.start_broker()
        self._witness = self._new_witness()
        self._watch()
        self.start_box()

    def start_broker(self) -> None:
        """Start mosquitto and wait until it listens. Raises `Trouble` BROKER-003, BROKER-001."""
        configuration = broker.prepare(self._box, self._settings, self._ledger, utc_now())
        program = shutil.which("mosquitto", path=_MOSQUITTO_PATH)
        if program is None:
            raise Trouble("BROKER-003")
        with (self._box.log_dir / "broker.log").open("ab") as log:
            self._broker = subprocess.Popen([program, "-c", str(configuration)], stderr=log)
        address = broker.endpoint(self._box, self._settings)
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
        """Let the box connect to its broker."""
        self._lane = MqttLane(self._box, self._settings, self._ledger, utc_now)
        self._lane.start()

    def stop_box(self) -> None:
        """Let the box leave its broker."""
        if self._lane is not None:
            self._lane.stop()
            self._lane = None

    def deliver(self, *scenarios: str) -> list[str]:
        """Let the center have answered so; the delivery ids, which the box offers from now on."""
        found = []
        for name in scenarios:
            check_id = stage(self._ledger, scenario_named(name), INSTITUTION_CODE, utc_now())
            found += [one.id for one in deliveries.of_check(self._ledger, check_id) if one.consumer == NAME]
        return found

    # The consumer.

    def start_consumer(self) -> None:
        """Start it, if the kit may; its output goes to `consumer.log` beside the credentials. Raises `Trouble` INPUT-001."""
        if not self.commands.run:
            return
        with self.credentials.with_name("consumer.log").open("ab") as log:
            try:
                self._consumer = subprocess.Popen(
                    self._words(self.commands.run), stdout=log, stderr=log, start_new_session=True
                )
            except OSError as error:
                raise Trouble("INPUT-001", f"--run: {error.strerror}") from error

    def has_died(self) -> bool:
        """Whether the consumer that the kit started ended by itself; then it is started again."""
        if self._consumer is None or self._consumer.poll() is None:
            return False
        self.kill_consumer()
        self.start_consumer()
        return True

    def kill_consumer(self) -> None:
        """As a power cut would: the program, and whatever it has started."""
        if self._consumer is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._consumer.pid, signal.SIGKILL)
            self._consumer.wait()
            self._consumer = None

    def stored(self) -> list[str]:
        """The delivery ids the consumer says it has stored. Raises `Trouble` INPUT-001 when it cannot be asked."""
        try:
            done = subprocess.run(
                self._words(self.commands.stored), capture_output=True, text=True, timeout=30, check=True
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise Trouble("INPUT-001", f"--stored: {type(error).__name__}") from error
        return done.stdout.split()

    def close(self) -> None:
        """End everything."""
        self.kill_consumer()
        if self._witness is not None:
            self._witness.stop()
        self.stop_box()
        self.kill_broker()
        self._ledger.close()

    def _watch(self) -> None:
        self.witness.start()
        if not self.witness.is_there(START_SECONDS):
            raise Trouble("BROKER-001")

    def _words(self, command: str) -> list[str]:
        return [word.replace("{credentials}", str(self.credentials)) for word in shlex.split(command)]

    def _new_witness(self) -> Witness:
        address = broker.endpoint(self._box, self._settings)
        own = Topics(INSTITUTION_CODE).eligibility(NAME).rpartition("/")[0]
        secret = broker_accounts.box_secret(self._box)
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


@contextmanager
def open_bench(folder: Path, commands: Commands, patience: float) -> Iterator[Bench]:
    """A bench with its broker and box running; `folder` gets the consumer's credentials."""
    with tempfile.TemporaryDirectory(prefix="mdg-", dir="/tmp", ignore_cleanup_errors=True) as root:  # nosec B108 - a new folder for its owner alone
        bench = Bench(Path(root), folder, commands, patience)
        try:
            bench.open()
            yield bench
        finally:
            bench.close()
