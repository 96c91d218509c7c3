"""Killed before every statement that writes, every ring and every change of a file, sync and web lose and double nothing."""

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash import tally
from tests.crash.asking import Asking
from tests.crash.boundaries import Killing
from tests.crash.clinic import open_clinic
from tests.crash.thorough import stride

START_STRIDE = stride(8)
"""Of a start every eighth step: what comes then comes in another order each time anyway."""

BULK_STRIDE = stride(4)
"""Of a bulk run every fourth step; `test_kill_at_bulk_steps` takes each of them, within one process."""

REQUEST_STRIDE = stride(3)
"""Of a request over MQTT every third step; `test_kill_at_requests` takes each of what it writes."""

FOLDER_STRIDE = stride(2)
"""Of a request every other one; `test_kill_at_folder_steps` likewise."""


@pytest.fixture(scope="module")
def killing() -> Iterator[Killing]:
    """One clinic for all of them: what the one left whole must be whole after the others too."""
    with (
        tempfile.TemporaryDirectory(prefix="mdg-", dir="/tmp", ignore_cleanup_errors=True) as folder,
        open_clinic(Path(folder), bulk_poll=0.05) as clinic,
    ):
        clinic.center.ask("bulk-delay", seconds=0.02)
        yield Killing(clinic)


def _expect_nothing_lost(killing: Killing) -> None:
    assert len(set(killing.died_before)) >= 3, "it must have died before steps of several kinds"
    killing.died_before.clear()
    found = killing.counted()
    assert found.line == "lost 0 twice 0", tally.as_text(found)


@pytest.mark.timeout(600)
def test_a_check_from_claim_to_acknowledgement(killing: Killing) -> None:
    deaths = killing.before_every_step("sync", killing.enter, killing.is_at_rest)
    assert deaths >= 20
    _expect_nothing_lost(killing)


@pytest.mark.timeout(600)
def test_a_check_that_is_put_back_first(killing: Killing) -> None:
    deaths = killing.before_every_step("sync", killing.enter_to_be_put_back, killing.is_at_rest)
    assert deaths >= 20
    _expect_nothing_lost(killing)


@pytest.mark.timeout(600)
def test_a_request_in_the_folder_and_its_result(killing: Killing) -> None:
    deaths = killing.before_every_step("sync", killing.drop, killing.is_at_rest, FOLDER_STRIDE)
    assert deaths >= 15
    _expect_nothing_lost(killing)


@pytest.mark.timeout(600)
def test_a_request_of_an_emr_and_its_result(killing: Killing) -> None:
    with contextlib.closing(Asking(killing.clinic, killing.said)) as asking:

        def is_done() -> bool:
            return asking.is_answered() and killing.is_at_rest()

        deaths = killing.before_every_step("sync", asking.ask, is_done, REQUEST_STRIDE)
        assert asking.troubles == []
    assert deaths >= 8
    _expect_nothing_lost(killing)


@pytest.mark.timeout(600)
def test_a_bulk_run(killing: Killing) -> None:
    deaths = killing.before_every_step("sync", killing.let_run_go, killing.is_at_rest, BULK_STRIDE)
    assert deaths >= 12
    _expect_nothing_lost(killing)


@pytest.mark.timeout(600)
def test_the_start_after_a_death(killing: Killing) -> None:
    deaths = killing.at_birth("sync", killing.leave_under_way, killing.is_at_rest, START_STRIDE)
    assert deaths >= 5
    _expect_nothing_lost(killing)


@pytest.mark.timeout(600)
def test_an_entry_and_a_list_through_the_pages(killing: Killing) -> None:
    killing.sign_in()
    deaths = killing.before_every_step("web", killing.enter_by_page, killing.is_answered)
    assert deaths >= 5
    assert killing.said.unsure
    deaths = killing.before_every_step("web", killing.ask_list_by_page, killing.is_answered)
    assert deaths >= 10
    _expect_nothing_lost(killing)
