"""Where results go by MQTT: the box's own broker, or a cluster upstream that other boxes use too. What differs between them.

At a cluster the box is an ordinary client, not a bridge of its mosquitto: then the cluster itself says `lost` when the whole box
is gone, the ledger knows whether the way is open, and nothing waits in a second queue.
"""

import stat
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from paho.mqtt.enums import MQTTProtocolVersion

from appliance.eligibility.trouble import Trouble
from appliance.ledger.conditions import Link
from appliance.settings import Box, MqttVersion, Settings
from appliance.sync import broker, broker_accounts
from appliance.sync.broker_accounts import BOX_ACCOUNT

PATIENCE_HERE = 5.0
PATIENCE_THERE = 30.0
"""NATS takes up to five seconds for each subscription while it finds new leaders. Who leaves meanwhile begins anew."""

_VERSIONS = {
    MqttVersion.V3_1_1: MQTTProtocolVersion.MQTTv311,
    MqttVersion.V5: MQTTProtocolVersion.MQTTv5,
}


@dataclass(frozen=True)
class Access:
    """How to get into one broker, and which troubles it means when that fails. `ca` None: those of the system."""

    client_id: str
    host: str
    port: int
    ca: Path | None
    account: str
    password: str = field(repr=False)
    version: MQTTProtocolVersion
    unreachable: str
    refused: str
    patience: float
    """Seconds for each answer, once there is a connection."""


class Place(Protocol):
    """One of the two. `greeted` is set when a consumer said hello there."""

    link: Link
    unreachable: str
    tells_of: tuple[Link, ...]
    """Links of the box that its state shows here beside the usual ones."""
    greeted: threading.Event
    hears_itself: bool
    """Whether it listens to its own state there: an earlier connection's last will may come after the new one's `online`."""

    def serves(self, consumer: str) -> bool:
        """Whether this consumer takes its results here."""

    def access(self) -> Access:
        """Where to connect now. Raises `Trouble` when what is needed for it cannot be read."""

    def pass_on(self) -> None:
        """It could not be reached there, or was lost: another node comes next."""

    def has_greeted(self) -> bool:
        """Whether all states are to be said again because of a hello; asked once for each."""


class OwnBroker:
    """The mosquitto of this box."""

    link = Link.BROKER
    hears_itself = False
    unreachable = "BROKER-001"

    def __init__(self, box: Box, settings: Settings) -> None:
        self._box = box
        self._settings = settings
        self.tells_of: tuple[Link, ...] = (Link.UPSTREAM,) if settings.upstream_brokers else ()
        self.greeted = threading.Event()

    def serves(self, consumer: str) -> bool:
        return consumer not in self._settings.upstream_consumers

    def access(self) -> Access:
        """Raises `Trouble` BROKER-001 before the broker's first start."""
        try:
            endpoint = broker.endpoint(self._box, self._settings)
            password = broker_accounts.box_secret(self._box)
        except OSError as error:
            raise Trouble(self.unreachable, type(error).__name__) from error
        return Access(
            # Fixed, so that a new connection throws out a half-dead one of ours.
            _client_id(self._settings),
            endpoint.host,
            endpoint.port,
            endpoint.ca,
            BOX_ACCOUNT,
            password,
            MQTTProtocolVersion.MQTTv5,
            self.unreachable,
            "BROKER-002",
            PATIENCE_HERE,
        )

    def pass_on(self) -> None:
        """There is only one."""

    def has_greeted(self) -> bool:
        """It keeps the states for whoever comes."""
        return False


class Upstream:
    """A cluster of somebody else's, by the nodes that `upstream_brokers` names."""

    link = Link.UPSTREAM
    hears_itself = True
    unreachable = "BROKER-004"
    tells_of: tuple[Link, ...] = ()

    def __init__(self, box: Box, settings: Settings) -> None:
        self._box = box
        self._settings = settings
        self._turn = 0
        self.greeted = threading.Event()

    def serves(self, consumer: str) -> bool:
        return consumer in self._settings.upstream_consumers

    def access(self) -> Access:
        """The node whose turn it is. Raises `Trouble` BROKER-006 when password or CA cannot be read."""
        settings = self._settings
        node = self._turn % len(settings.upstream_brokers)
        address = settings.upstream_brokers[node]
        host, _, port = address.rpartition(":")
        ca = Path(settings.upstream_ca) if settings.upstream_ca else None
        password = _password(Path(settings.upstream_password_file or self._box.upstream_secret))
        if ca is not None and not ca.is_file():
            raise Trouble("BROKER-006", "upstream_ca のファイルがありません")
        return Access(
            # RabbitMQ 3.10 keeps what a name has subscribed on the node where it did; while that is dead nobody of that name
            # may subscribe anywhere. Names that are new each time would leave their sessions behind in NATS.
            f"{_client_id(settings)}-{node}",
            host.strip("[]"),
            int(port),
            ca,
            settings.upstream_account,
            password,
            _VERSIONS[MqttVersion(settings.upstream_mqtt)],
            self.unreachable,
            "BROKER-005",
            PATIENCE_THERE,
        )

    def pass_on(self) -> None:
        self._turn += 1

    def has_greeted(self) -> bool:
        """A cluster may keep them on one node only, or not for a subscription with a wildcard: RabbitMQ 3.10 does both."""
        if not self.greeted.is_set():
            return False
        self.greeted.clear()
        return True


def _client_id(settings: Settings) -> str:
    return f"madoguchi-{settings.institution_code}"


def _password(path: Path) -> str:
    try:
        password, mode = path.read_text("utf-8").strip(), path.stat().st_mode
    except (OSError, UnicodeDecodeError) as error:
        raise Trouble("BROKER-006", f"{path.name}: {type(error).__name__}") from error
    if mode & (stat.S_IRWXG | stat.S_IRWXO) or not password:
        raise Trouble(
            "BROKER-006", f"{path.name}: {stat.S_IMODE(mode):o}" if password else f"{path.name}: 空です"
        )
    return password


def places(box: Box, settings: Settings) -> tuple[Place, ...]:
    """Where this box has consumers: its own broker always, a cluster where the settings name one."""
    own = OwnBroker(box, settings)
    return (own, Upstream(box, settings)) if settings.upstream_brokers else (own,)
