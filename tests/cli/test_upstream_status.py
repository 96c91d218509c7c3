"""`madoguchi status` and `consumer add` on a box that has a broker cluster beside its own broker."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from appliance.cli.main import cli
from appliance.ledger import conditions
from appliance.ledger.conditions import Link, LinkState
from appliance.ledger.database import Ledger
from appliance.ledger.new_box import prepare
from appliance.ledger.times import utc_now
from appliance.settings import Box, Settings


@pytest.fixture
def box(box_dir: Path) -> Box:
    box = Box(box_dir)
    prepare(box, Settings(institution_code="1319999999", broker_port=0)).close()
    return box


def as_json(box: Box, *words: str) -> Any:
    done = CliRunner().invoke(cli, [*words, "--state", str(box.root)])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_status_names_the_cluster_where_there_is_one(box: Box) -> None:
    usual = ["center", "broker", "folder", "card-service"]
    assert [one["link"] for one in as_json(box, "status", "--json")["links"]] == usual
    box.change(upstream_brokers=("mq1.example.jp:8883",), upstream_account="box")
    ledger = Ledger.of(box)
    conditions.note(ledger, Link.UPSTREAM, LinkState.DOWN, "BROKER-004", utc_now())
    ledger.close()
    (found,) = (one for one in as_json(box, "status", "--json")["links"] if one["link"] not in usual)
    assert (found["link"], found["state"], found["trouble_code"]) == ("upstream", "down", "BROKER-004")


def test_who_is_at_the_cluster_gets_its_nodes_and_no_password(box: Box) -> None:
    nodes = ("mq1.example.jp:8883", "mq2.example.jp:8883")
    box.change(upstream_brokers=nodes, upstream_account="box", upstream_consumers=("chart",))
    said = as_json(box, "consumer", "add", "chart", "--kind", "mqtt")
    with zipfile.ZipFile(said["handover"]) as packed:
        facts = json.loads(packed.read("madoguchi-chart/credentials.json"))
    assert (tuple(facts["brokers"]), facts["password"]) == (nodes, "")
