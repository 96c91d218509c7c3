"""Updates on a real disk: two slots, the real boot loader, the real rauc; bad files, a power cut, a version that is not well."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.image.conftest import CONFIG, ROOT, development_keys, health, on_stick, stick
from tests.image.machine import Machine

pytestmark = pytest.mark.timeout(5400)

BOX = "MADOGUCHI_UPDATES=/var/lib/madoguchi-update /opt/madoguchi/bin/madoguchi update"
SHARE = "/run/share"
PAGES = 900.0
"""Seconds from power to pages, without KVM on a machine that has other work."""
BROKEN = "[Service]\nExecStart=\nExecStart=/bin/false\n"
QUICKLY = "[Service]\nExecStart=\nExecStart=/opt/madoguchi/bin/madoguchi update confirm --patience 45\n"


@pytest.fixture(scope="module")
def share(image: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with updates: of this image as newer versions, one of them not well, and some that are no good."""
    folder = tmp_path_factory.mktemp("share")
    keys, stranger = development_keys(image), folder / "stranger"
    subprocess.run([ROOT / "image-build/development-keys.sh", stranger], check=True)
    tree = folder / "tree"
    subprocess.run(["unsquashfs", "-q", "-n", "-d", tree, image / "slot.sqfs"], check=True)
    _version(tree, "9.0.0")
    good = _bundle(folder / "good", tree, keys, "9.0.0")
    _version(tree, "9.1.0")
    for unit, text in (("madoguchi-web.service", BROKEN), ("madoguchi-confirm.service", QUICKLY)):
        drop_in = tree / f"etc/systemd/system/{unit}.d"
        drop_in.mkdir(parents=True)
        (drop_in / "test.conf").write_text(text, "utf-8")
    unwell = _bundle(folder / "unwell", tree, keys, "9.1.0")
    shutil.rmtree(tree)
    theirs = _signed(folder / "good", stranger)
    corrupt = folder / "corrupt.raucb"
    content = bytearray(good.read_bytes())
    content[len(content) // 2] ^= 1
    corrupt.write_bytes(content)
    for name, file in (("good", good), ("unwell", unwell), ("theirs", theirs)):
        file.replace(folder / f"{name}.raucb")
    return folder


def _version(tree: Path, version: str) -> None:
    release = tree / "usr/lib/os-release"
    lines = [one for one in release.read_text("utf-8").splitlines() if not one.startswith("IMAGE_VERSION=")]
    release.write_text("\n".join([*lines, f"IMAGE_VERSION={version}", ""]), "utf-8")


def _bundle(folder: Path, tree: Path, keys: Path, version: str) -> Path:
    folder.mkdir()
    slot = [
        "mksquashfs",
        str(tree),
        str(folder / "slot.sqfs"),
        "-comp",
        "gzip",
        "-Xcompression-level",
        "1",
        "-noappend",
    ]
    subprocess.run([*slot, "-quiet", "-no-progress"], check=True)
    (folder / "version.txt").write_text(
        f"compatible=madoguchi-amd64\nversion={version}\nschema=test\nbreaks=\n", "utf-8"
    )
    return _signed(folder, keys).replace(folder / "signed.raucb")


def _signed(folder: Path, keys: Path) -> Path:
    signing = {"SIGN_CERT": str(keys / "sign.pem"), "SIGN_KEY": str(keys / "sign.key")}
    subprocess.run([ROOT / "image-build/stages/bundle.sh", folder], check=True, env={**os.environ, **signing})
    return folder / "update.raucb"


def standing(machine: Machine) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(machine.run(f"{BOX} status", 120))
    return found


def install(machine: Machine, name: str) -> tuple[int, str]:
    """How an installing ended and what root was told. In the background: the shell's line has no patience for minutes of silence."""
    machine.run(
        f"rm -f /run/rc; ( {BOX} install {SHARE}/{name}.raucb >/run/said 2>&1; echo $? >/run/rc ) & true"
    )
    machine.until(lambda: machine.run("cat /run/rc 2>/dev/null || true") != "", f"the end of {name}", PAGES)
    return int(machine.run("cat /run/rc")), machine.run("cat /run/said")


def says(machine: Machine, pattern: str) -> bool:
    """Whether the record of updates has this in it."""
    return machine.run(f"grep -cE '{pattern}' /run/madoguchi-box/update.json 2>/dev/null || true", 300) == "1"


def come_up(machine: Machine, state: str) -> dict[str, Any]:
    """Wait for the pages and for this end of an update."""
    machine.until(lambda: health(machine) == 200, "the pages", PAGES)
    machine.until(lambda: says(machine, f'"state": "{state}"'), state, PAGES)
    machine.run(f"mkdir -p {SHARE}; mountpoint -q {SHARE} || mount -t 9p -o trans=virtio,ro share {SHARE}")
    return standing(machine)


def test_updates_good_bad_cut_off_and_unwell(
    image: Path, share: Path, tmp_path: Path, machines: list[Machine]
) -> None:
    plugged = stick(tmp_path / "stick", {"madoguchi.toml": CONFIG})
    folder = ("-fsdev", f"local,id=share,path={share},security_model=none,readonly=on")
    seen = ("-device", "virtio-9p-pci,fsdev=share,mount_tag=share")
    machine = Machine(tmp_path / "machine", image / "disk.img", sticks=(plugged,), extra=(*folder, *seen))
    machines.append(machine)
    machine.start()
    now = come_up(machine, "none")
    assert "受付の設定を作りました" in on_stick(plugged, "madoguchi-result.txt")
    assert now["slot"] == "A"
    before = now["version"]
    identity = machine.run("cat /etc/machine-id")

    # What is no good does not get in, and the box goes on.
    for name, code in (("theirs", "UPDATE-002"), ("corrupt", "UPDATE-008")):
        status, said = install(machine, name)
        assert status != 0, name
        assert code in said
    assert "ORDER=A B" in machine.run("grub-editenv /boot/efi/grub/grubenv list")
    assert health(machine) == 200

    # The power goes while it is written.
    machine.run(f"( {BOX} install {SHARE}/good.raucb >/dev/null 2>&1 ) & true")
    machine.until(lambda: says(machine, '"percent": [6-9][0-9]'), "the beginning of the writing", PAGES)
    machine.run("sleep 3")
    machine.pull_the_plug()
    machine.start()
    now = come_up(machine, "refused")
    assert (now["slot"], now["version"], now["update"]["failed"]) == ("A", before, ["interrupted"])

    # A good one is written, started, tested, kept.
    assert install(machine, "good")[0] == 0
    machine.run(f"{BOX} restart", 60)
    now = come_up(machine, "confirmed")
    assert (now["slot"], now["version"], now["other_version"]) == ("B", "9.0.0", before)
    marks = machine.run("grub-editenv /boot/efi/grub/grubenv list").split("\n")
    assert {"ORDER=B A", "B_OK=1", "B_TRY=0", "A_OK=1"} <= set(marks)

    # One that is not well gives way by itself, and nothing is lost.
    assert install(machine, "unwell")[0] == 0
    machine.run(f"{BOX} restart", 60)
    now = come_up(machine, "rolled-back")
    assert (now["slot"], now["version"]) == ("B", "9.0.0")
    assert (now["update"]["reason"], now["update"]["failed"]) == ("UPDATE-011", ["web"])
    assert machine.run("cat /etc/machine-id") == identity
    assert "1319999999" in machine.run("madoguchi status --json")
    assert machine.run("systemctl --failed --no-legend") == ""
