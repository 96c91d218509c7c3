"""A box at work whose ledger a disk has spoiled: it starts, its pages answer, what was in it is there, and the desk is told."""

import json
from pathlib import Path

import pytest

from tests.image.conftest import CONFIG, stick, until_pages
from tests.image.machine import Machine

pytestmark = pytest.mark.timeout(2400)

STATE = "/var/lib/madoguchi"
MADOGUCHI = f"MADOGUCHI_STATE={STATE} /opt/madoguchi/bin/madoguchi"
WORKING = "madoguchi-web madoguchi-sync madoguchi-devices madoguchi-broker"


def test_a_box_with_a_broken_ledger_starts_from_its_own_copy_and_says_so(
    image: Path, tmp_path: Path, machines: list[Machine]
) -> None:
    plugged = stick(tmp_path / "stick", {"madoguchi.toml": CONFIG})
    machine = Machine(tmp_path / "machine", image / "disk.img", sticks=(plugged,))
    machines.append(machine)
    machine.start()
    until_pages(machine)
    machine.run(f"until systemctl is-active -q {WORKING}; do sleep 2; done", 600)
    # By hand, and not when the timer's time has come.
    machine.run("systemctl start madoguchi-copy.service", 300)
    assert machine.run(f"ls {STATE}/ledger-copies/*.db | wc -l") == "1"
    machine.run(
        f"systemctl stop madoguchi.target {WORKING} madoguchi-web.socket madoguchi-health.timer madoguchi-copy.timer",
        120,
    )
    machine.run(f"dd if=/dev/zero of={STATE}/ledger.db bs=4096 count=1 conv=notrunc,fsync")
    machine.stop()

    machine.sticks = ()
    machine.start()
    until_pages(machine)
    machine.run(f"until systemctl is-active -q {WORKING}; do sleep 2; done", 600)
    assert machine.run("systemctl --failed --no-legend") == ""
    assert "emr" in machine.run(f"{MADOGUCHI} consumer list")
    shown = json.loads(machine.run(f"{MADOGUCHI} ledger show"))
    assert (shown["ledger"], len(shown["set_aside"])) == ("sound", 1)
    (task,) = json.loads(machine.run(f"{MADOGUCHI} task list --json"))
    assert (task["kind"], task["code"]) == ("ledger", "BOX-010")
    told = machine.run(f"{MADOGUCHI} diagnose || true", 120)
    assert "BOX-010" in told
    assert "残っていないことがあります" in told
    machine.stop()
