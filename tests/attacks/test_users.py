"""Web, devices and sync as three users of one group: the box works, and each is kept from what only another needs."""

import os
import socket
import stat
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from appliance import hatch
from appliance.cli.main import cli
from appliance.eligibility.trouble import Trouble
from appliance.ledger import settings_in_use
from appliance.ledger.database import Ledger
from appliance.ledger.new_box import prepare
from appliance.settings import Box, Settings
from tests.attacks.users import DEVICES, GROUP, STRANGER, SYNC, WEB, House, listening, tried

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become other users")
SERVICES = ("devices", "sync", "web")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """A box at work: three users, devices without any network."""
    # Not below pytest's own folder: that lets nobody else in, and any other run of pytest shuts it again.
    with tempfile.TemporaryDirectory(prefix="mdg-") as parent:
        Path(parent).chmod(0o711)
        yield from _at_work(Box(Path(parent) / "state"))


def laid_out(box: Box) -> Result:
    words = ["users", "lay-out", "--group", str(GROUP), "--sync", str(SYNC), "--web", str(WEB)]
    return CliRunner().invoke(cli, [*words, "--state", str(box.root)])


def _at_work(box: Box) -> Iterator[House]:
    prepare(box, Settings(institution_code="1319999999", web_port=free_port())).close()
    (box.certificate_dir / "keys").mkdir(mode=0o700)
    (box.certificate_dir / "keys" / "one.key").write_bytes(b"locked")
    done = laid_out(box)
    assert done.exit_code == 0, done.output
    home = House(box)
    try:
        home.start("sync", SYNC)
        home.start("web", WEB)
        home.start("devices", DEVICES, "unshare", "--net", "--")
        ledger = Ledger.of(box)
        _until(lambda: box.hatch_socket.exists() and box.certificate_socket.exists(), ledger, home)
        _until(lambda: all(name in settings_in_use.in_use(ledger) for name in SERVICES), ledger, home)
        ledger.close()
        yield home
    finally:
        home.stop()


def _until(is_so: Callable[[], bool], ledger: Ledger, home: House) -> None:
    with ledger.listen() as ear:
        for _ in range(300):  # the bell rings often while three processes begin
            if is_so():
                return
            ear.wait(0.2)
    raise AssertionError({name: home.log(name)[-1500:] for name in home.running})


def test_all_three_work_on_one_ledger(house: House) -> None:
    assert {name: process.poll() for name, process in house.running.items()} == dict.fromkeys(SERVICES)
    assert not any("Traceback" in house.log(name) for name in SERVICES), house.log("devices")
    for path in house.box.root.glob("ledger.db*"):
        assert (path.stat().st_gid, stat.S_IMODE(path.stat().st_mode)) == (GROUP, 0o660), path.name


def test_nobodys_files_are_given_away_under_running_services(house: House) -> None:
    key = house.box.certificate_dir / "keys" / "one.key"
    os.chown(key, WEB, GROUP)
    try:
        refused = laid_out(house.box)
        assert refused.exit_code == 1
        assert refused.stderr.startswith("BOX-008")
        assert "devices、sync、web" in refused.stderr.splitlines()[0]
        assert key.stat().st_uid == WEB
    finally:
        os.chown(key, SYNC, GROUP)


def test_the_clinics_key_is_syncs_alone(house: House) -> None:
    key = house.box.certificate_dir / "keys" / "one.key"
    script = f"print(open({str(key)!r}, 'rb').read())"
    assert tried(SYNC, script) == "b'locked'"
    for user in (WEB, DEVICES):
        assert tried(user, script).startswith("PermissionError")


def test_nobody_else_reads_anything(house: House) -> None:
    for path in (house.box.ledger_file, house.box.settings_file, house.box.hatch_socket):
        script = f"import os; print(os.access({str(path)!r}, os.R_OK))"
        assert (tried(WEB, script), tried(STRANGER, script)) == ("True", "False"), path.name


def test_devices_has_no_network_and_still_takes_a_touch(house: House) -> None:
    interfaces = Path(f"/proc/{house.pid('devices')}/net/dev").read_text("ascii").splitlines()[2:]
    assert [line.split(":")[0].strip() for line in interfaces] == ["lo"]
    assert Path(f"/proc/{house.pid('devices')}/net/route").read_text("ascii").splitlines()[1:] == []
    with pytest.raises(Trouble, match="READER-001"):  # it answers: there is no such reader
        hatch.pass_through(house.box.hatch_socket, hatch.Cancelled("9", "none"))


def test_only_web_can_be_called(house: House) -> None:
    assert list(listening(house.pid("sync"))) == []
    assert list(listening(house.pid("devices"))) == []
    assert len(set(listening(house.pid("web")))) == 1
