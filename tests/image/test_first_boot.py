"""A bare machine with a flashed disk, a stick in its port and nobody at a keyboard: the pages answer."""

import re
import subprocess
import urllib.request
from pathlib import Path

import pytest

from tests.image.conftest import CONFIG, on_stick, stick, until_pages
from tests.image.container import Container
from tests.image.machine import Machine
from tests.lint.test_units import DAEMONS, ONESHOTS, WORST

pytestmark = pytest.mark.timeout(2400)
MEMORY_OF_ALL = 500_000_000
WORST_OF_DEBIAN = {
    "avahi-daemon": 1.2,
    "dbus": 1.4,
    "fstrim": 1.4,
    "nftables": 1.4,
    # Bundles become root's before they are believed, are mounted, and the other slot is written.
    "rauc": 1.8,
    # They speak with every network and are told apart from it by the firewall alone.
    "systemd-networkd": 2.1,
    "systemd-resolved": 2.0,
    "chrony": 2.1,
}
"""What Debian's own that the image enables come to with our drop-ins; without them most had 9.6. A ratchet."""


def test_a_flashed_disk_and_a_stick_become_a_box_that_keeps_what_it_is(
    image: Path, tmp_path: Path, machines: list[Machine]
) -> None:
    plugged = stick(tmp_path / "stick", {"madoguchi.toml": CONFIG})
    machine = Machine(tmp_path / "machine", image / "disk.img", sticks=(plugged,))
    machines.append(machine)
    machine.start()
    until_pages(machine)
    assert machine.run("systemctl --failed --no-legend") == ""
    assert machine.run("hostname") == "uketsuke"
    assert "受付の設定を作りました" in on_stick(plugged, "madoguchi-result.txt")
    assert machine.run("findmnt -no SOURCE,FSTYPE,OPTIONS /").split()[1:] == [
        "squashfs",
        "ro,relatime,errors=continue",
    ]
    assert "crypt" in machine.run("lsblk -no TYPE /dev/mapper/data")
    is_shut_in(machine)
    _shows_how_to_trust_it(machine)
    _shows_itself_on_a_monitor(machine)
    _is_as_closed_as_on_paper(machine)
    _fits_into_a_small_machine(machine)
    assert machine.run("cat /var/lib/madoguchi/center/safe.kind") == "host"
    assert machine.run("test ! -e /var/lib/madoguchi/center/safe.key && echo none") == "none"
    identity = machine.run("cat /etc/machine-id")
    machine.stop()

    # Again, without the stick: the same box.
    machine.sticks = ()
    machine.start()
    until_pages(machine)
    assert machine.run("cat /etc/machine-id") == identity
    assert machine.run("hostname") == "uketsuke"
    assert len(machine.run("journalctl --list-boots --no-pager -q").splitlines()) == 2
    machine.stop()


def is_shut_in(machine: Machine | Container) -> None:
    """What must not be in a box is not, and what listens is what should."""
    for program in ("gcc", "sshd", "vpcd", "curl", "wget", "nc"):
        assert machine.run(f"command -v {program} || echo none") == "none", program
    listening = machine.run("ss -Hltn | awk '{print $4}'").split()
    outside = {one.rpartition(":")[2] for one in listening if not one.startswith(("127.", "[::1]"))}
    assert outside == {"443", "80", "8883"}
    assert machine.run(
        "cat /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv6/conf/all/forwarding"
    ).split() == ["0", "0"]
    assert "policy drop" in machine.run("nft list chain inet madoguchi forward")


def _shows_itself_on_a_monitor(machine: Machine) -> None:
    """And on the serial line, in Japanese; the bundle's helper answers the one process that asks it."""
    machine.wait_for("この装置を信頼する手順")
    machine.run("until grep -qa SHA-256 /dev/vcs1; do sleep 2; done", 120)
    assert "https://uketsuke.local/" in machine.run("cat /dev/vcs1")
    asked = "from pathlib import Path; from appliance.machine import looking as l; m = l.from_json(l._asked(l.SOCKET)); print(len(m.units) > 5, len(m.journal) > 5, m.slot)"
    said = machine.run(
        f"runuser -u madoguchi-web -- env MADOGUCHI_STATE=/var/lib/madoguchi /opt/madoguchi/bin/python3 -c '{asked}'"
    )
    assert said.splitlines()[-1] == "True True A"


def _shows_how_to_trust_it(machine: Machine) -> None:
    with urllib.request.urlopen(f"http://127.0.0.1:{machine.ports.http}/trust", timeout=20) as answer:
        assert answer.status == 200
        assert answer.url.startswith("http:")


def _instance(unit: str) -> str:
    """Of a template the one on the monitor, which every box starts."""
    return f"{unit}tty1" if unit.endswith("@") else unit


def _is_as_closed_as_on_paper(machine: Machine) -> None:
    """What systemd says of the units as they run, and not of the files they come from."""
    for unit in (*DAEMONS, *ONESHOTS, "pcscd", *WORST_OF_DEBIAN):
        said = machine.run(f"systemd-analyze security --no-pager {_instance(unit)}.service | tail -n 1")
        figure = re.search(r"service: ([0-9.]+) ", said)
        assert figure, said
        assert float(figure[1]) <= WORST_OF_DEBIAN.get(unit, WORST), said


def _fits_into_a_small_machine(machine: Machine) -> None:
    """Memory of their own, without what the kernel keeps of files for them."""
    used = {
        unit: int(
            machine.run(
                f"awk '/^anon /{{print $2}}' /sys/fs/cgroup$(systemctl show -P ControlGroup {_instance(unit)}.service)/memory.stat"
            )
        )
        for unit in DAEMONS
        if not unit.endswith("@")
    }
    assert sum(used.values()) < MEMORY_OF_ALL, used


def test_the_same_commit_gives_the_same_bytes(image: Path, tmp_path: Path) -> None:
    """Two builds of one commit and one archive of packages differ in nothing."""
    folder = tmp_path / "again"
    root = Path(__file__).resolve().parents[2]
    settings = ["FLAVOUR=test", "LEVEL=1", f"UPDATE_CA={image / 'keys/ca.pem'}"]
    subprocess.run(["env", *settings, root / "image-build/build.sh", folder], check=True)
    assert (folder / "SHA256SUMS").read_text() == (image / "SHA256SUMS").read_text()
