"""A disk of one's own: ext4 as on a box's data partition, on a loop device, whose kernel counts each sector that is written to it."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.report import Skipped

_SECTOR = 512
_SECTORS_WRITTEN = 6
_SIZE = 2 * 1024**3
_FSTAB = Path(__file__).parents[1] / "image-build" / "overlay" / "etc" / "fstab"


@dataclass(frozen=True)
class LoopDisk:
    """One that is mounted at `place`."""

    place: Path

    def flush(self) -> None:
        """Have everything written that waits for it: what the kernel does of itself after thirty seconds."""
        _run("sync", "--file-system", str(self.place))

    def written(self) -> int:
        """Bytes written to the device up to now, the file system's own among them."""
        self.flush()
        device = os.stat(self.place).st_dev
        path = Path(f"/sys/dev/block/{os.major(device)}:{os.minor(device)}/stat")
        return int(path.read_text("ascii").split()[_SECTORS_WRITTEN]) * _SECTOR

    def hurry(self, times: int) -> None:
        """Let the file system's journal collect for so many times less long than on a box."""
        seconds = max(1, round(_COMMIT / times))
        _run("mount", "-o", f"remount,{_options()},commit={seconds}", str(self.place))


@contextmanager
def loop_disk(folder: Path) -> Iterator[LoopDisk]:
    """Made in `folder`, which has room for what is written only; gone afterwards. Raises `Skipped` where none can be mounted."""
    image, place = folder / "disk.ext4", folder / "disk"
    place.mkdir()
    with image.open("wb") as file:
        file.truncate(_SIZE)
    try:
        _run("mkfs.ext4", "-q", "-E", "lazy_itable_init=0,lazy_journal_init=0", str(image))
        _run("mount", "-o", f"loop,{_options()}", str(image), str(place))
    except (OSError, subprocess.CalledProcessError) as error:
        raise Skipped("needs root and a loop device, to count what is written to a disk") from error
    try:
        yield LoopDisk(place)
    finally:
        _run("umount", str(place))
        image.unlink()


@contextmanager
def elsewhere(place: Path, other: Path) -> Iterator[None]:
    """The folder `place` shows `other`: what is written there counts for another disk."""
    for folder in (place, other):
        folder.mkdir(parents=True)
    _run("mount", "--bind", str(other), str(place))
    try:
        yield
    finally:
        _run("umount", str(place))


def _options() -> str:
    """As /var has them in the image, but programs run there and no unit of systemd stands before it."""
    return ",".join(one for one in _given() if one != "noexec" and not one.startswith("x-systemd"))


def _given() -> list[str]:
    rows = (line.split() for line in _FSTAB.read_text("utf-8").splitlines() if not line.startswith("#"))
    return next(row[3] for row in rows if row[1] == "/var").split(",")


_COMMIT = next(float(one.removeprefix("commit=")) for one in _given() if one.startswith("commit="))


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)
