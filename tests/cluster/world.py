"""A cluster of brokers, whatever it is made of."""

from dataclasses import dataclass
from pathlib import Path

from tests.cluster.nodes import Node


@dataclass(frozen=True)
class Cluster:
    """Running nodes, all of which know the accounts of the guide's house."""

    name: str
    ca: Path
    nodes: list[Node]

    @property
    def addresses(self) -> tuple[str, ...]:
        return tuple(node.address for node in self.nodes)

    def close(self) -> None:
        """Nothing that is kept matters any more, so nobody is asked to leave."""
        for node in self.nodes:
            node.kill()
