"""The check tells a good consumer of the HTTP API from bad ones; the reference consumer is a good one."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from appliance.cli.main import cli
from appliance.cli.vendor.api_bench import ApiBench
from appliance.cli.vendor.bench import Terms
from appliance.cli.vendor.benches import open_bench
from appliance.cli.vendor.probes import probes
from appliance.cli.vendor.program import Commands
from appliance.contract_files import contract_folder
from appliance.ledger.consumers import ConsumerKind
from tests.cli.scripted_fetcher import ScriptedFetcher
from tests.cli.vendor_checks import impatient, rows, verdicts

ROWS = {one.id: one for one in probes(ConsumerKind.API)}
pytestmark = [
    pytest.mark.timeout(180),
    # Python 3.11 leaves a socket open whose peer, a box that stops, was gone before the handshake (SSLSocket._create).
    pytest.mark.filterwarnings(
        "ignore:Exception ignored in. <ssl.SSLSocket:pytest.PytestUnraisableExceptionWarning"
    ),
]

CONSUMER = contract_folder() / "consumers" / "consumer_api.py"


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiBench]:
    """One box for all."""
    terms = Terms(repeat_within=20.0, calm=1.5, takes=frozenset({"tasks", "medical"}))
    with open_bench(ConsumerKind.API, tmp_path_factory.mktemp("own"), Commands(), terms) as opened:
        assert isinstance(opened, ApiBench)
        yield opened


def test_what_a_product_does_not_do_is_no_pass(bench: ApiBench) -> None:
    """A product without ETag and cursor. The first of all: no other one has called at this box yet."""
    found = verdicts(bench, ScriptedFetcher(bench, "no-etag"), rows(ROWS, "api-unchanged", "api-cursor"))
    assert {said.split()[0] for said in found.values()} == {"対象外"}, found


def test_who_keeps_all_the_rules_passes(bench: ApiBench) -> None:
    found = verdicts(bench, ScriptedFetcher(bench, "uses-cursor"), ROWS)
    assert {one: said for one, said in found.items() if not said.startswith("PASS")} == {}


@pytest.mark.parametrize(
    ("wrong", "found_out"),
    [
        ("keeps-cursor", ["api-cursor"]),
        ("hurries", ["api-too-often"]),
        ("hurries", ["api-revoked"]),
        ("hurries", ["api-ask-refused"]),
        ("hurries", ["api-ask-too-many"]),
        ("stores-late", ["api-killed-at-work", "api-stored-once"]),
        ("stores-twice", ["api-owed-again", "api-stored-once"]),
        ("made-up", ["api-first-result", "api-only-known"]),
        ("malformed", ["api-ask-taken", "api-list-taken"]),
        ("one-id", ["api-ask-own-id", "api-list-own-id"]),
        ("new-id-again", ["api-ask-once", "api-list-once"]),
    ],
)
def test_who_does_something_wrong_is_found_out(bench: ApiBench, wrong: str, found_out: list[str]) -> None:
    """The last of the probes finds it, the others at the latest by then; those before may be there to let it happen."""
    found = verdicts(bench, ScriptedFetcher(bench, wrong), rows(ROWS, *found_out))
    assert found[found_out[-1]].startswith("FAIL"), found


@pytest.mark.parametrize(
    ("wrong", "found_out"),
    [
        ("deaf", ["api-first-result", "api-box-restarts"]),
        ("only-members", ["api-unknown-members"]),
        ("only-first", ["api-owed-again"]),
        ("stops-at-304", ["api-unchanged"]),
        ("deaf-to-outcome", ["api-ask-withdrawn"]),
        ("deaf-to-task", ["api-task-raised"]),
        ("says-nothing", ["api-ask-answered"]),
        ("never-again", ["api-ask-again"]),
        ("only-first-part", ["api-list-parts"]),
    ],
)
def test_who_leaves_something_out_is_found_out(bench: ApiBench, wrong: str, found_out: list[str]) -> None:
    """What does not come is waited for in vain, so the wait is short here."""
    with impatient(bench):
        found = verdicts(bench, ScriptedFetcher(bench, wrong), rows(ROWS, *found_out))
    assert {said.split()[0] for said in found.values()} == {"FAIL"}, found


def test_the_reference_consumer_keeps_the_rules(tmp_path: Path) -> None:
    """As a vendor runs it, with the probes that a consumer written in haste fails first."""
    command = f"{sys.executable} {CONSUMER} {{credentials}} {tmp_path / 'inbox.db'}"
    ids = ("api-rare-parts", "api-owed-again", "api-killed-at-work", "api-stored-once", "api-only-known")
    only = [word for one in (*ids, "api-ask-taken") for word in ("--only", one)]
    words = ["check", "--kind", "api", "--run", command, "--stored", f"{command} --stored", *only]
    done = CliRunner().invoke(cli, ["vendor", *words])
    assert done.exit_code == 0, done.output
    assert "の確認（HTTP API）" in done.output
    assert "（PASS 5、FAIL 0、NOT SEEN 0、対象外 1）" in done.output
