"""A vendor's credentials, from the file a clinic handed over or from a running demo, and a connection made with them."""

import json
import ssl
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from appliance.eligibility.trouble import Trouble

_MOST_BYTES = 1 << 20
FILE = "credentials.json"


@dataclass(frozen=True)
class Credentials:
    """What it takes to connect; `own` is the consumer's part of the topics, `prefix` the house's."""

    host: str
    port: int
    ca: str | None
    username: str
    password: str
    topic: str

    @property
    def own(self) -> str:
        return self.topic.rpartition("/")[0]

    @property
    def prefix(self) -> str:
        return self.own.rpartition("/consumer/")[0]


def facts_in(path: Path) -> tuple[dict[str, Any], bytes]:
    """The credentials in a ZIP, in a credentials.json or in a demo.json, and the CA: empty where the system's own will do.

    Raises `Trouble` INPUT-002.
    """
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                name = next(one for one in archive.namelist() if one.endswith(f"/{FILE}"))
                facts: dict[str, Any] = json.loads(_inside(archive, name))
                ca = facts["ca"]
                return facts, _inside(archive, name.replace(FILE, ca)) if ca else b""
        found = json.loads(path.read_text("utf-8"))
        facts = found.get("mqtt", found)
        ca = facts["ca"]
        return facts, (path.resolve().parent / ca).read_bytes() if ca else b""
    except (OSError, ValueError, KeyError, TypeError, StopIteration, AttributeError) as error:
        detail = "渡されたZIP、credentials.json、demo.json のどれかを指定してください"
        raise Trouble("INPUT-002", f"{path}: {detail}") from error


def _inside(archive: zipfile.ZipFile, name: str) -> bytes:
    """One small file of the ZIP. Raises `ValueError` for a large one, whatever it claims to be."""
    with archive.open(name) as stream:
        found = stream.read(_MOST_BYTES + 1)
    if len(found) > _MOST_BYTES:
        raise ValueError(name)
    return found


def credentials_in(path: Path) -> tuple[Credentials, str]:
    """The credentials, and the CA as PEM. Raises `Trouble` INPUT-002."""
    facts, ca = facts_in(path)
    try:
        named = {name: facts[name] for name in Credentials.__dataclass_fields__}
        return Credentials(**named), ca.decode("ascii")
    except (KeyError, UnicodeDecodeError) as error:
        raise Trouble("INPUT-002", f"{path}: {error}") from error


def client_of(
    credentials: Credentials, ca: str, subscribe: tuple[str, ...], heard: Callable[[str, bytes], None]
) -> Client:
    """A client that connects, and connects again, and calls `heard` with topic and payload in its own thread."""
    client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
    client.tls_set_context(ssl.create_default_context(cadata=ca))
    client.username_pw_set(credentials.username, credentials.password)
    client.reconnect_delay_set(min_delay=1, max_delay=2)

    def on_connect(client: Client, data: Any, flags: Any, reason: Any, properties: Any) -> None:
        if not reason.is_failure:
            client.subscribe([(topic, 1) for topic in subscribe])

    client.on_connect = on_connect
    client.on_message = lambda _client, _data, message: heard(message.topic, bytes(message.payload))
    return client
