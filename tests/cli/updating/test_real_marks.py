"""The real rauc service and the boot loader's real file of marks: what is decided after a start is what GRUB will read.

Of a machine there are only its files. What rauc cannot do without one is to write a slot, which tests/image does.
"""

import contextlib
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.cli.updating.confirming import confirm
from appliance.cli.updating.installing import Updater
from appliance.cli.updating.rauc import Rauc
from appliance.eligibility.trouble import Trouble
from appliance.updates.record import Record, State
from tests.cli.updating.two_slots import SYSTEM, Slots, bundle_in, keys_in, slots_in

OLD, NEW = "0.1.0+202611010000", "0.1.0+202612010000"
TRIES = 200


class Disk:
    """Two slots and the boot loader's marks, as files of a folder."""

    def __init__(self, folder: Path, keys: Path) -> None:
        self.folder = folder
        folder.mkdir()
        for name in ("root-a", "root-b"):
            (folder / name).write_bytes(bytes(4096))
        text = SYSTEM.replace("/etc/rauc/keyring.pem", str(keys / "ca.pem"))
        for theirs in ("/dev/disk/by-partlabel/", "/boot/efi/grub/", "/var/lib/rauc/", "/run/rauc/"):
            text = text.replace(theirs, f"{folder}/")
        (folder / "system.conf").write_text(text, "utf-8")
        self._editenv("create")

    def set_marks(self, **marks: str) -> None:
        self._editenv("set", *(f"{name}={value}" for name, value in marks.items()))

    @property
    def marks(self) -> dict[str, str]:
        """What GRUB will read."""
        lines = self._editenv("list").splitlines()
        return {name: value for name, _, value in (line.partition("=") for line in lines)}

    def _editenv(self, *words: str) -> str:
        command = ["grub-editenv", str(self.folder / "grubenv"), *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    @contextlib.contextmanager
    def started_from(self, slot: str) -> Iterator[None]:
        """The service as it runs after a start from `slot`."""
        command = ["rauc", f"--conf={self.folder / 'system.conf'}", f"--override-boot-slot={slot}", "service"]
        with (self.folder / "rauc.log").open("wb") as log:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            wait = ["rauc", "status"]
            if not any(
                subprocess.run(wait, check=False, capture_output=True).returncode == 0 for _ in range(TRIES)
            ):
                raise AssertionError((self.folder / "rauc.log").read_text("utf-8"))
            yield
        finally:
            process.terminate()
            process.wait(20)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return keys_in(tmp_path_factory.mktemp("keys"))


@pytest.fixture(autouse=True)
def _own_bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A message bus of the test's own in the place of the system's."""
    command = ["dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address"]
    command.append(f"--address=unix:path={tmp_path / 'bus'}")
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", process.stdout.readline().strip())
        yield
        process.terminate()


@pytest.fixture
def disk(tmp_path: Path, keys: Path) -> Disk:
    return Disk(tmp_path / "disk", keys)


@pytest.fixture
def slots(tmp_path: Path, keys: Path) -> Slots:
    found = slots_in(tmp_path / "box", keys)
    found.updater.note(
        Record(State.INSTALLED, OLD, NEW, slot="B", running="A", versions={"A": OLD, "B": NEW})
    )
    return found


def updater_of(slots: Slots, disk: Disk) -> Updater:
    """Root's side with the real rauc."""
    return replace(slots.updater, rauc=Rauc(config=disk.folder / "system.conf"))


def test_a_version_that_is_well_is_started_from_now_on(slots: Slots, disk: Disk) -> None:
    disk.set_marks(ORDER="A B", A_OK="1", B_OK="0", A_TRY="0", B_TRY="0")
    with disk.started_from("A"):
        updater_of(slots, disk).restart()
    assert slots.deeds == ["restart"]
    assert disk.marks == {"ORDER": "B A", "A_OK": "1", "B_OK": "1", "A_TRY": "0", "B_TRY": "0"}
    # GRUB counts the start.
    disk.set_marks(B_TRY="1")
    slots.run_version(NEW, "B")
    with disk.started_from("B"):
        assert confirm(updater_of(slots, disk), lambda: ()).state is State.CONFIRMED
    assert disk.marks == {"ORDER": "B A", "A_OK": "1", "B_OK": "1", "A_TRY": "0", "B_TRY": "0"}


def test_one_that_is_not_is_passed_over(slots: Slots, disk: Disk) -> None:
    slots.updater.note(replace(slots.updater.read(), state=State.ARMED))
    disk.set_marks(ORDER="B A", A_OK="1", B_OK="1", A_TRY="0", B_TRY="1")
    slots.run_version(NEW, "B")
    with disk.started_from("B"):
        assert confirm(updater_of(slots, disk), lambda: ("web",)).state is State.GOING_BACK
    assert slots.deeds == ["restart"]
    assert (disk.marks["B_OK"], disk.marks["A_OK"], disk.marks["A_TRY"]) == ("0", "1", "0")
    disk.set_marks(A_TRY="1")
    slots.run_version(OLD, "A")
    with disk.started_from("A"):
        assert confirm(updater_of(slots, disk), lambda: ()).state is State.ROLLED_BACK
    assert disk.marks == {"ORDER": "A B", "A_OK": "1", "B_OK": "0", "A_TRY": "0", "B_TRY": "0"}


def test_without_another_good_slot_it_stays(slots: Slots, disk: Disk) -> None:
    slots.updater.note(replace(slots.updater.read(), state=State.ARMED))
    disk.set_marks(ORDER="B A", A_OK="0", B_OK="1", A_TRY="0", B_TRY="1")
    slots.run_version(NEW, "B")
    with disk.started_from("B"):
        assert confirm(updater_of(slots, disk), lambda: ("web",)).state is State.UNWELL
    assert slots.deeds == []
    assert disk.marks == {"ORDER": "B A", "A_OK": "0", "B_OK": "1", "A_TRY": "0", "B_TRY": "0"}


def test_what_cannot_be_written_leaves_the_marks_alone(
    slots: Slots, disk: Disk, tmp_path: Path, keys: Path
) -> None:
    """The real installing comes as far as the kernel of whoever runs the tests lets it: these slots are no disks."""
    disk.set_marks(ORDER="A B", A_OK="1", B_OK="1", A_TRY="0", B_TRY="0")
    (disk.folder / "root-b").unlink()
    with disk.started_from("A"), pytest.raises(Trouble) as found:
        updater_of(slots, disk).install(bundle_in(tmp_path / "newer", keys, NEW))
    assert found.value.code == "UPDATE-008"
    assert found.value.detail
    assert (disk.marks["ORDER"], disk.marks["A_OK"]) == ("A B", "1")
    assert slots.updater.read().state is State.REFUSED
