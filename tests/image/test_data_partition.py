"""The disk is sealed to the machine's TPM, and only to it; what opens it elsewhere is on one stick, once."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.image.conftest import CONFIG, on_stick, stick, until_pages
from tests.image.machine import Machine

pytestmark = pytest.mark.timeout(2400)

KEY_FILE = "madoguchi-recovery-key.txt"
KEY = re.compile(r"^(?:[b-lnrtuv]{8}-){5}[b-lnrtuv]{8}$", re.MULTILINE)
ASKED = "TPM does not open the disk"
PARTITION = "/dev/disk/by-partlabel/data"


def test_a_sealed_disk_opens_by_itself_and_for_another_tpm_only_with_its_recovery_key(
    image: Path, tmp_path: Path, machines: list[Machine]
) -> None:
    plugged = stick(tmp_path / "stick", {"madoguchi.toml": CONFIG})
    machine = Machine(tmp_path / "machine", image / "disk.img", sticks=(plugged,), has_tpm=True)
    machines.append(machine)
    machine.start()
    until_pages(machine)
    machine.run("until test -e /var/lib/madoguchi-recovery/handed; do sleep 1; done")
    assert machine.run("systemctl --failed --no-legend") == ""
    assert machine.run("cat /var/lib/madoguchi/center/safe.kind") == "tpm2"
    assert machine.run("test ! -e /boot/efi/madoguchi/data.key && echo none") == "none"
    text = on_stick(plugged, KEY_FILE).replace("\r", "")
    (key,) = KEY.findall(text)
    assert key not in machine.console
    assert machine.run(f"journalctl -b --no-pager | grep -c {key[:17]} || true") == "0"
    # The stick that it was given to may still be mounted.
    assert (
        machine.run(f"grep -rlF --exclude-dir=stick {key} /run /var/lib /boot/efi 2>/dev/null || true") == ""
    )
    machine.stop()

    # Again, with a stick that is not that one: it opens by itself, and the key is not given twice.
    machine.sticks = (stick(tmp_path / "other", {"madoguchi.toml": CONFIG}),)
    machine.start()
    until_pages(machine)
    assert ASKED not in machine.console
    machine.run("systemctl start madoguchi-stick && systemctl start madoguchi-recovery-key", 300)
    machine.stop()
    with pytest.raises(subprocess.CalledProcessError):
        on_stick(machine.sticks[0], KEY_FILE)

    # A new main board, and nobody with the key: it says so, waits for a while, and is off. The disk is as it was.
    machine.another_tpm()
    machine.sticks = ()
    machine.start()
    machine.wait_for(ASKED)
    machine.wait_until_off(400)
    assert "no recovery key" in machine.console

    # Then somebody comes with the stick.
    machine.start()
    machine.wait_for(ASKED)
    machine.plug_in(stick(tmp_path / "key", {KEY_FILE: text}))
    machine.wait_for("the next start asks nobody")
    until_pages(machine)
    machine.run(f"cryptsetup open --test-passphrase --token-only {PARTITION}")
    # What was sealed to the old machine is given up; everything else works.
    assert machine.run("ls /var/lib/madoguchi/center/safe.lost") != ""
    assert machine.run("systemctl --failed --no-legend") == ""
    machine.stop()
