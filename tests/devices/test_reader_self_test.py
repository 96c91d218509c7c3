"""The test before opening hours: when it is due, and what it finds."""

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from appliance.demo.cards import CardWorldHandle, start_card_world
from appliance.devices.self_test import is_due, look_at_readers
from appliance.eligibility.visit import Phase
from appliance.ledger import reader_tests, readers
from appliance.ledger.database import Ledger
from appliance.ledger.reader_tests import Standing
from appliance.ledger.times import utc_now
from appliance.settings import Box, Settings
from tests.pcsc_socket import point_at

EIGHT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC) - timedelta(hours=9)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
FIRST, SECOND, MISSING = (f"Madoguchi Demo Reader (DEMO000{n}) 0{s}" for n, s in ((1, 0), (1, 1), (9, 0)))


@pytest.fixture(scope="module")
def world() -> Iterator[CardWorldHandle]:
    with tempfile.TemporaryDirectory(prefix="mdg-", dir="/tmp") as folder:
        handle = start_card_world(Path(folder), 2)
        yield handle
        handle.stop()


@pytest.fixture
def ledger(box_dir: Path) -> Iterator[Ledger]:
    box = Box(box_dir)
    box.create()
    ledger = Ledger.of(box)
    for key in (FIRST, SECOND):
        readers.adopt(ledger, key, utc_now())
    yield ledger
    ledger.close()


@pytest.mark.parametrize(
    ("at", "last", "ill", "now", "due"),
    [
        ("08:00", None, False, EIGHT - MINUTE, False),
        ("08:00", None, False, EIGHT, True),
        ("08:00", EIGHT - DAY, False, EIGHT - MINUTE, False),
        ("08:00", EIGHT - DAY, False, EIGHT + MINUTE, True),
        ("08:00", EIGHT, False, EIGHT + 600 * MINUTE, False),
        ("08:00", EIGHT, True, EIGHT + 4 * MINUTE, False),
        ("08:00", EIGHT, True, EIGHT + 5 * MINUTE, True),
        ("08:00", EIGHT + DAY, False, EIGHT + MINUTE, True),
        ("", None, True, EIGHT, False),
    ],
)
def test_it_is_due_once_a_day_and_again_while_something_is_wrong(
    at: str, last: datetime | None, ill: bool, now: datetime, due: bool
) -> None:
    assert is_due(at, Standing(1, last, ill), now) is due


def test_a_reader_whose_cable_was_put_back_is_tested_again_at_once() -> None:
    back = Standing(1, EIGHT, is_ill=True, is_back=True)
    assert is_due("08:00", back, EIGHT + timedelta(seconds=10))
    assert not is_due("08:00", back, EIGHT + timedelta(seconds=9))


def test_nothing_is_due_without_a_reader() -> None:
    assert not is_due("08:00", Standing(0, None, is_ill=False), EIGHT)


def test_a_reader_that_is_missing_and_a_camera_without_pictures_are_told(
    world: CardWorldHandle, ledger: Ledger, tmp_path: Path
) -> None:
    readers.adopt(ledger, MISSING, utc_now())
    cameras = ("", f"files:{tmp_path}")
    record = tmp_path / "none.toml"
    settings = Settings("1319999999", face_cameras=cameras, face_model=str(record))
    found = {one.reader.name: one.codes for one in look_at_readers(settings, ledger, utc_now)}
    assert found == {"1": (), "2": ("FACE-001", "FACE-005"), "3": ("READER-001",)}
    last = reader_tests.last(ledger, SECOND)
    assert last is not None
    assert last.codes == ("FACE-001", "FACE-005")
    assert reader_tests.standing(ledger).is_ill


def test_without_the_service_every_reader_says_so(ledger: Ledger, tmp_path: Path) -> None:
    point_at(tmp_path / "nothing")
    outcomes = look_at_readers(Settings("1319999999"), ledger, utc_now)
    assert [one.codes for one in outcomes] == [("READER-002",)] * 2


def test_what_was_found_is_over_with_the_next_test(world: CardWorldHandle, ledger: Ledger) -> None:
    reader_tests.note(ledger, FIRST, ("READER-001",), utc_now() - DAY)
    assert reader_tests.standing(ledger) == Standing(2, None, is_ill=True)
    readers.show(ledger, FIRST, utc_now(), phase=Phase.IDLE)
    assert reader_tests.standing(ledger).is_back
    look_at_readers(Settings("1319999999"), ledger, utc_now)
    standing = reader_tests.standing(ledger)
    assert (standing.is_ill, standing.oldest is not None) == (False, True)
