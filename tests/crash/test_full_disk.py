"""The disk is full at any write: whoever asked is told so, nothing is half written, all goes on when there is room."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash import full_disk, tally
from tests.crash.boundaries import Killing
from tests.crash.clinic import open_clinic
from tests.crash.filling import Filling
from tests.crash.thorough import stride

STRIDE = stride(4)
BULK_STRIDE = stride(20)
MOST_WRITES = 60
"""An entry takes far fewer."""

pytestmark = pytest.mark.skipif(bool(full_disk.why_not()), reason=full_disk.why_not())


@pytest.fixture(scope="module")
def killing() -> Iterator[Killing]:
    with (
        tempfile.TemporaryDirectory(prefix="mdg-", dir="/tmp", ignore_cleanup_errors=True) as folder,
        open_clinic(Path(folder), bulk_poll=0.05) as clinic,
    ):
        clinic.center.ask("bulk-delay", seconds=0.02)
        clinic.start("sync", mortal=True, limits="disk")
        yield Killing(clinic)


@pytest.fixture
def filling(killing: Killing) -> Filling:
    return Filling(killing)


def _expect_nothing_lost(killing: Killing) -> None:
    asked = killing.clinic.center.ask("state")["checks"]
    found = tally.count(killing.clinic.ledger, killing.said, killing.clinic.emr.inbox.messages(), asked)
    assert found.line == "lost 0 twice 0", tally.as_text(found)


@pytest.mark.timeout(600)
def test_a_check_and_its_delivery(filling: Filling, killing: Killing) -> None:
    assert filling.at_every_write(killing.enter, killing.is_at_rest, STRIDE) >= 8
    _expect_nothing_lost(killing)


@pytest.mark.timeout(600)
def test_a_request_in_the_folder_and_its_result(filling: Filling, killing: Killing) -> None:
    assert filling.at_every_write(killing.drop, killing.is_at_rest, STRIDE) >= 10
    _expect_nothing_lost(killing)


@pytest.mark.timeout(600)
def test_a_bulk_run(filling: Filling, killing: Killing) -> None:
    assert filling.at_every_write(killing.let_run_go, killing.is_at_rest, BULK_STRIDE) >= 4
    _expect_nothing_lost(killing)


@pytest.mark.timeout(600)
def test_the_pages_say_so_and_take_nothing_half(killing: Killing) -> None:
    killing.clinic.start("web", mortal=True, limits="disk")
    killing.clinic.until("pages", killing.desk.is_up)
    killing.desk.sign_in()
    switches, refused = killing.clinic.switches, 0
    killing.clinic.kill("sync")  # so that the web process's writes alone are counted
    for write in range(1, MOST_WRITES):
        switches.fill_at(write)
        before = _entries(killing)
        killing.enter_by_page()
        was_full = switches.is_full
        switches.make_room()
        killing.expect_sound()
        if killing.desk.status == 201:
            assert _entries(killing) == before + 1
            if not was_full:
                break
            continue
        refused += 1
        assert (killing.desk.status, killing.desk.trouble) == (503, "BOX-004")
        assert _entries(killing) == before
    assert refused >= 4
    killing.clinic.start("sync")
    killing.clinic.until("everything is done", killing.is_at_rest)
    _expect_nothing_lost(killing)


def _entries(killing: Killing) -> int:
    row = killing.clinic.ledger.read.execute("SELECT count(*) FROM checks WHERE origin = 'manual'").fetchone()
    return int(row[0])
