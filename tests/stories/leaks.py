"""What a demo let out while a story was played on it: searched for everything that is a person's.

Looked through are the logs of every process (what systemd's journal gets on a box), what the command printed, the names of all files,
the command lines of all processes, the topics at the broker, the addresses that browsers asked for, the configuration of
the broker, the audit trail, the state that is reported and the support bundle. Not: the ledger, the folders' own files and demo.json, which hold
people and passwords on purpose.
"""

import contextlib
import json
import ssl
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from click.testing import CliRunner
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from appliance.cli.main import cli
from appliance.ledger.database import Ledger
from appliance.settings import Box
from appliance.sync import broker
from appliance.sync.broker_accounts import BOX_ACCOUNT, box_secret
from tests.stories.identifiers import Identifiers

URLS: set[str] = set()
"""What browsers have asked for in this process; `tests/stories/conftest.py` gathers it."""

_FOLDERS_FILES = "OQS"
"""So begin the names that the interface prescribes: with a number of the one who asks, where that one puts it there."""


class Watch:
    """Looks from the start of a demo to its end."""

    def __init__(self, root: Path) -> None:
        self._box = Box(root)
        self._names: set[str] = set()
        self._commands: set[str] = set()
        self._topics: set[str] = set()
        self._client = self._listening()
        self._before = set(URLS)

    def look(self) -> None:
        """See which files and processes there are now."""
        self._names |= set(_names(self._box.root))
        self._commands |= set(_commands(str(self._box.root)))

    def findings(self, printed: str = "") -> list[str]:
        """All that was let out, `place: what of whom`. Ends the watch."""
        self.look()
        self._client.disconnect()
        self._client.loop_stop()
        identifiers = Identifiers(_secrets(self._box.root))
        places: dict[str, Callable[[], str]] = {
            "what the command printed": lambda: printed,
            "file names": lambda: "\n".join(self._names),
            "command lines": lambda: "\n".join(self._commands),
            "topics": lambda: "\n".join(self._topics),
            "addresses": lambda: "\n".join(URLS - self._before),
            "the state it reports": lambda: _reported(self._box),
            "the support bundle": lambda: _bundle(self._box),
            "the audit trail": lambda: "\n".join(_audit_rows(self._box)),
            **{str(path): _reader(path) for path in _texts(self._box)},
        }
        return [f"{place}: {what}" for place, text in places.items() for what in identifiers.found_in(text())]

    def _listening(self) -> Client:
        """At every topic of the box; the broker lets nobody write outside of these."""
        at = broker.endpoint(self._box, self._box.load())
        client = Client(CallbackAPIVersion.VERSION2, "story-watch", protocol=MQTTProtocolVersion.MQTTv5)
        client.tls_set_context(ssl.create_default_context(cafile=at.ca))
        client.username_pw_set(BOX_ACCOUNT, box_secret(self._box))
        client.reconnect_delay_set(min_delay=1, max_delay=2)
        client.on_connect = _subscribe
        client.on_message = self._note
        client.connect_async(at.host, at.port)
        client.loop_start()
        return client

    def _note(self, client: Client, data: Any, message: MQTTMessage) -> None:
        self._topics.add(message.topic)


def _subscribe(client: Client, data: Any, flags: Any, reason: Any, properties: Any) -> None:
    client.subscribe("#")


def _names(root: Path) -> Iterator[str]:
    for path in root.rglob("*"):
        assert not path.name.startswith("core"), f"a core dump: {path}"
        if not path.name.startswith(_FOLDERS_FILES):
            yield str(path.relative_to(root))


def _commands(state: str) -> Iterator[str]:
    """The command lines of processes of this box: every program on the machine may read them."""
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            if state in line and " demo card insert " not in line and " demo code " not in line:
                yield line


def _texts(box: Box) -> list[Path]:
    written = [*box.root.glob("**/*.log"), box.settings_file, *box.broker_dir.glob("*.conf")]
    return [*written, *box.broker_dir.glob("acl")]


def _reader(path: Path) -> Callable[[], str]:
    return lambda: path.read_text("utf-8", "replace")


def _audit_rows(box: Box) -> list[str]:
    with contextlib.closing(Ledger.of(box)) as ledger:
        return [
            " ".join(part for part in row if isinstance(part, str))
            for row in ledger.read.execute("SELECT * FROM audit")
        ]


def _reported(box: Box) -> str:
    """What an engineer may be sent."""
    words = (["status", "--json"], ["queue", "list", "--json"], ["line", "history", "--json"])
    said = [CliRunner().invoke(cli, [*one, "--state", str(box.root)]) for one in words]
    assert [one.output for one in said if one.exit_code] == []
    return "\n".join(one.output for one in said)


def _bundle(box: Box) -> str:
    """The names and texts of what an engineer is sent, made as the box stands now."""
    with tempfile.TemporaryDirectory() as folder:
        made = CliRunner().invoke(cli, ["support-bundle", "--to", folder, "--state", str(box.root)])
        assert made.exit_code == 0, made.output
        (path,) = Path(folder).iterdir()
        with ZipFile(path) as archive:
            texts = [archive.read(name).decode("utf-8-sig") for name in archive.namelist()]
            return "\n".join([path.name, *archive.namelist(), *texts])


def _secrets(root: Path) -> dict[str, str]:
    """The passwords and keys of this demo."""
    facts: dict[str, Any] = json.loads((root / "demo.json").read_text("utf-8"))
    passwords = {f"the password of {row['name']}": row["password"] for row in facts["accounts"]}
    factors = {
        f"the second factor of {row['name']}": row.get("second_factor", "") for row in facts["accounts"]
    }
    own = {
        "the box's secret at the broker": box_secret(Box(root)),
        "the EMR's password": facts["mqtt"]["password"],
    }
    return passwords | factors | own
