"""The shared folder on a disk that is full, or that somebody has mounted read-only."""

import contextlib
import errno
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.ledger import deliveries
from appliance.ledger.checks import Origin
from appliance.ledger.deliveries import DeliveryState
from appliance.ledger.times import utc_now
from appliance.sync.one_folder import FOLDERS
from tests.sync.folders import SharedFolder, request_xml
from tests.sync.station import answer_check

NAME = "OQSsiquc01req_1.xml"


@pytest.fixture
def disk(shared: SharedFolder, tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 KiB with the folder on it."""
    root = tmp_path / "disk"
    root.mkdir()
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("mounting needs root")
    command = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(root)]
    if subprocess.run(command, check=False, capture_output=True).returncode != 0:
        pytest.skip("this machine lets nobody mount")
    try:
        for name in FOLDERS:
            (root / name).mkdir()
        shared.serve(root=root)
        shared.root = root
        yield root
    finally:
        subprocess.run(["umount", str(root)], check=True)


def remount(root: Path, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", str(root)], check=True)


def fill(root: Path) -> Path:
    """Leave no room for another byte."""
    filler = root / "filler"
    with filler.open("wb", buffering=0) as stream, contextlib.suppress(OSError):
        while True:
            stream.write(bytes(4096))
    return filler


def test_a_wrong_request_stays_until_there_is_room_for_its_err(shared: SharedFolder, disk: Path) -> None:
    """FO-015."""
    shared.drop(NAME, b"<Other/>")
    filler = fill(disk)
    shared.look(0)
    for second in (1, 2, 3):
        with pytest.raises(OSError, match="No space") as caught:
            shared.look(second)
        assert caught.value.errno == errno.ENOSPC
    assert (shared.names("req"), shared.names("res"), shared.leftovers()) == ([NAME], [], [])
    filler.unlink()
    shared.look(4)
    assert (shared.names("req"), shared.names("res")) == ([], ["OQSsiquc01req_1.err", NAME])


def test_good_requests_need_no_room(shared: SharedFolder, disk: Path) -> None:
    """FO-014."""
    shared.drop(NAME, request_xml())
    fill(disk)
    shared.look(0, 1)
    assert len(shared.checks()) == 1
    assert shared.names("req") == []


def test_a_read_only_folder_makes_one_question_and_no_more(shared: SharedFolder, disk: Path) -> None:
    """FO-007, FO-014."""
    shared.drop(NAME, request_xml())
    remount(disk, "ro")
    shared.look(0)
    for second in (1, 2, 3):
        with pytest.raises(OSError, match="Read-only"):
            shared.look(second)
    assert len(shared.checks()) == 1
    check_id = answer_check(shared.ledger)
    now = utc_now()
    shared.results.hand_over(now)
    (owed,) = deliveries.of_check(shared.ledger, check_id)
    assert (owed.state, owed.trouble_code) == (DeliveryState.PENDING, "BOX-004")
    shared.restart()
    remount(disk, "rw")
    shared.look(10, 11)
    assert [check.origin for check in shared.checks()].count(Origin.FOLDER) == 1
    assert shared.names("req") == []
    shared.results.again(now)
    shared.results.hand_over(now)
    assert deliveries.of_check(shared.ledger, check_id)[0].state is DeliveryState.ACKNOWLEDGED


def test_a_request_renamed_while_it_waits_is_asked_under_its_last_name(shared: SharedFolder) -> None:
    path = shared.drop(NAME, request_xml())
    shared.look(0)
    path.rename(path.with_name("OQSsiquc01req_2.xml"))
    shared.look(1, 2)
    assert [check.source_name for check in shared.checks()] == ["2"]
