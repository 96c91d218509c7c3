"""The check tells a good 電子カルテ from bad ones where it asks, hands in lists, takes tasks and medical information."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.cli.vendor.bench import Terms
from appliance.cli.vendor.benches import open_bench
from appliance.cli.vendor.mqtt_bench import MqttBench
from appliance.cli.vendor.probes import Verdict, probes
from appliance.cli.vendor.program import Commands
from appliance.ledger.consumers import ConsumerKind
from tests.cli.scripted_emr import ScriptedEmr
from tests.cli.vendor_checks import impatient, rows, verdicts

pytestmark = pytest.mark.timeout(180)

ROWS = {one.id: one for one in probes(ConsumerKind.MQTT)}
OFFERED = [one.id for one in ROWS.values() if one.offer]


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MqttBench]:
    """One box for all."""
    terms = Terms(repeat_within=20.0, calm=0.5, takes=frozenset({"tasks", "medical"}))
    folder: Path = tmp_path_factory.mktemp("own")
    with open_bench(ConsumerKind.MQTT, folder, Commands(), terms) as opened:
        assert isinstance(opened, MqttBench)
        yield opened


def test_who_keeps_all_the_rules_passes_by_either_way_of_answers(bench: MqttBench) -> None:
    found = verdicts(bench, ScriptedEmr(bench), rows(ROWS, *OFFERED))
    other_way = [one for one, said in found.items() if said.startswith(Verdict.NOT_OFFERED)]
    assert other_way == ["ask-by-answer", "list-by-answer"]
    assert {said for one, said in found.items() if one not in other_way} == {"PASS"}, found
    ways = ("ask-by-topic", "ask-by-answer", "list-by-topic", "list-by-answer")
    old = verdicts(bench, ScriptedEmr(bench, is_5=False), rows(ROWS, *ways))
    assert [said.split()[0] for said in old.values()] == ["対象外", "PASS", "対象外", "PASS"], old


@pytest.mark.parametrize(
    ("wrong", "found_out"),
    [
        ("malformed", ["ask-taken", "list-taken"]),
        ("one-id", ["ask-own-id", "list-own-id"]),
        ("foreign-topic", ["ask-by-topic", "list-by-topic"]),
        ("floods", ["ask-refused", "ask-too-many", "list-too-many"]),
        ("new-id-again", ["ask-once", "list-once"]),
        ("other-content-again", ["ask-once", "list-once"]),
    ],
)
def test_who_says_something_wrong_is_found_out(bench: MqttBench, wrong: str, found_out: list[str]) -> None:
    found = verdicts(bench, ScriptedEmr(bench, wrong), rows(ROWS, *found_out))
    assert {said.split()[0] for said in found.values()} == {"FAIL"}, found


@pytest.mark.parametrize(
    ("wrong", "found_out"),
    [
        ("asks-nothing", ["ask-taken"]),
        ("says-nothing", ["ask-by-topic", "ask-refused", "list-progress"]),
        ("never-again", ["ask-again", "list-again"]),
        ("deaf-to-eligibility", ["ask-result"]),
        ("deaf-to-outcome", ["ask-withdrawn"]),
        ("deaf-to-task", ["task-raised"]),
        ("only-first-part", ["list-parts"]),
        ("only-first", ["list-part-again", "task-again"]),
        ("only-open", ["task-closed", "task-end-alone"]),
        ("only-known", ["task-unknown"]),
        ("only-given", ["medical"]),
    ],
)
def test_who_leaves_something_out_is_found_out(bench: MqttBench, wrong: str, found_out: list[str]) -> None:
    """What does not come is waited for in vain, so the wait is short here."""
    with impatient(bench):
        found = verdicts(bench, ScriptedEmr(bench, wrong), rows(ROWS, *found_out))
    assert {said.split()[0] for said in found.values()} == {"FAIL"}, found


def test_what_cannot_be_looked_at_is_no_pass(bench: MqttBench) -> None:
    """A list that comes in one part, a request that is never repeated."""
    with impatient(bench):
        found = verdicts(
            bench, ScriptedEmr(bench, "short-list", "never-again"), rows(ROWS, "list-parts", "ask-once")
        )
    assert {said[:8] for said in found.values()} == {"NOT SEEN"}, found
