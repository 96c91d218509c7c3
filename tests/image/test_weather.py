"""Starts under bad conditions: no network, a clock that is years off, power that goes while the first start works."""

import random
import time
from pathlib import Path

import pytest

from tests.image.conftest import CONFIG, stick, until_pages
from tests.image.machine import Machine

pytestmark = pytest.mark.timeout(2400)

WORKING = "madoguchi-web madoguchi-sync madoguchi-devices madoguchi-broker"
SEED = 20
CUTS = 3


def test_without_a_network_and_with_a_clock_years_off_it_starts_all_the_same(
    image: Path, tmp_path: Path, machines: list[Machine]
) -> None:
    plugged = stick(tmp_path / "stick", {"madoguchi.toml": CONFIG})
    machine = Machine(tmp_path / "machine", image / "disk.img", sticks=(plugged,))
    machines.append(machine)
    # The clock's battery is empty and there is no line.
    machine.has_network, machine.clock = False, "2020-01-01T00:00:00"
    machine.start()
    machine.run(f"until systemctl is-active -q {WORKING}; do sleep 2; done", 600)
    assert machine.run("systemctl --failed --no-legend") == ""
    # Never before the day that the system itself was made.
    assert int(machine.run("date +%s")) >= int(machine.run("stat -c %Y /usr/lib/clock-epoch"))
    assert int(machine.run("date +%Y")) < 2030
    machine.stop()

    machine.has_network, machine.clock = True, "2040-06-01T00:00:00"
    machine.start()
    until_pages(machine)
    assert machine.run("date +%Y") == "2040"
    assert machine.run("systemctl --failed --no-legend") == ""
    machine.stop()


def test_power_that_goes_again_and_again_during_the_first_start_leaves_a_box(
    image: Path, tmp_path: Path, machines: list[Machine]
) -> None:
    moments = random.Random(SEED)  # noqa: S311 - moments of a test
    plugged = stick(tmp_path / "stick", {"madoguchi.toml": CONFIG})
    machine = Machine(tmp_path / "machine", image / "disk.img", sticks=(plugged,), has_tpm=True)
    machines.append(machine)
    for _ in range(CUTS):
        machine.start()
        machine.wait_for("madoguchi: data partition")
        time.sleep(moments.uniform(0, 40))
        machine.pull_the_plug()
    machine.start()
    until_pages(machine)
    assert machine.run("systemctl --failed --no-legend") == ""
    machine.stop()
