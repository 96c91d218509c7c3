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
from tests.attacks.users import (
    CARDS,
    DEVICES,
    GROUP,
    STRANGER,
    SYNC,
    WEB,
    House,
    card_service,
    listening,
    tried,
)

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


def test_the_hatches_hear_the_pages_and_nobody_else_of_the_group(house: House) -> None:
    script = """
import socket
from appliance.unix_address import short_address
from pathlib import Path
with socket.socket(socket.AF_UNIX) as one, short_address(Path({path!r})) as address:
    one.connect(address)
    one.sendall(b"{{}}" + bytes([10]))
    print(one.makefile("rb").readline())
"""
    for path, others in (
        (house.box.hatch_socket, (SYNC,)),
        (house.box.certificate_socket, (DEVICES,)),
    ):
        asked = script.format(path=str(path))
        assert "INPUT-001" in tried(WEB, asked), path.name
        for user in others:
            said = tried(user, asked)
            assert said == "b''" or said.startswith(("BrokenPipeError", "ConnectionResetError")), path.name
    assert f"user {SYNC}, who may not" in house.log("devices")
    assert f"user {DEVICES}, who may not" in house.log("sync")


def test_devices_opens_no_connection_even_to_the_box_itself(house: House) -> None:
    port = house.box.load().web_port
    script = f"import socket; socket.create_connection(('127.0.0.1', {port}), 2); print('open')"
    assert tried(DEVICES, script) == "open"
    within = ("nsenter", f"--net=/proc/{house.pid('devices')}/ns/net", "--")
    assert tried(DEVICES, script, *within).startswith("OSError: [Errno 101]")


def test_cards_are_devices_business_alone() -> None:
    """The real pcscd behind a socket as the unit makes it: whoever may not open that has no reader."""
    units = Path(__file__).parents[2] / "systemd"
    lines = (units / "pcscd.socket.d/madoguchi.conf").read_text("utf-8").splitlines()
    said = dict(line.split("=", 1) for line in lines if "=" in line)
    assert (said["SocketUser"], said["SocketGroup"]) == ("root", "madoguchi-devices")
    with tempfile.TemporaryDirectory(prefix="mdg-") as parent, socket.socket(socket.AF_UNIX) as listener:
        Path(parent).chmod(0o711)
        path = Path(parent) / "pcscd.comm"
        listener.bind(str(path))
        os.chown(path, 0, CARDS)
        path.chmod(int(said["SocketMode"], 8))
        listener.listen()
        with card_service(listener.fileno()):
            script = f"""
import os
os.environ["PCSCLITE_CSOCK_NAME"] = {str(path)!r}
from smartcard import scard
print(scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)[0] == scard.SCARD_S_SUCCESS)
"""
            patient = ("timeout", "20")
            assert tried(DEVICES, script, *patient) == "True"
            assert {user: tried(user, script, *patient) for user in (WEB, SYNC, STRANGER)} == dict.fromkeys(
                (WEB, SYNC, STRANGER), "False"
            )


def test_only_web_can_be_called(house: House) -> None:
    assert list(listening(house.pid("sync"))) == []
    assert list(listening(house.pid("devices"))) == []
    assert len(set(listening(house.pid("web")))) == 1
