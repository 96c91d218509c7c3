"""A box of the house: its ledger, and the real sync process that serves the consumers at the cluster."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from appliance.ledger import checks, conditions, consumers, deliveries, results
from appliance.ledger.checks import NewCheck, Origin
from appliance.ledger.conditions import Link, LinkState
from appliance.ledger.consumers import ConsumerKind, FolderTerms, Lists, ListTerms
from appliance.ledger.database import Ledger
from appliance.ledger.deliveries import Delivery, DeliveryState
from appliance.ledger.times import utc_now
from appliance.settings import Box, Settings
from tests.cluster.house import CONSUMER, OTHER, password_of
from tests.cluster.world import Cluster
from tests.sync.station import result_xml

BOUND = 200.0
"""Seconds. NATS takes twenty to find new leaders on an idle machine, and minutes on a crowded one."""


class Branch:
    """`first` is the node that this box tries first; its broker of its own is not there, as nobody needs it."""

    def __init__(self, root: Path, institution: str, cluster: Cluster, first: int = 0) -> None:
        self.institution = institution
        self.box = Box(root)
        self.box.create()
        nodes = cluster.addresses
        self.settings = Settings(
            institution,
            broker_port=0,
            upstream_brokers=(*nodes[first:], *nodes[:first]),
            upstream_consumers=(CONSUMER, OTHER),
            upstream_account=f"box-{institution}",
            upstream_ca=str(cluster.ca),
        )
        self.box.save(self.settings)
        self.box.upstream_secret.touch(mode=0o600)
        self.box.upstream_secret.write_text(password_of(self.settings.upstream_account), "ascii")
        self.ledger = Ledger.of(self.box)
        for name in (CONSUMER, OTHER):
            terms = ListTerms(Lists.NIGHT)
            consumers.put(self.ledger, name, ConsumerKind.MQTT, FolderTerms(), utc_now(), terms)
        self._sync: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start sync and wait until it is at the cluster."""
        # What a dead process has noted must not be taken for this one's.
        conditions.forget(self.ledger, (Link.UPSTREAM,), utc_now())
        with (self.box.log_dir / "sync.log").open("ab") as log:
            command = [sys.executable, "-m", "appliance", "run", "sync", "--state", str(self.box.root)]
            self._sync = subprocess.Popen(command, stdout=log, stderr=log)
        self.until(self.is_up)

    def kill(self) -> None:
        """As a power cut would."""
        self._end(signal.SIGKILL)

    def answer(self, count: int) -> list[str]:
        """Write down `count` answers of the center; the ids of their checks."""
        return [self._answer() for _ in range(count)]

    def is_up(self) -> bool:
        return conditions.get(self.ledger, Link.UPSTREAM).state is LinkState.UP

    def owed(self, check_ids: list[str], consumer: str) -> int:
        """How many of these `consumer` has not acknowledged."""
        found = [self._delivery(check_id, consumer) for check_id in check_ids]
        return sum(one.state is not DeliveryState.ACKNOWLEDGED for one in found)

    def delivery_id(self, check_id: str, consumer: str) -> str:
        return self._delivery(check_id, consumer).id

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait for the ledger to say so."""
        end = time.monotonic() + BOUND
        with self.ledger.listen() as bell:
            while not holds():
                log = self.box.log_dir / "sync.log"
                assert time.monotonic() < end, log.read_text("utf-8")[-2000:]
                bell.wait()

    def close(self) -> None:
        self._end(signal.SIGTERM)
        self.ledger.close()

    def _delivery(self, check_id: str, consumer: str) -> Delivery:
        (found,) = (one for one in deliveries.of_check(self.ledger, check_id) if one.consumer == consumer)
        return found

    def _answer(self) -> str:
        new = NewCheck(origin=Origin.CARD, institution_code=self.institution, reader="1")
        # At once, so that sync, which has no center, does not ask about it in between.
        with self.ledger.together():
            check_id = checks.open_check(self.ledger, new, utc_now())
            assert results.record(
                self.ledger,
                check_id,
                None,
                xml=result_xml(),
                qualification_validity="1",
                refusal=None,
                now=utc_now(),
            )
        return check_id

    def _end(self, number: int) -> None:
        if self._sync is not None:
            self._sync.send_signal(number)
            self._sync.wait()
            self._sync = None
