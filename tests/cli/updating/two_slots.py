"""A machine with two slots as far as it can be had without one: real signatures by the real rauc, slots and boot loader as a few files.

Only what writes slots and marks is played by a script: that needs a disk with slots, which tests/image has.
"""

import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from appliance.cli.updating.installing import Machine, Updater
from appliance.cli.updating.rauc import Rauc
from appliance.ledger.new_box import prepare
from appliance.ledger.times import utc_now
from appliance.settings import Box, Settings
from appliance.updates.record import Place

ROOT = Path(__file__).resolve().parents[3]
KEYS = ROOT / "image-build/development-keys.sh"
BUNDLE = ROOT / "image-build/stages/bundle.sh"
SYSTEM = (ROOT / "image-build/overlay/etc/rauc/system.conf").read_text("utf-8").replace("@ARCH@", "amd64")
"""The image's own configuration of RAUC."""

PLAYED = """#!/bin/bash
# `info` is the real one; what needs a disk with slots is played on files beside this script.
cd "$(dirname "$0")"
case "$*" in
  *" info "*) exec rauc "$@" ;;
  "install --progress "*)
    echo "  0% Installing"; echo " 40% Copying image to rootfs.1"; echo "100% Installing done."
    [ ! -e broken ] || { echo "LastError: Failed to copy image: Input/output error"; exit 1; }
    cp "$3" other ;;
  "status --output-format=json")
    printf '{"slots":[{"rootfs.0":{"state":"booted","boot_status":"bad"}},{"rootfs.1":{"state":"inactive","boot_status":"%s"}}]}' \\
      "$(cat other-is)" ;;
  "status mark-"*) echo "$2 $3" >>marks ;;
  *) exit 9 ;;
esac
"""


@dataclass
class Slots:
    """The machine. `deeds` is what was done to it, `running` what it runs."""

    folder: Path
    running: str = "0.1.0+202611010000"
    slot: str = "A"
    deeds: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.place.drop.mkdir(parents=True)
        self.played.write_text(PLAYED, "utf-8")
        self.played.chmod(0o755)
        self.says_of_other("good")
        self.trust(self.folder / "ca.pem")
        self.run_version(self.running)
        self.box.root.mkdir()
        prepare(self.box, Settings(institution_code="1319999999")).close()

    @property
    def place(self) -> Place:
        return Place(self.folder / "update")

    @property
    def box(self) -> Box:
        return Box(self.folder / "state")

    @property
    def played(self) -> Path:
        return self.folder / "rauc"

    @property
    def marks(self) -> list[str]:
        """What the boot loader was told since the start of the test."""
        path = self.folder / "marks"
        return path.read_text("utf-8").splitlines() if path.exists() else []

    def trust(self, authority: Path) -> None:
        """Believe this CA, with the image's own configuration otherwise."""
        text = SYSTEM.replace("/etc/rauc/keyring.pem", str(authority))
        (self.folder / "system.conf").write_text(text, "utf-8")

    def run_version(self, version: str, slot: str = "A") -> None:
        """Start this version from that slot."""
        self.running, self.slot = version, slot
        (self.folder / "os-release").write_text(f"ID=debian\nIMAGE_VERSION={version}\n", "utf-8")

    def says_of_other(self, word: str) -> None:
        (self.folder / "other-is").write_text(word, "utf-8")

    @property
    def updater(self) -> Updater:
        machine = Machine(
            lambda: self.deeds.append("restart"),
            lambda hour: self.deeds.append(f"at {hour}"),
            lambda: self.deeds.append("forget"),
        )
        rauc = Rauc(str(self.played), self.folder / "system.conf")
        seen = self.folder / "seen.json"
        return Updater(
            self.box, self.place, rauc, machine, utc_now, self.slot, self.folder / "os-release", seen
        )


def keys_in(folder: Path) -> Path:
    """A throw-away CA and a signer under it."""
    subprocess.run([KEYS, folder], check=True)
    return folder


def bundle_in(folder: Path, keys: Path, version: str, schema: str = "0050_x", breaks: str = "") -> Path:
    """A signed update as `make bundle` makes it, of a small slot."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "slot.sqfs").write_bytes(bytes(range(256)) * 400)
    (folder / "version.txt").write_text(
        f"compatible=madoguchi-amd64\nversion={version}\nschema={schema}\nbreaks={breaks}\n", "utf-8"
    )
    signing = {
        "SIGN_CERT": str(keys / "sign.pem"),
        "SIGN_KEY": str(keys / "sign.key"),
        "SCRATCH": str(folder),
    }
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "SIGN_CA": str(keys / "ca.pem"), **signing}
    subprocess.run([BUNDLE, folder], check=True, env=environment, capture_output=True)
    return folder / "update.raucb"


def slots_in(folder: Path, keys: Path) -> Slots:
    """A machine that trusts the CA of `keys`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "ca.pem").write_bytes((keys / "ca.pem").read_bytes())
    return Slots(folder)
