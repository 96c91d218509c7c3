"""The tree of the image as a running system: from a stick's settings to pages, readers, center and broker, each as whom its unit says."""

from pathlib import Path

import pytest

from tests.image.conftest import CONFIG
from tests.image.container import Container, booted
from tests.image.test_first_boot import is_shut_in

pytestmark = pytest.mark.timeout(900)
STICK = "/run/madoguchi-box/stick"
MADOGUCHI = "env MADOGUCHI_STATE=/var/lib/madoguchi /opt/madoguchi/bin/madoguchi"
WISHES = "/var/lib/madoguchi/run/wanted"
PORT = "/sys/devices/virtual/mem"
"""A folder that each machine has there, for the time of a test."""
CARD_SERVICE = "systemctl show -P InvocationID pcscd.service"
AT_WORK = ("web", "devices", "sync", "broker")


def _answer(container: Container, path: str) -> int:
    """The status of a page, asked for from inside, where there is no program for that but Python."""
    asks = (
        "import http.client, ssl, sys; c = ssl._create_unverified_context(); "
        "h = http.client.HTTPSConnection('127.0.0.1', context=c, timeout=20); "
        f"h.request('GET', '{path}'); print(h.getresponse().status)"
    )
    return int(container.run(f'python3 -c "{asks}"'))


def test_a_tree_becomes_a_box_in_seconds(tree: Path, tmp_path: Path) -> None:
    with booted(tree, tmp_path) as box:
        box.until(lambda: _answer(box, "/start") == 200, "the page that makes a box of it")
        _take_settings(box)
        box.until(lambda: _answer(box, "/health") == 200, "the pages")
        for name in AT_WORK:
            unit = f"madoguchi-{name}.service"
            box.until(lambda: box.run(f"systemctl is-active {unit}") == "active", unit)  # noqa: B023 - asked at once
        box.until(lambda: ":8883 " in box.run("ss -Hltn"), "the broker")
        box.until(lambda: box.run("systemctl list-jobs --no-legend") == "", "no unit that is still to start")
        assert box.run("systemctl --failed --no-legend") == ""
        assert box.run("cat /run/madoguchi-box/hostname") == "uketsuke"
        is_shut_in(box)
        _is_who_its_unit_says(box)


def test_what_a_box_wishes_of_its_machine_is_done(tree: Path, tmp_path: Path) -> None:
    """As devices wishes for it, with its rights. The port is made of files: a container's bus is that of the machine around it."""
    with booted(tree, tmp_path) as box:
        box.until(lambda: _answer(box, "/start") == 200, "the page that makes a box of it")
        box.run("mkdir -p /tmp/bus/usb/devices /tmp/port && echo 0 >/tmp/port/authorized")
        box.run(f"ln -s {PORT} /tmp/bus/usb/devices/1-9")
        box.run(f"mount --bind /tmp/bus /sys/bus && mount --bind /tmp/port {PORT}")
        box.run("systemctl start pcscd.service")
        before = box.run(CARD_SERVICE)
        wish = f"umask 007; mkdir {WISHES}; : >{WISHES}/power-cycle-9-9; : >{WISHES}/power-cycle-1-9; : >{WISHES}/restart-pcscd"
        box.run(f"runuser -u madoguchi-devices -g madoguchi -- sh -c '{wish}'")
        box.until(lambda: box.run(CARD_SERVICE) not in ("", before), "another card service")
        box.until(lambda: box.run(f"cat {PORT}/authorized") == "1", "a port that was switched")
        assert box.run(f"ls -A {WISHES}") == ""
        states = box.run("systemctl is-active pcscd.service pcscd.socket madoguchi-wanted.path")
        assert states.split() == ["active"] * 3


def _take_settings(box: Container) -> None:
    """As madoguchi-stick.service does, but for the mounting of a stick."""
    box.run(f"mkdir -p {STICK} && cat >{STICK}/madoguchi.toml <<'END'\n{CONFIG}\nEND")
    box.run(f"chown -R madoguchi-sync {STICK}")
    box.run(f"runuser -u madoguchi-sync -g madoguchi -- {MADOGUCHI} commission apply {STICK}")
    assert "受付の設定を作りました" in box.run(f"cat {STICK}/madoguchi-result.txt")


def _is_who_its_unit_says(box: Container) -> None:
    for name in AT_WORK:
        unit = f"madoguchi-{name}.service"
        user, main = (box.run(f"systemctl show -P {what} {unit}") for what in ("User", "MainPID"))
        assert user.startswith("madoguchi-")
        assert box.run(f"ps -o user:30= -p {main}") == user
        # No new rights, and what the kernel is asked for is filtered.
        status = dict(
            line.split(":\t") for line in box.run(f"cat /proc/{main}/status").splitlines() if "\t" in line
        )
        assert (status["NoNewPrivs"], status["Seccomp"]) == ("1", "2")
