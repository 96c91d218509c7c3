"""A レセコン reaches its folder over the network: real smbd without root, real smbclient, the folder lane behind it."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit, checks, conditions, consumers, folder_shares
from appliance.ledger.conditions import Link, LinkState
from appliance.ledger.consumers import ConsumerKind
from appliance.ledger.times import utc_now
from appliance.share_place import read
from appliance.sync import file_server
from appliance.sync.folder_lane import FolderLane
from appliance.sync.share_lane import ShareLane
from tests.sync.file_share import FileShare, file_share
from tests.sync.folders import CONSUMER, request_xml
from tests.sync.station import Station, answer_open_check

NAME = "OQSsiquc01req_20261122001.xml"
ANSWER = "OQSsiquc01res_20261122001.xml"
pytestmark = pytest.mark.skipif(
    shutil.which("smbclient") is None or not Path("/usr/sbin/smbd").exists(), reason="no Samba here"
)


class Clinic:
    """A box with its lanes and its share, and the password on the PC of the レセコン."""

    def __init__(self, station: Station, share: FileShare) -> None:
        self.station = station
        self.share = share
        self.lane = ShareLane(share.place, station.ledger, utc_now, share.port)
        self.password = self.turn_on()
        share.start()

    def turn_on(self) -> str:
        root = self.share.place.folder(CONSUMER)
        password = folder_shares.turn_on(self.station.ledger, CONSUMER, root, "kanri", utc_now())
        self.lane.fit()
        return password

    def do(self, *commands: str, more: tuple[str, ...] = ()) -> str:
        return self.share.do(self.password, *commands, more=more)

    def state(self) -> LinkState:
        self.lane.look()
        return conditions.get(self.station.ledger, Link.SHARE).state


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    station = Station(tmp_path_factory.mktemp("box"), folder_settle=0.1, folder_patience=60.0)
    consumers.add(station.ledger, CONSUMER, ConsumerKind.FOLDER, utc_now())
    with file_share() as share:
        made = Clinic(station, share)
        lane = FolderLane(station.box, station.settings, station.ledger, utc_now)
        lane.start()
        station.until(lambda: conditions.get(station.ledger, Link.FOLDER).state is LinkState.UP)
        yield made
        lane.stop()
        station.close()


def test_a_request_and_its_answer_pass_over_the_network(clinic: Clinic) -> None:
    station, share = clinic.station, clinic.share
    share.scratch.joinpath("request").write_bytes(request_xml())
    said = clinic.do("cd req", "put request work.tmp", f"rename work.tmp {NAME}")
    assert "NT_STATUS" not in said, said
    station.until(lambda: checks.recent(station.ledger, 1) != ())
    answer_open_check(station.ledger)
    station.until_acknowledged(checks.recent(station.ledger, 1)[0].id, CONSUMER)
    found = share.taken(clinic.password, f"res/{ANSWER}")
    assert found is not None
    assert "見本　花子" in found.decode()
    root = share.place.folder(CONSUMER)
    assert [path.name for folder in ("req", "res") for path in (root / folder).iterdir()] == []


def test_what_is_written_in_two_goes_waits_for_the_second(clinic: Clinic) -> None:
    station, whole = clinic.station, request_xml(number="7777")
    known, name = len(checks.recent(station.ledger, 9)), "OQSsiquc01req_20261122002.xml"
    path = clinic.share.place.folder(CONSUMER) / "req" / name
    clinic.share.put(clinic.password, f"req/{name}", whole[:200])
    written = path.stat()
    # The box is the owner of the folder, the file is the server's: both may rename and delete it.
    assert written.st_size == 200
    assert written.st_mode & 0o777 == 0o660
    assert written.st_gid == path.parent.stat().st_gid
    clinic.share.put(clinic.password, "req/OQSsiquc01req_20261122003.xml", request_xml(number="8888"))
    station.until(lambda: len(checks.recent(station.ledger, 9)) == known + 1)
    assert path.exists()
    clinic.share.put(clinic.password, f"req/{name}", whole)
    station.until(lambda: len(checks.recent(station.ledger, 9)) == known + 2)
    station.until(lambda: not path.exists())


@pytest.mark.parametrize(
    ("more", "is_served"),
    [
        (("-m", "SMB2_10"), True),
        (("-m", "SMB3_11", "--client-protection=encrypt"), True),
        (("-m", "SMB2_02"), False),
        (("-m", "NT1", "--option=client min protocol=NT1"), False),
    ],
)
def test_clients_of_windows_7_and_later_are_served(
    clinic: Clinic, more: tuple[str, ...], is_served: bool
) -> None:
    assert ("req" in clinic.do("ls", more=more)) is is_served


def test_nobody_comes_in_without_the_password(clinic: Clinic) -> None:
    share = clinic.share
    assert "LOGON_FAILURE" in share.do("wrong", "ls")
    assert "ACCESS_DENIED" in share.do("", "ls")
    assert "LOGON_FAILURE" in share.do("x", "ls", more=("-U", "root%x"))
    assert "oqs" not in clinic.do("ls", more=("-L", "127.0.0.1")).lower()


def test_nothing_but_the_folder_is_reached(clinic: Clinic) -> None:
    root = clinic.share.place.folder(CONSUMER)
    (root / "req" / "passwd").symlink_to("/etc/passwd")
    (root / "res" / "up").symlink_to(clinic.share.place.root)
    (root / ".madoguchi-tmp" / "x.part").write_text("half", "ascii")
    try:
        for name in (
            "req/passwd",
            "res/up/wanted",
            "..\\..\\wanted",
            "..\\..\\..\\place\\wanted",
            ".madoguchi-tmp/x.part",
        ):
            assert clinic.share.taken(clinic.password, name) is None, name
        assert "madoguchi-tmp" not in clinic.do("ls")
        assert clinic.share.place.wanted_file.exists()
    finally:
        for left in ("req/passwd", "res/up", ".madoguchi-tmp/x.part"):
            (root / left).unlink()


def test_no_file_name_comes_into_the_log(clinic: Clinic) -> None:
    (clinic.share.place.folder(CONSUMER) / "res" / "closed.xml").touch(mode=0o600)
    for command in ("get res/closed.xml", "get res/missing.xml", "del res/gone.xml", "mkdir req"):
        clinic.do(command)
    assert clinic.do("put nothing.here") != ""
    log = clinic.share.log()
    assert log != ""
    for name in ("closed", "missing", "gone", "OQS", clinic.password):
        assert name not in log


def test_smbd_understands_each_word_and_promises_no_client_to_be_alone(clinic: Clinic) -> None:
    """With an oplock or a lease a client would keep on its own side what it writes, and the box would read half a file."""
    said = subprocess.run(
        ["testparm", "-s", "-v", str(clinic.share.configuration)], check=True, capture_output=True, text=True
    )
    assert "parameter" not in said.stderr.lower(), said.stderr
    settings = {line.strip() for line in said.stdout.splitlines()}
    assert {"smb2 leases = No", "oplocks = No", "level2 oplocks = No", "durable handles = No"} <= settings
    assert {"server signing = required", "map to guest = Never"} <= settings


def test_a_new_password_ends_the_old_one_and_off_is_off(clinic: Clinic) -> None:
    share, ledger, old = clinic.share, clinic.station.ledger, clinic.password
    assert clinic.state() is LinkState.UP
    clinic.password = clinic.turn_on()
    share.stop()  # as systemd does when the file has changed
    assert clinic.state() is LinkState.DOWN
    assert conditions.get(ledger, Link.SHARE).trouble_code == "SHARE-003"
    share.start()
    assert "LOGON_FAILURE" in share.do(old, "ls")
    assert "req" in clinic.do("ls")
    folder_shares.turn_off(ledger, CONSUMER, "kanri", utc_now())
    clinic.lane.fit()
    assert read(share.place) is None
    assert conditions.get(ledger, Link.SHARE).state is LinkState.UNKNOWN
    share.stop()
    with pytest.raises(Trouble, match="SHARE-003"):
        share.start()
    assert not file_server.answers(share.port)
    found = consumers.find(ledger, CONSUMER)
    assert found is not None
    assert found.shared_at is None
    rows = [(row.action, row.actor) for row in audit.latest(ledger, 9)]
    assert rows[:3] == [("share-off", "kanri"), ("share-password", "kanri"), ("share-on", "kanri")]
    assert clinic.password not in "".join(row.detail for row in audit.latest(ledger, 99))
