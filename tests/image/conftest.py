"""The image of this checkout, built once a run, or the one that `MADOGUCHI_IMAGE` names."""

import os
import shutil
import ssl
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.image.machine import Machine

ROOT = Path(__file__).resolve().parents[2]
CONFIG = """
[clinic]
institution_code = "1319999999"
name = "見本クリニック"
[network]
name = "uketsuke"
[[consumer]]
name = "emr"
kind = "mqtt"
"""
FIRST_START = 600.0
"""Seconds from power to pages of a box that makes its disk meanwhile."""


def health(machine: Machine) -> int:
    """The status of the pages' /health; 0 while nobody answers."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        with urllib.request.urlopen(
            f"https://127.0.0.1:{machine.ports.https}/health", timeout=20, context=context
        ) as answer:
            return int(answer.status)
    except OSError:
        return 0


def until_pages(machine: Machine) -> None:
    """Wait until the pages of a machine answer. Raises `MachineError`."""
    machine.until(lambda: health(machine) == 200, "the pages", FIRST_START)


@pytest.fixture(scope="session")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with disk.img and slot.sqfs of the test flavour."""
    given = os.environ.get("MADOGUCHI_IMAGE")
    if given:
        return Path(given)
    folder = tmp_path_factory.mktemp("image")
    keys = development_keys(folder)
    environment = {**os.environ, "FLAVOUR": "test", "LEVEL": "1", "UPDATE_CA": str(keys / "ca.pem")}
    subprocess.run([ROOT / "image-build/build.sh", folder], check=True, env=environment)
    return folder


@pytest.fixture(scope="session")
def tree(image: Path) -> Iterator[Path]:
    """What lies in the image's slot, unpacked into memory."""
    folder = Path(tempfile.mkdtemp(prefix="madoguchi-tree.", dir=os.environ.get("SCRATCH", "/dev/shm")))  # noqa: S108 - as build.sh
    try:
        command = ["unsquashfs", "-quiet", "-no-progress", "-dest", str(folder / "tree")]
        subprocess.run([*command, str(image / "slot.sqfs")], check=True)
        yield folder / "tree"
    finally:
        shutil.rmtree(folder)


def development_keys(image: Path) -> Path:
    """The throw-away keys beside an image that believes them; made where there are none yet."""
    keys = image / "keys"
    if not keys.exists():
        subprocess.run([ROOT / "image-build/development-keys.sh", keys], check=True)
    return keys


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[list[Machine]]:
    """Where a test puts its machines; their plugs are pulled at its end."""
    found: list[Machine] = []
    yield found
    for machine in found:
        machine.pull_the_plug()


def stick(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """A stick labelled CONFIG with these files; a name may lead through folders."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "stick.img"
    path.unlink(missing_ok=True)
    subprocess.run(["truncate", "-s", "34M", path], check=True)
    subprocess.run(["mkfs.vfat", "-F", "32", "-n", "CONFIG", path], check=True, stdout=subprocess.DEVNULL)
    inside = folder / "content"
    shutil.rmtree(inside, ignore_errors=True)
    for name, content in files.items():
        (inside / name).parent.mkdir(parents=True, exist_ok=True)
        (inside / name).write_bytes(content.encode() if isinstance(content, str) else content)
    for one in sorted(inside.iterdir()):
        subprocess.run(["mcopy", "-s", "-i", path, one, "::"], check=True)
    return path


def on_stick(path: Path, name: str) -> str:
    """The text of a file on a stick. Raises `CalledProcessError` when it is not there."""
    return subprocess.run(
        ["mtype", "-i", path, f"::{name}"], check=True, capture_output=True, text=True
    ).stdout
