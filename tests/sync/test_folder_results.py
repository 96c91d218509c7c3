"""res/ and face/: complete files under stable names, whatever happens in between."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from appliance.ledger import checks, conditions, deliveries
from appliance.ledger.checks import NewCheck, Origin
from appliance.ledger.conditions import Link, LinkState
from appliance.ledger.deliveries import Delivery, DeliveryState
from appliance.ledger.times import utc_now
from appliance.sync import complete_file
from appliance.sync.folder_lane import FolderLane
from appliance.sync.folder_names import face_name
from tests.sync.folders import CONSUMER, NINE, SharedFolder, request_xml
from tests.sync.station import INSTITUTION, Station, answer_check, answer_open_check, result_xml


def delivery_of(shared: SharedFolder, check_id: str) -> Delivery:
    (delivery,) = deliveries.of_check(shared.ledger, check_id)
    return delivery


def test_a_card_result_appears_in_face(shared: SharedFolder) -> None:
    """FO-002, FO-004."""
    check_id = answer_check(shared.ledger)
    shared.results.hand_over(utc_now())
    (name,) = shared.names("face")
    assert re.fullmatch(rf"OQSsiquc01res_face_{INSTITUTION}[0-9a-f]{{20}}_[0-9]{{14}}\.xml", name)
    assert (shared.root / "face" / name).read_bytes() == result_xml()
    assert delivery_of(shared, check_id).state is DeliveryState.ACKNOWLEDGED
    assert shared.leftovers() == []
    assert shared.names("res") == []


def test_the_stamp_in_the_name_is_japans_time() -> None:
    """FO-002."""
    assert face_name("1399999996", "ab" * 16, NINE) == (
        "OQSsiquc01res_face_1399999996abababababababababab_20261122090000.xml"
    )


def test_an_answer_to_a_request_appears_in_res_under_its_suffix(shared: SharedFolder) -> None:
    """FO-003, FO-004."""
    shared.drop("OQSsiquc01req_FF2611220900.xml", request_xml())
    shared.look(0, 1)
    answer_open_check(shared.ledger)
    shared.results.hand_over(utc_now())
    assert shared.names("res") == ["OQSsiquc01res_FF2611220900.xml"]
    assert (shared.root / "res" / "OQSsiquc01res_FF2611220900.xml").read_bytes() == result_xml()
    assert shared.names("face") == []


def test_a_refusal_of_the_center_is_an_ordinary_answer(shared: SharedFolder) -> None:
    """FO-017."""
    shared.drop("OQSsiquc01req_1.xml", request_xml())
    shared.look(0, 1)
    answer_open_check(shared.ledger, refusal="CENTER-004")
    shared.results.hand_over(utc_now())
    assert shared.names("res") == ["OQSsiquc01res_1.xml"]


def test_manual_checks_do_not_reach_the_folder(shared: SharedFolder) -> None:
    """FO-005."""
    answer_check(shared.ledger, NewCheck(origin=Origin.MANUAL, institution_code=INSTITUTION))
    shared.results.hand_over(utc_now())
    assert shared.names("face") == shared.names("res") == []


def test_a_crash_after_the_rename_replaces_rather_than_doubles(
    shared: SharedFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FO-006."""

    class Crash(BaseException):
        pass

    def crash(*_: object) -> bool:
        raise Crash

    check_id = answer_check(shared.ledger)
    with monkeypatch.context() as patch:
        patch.setattr(deliveries, "all_placed", crash)
        with pytest.raises(Crash):
            shared.results.hand_over(utc_now())
    assert len(shared.names("face")) == 1
    shared.restart()
    shared.results.hand_over(utc_now())
    assert len(shared.names("face")) == 1
    assert delivery_of(shared, check_id).state is DeliveryState.ACKNOWLEDGED


def test_a_half_written_file_of_a_crash_is_swept(shared: SharedFolder) -> None:
    (shared.root / complete_file.ASIDE / "0123.part").write_bytes(b"half")
    complete_file.sweep(shared.root / complete_file.ASIDE)
    assert shared.leftovers() == []


def test_a_folder_that_is_away_is_tried_again_later(shared: SharedFolder) -> None:
    """FO-007."""
    (shared.root / "face").rmdir()
    (shared.root / "face").write_text("somebody put a file here")
    check_id = answer_check(shared.ledger)
    now = utc_now()
    shared.results.hand_over(now)
    failed = delivery_of(shared, check_id)
    assert (failed.state, failed.trouble_code, failed.tries) == (DeliveryState.PENDING, "BOX-004", 1)
    assert failed.next_offer_at > now + timedelta(seconds=4)
    assert shared.results.is_stuck
    assert shared.leftovers() == []
    (shared.root / "face").unlink()
    (shared.root / "face").mkdir()
    shared.results.hand_over(now + timedelta(seconds=6))
    done = delivery_of(shared, check_id)
    assert (done.state, done.trouble_code) == (DeliveryState.ACKNOWLEDGED, None)
    assert not shared.results.is_stuck


def test_when_the_folder_is_well_again_the_others_need_not_wait(shared: SharedFolder) -> None:
    (shared.root / "face").rmdir()
    first = answer_check(shared.ledger)
    now = utc_now()
    shared.results.hand_over(now)
    second = answer_check(shared.ledger)
    shared.results.hand_over(now + timedelta(seconds=4))
    (shared.root / "face").mkdir()
    shared.results.hand_over(now + timedelta(seconds=6))
    assert delivery_of(shared, first).state is DeliveryState.ACKNOWLEDGED
    assert delivery_of(shared, second).state is DeliveryState.PENDING
    shared.results.hand_over(now + timedelta(seconds=6))
    assert delivery_of(shared, second).state is DeliveryState.ACKNOWLEDGED


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system with room for next to nothing."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("mounting needs root")
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)], check=False, capture_output=True
    )
    if done.returncode != 0:
        pytest.skip("this machine lets nobody mount")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_leaves_no_half_file_and_loses_nothing(tiny_disk: Path) -> None:
    """FO-001, FO-007."""
    for name in ("face", complete_file.ASIDE):
        (tiny_disk / name).mkdir()
    target = tiny_disk / "face" / "result.xml"
    with pytest.raises(OSError, match="No space"):
        complete_file.place(b"x" * 200_000, target, tiny_disk / complete_file.ASIDE)
    assert not target.exists()
    assert list((tiny_disk / complete_file.ASIDE).iterdir()) == []
    complete_file.place(b"small", target, tiny_disk / complete_file.ASIDE)
    assert target.read_bytes() == b"small"


def test_an_old_file_stays_whole_when_its_replacement_fails(tiny_disk: Path) -> None:
    """FO-001."""
    target = tiny_disk / "result.xml"
    complete_file.place(b"old", target, tiny_disk)
    with pytest.raises(OSError, match="No space"):
        complete_file.place(b"x" * 200_000, target, tiny_disk)
    assert target.read_bytes() == b"old"


def folder_is(station: Station, state: LinkState) -> bool:
    return conditions.get(station.ledger, Link.FOLDER).state is state


def test_the_lane_serves_both_directions(folder_station: Station) -> None:
    station = folder_station
    root = station.box.folder_root(station.settings)
    lane = FolderLane(station.box, station.settings, station.ledger, utc_now)
    lane.start()
    try:
        station.until(lambda: folder_is(station, LinkState.UP))
        card = answer_check(station.ledger)
        station.until_acknowledged(card, CONSUMER)
        (root / "req" / "OQSsiquc01req_77.xml").write_bytes(request_xml())
        station.until(lambda: len(checks.recent(station.ledger, 9)) == 2)
        answer_open_check(station.ledger)
        newest = checks.recent(station.ledger, 1)[0].id
        station.until_acknowledged(newest, CONSUMER)
        assert (root / "res" / "OQSsiquc01res_77.xml").exists()
        assert len(list((root / "face").iterdir())) == 1
    finally:
        lane.stop()


def test_the_lane_says_that_the_folder_is_away_and_comes_back(folder_station: Station) -> None:
    station = folder_station
    root = station.box.folder_root(station.settings)
    root.write_text("a file where the folder should be")
    lane = FolderLane(station.box, station.settings, station.ledger, utc_now)
    lane.start()
    try:
        station.until(lambda: folder_is(station, LinkState.DOWN))
        assert conditions.get(station.ledger, Link.FOLDER).trouble_code == "BOX-004"
        card = answer_check(station.ledger)
        station.until(lambda: station.delivery(card, CONSUMER).trouble_code == "BOX-004")
        root.unlink()
        station.until_acknowledged(card, CONSUMER)
        station.until(lambda: folder_is(station, LinkState.UP))
    finally:
        lane.stop()


def test_a_file_is_on_the_disk_before_it_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FO-001."""
    steps: list[str] = []
    fsync, replace = os.fsync, os.replace

    def noted_fsync(descriptor: int) -> None:
        steps.append("folder" if os.path.isdir(f"/proc/self/fd/{descriptor}") else "file")
        fsync(descriptor)

    def noted_replace(source: Path, target: Path) -> None:
        steps.append("rename")
        assert source.read_bytes() == b"whole"
        replace(source, target)

    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(os, "replace", noted_replace)
    complete_file.place(b"whole", tmp_path / "result.xml", tmp_path)
    assert steps == ["file", "rename", "folder"]
