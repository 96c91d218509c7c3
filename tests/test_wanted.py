"""Wishes for more rights than the box has: which are obeyed, and what a power cycle does to the bus."""

from pathlib import Path

import pytest

from appliance import wanted


def test_a_wish_is_taken_once(tmp_path: Path) -> None:
    folder = tmp_path / "wanted"
    for _ in range(2):
        wanted.ask(folder, wanted.RESTART_PCSCD)
        wanted.ask(folder, wanted.power_cycle_of("1-2.3"))
    assert wanted.take(folder) == ("power-cycle-1-2.3", wanted.RESTART_PCSCD)
    assert wanted.take(folder) == ()


def test_no_other_name_is_obeyed_and_nothing_is_followed_or_read(tmp_path: Path) -> None:
    folder, victim = tmp_path / "wanted", tmp_path / "victim"
    folder.mkdir()
    victim.write_text("still here")
    for name in (
        "reboot",
        "power-cycle-1-2;reboot",
        "power-cycle-..",
        "power-cycle-1-2\n",
        "restart-pcscd.bak",
    ):
        (folder / name).write_text("x")
    (folder / "restart-pcscd").symlink_to(victim)
    (folder / "power-cycle-1-1").mkdir()
    assert wanted.take(folder) == ("restart-pcscd",)
    assert victim.read_text() == "still here"


@pytest.mark.parametrize("port", ["", "usb1", "1-2/../../x", "1-2.3:1.0", "1-2\n"])
def test_what_is_no_port_is_refused(tmp_path: Path, port: str) -> None:
    with pytest.raises(ValueError, match="not a USB port"):
        wanted.power_cycle(port, tmp_path)


def device(sysfs: Path, port: str, serial: str) -> Path:
    folder = sysfs / port
    folder.mkdir()
    (folder / "serial").write_text(f"{serial}\n")
    (folder / "authorized").write_text("1")
    return folder


def test_a_reader_is_found_by_its_serial_number_and_only_where_that_is_plain(tmp_path: Path) -> None:
    device(tmp_path, "1-2.3", "SN1")
    device(tmp_path, "1-3", "SAME")
    device(tmp_path, "1-4", "SAME")
    device(tmp_path, "usb1", "0000:00:14.0")
    assert wanted.port_of("Model [CCID] (SN1) 00", tmp_path) == "1-2.3"
    for key in ("Model (SAME) 00", "Model (0000:00:14.0) 00", "Model 00", "Model (other) 00"):
        assert wanted.port_of(key, tmp_path) is None


def test_a_power_cycle_leaves_the_port_on(tmp_path: Path) -> None:
    switch = device(tmp_path, "1-2.3", "SN1") / "authorized"
    wanted.power_cycle("1-2.3", tmp_path, off=0)
    assert switch.read_text() == "1"
    with pytest.raises(OSError, match="1-9"):
        wanted.power_cycle("1-9", tmp_path, off=0)


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
    assert wanted.obey(folder, tmp_path / "sys", 0) == ("power-cycle-1-2", "restart-pcscd")
    assert wanted.obey(folder, tmp_path / "sys", 0) == ()
    assert told.read_text("ascii") == "restart pcscd.service\n"
    assert switch.read_text("ascii") == "1"


def test_a_wish_that_fails_stops_no_other_and_is_not_done_for_ever(tmp_path: Path, told: Path) -> None:
    folder = tmp_path / "wanted"
    (tmp_path / "broken").touch()
    for name in (wanted.power_cycle_of("9-9"), wanted.RESTART_PCSCD):
        wanted.ask(folder, name)
    assert wanted.obey(folder, tmp_path / "sys", 0) == ()
    assert told.read_text("ascii") == "restart pcscd.service\n"
    assert list(folder.iterdir()) == []
