"""Three RabbitMQ nodes with the MQTT plug-in, in a temporary folder: nothing of the system's own service is touched."""

import contextlib
import os
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.cluster.house import BOXES, NODES, certificates, example
from tests.cluster.nodes import Node
from tests.cluster.world import Cluster
from tests.conftest import free_ports

_PROGRAMS = Path("/usr/lib/rabbitmq/lib")

_CONFIGURATION = """\
listeners.tcp = none
mqtt.listeners.tcp = none
mqtt.listeners.ssl.1 = 127.0.0.1:{port}
ssl_options.cacertfile = {ca}
ssl_options.certfile = {certificate}
ssl_options.keyfile = {key}
cluster_formation.peer_discovery_backend = classic_config
{peers}
load_definitions = {definitions}
log.console = true
log.console.level = warning
log.file = false
"""


def program() -> Path | None:
    """RabbitMQ's own start script. Debian's in /usr/sbin insists on the user `rabbitmq`."""
    return next(iter(sorted(_PROGRAMS.glob("rabbitmq_server-*/sbin/rabbitmq-server"))), None)


@contextlib.contextmanager
def rabbitmq(folder: Path, boxes: Sequence[str] = BOXES) -> Iterator[Cluster]:
    """The cluster, up and formed, with the accounts and rights of the guide's example."""
    start = program()
    if start is None:
        raise FileNotFoundError("rabbitmq-server: `make cluster` installs it")
    ca, files = certificates(folder / "tls")
    definitions = folder / "definitions.json"
    definitions.write_text(example('"topic_permissions"', boxes), "utf-8")
    epmd_port, *ports = free_ports(1 + 2 * NODES)
    (folder / ".erlang.cookie").write_text("only-for-this-test", "ascii")
    (folder / ".erlang.cookie").chmod(0o400)
    nodes = []
    for number in range(NODES):
        home = folder / f"node{number}"
        home.mkdir()
        (home / "enabled_plugins").write_text("[rabbitmq_mqtt].\n", "ascii")
        peers = "\n".join(
            f"cluster_formation.classic_config.nodes.{peer + 1} = mdg{peer}@localhost"
            for peer in range(NODES)
        )
        (home / "rabbitmq.conf").write_text(
            _CONFIGURATION.format(
                port=ports[2 * number],
                ca=ca,
                certificate=files.certificate,
                key=files.key,
                peers=peers,
                definitions=definitions,
            ),
            "utf-8",
        )
        environment = _environment(folder, home, number, epmd_port, ports[2 * number + 1])
        nodes.append(Node([str(start)], ports[2 * number], environment, folder / f"node{number}.log"))
    with _port_mapper(epmd_port):
        cluster = Cluster("RabbitMQ", ca, nodes)
        try:
            # The first alone: three that start together would settle by lock and chance who founds the cluster.
            for node in nodes:
                node.start()
                if node is nodes[0]:
                    node.wait_until_ready()
            for node in nodes:
                node.wait_until_ready()
            yield cluster
        finally:
            cluster.close()


def _environment(folder: Path, home: Path, number: int, epmd_port: int, distribution: int) -> dict[str, str]:
    return {
        "HOME": str(folder),
        "ERL_EPMD_PORT": str(epmd_port),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODENAME": f"mdg{number}@localhost",
        "RABBITMQ_DIST_PORT": str(distribution),
        "RABBITMQ_CONF_ENV_FILE": os.devnull,
        "RABBITMQ_CONFIG_FILE": str(home / "rabbitmq.conf"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(home / "enabled_plugins"),
        "RABBITMQ_MNESIA_BASE": str(home / "mnesia"),
        "RABBITMQ_LOG_BASE": str(home / "log"),
        "RABBITMQ_GENERATED_CONFIG_DIR": str(home / "generated"),
        "RABBITMQ_PID_FILE": str(home / "pid"),
        # Idle schedulers that spin would take the cores from what is measured; nothing listens beyond loopback.
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+sbwt none +S 2:2 -kernel inet_dist_use_interface {127,0,0,1}",
    }


@contextlib.contextmanager
def _port_mapper(port: int) -> Iterator[None]:
    """Erlang's epmd, ours and in the foreground: the one a node would start outlives it."""
    process = subprocess.Popen(["epmd", "-port", str(port), "-address", "127.0.0.1"])
    try:
        yield
    finally:
        process.terminate()
        process.wait()
