"""The broker: mosquitto's files written from settings and ledger, then this process becomes mosquitto.

Nothing relies on what mosquitto remembers. The ledger offers every unacknowledged result again and the box says its
states anew at each connect, so persistence is off: no result of a patient ever reaches the broker's disk, and no
publish waits for it.

Consumers or passwords changed: `prepare` again, then SIGHUP to the process in `mosquitto.pid`. mosquitto re-reads
accounts, ACL and certificates on it. It cuts off who is connected by an account that is gone or has another password,
and nobody else. A changed host or port needs a restart.
"""

import os
import shutil
import signal
import socket
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from appliance.eligibility.trouble import Trouble
from appliance.identity.box import BROKER, CA_FILE, CIPHERS, files_of
from appliance.ledger import consumer_extras, consumers
from appliance.ledger.consumer_extras import Extra
from appliance.ledger.consumers import Consumer, ConsumerKind
from appliance.ledger.database import Ledger
from appliance.ledger.times import utc_now
from appliance.settings import Box, Settings, TlsVersion
from appliance.sync import broker_accounts
from appliance.sync.broker_accounts import BOX_ACCOUNT, set_password
from appliance.sync.topics import ANY, Topics

__all__ = [
    "Endpoint",
    "endpoint",
    "prepare",
    "process_of",
    "renew_certificate",
    "run",
    "set_password",
    "tell",
]

_LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared, not bound

_CONFIGURATION = """\
# Written anew at every start from box.toml and the ledger. Do not edit.
per_listener_settings false
listener {port} {host}
protocol mqtt
certfile {certificate}
keyfile {key}
tls_version tlsv{tls}
# As of the pages: Mozilla's intermediate configuration without those that need DH parameters. Nobody renegotiates with mosquitto.
ciphers {ciphers}
allow_anonymous false
password_file {passwords}
acl_file {acl}
set_tcp_nodelay true
# Four times the largest answer that is read: JSON escapes and labels can double it, never more.
max_packet_size 33554432
max_queued_messages 1000
max_queued_bytes 67108864
max_inflight_messages 20
# A clinic has a handful of consumers; a program that connects in a loop must not take every socket.
max_connections 200
persistence false
persistent_client_expiration 7d
pid_file {pid}
log_dest stderr
# Never "debug" or "all": those print topics of every message, and this log may leave the box.
log_type error
log_type warning
log_type notice
connection_messages true
log_timestamp_format %Y-%m-%dT%H:%M:%S
"""


_OPENSSL = """\
openssl_conf = init
[init]
ssl_conf = kinds
[kinds]
system_default = all
[all]
Groups = X25519:P-256:P-384
"""
"""mosquitto has no word for the curves; its OpenSSL would take some that Mozilla's configurations leave out."""


@dataclass(frozen=True)
class Endpoint:
    """Where the broker of this box is reached from the box itself, and the CA to trust there."""

    host: str
    port: int
    ca: Path


def endpoint(box: Box, settings: Settings) -> Endpoint:
    """Where to connect. Port 0 in the settings means the port `prepare` chose. Raises `OSError` before that."""
    port = settings.broker_port or int(_port_file(box).read_text("ascii"))
    return Endpoint(_LOOPBACK.get(settings.broker_host, settings.broker_host), port, box.tls_dir / CA_FILE)


def prepare(box: Box, settings: Settings, ledger: Ledger, now: datetime) -> Path:
    """Write mosquitto's configuration, accounts and ACL; the configuration file. Raises `OSError`."""
    folder = box.broker_dir
    files = files_of(box, settings, BROKER, now)
    _write_accounts(box, ledger)
    broker_accounts.replace_private(folder / "acl", _acl(settings, ledger))
    text = _CONFIGURATION.format(
        port=settings.broker_port or _chosen_port(box, settings.broker_host),
        host=settings.broker_host,
        certificate=files.certificate,
        key=files.key,
        tls=TlsVersion(settings.tls_least),
        ciphers=CIPHERS,
        passwords=broker_accounts.passwords_file(box),
        acl=folder / "acl",
        pid=folder / "mosquitto.pid",
    )
    if os.geteuid() == 0:
        # mosquitto would become the user "mosquitto", who may not look into the state folder.
        text += "user root\n"
    broker_accounts.replace_private(folder / "openssl.cnf", _OPENSSL)
    broker_accounts.replace_private(folder / "mosquitto.conf", text)
    return folder / "mosquitto.conf"


def renew_certificate(box: Box, settings: Settings, now: datetime) -> bool:
    """Make the broker's certificate anew when it is time, and let a running broker take it up; whether it was.

    Who is connected stays so. Raises `OSError`.
    """
    path = box.tls_dir / f"{BROKER}.pem"
    before = path.read_bytes() if path.exists() else b""
    files_of(box, settings, BROKER, now)
    if path.read_bytes() == before:
        return False
    tell(box)
    return True


def tell(box: Box) -> None:
    """Let a running broker read accounts, rights and certificate anew."""
    process = process_of(box)
    if process is not None:
        with suppress(OSError):
            os.kill(process, signal.SIGHUP)


def process_of(box: Box) -> int | None:
    """The number of the box's running mosquitto; None when there is none."""
    with suppress(OSError, ValueError):
        number = int((box.broker_dir / "mosquitto.pid").read_text("ascii"))
        # The number may be an old one's, and SIGHUP ends most programs.
        if Path(f"/proc/{number}/comm").read_text("ascii").strip() == "mosquitto":
            return number
    return None


def run(box: Box) -> None:
    """Prepare the files and become mosquitto in the foreground; returns only by raising.

    Raises `Trouble` BOX-001 for broken settings, BROKER-003 when mosquitto is not installed.
    """
    settings = box.load()
    box.create()
    program = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if program is None:
        raise Trouble("BROKER-003")
    ledger = Ledger.of(box)
    try:
        configuration = prepare(box, settings, ledger, utc_now())
    finally:
        ledger.close()
    environment = {**os.environ, "OPENSSL_CONF": str(configuration.with_name("openssl.cnf"))}
    os.execve(program, [program, "-c", str(configuration)], environment)  # noqa: S606 - no shell wanted


def _write_accounts(box: Box, ledger: Ledger) -> None:
    """The box's own account, and those of consumers that are served: a revoked one ends here, whoever revoked it."""
    served = {one.name for one in consumers.all_consumers(ledger) if one.enabled}
    known = {name: value for name, value in broker_accounts.read_hashes(box).items() if name in served}
    own = {BOX_ACCOUNT: broker_accounts.hashed(broker_accounts.box_secret(box))}
    broker_accounts.write_hashes(box, {**known, **own})


def _acl(settings: Settings, ledger: Ledger) -> str:
    """The box may do all; a consumer reads states and its own results and answers, and writes its own three topics.

    Only who may hand in lists gets the topics for that, and only who gets tasks or medical information those for these. What
    else may be asked for the box judges itself, request by request. Who is at a cluster has no business here.
    """
    topics = Topics(settings.institution_code)
    lines = [f"user {BOX_ACCOUNT}", f"topic readwrite {topics.prefix}#"]
    names = [
        one.name for one in consumers.all_consumers(ledger) if one.kind is ConsumerKind.MQTT and one.enabled
    ]
    texts = [rights_of(topics, ledger, name) for name in names if name not in settings.upstream_consumers]
    return "\n".join([*lines, *texts])


def rights_of(topics: Topics, ledger: Ledger, name: str) -> str:
    """What an enabled consumer may do, as lines of mosquitto's ACL: at the box, and whoever runs a cluster ought to give the same."""
    consumer = consumers.find(ledger, name)
    lines = [
        f"\nuser {name}",
        f"topic read {topics.box_state}",
        f"topic read {topics.reader_state(ANY)}",
        f"topic read {topics.eligibility(name)}",
        f"topic write {topics.ack(name)}",
        f"topic write {topics.hello(name)}",
        f"topic write {topics.request(name)}",
        f"topic read {topics.answer(name)}/#",
        f"topic read {topics.outcome(name)}",
    ]
    lines += _rights_to_lists(topics, consumer) if consumer and consumer.handing_in.lists else []
    lines += [f"topic read {topic}" for topic in extra_topics(topics, ledger, name).values()]
    return "\n".join(lines) + "\n"


def _rights_to_lists(topics: Topics, consumer: Consumer) -> list[str]:
    return [
        f"topic write {topics.bulk_request(consumer.name)}",
        f"topic read {topics.bulk_answer(consumer.name)}/#",
        f"topic read {topics.bulk_progress(consumer.name)}",
        f"topic read {topics.bulk_result(consumer.name)}",
    ]


def extra_topics(topics: Topics, ledger: Ledger, consumer: str) -> dict[Extra, str]:
    """The topics of what a consumer gets beside results."""
    built = {Extra.TASKS: topics.task, Extra.MEDICAL: topics.medical}
    given = consumer_extras.of(ledger, consumer)
    return {extra: topic(consumer) for extra, topic in built.items() if extra in given}


def _port_file(box: Box) -> Path:
    return box.broker_dir / "port"


def _chosen_port(box: Box, host: str) -> int:
    """A free port, chosen once: consumers keep the number, so a restart must not change it."""
    path = _port_file(box)
    if not path.exists():
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.bind((host, 0))
            broker_accounts.replace_private(path, str(probe.getsockname()[1]))
    return int(path.read_text("ascii"))
