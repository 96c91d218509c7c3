"""What root does of what the box wishes of its machine."""

from pathlib import Path

import pytest

from appliance import wanted
from appliance.machine import obeying


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A service manager that writes down what it was told, and fails where there is a file `broken`."""
    told = tmp_path / "told"
    manager = tmp_path / "bin/systemctl"
    manager.parent.mkdir()
    manager.write_text(f'#!/bin/sh\necho "$@" >>{told}\ntest ! -e {tmp_path}/broken\n')
    manager.chmod(0o755)
    monkeypatch.setenv("PATH", f"{manager.parent}:/usr/bin:/bin")
    return told


def test_each_wish_is_done_once(tmp_path: Path, told: Path) -> None:
    folder, switch = tmp_path / "wanted", tmp_path / "sys/1-2/authorized"
    switch.parent.mkdir(parents=True)
    for name in (wanted.RESTART_PCSCD, wanted.power_cycle_of("1-2")):
        wanted.ask(folder, name)
    assert obeying.obey(folder, tmp_path / "sys", 0) == ("power-cycle-1-2", "restart-pcscd")
    assert obeying.obey(folder, tmp_path / "sys", 0) == ()
    assert told.read_text("ascii") == "restart pcscd.service\n"
    assert switch.read_text("ascii") == "1"


def test_a_wish_that_fails_stops_no_other_and_is_not_done_for_ever(tmp_path: Path, told: Path) -> None:
    folder = tmp_path / "wanted"
    (tmp_path / "broken").touch()
    for name in (wanted.power_cycle_of("9-9"), wanted.RESTART_PCSCD):
        wanted.ask(folder, name)
    assert obeying.obey(folder, tmp_path / "sys", 0) == ()
    assert told.read_text("ascii") == "restart pcscd.service\n"
    assert list(folder.iterdir()) == []
