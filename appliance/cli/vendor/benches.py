"""A bench for each way to take results."""

import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from appliance.cli.vendor.api_bench import ApiBench
from appliance.cli.vendor.bench import Bench, Terms
from appliance.cli.vendor.folder_bench import FolderBench
from appliance.cli.vendor.mqtt_bench import MqttBench
from appliance.cli.vendor.program import Commands
from appliance.ledger.consumers import ConsumerKind

BENCHES: dict[ConsumerKind, type[Bench]] = {
    ConsumerKind.MQTT: MqttBench,
    ConsumerKind.API: ApiBench,
    ConsumerKind.FOLDER: FolderBench,
}


@contextmanager
def open_bench(kind: ConsumerKind, folder: Path, commands: Commands, terms: Terms) -> Iterator[Bench]:
    """A bench with its box running; `folder` gets the consumer's credentials."""
    # What the box would write into its log is none of the report's lines.
    logging.getLogger("appliance").addHandler(logging.NullHandler())
    with tempfile.TemporaryDirectory(prefix="mdg-", dir="/tmp", ignore_cleanup_errors=True) as root:  # nosec B108 - a new folder for its owner alone
        bench = BENCHES[kind](Path(root), folder, commands, terms)
        try:
            bench.open()
            yield bench
        finally:
            bench.close()
