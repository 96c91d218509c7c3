"""lists/: CSV lists become runs of the night, with a report line by line; what cannot be taken comes back."""

import logging
import os
from datetime import timedelta
from pathlib import Path

import pytest

from appliance.ledger import bulk_runs
from appliance.ledger.bulk_runs import Run, RunState
from appliance.ledger.consumers import NO_LISTS, ConsumerKind, FolderTerms, Lists, ListTerms, put
from appliance.ledger.times import utc_now
from appliance.sync.folder_lane import FolderLane
from appliance.sync.folder_lists import ListTray
from tests.bulk_lists import as_list, row
from tests.sync.folders import CONSUMER, NINE, SharedFolder, request_xml
from tests.sync.station import Station

DENTAL = "1399999988"
GOOD = as_list(row("p01"), row("p04"))
MIXED = as_list(row("p01"), row("p02", birthdate="いつか"), row("p03", insurer="06139991"))


class DroppedLists:
    """The lists of a shared folder, looked at when the test says so."""

    def __init__(self, shared: SharedFolder) -> None:
        self.shared = shared
        self.allow(ListTerms(Lists.NIGHT))
        (shared.root / "lists").mkdir()

    def allow(self, terms: ListTerms) -> None:
        """As a new process on these terms."""
        self.shared.serve(handing_in=terms)
        self.tray = ListTray(self.shared.folder, self.shared.box, self.shared.settings, self.shared.ledger)

    def drop(self, name: str, data: bytes) -> Path:
        path = self.shared.root / "lists" / name
        path.write_bytes(data)
        return path

    def look(self, *seconds: float) -> None:
        for second in seconds:
            self.tray.look(NINE + timedelta(seconds=second))

    def report(self, base: str) -> str:
        return (self.shared.root / "res" / f"{base}.report.txt").read_bytes().decode("cp932")

    def runs(self) -> tuple[Run, ...]:
        return bulk_runs.recent(self.shared.ledger, 9)


@pytest.fixture
def dropped(shared: SharedFolder) -> DroppedLists:
    """A folder that may hand in lists for the night."""
    return DroppedLists(shared)


def test_a_list_becomes_a_run_of_the_night_with_a_report(dropped: DroppedLists) -> None:
    """FO-027, FO-028."""
    dropped.drop("予約.csv", GOOD.decode().encode("cp932"))
    dropped.look(0, 5)
    (run,) = dropped.runs()
    assert (run.state, run.at_night, run.people, run.made_by) == (RunState.WAITING, True, 2, CONSUMER)
    assert dropped.shared.names("lists") == []
    assert dropped.shared.names("res") == ["予約.report.txt"]
    report = dropped.report("予約")
    assert report.startswith("結果: 一覧を受け取りました\r\n照会する人: 2人\r\n照会しない行: 0行\r\n")
    assert "20:00から06:00のあいだ" in report
    assert run.id in report


def test_what_is_wrong_is_said_line_by_line_without_a_value(
    dropped: DroppedLists, caplog: pytest.LogCaptureFixture
) -> None:
    """FO-028."""
    caplog.set_level(logging.DEBUG)
    dropped.drop("見本様.csv", MIXED)
    dropped.look(0, 5)
    report = dropped.report("見本様")
    assert "照会する人: 2人\r\n照会しない行: 1行" in report
    assert "\r\n3行目: 誤り BULK-008: 生年月日" in report
    assert "\r\n4行目: 注意 BULK-009: 保険者番号" in report
    assert not any(value in report for value in ("いつか", "見本", "3456", "06139991"))
    assert "見本" not in caplog.text


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"PK\x03\x04\0\0", "BULK-001"),
        (b"", "BULK-001"),
        (as_list(), "BULK-005"),
        (as_list(row("p01", birthdate="")), "BULK-005"),
        ("患者番号,マイナンバー\np01,1\n".encode(), "BULK-003"),
        ("氏名,時刻\n見本,9:00\n".encode(), "BULK-002"),
    ],
)
def test_what_cannot_be_taken_comes_back(dropped: DroppedLists, data: bytes, code: str) -> None:
    """FO-029."""
    dropped.drop("a.csv", data)
    dropped.look(0, 5)
    assert dropped.shared.names("res") == ["a.csv", "a.report.txt"]
    assert (dropped.shared.root / "res" / "a.csv").read_bytes() == data
    assert f"コード: {code}\r\n" in dropped.report("a")
    assert (dropped.runs(), dropped.shared.names("lists")) == ((), [])


def test_a_list_still_being_written_is_waited_for(dropped: DroppedLists) -> None:
    """FO-027."""
    path = dropped.drop("a.csv", as_list(row("p01")))
    dropped.look(0, 4)
    path.write_bytes(GOOD)
    dropped.look(6, 10)
    assert dropped.runs() == ()
    dropped.look(11)
    assert dropped.runs()[0].people == 2


def test_other_files_stay(dropped: DroppedLists) -> None:
    """FO-027."""
    for name in ("a.xlsx", ".a.csv", "~a.csv", "a.csv.tmp", "a"):
        dropped.drop(name, GOOD)
    os.symlink("/etc/hostname", dropped.shared.root / "lists" / "link.csv")
    (dropped.shared.root / "lists" / "folder.csv").mkdir()
    before = dropped.shared.names("lists")
    dropped.look(0, 10)
    assert (dropped.shared.names("lists"), dropped.runs()) == (before, ())


def test_a_death_between_run_and_report_makes_no_second_run(
    dropped: DroppedLists, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FO-027."""

    def dies(*_: object) -> None:
        raise PermissionError

    dropped.drop("a.csv", GOOD)
    with monkeypatch.context() as dying:
        dying.setattr("appliance.sync.complete_file.place", dies)
        dropped.look(0)
        with pytest.raises(PermissionError):
            dropped.look(5)
    (run,) = dropped.runs()
    dropped.allow(ListTerms(Lists.NIGHT))
    dropped.look(20, 25)
    assert [one.id for one in dropped.runs()] == [run.id]
    assert run.id in dropped.report("a")
    assert dropped.shared.names("lists") == []


def test_terms_say_when_and_under_which_code(dropped: DroppedLists) -> None:
    """FO-028."""
    dropped.allow(ListTerms(Lists.NOW, DENTAL))
    dropped.drop("a.csv", GOOD)
    dropped.look(0, 5)
    (run,) = dropped.runs()
    assert (run.at_night, run.institution_code) == (False, DENTAL)
    assert "照会の時刻: すぐに" in dropped.report("a")


def test_nothing_is_taken_from_whom_nobody_allowed(dropped: DroppedLists) -> None:
    """FO-027."""
    dropped.allow(NO_LISTS)
    dropped.drop("a.csv", GOOD)
    dropped.look(0, 10)
    assert dropped.shared.names("lists") == ["a.csv"]


def test_the_running_lane_takes_lists_beside_requests(folder_station: Station) -> None:
    """FO-027."""
    station = folder_station
    root = station.box.folder_root(station.settings)
    put(station.ledger, CONSUMER, ConsumerKind.FOLDER, FolderTerms(), utc_now(), ListTerms(Lists.NIGHT))
    (root / "lists").mkdir(parents=True)
    (root / "lists" / "a.csv").write_bytes(GOOD)
    lane = FolderLane(station.box, station.settings, station.ledger, utc_now)
    lane.start()
    try:
        station.until(lambda: len(bulk_runs.recent(station.ledger, 9)) == 1)
        (root / "req" / "OQSsiquc01req_1.xml").write_bytes(request_xml())
        station.until(lambda: not list((root / "req").iterdir()) and not list((root / "lists").iterdir()))
    finally:
        lane.stop()
