"""Three nats-servers with JetStream and MQTT, in a temporary folder."""

import contextlib
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.cluster.house import BOXES, NODES, certificates, example
from tests.cluster.nodes import Node
from tests.cluster.world import Cluster
from tests.conftest import free_ports

_CONFIGURATION = """\
server_name: node{number}
listen: 127.0.0.1:{clients}
http: 127.0.0.1:{health}
jetstream {{ store_dir: "{store}", max_memory_store: 67108864, max_file_store: 268435456 }}
cluster {{ name: house, listen: 127.0.0.1:{cluster}, routes: [{routes}] }}
mqtt {{
  listen: 127.0.0.1:{port}
  stream_replicas: 3
  tls {{ cert_file: "{certificate}", key_file: "{key}" }}
}}
include "rights.conf"
"""


def program() -> str | None:
    return shutil.which("nats-server", path="/usr/sbin:/usr/bin")


@contextlib.contextmanager
def nats(folder: Path, boxes: Sequence[str] = BOXES) -> Iterator[Cluster]:
    """The cluster, up, with the accounts and rights of the guide's example."""
    start = program()
    if start is None:
        raise FileNotFoundError("nats-server: `make cluster` installs it")
    ca, files = certificates(folder / "tls")
    (folder / "rights.conf").write_text(example("accounts {", boxes), "utf-8")
    ports = free_ports(4 * NODES)
    routes = ", ".join(f'"nats://127.0.0.1:{ports[4 * peer + 1]}"' for peer in range(NODES))
    nodes = []
    for number in range(NODES):
        clients, cluster_port, port, health = ports[4 * number : 4 * number + 4]
        path = folder / f"node{number}.conf"
        path.write_text(
            _CONFIGURATION.format(
                number=number,
                clients=clients,
                health=health,
                cluster=cluster_port,
                port=port,
                store=folder / f"store{number}",
                routes=routes,
                certificate=files.certificate,
                key=files.key,
            ),
            "utf-8",
        )
        nodes.append(Node([start, "-c", str(path)], port, {}, folder / f"node{number}.log", health))
    cluster = Cluster("NATS", ca, nodes)
    try:
        for node in nodes:
            node.start()
        for node in nodes:
            node.wait_until_ready()
        yield cluster
    finally:
        cluster.close()
