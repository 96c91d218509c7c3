"""The check tells a good レセコン at a shared folder from bad ones."""

from collections.abc import Iterator

import pytest

from appliance.cli.vendor.acts import ACTS
from appliance.cli.vendor.bench import Terms
from appliance.cli.vendor.benches import open_bench
from appliance.cli.vendor.folder_bench import BYSTANDERS, FolderBench
from appliance.cli.vendor.probes import probes
from appliance.cli.vendor.program import Commands
from appliance.ledger.consumers import ConsumerKind
from tests.cli.scripted_folder import ScriptedFolder
from tests.cli.vendor_checks import impatient, rows, verdicts

pytestmark = pytest.mark.timeout(180)

ROWS = {one.id: one for one in probes(ConsumerKind.FOLDER)}


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FolderBench]:
    """One box for all."""
    with open_bench(
        ConsumerKind.FOLDER, tmp_path_factory.mktemp("own"), Commands(), Terms(calm=0.5)
    ) as opened:
        assert isinstance(opened, FolderBench)
        yield opened


def test_who_keeps_all_the_rules_passes(bench: FolderBench) -> None:
    found = verdicts(bench, ScriptedFolder(bench), ROWS)
    assert {one: said for one, said in found.items() if said != "PASS"} == {}


@pytest.mark.parametrize(
    ("wrong", "found_out"),
    [
        ("malformed", ["folder-request"]),
        ("in-place", ["folder-whole"]),
        ("one-name", ["folder-own-name"]),
        ("repeats", ["folder-refused"]),
        ("forgets", ["face-again", "folder-once"]),
        ("bad-list", ["folder-list"]),
    ],
)
def test_who_does_something_wrong_is_found_out(bench: FolderBench, wrong: str, found_out: list[str]) -> None:
    found = verdicts(bench, ScriptedFolder(bench, wrong), rows(ROWS, *found_out))
    assert {said.split()[0] for said in found.values()} == {"FAIL"}, found


@pytest.mark.parametrize(
    ("wrong", "found_out"),
    [
        ("asks-nothing", ["folder-request"]),
        ("deaf", ["face-taken", "folder-restarts", "folder-box-restarts"]),
        ("deaf-to-large", ["face-big"]),
        ("deaf-to-refused", ["face-rare"]),
        ("deaf-to-res", ["folder-result", "folder-list"]),
        ("says-nothing", ["folder-refused", "folder-withdrawn"]),
    ],
)
def test_who_leaves_something_out_is_found_out(bench: FolderBench, wrong: str, found_out: list[str]) -> None:
    """What does not come is waited for in vain, so the wait is short here."""
    with impatient(bench):
        found = verdicts(bench, ScriptedFolder(bench, wrong), rows(ROWS, *found_out))
    assert {said.split()[0] for said in found.values()} == {"FAIL"}, found


def test_who_sweeps_away_what_is_somebody_elses_is_found_out(bench: FolderBench) -> None:
    """The last of all: the files are gone for good then."""
    probe = ROWS["folder-others"]
    assert ACTS[probe.act](bench, probe).verdict.value == "PASS"
    product = ScriptedFolder(bench, "sweeps")
    found = verdicts(bench, product, rows(ROWS, "face-taken", "face-every-validity", "folder-others"))
    assert found["face-taken"] == "PASS"
    assert found["folder-others"].startswith("FAIL"), found
    assert len(bench.missing_bystanders()) == 2 < len(BYSTANDERS)
