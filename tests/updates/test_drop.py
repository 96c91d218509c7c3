"""The folder of wishes: a file in pieces that goes on where it stopped, and nothing that is obeyed but what has a name."""

import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from appliance.eligibility.trouble import Trouble
from appliance.updates import drop as dropping
from appliance.updates.drop import CANCEL, INSTALL, LARGEST, RESTART, Drop, hour_of, restart_at

CONTENT = bytes(range(200))
Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def drop(tmp_path: Path) -> Drop:
    return Drop(tmp_path)


def code_of(trouble: pytest.ExceptionInfo[Trouble]) -> str:
    return trouble.value.code


def test_a_file_in_pieces_is_whole_at_the_end(drop: Drop) -> None:
    assert drop.begin(200, "a").have == 0
    assert drop.add(0, CONTENT[:80]).have == 80
    assert drop.add(80, CONTENT[80:]).have == 200
    assert not drop.is_waiting()
    drop.finish()
    assert drop.bundle.read_bytes() == CONTENT
    assert drop.transfer() is None
    assert drop.is_waiting()
    assert drop.take() == (INSTALL,)
    assert not drop.is_waiting()


def test_it_goes_on_where_it_stopped_and_another_file_begins_anew(drop: Drop, tmp_path: Path) -> None:
    drop.begin(200, "a")
    drop.add(0, CONTENT[:80])
    again = Drop(tmp_path).begin(200, "a")
    assert again.have == 80
    assert drop.begin(200, "b").have == 0
    assert drop.begin(150, "b").have == 0


@pytest.mark.parametrize(("offset", "piece"), [(0, b"x"), (90, b"x"), (80, bytes(121))])
def test_a_piece_out_of_its_place_is_refused(drop: Drop, offset: int, piece: bytes) -> None:
    drop.begin(200, "a")
    drop.add(0, CONTENT[:80])
    with pytest.raises(Trouble) as found:
        drop.add(offset, piece)
    assert code_of(found) == "UPDATE-007"
    known = drop.transfer()
    assert known is not None
    assert known.have == 80


def test_nothing_is_taken_that_was_not_begun_or_is_not_whole(drop: Drop) -> None:
    for step in (lambda: drop.add(0, b"x"), drop.finish):
        with pytest.raises(Trouble) as found:
            step()
        assert code_of(found) == "UPDATE-007"
    drop.begin(200, "a")
    with pytest.raises(Trouble):
        drop.finish()
    assert not drop.is_waiting()


@pytest.mark.parametrize("size", [0, -1, LARGEST + 1])
def test_a_size_that_cannot_be_is_refused(drop: Drop, size: int) -> None:
    with pytest.raises(Trouble) as found:
        drop.begin(size, "a")
    assert code_of(found) == "UPDATE-006"
    assert drop.transfer() is None


def test_without_room_nothing_is_begun(drop: Drop, monkeypatch: pytest.MonkeyPatch) -> None:
    free = dropping.LEFT_FREE + 199
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(free, 0, free))
    with pytest.raises(Trouble) as found:
        drop.begin(200, "a")
    assert code_of(found) == "UPDATE-006"
    # The file that lies there already is given up for it.
    drop.bundle.write_bytes(b"x")
    assert drop.begin(200, "a").have == 0
    assert not drop.bundle.exists()


def test_only_what_has_a_name_is_obeyed(drop: Drop, tmp_path: Path) -> None:
    for name in ("wish-", "wish-halt", "wish-restart-2460", "wish-install x", "wish-restart-0615"):
        (tmp_path / name).write_text("rm -rf /")
    drop.wish(RESTART)
    drop.wish(RESTART)
    assert drop.take() == (RESTART, "restart-0615")
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith("wish")] == []
    (tmp_path / "wish-restart").mkdir()
    assert drop.take() == ()
    with pytest.raises(ValueError, match="nobody"):
        drop.wish("halt")


def test_an_hour_is_two_and_two_digits() -> None:
    assert restart_at("22:05") == "restart-2205"
    assert hour_of("restart-2205") == "22:05"
    assert hour_of(CANCEL) is None
    for wrong in ("24:00", "9:00", "0900", "09:60", "09:00:00", "", "０９:００", "restart-2205"):
        with pytest.raises(ValueError, match="time"):
            restart_at(wrong)
