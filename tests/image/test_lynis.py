"""lynis walks through a booted box: its index may only rise, and each thing it says has its answer in `lynis.toml`."""

import shutil
import tomllib
from pathlib import Path

import pytest

from tests.image.conftest import CONFIG, stick, until_pages
from tests.image.machine import Machine

pytestmark = pytest.mark.timeout(4200)

ACCEPTED = Path(__file__).with_name("lynis.toml")
PATIENCE = 2400.0
"""Seconds for its walk. It starts thousands of small programs, and there is no KVM."""
SHARE, PLACE = "/run/share", "/run/lynis"
WALK = f"cd {PLACE} && sh lynis audit system --quick --no-colors --logfile {PLACE}/log --report-file {PLACE}/report"


@pytest.fixture
def lynis(tmp_path: Path) -> Path:
    """Debian's lynis as one folder that needs no place of its own."""
    folder = tmp_path / "lynis"
    for part in ("/usr/share/lynis/include", "/usr/share/lynis/db", "/etc/lynis/plugins"):
        shutil.copytree(part, folder / Path(part).name, symlinks=True)
    for file in ("/usr/sbin/lynis", "/etc/lynis/default.prf"):
        shutil.copy(file, folder)
    return folder


def test_lynis_finds_no_more_than_is_known_and_its_index_does_not_fall(
    image: Path, lynis: Path, tmp_path: Path, machines: list[Machine]
) -> None:
    plugged = stick(tmp_path / "stick", {"madoguchi.toml": CONFIG})
    folder = ("-fsdev", f"local,id=share,path={lynis},security_model=none,readonly=on")
    seen = ("-device", "virtio-9p-pci,fsdev=share,mount_tag=share")
    machine = Machine(tmp_path / "machine", image / "disk.img", sticks=(plugged,), extra=(*folder, *seen))
    machines.append(machine)
    machine.start()
    until_pages(machine)
    machine.run(f"mkdir -p {SHARE} {PLACE} && mount -t 9p -o trans=virtio,ro share {SHARE}")
    machine.run(f"cp -r {SHARE}/. {PLACE} && umount {SHARE}", 200)
    # In the background: the shell's line has no patience for minutes of silence.
    machine.run(f"rm -f /run/rc; ( {WALK} >/run/said 2>&1; echo $? >/run/rc ) & true")
    machine.until(
        lambda: machine.run("cat /run/rc 2>/dev/null || true") != "", "the end of lynis' walk", PATIENCE
    )
    wanted = "^(lynis_version|hardening_index|warning|suggestion)"
    report = [line.partition("=") for line in machine.run(f"grep -E '{wanted}' {PLACE}/report").splitlines()]
    said = {key: value for key, _, value in report if not key.endswith("[]")}
    answers = tomllib.loads(ACCEPTED.read_text("utf-8"))
    found = {kind: _found(report, f"{kind[:-1]}[]") for kind in ("warnings", "suggestions")}
    # Another lynis counts otherwise: walk anew, by hand.
    assert (said["lynis_version"], found) == (
        answers["version"],
        {kind: set(answers[kind]) for kind in found},
    ), said
    assert int(said["hardening_index"]) >= answers["index"]
    machine.stop()


def _found(report: list[tuple[str, str, str]], kind: str) -> set[str]:
    """The tests that had something to say, by lynis' numbers."""
    return {value.partition("|")[0] for key, _, value in report if key == kind}
