"""One cluster of each kind for all tests: it takes longer to start than they take."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.cluster.branch import Branch
from tests.cluster.chart import Chart
from tests.cluster.house import BOXES
from tests.cluster.nats import nats
from tests.cluster.rabbitmq import rabbitmq
from tests.cluster.world import Cluster

KINDS = {"rabbitmq": rabbitmq, "nats": nats}


@pytest.fixture(scope="module", params=KINDS)
def cluster(request: pytest.FixtureRequest) -> Iterator[Cluster]:
    """Three nodes, all of them up at the first test."""
    with (
        tempfile.TemporaryDirectory(prefix="mdg-", dir="/tmp", ignore_cleanup_errors=True) as folder,
        KINDS[request.param](Path(folder)) as made,
    ):
        yield made


@pytest.fixture(scope="module")
def branches(cluster: Cluster) -> Iterator[tuple[Branch, Branch]]:
    """Two boxes of the house, at two nodes."""
    with (
        tempfile.TemporaryDirectory(prefix="mdg-", dir="/tmp", ignore_cleanup_errors=True) as folder,
        ExitStack() as stack,
    ):
        made = [Branch(Path(folder) / code, code, cluster, first) for first, code in enumerate(BOXES)]
        for one in made:
            stack.callback(one.close)
        for one in made:
            one.start()
        yield made[0], made[1]


class Consumers:
    """Those of one test."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._made: list[Chart] = []

    def __call__(self, name: str, node: int, *, keeps: bool = True) -> Chart:
        self._made.append(Chart(self._cluster, name, node, keeps=keeps))
        return self._made[-1]

    def close(self) -> None:
        for one in self._made:
            one.close()


@pytest.fixture
def consumers(cluster: Cluster) -> Iterator[Consumers]:
    made = Consumers(cluster)
    yield made
    made.close()
