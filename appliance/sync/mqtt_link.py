"""One connection to the broker, from its birth to its loss; after a loss a new one is made.

A fresh paho client each time, because paho keeps what it could not send and sends it later. The ledger remembers
better.
"""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage, MQTTMessageInfo
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from appliance.eligibility.trouble import Trouble
from appliance.sync.mqtt_place import Access

KEEPALIVE = 10
CONNECT_TIMEOUT = 5.0

_NEWS_ONLY = SubscribeOptions(qos=1, retainHandling=SubscribeOptions.RETAIN_DO_NOT_SEND)
"""What a consumer said retained, by mistake, must not be heard again at every connect."""


@dataclass(frozen=True)
class Will:
    """A retained message: published by the broker when the box vanishes, or by the box when it leaves."""

    topic: str
    payload: bytes


@dataclass(frozen=True)
class Heard:
    """A message of a consumer; where it wants the answer, and what is to be repeated in it, if it said so (MQTT 5)."""

    topic: str
    payload: bytes = field(repr=False)
    response_topic: str | None = None
    correlation: bytes | None = field(default=None, repr=False)


class MqttLink:
    """An open connection. `publish` may be called from any thread; `heard` and `lost` are called in paho's."""

    def __init__(self, access: Access, heard: Callable[[Heard], None], lost: Callable[[], None]) -> None:
        self._access = access
        self._heard = heard
        self._lost = lost
        self._down = threading.Event()
        self._answered = threading.Event()
        self._reason: ReasonCode | None = None
        self._has_properties = access.version is MQTTProtocolVersion.MQTTv5
        self._client = Client(
            CallbackAPIVersion.VERSION2,
            access.client_id,
            protocol=access.version,
            # With MQTT 5 it is said at the connect.
            clean_session=None if self._has_properties else True,
            reconnect_on_failure=False,
        )
        self._client.on_connect = self._on_connect
        self._client.on_subscribe = self._on_subscribe
        self._client.on_message = self._on_message
        self._client.on_disconnect = self._on_disconnect
        self._client.on_socket_open = _without_delay
        self._client.connect_timeout = CONNECT_TIMEOUT

    @property
    def is_up(self) -> bool:
        """Whether the connection still stands, as far as we know."""
        return not self._down.is_set()

    def open(self, will: Will, topics: list[str]) -> None:
        """Connect and subscribe.

        Raises `Trouble` with the codes of the access: not there (BROKER-001), or refused and wrong certificate (BROKER-002).
        """
        access = self._access
        try:
            self._client.tls_set_context(_trusting(access.ca))
            self._client.username_pw_set(access.account, access.password)
            self._client.will_set(will.topic, will.payload, qos=1, retain=True)
            if self._has_properties:
                self._client.connect(access.host, access.port, KEEPALIVE, clean_start=True)
            else:
                self._client.connect(access.host, access.port, KEEPALIVE)
        except ssl.SSLCertVerificationError as error:
            raise Trouble(access.refused, error.verify_message) from error
        except (OSError, ValueError, OverflowError) as error:
            # The last two are for a host or a port that cannot be: a typing error in the settings.
            raise Trouble(access.unreachable, type(error).__name__) from error
        self._client.loop_start()
        try:
            self._await_answer()
            # Before MQTT 5 what was retained by mistake is heard at each connect. It is then a repeat, which does no harm.
            if self._has_properties:
                self._client.subscribe([(topic, _NEWS_ONLY) for topic in topics])
            else:
                self._client.subscribe([(topic, 1) for topic in topics])
            self._await_answer()
        except Trouble:
            self.abandon()
            raise

    def publish(
        self,
        topic: str,
        payload: bytes,
        *,
        retain: bool = False,
        expiry: int | None = None,
        correlation: bytes | None = None,
    ) -> bool:
        """Send with QoS 1; the broker forgets the message after `expiry` seconds. False when the link is lost.

        `correlation` is what the asker wants repeated in the answer. Before MQTT 5 there is neither.
        """
        sent = self._publish(topic, payload, retain=retain, expiry=expiry, correlation=correlation)
        return sent is not None

    def close(self, farewell: Will) -> None:
        """Leave in order: `farewell` instead of the last will."""
        info = self._publish(farewell.topic, farewell.payload, retain=True)
        if info is not None:
            with contextlib.suppress(ValueError, RuntimeError):
                info.wait_for_publish(2.0)
        self._client.disconnect()
        self.abandon()

    def abandon(self) -> None:
        """Drop what is left of a lost connection."""
        self._down.set()
        self._client.loop_stop()

    def _publish(
        self,
        topic: str,
        payload: bytes,
        *,
        retain: bool,
        expiry: int | None = None,
        correlation: bytes | None = None,
    ) -> MQTTMessageInfo | None:
        if not self.is_up:
            return None
        properties = _properties(retain, expiry, correlation) if self._has_properties else None
        info = self._client.publish(topic, payload, qos=1, retain=retain, properties=properties)
        return info if info.rc is MQTTErrorCode.MQTT_ERR_SUCCESS else None

    def _await_answer(self) -> None:
        if not self._answered.wait(self._access.patience):
            raise Trouble(self._access.unreachable, "応答がありません")
        self._answered.clear()
        if self._reason is None:
            raise Trouble(self._access.unreachable, "接続が切れました")
        if self._reason.is_failure:
            raise Trouble(self._access.refused, str(self._reason))

    def _answer(self, reason: ReasonCode | None) -> None:
        self._reason = reason
        self._answered.set()

    def _on_connect(
        self, client: Client, data: Any, flags: ConnectFlags, reason: ReasonCode, properties: Any
    ) -> None:
        self._answer(reason)

    def _on_subscribe(
        self, client: Client, data: Any, mid: int, reasons: list[ReasonCode], properties: Any
    ) -> None:
        self._answer(next((reason for reason in reasons if reason.is_failure), reasons[0]))

    def _on_message(self, client: Client, data: Any, message: MQTTMessage) -> None:
        said = message.properties
        self._heard(
            Heard(
                message.topic,
                bytes(message.payload),
                getattr(said, "ResponseTopic", None),
                getattr(said, "CorrelationData", None),
            )
        )

    def _on_disconnect(
        self, client: Client, data: Any, flags: DisconnectFlags, reason: ReasonCode, properties: Any
    ) -> None:
        self._down.set()
        if not self._answered.is_set():
            self._answer(None)
        self._lost()


class _ClosingSocket(ssl.SSLSocket):
    """paho leaves a socket open whose handshake failed; with a wrong certificate that is one every few seconds."""

    def do_handshake(self, block: bool = False) -> None:
        try:
            super().do_handshake(block)
        except OSError:
            self.close()
            raise


def _properties(retain: bool, expiry: int | None, correlation: bytes | None) -> Properties:
    properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
    if not retain:
        properties.ContentType = "application/json"
    if expiry is not None:
        properties.MessageExpiryInterval = expiry
    if correlation is not None:
        properties.CorrelationData = correlation
    return properties


def _trusting(ca: Path | None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(ca) if ca else None)
    context.sslsocket_class = _ClosingSocket
    return context


def _without_delay(client: Client, data: Any, connection: Any) -> None:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
