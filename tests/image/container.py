"""The image's tree started by systemd-nspawn: its real units in seconds, without kernel, boot loader, firmware and data partition.

What they write lies in memory and is gone with the container. Needs root.
"""

import contextlib
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.image.machine import TIED, MachineError

BOOT = 120.0
"""Seconds for what takes two on a quiet machine."""
NOT_HERE = ("madoguchi-data.service", "madoguchi-machine-id.service", "madoguchi-confirm.service")
"""They work on a disk, which a container has not: its partition, the firmware's, the two slots."""


@dataclass(frozen=True)
class Container:
    """A started tree. `leader` is the process that is number 1 in it."""

    leader: int
    log: Path

    def run(self, command: str, seconds: float = 60.0) -> str:
        """What a shell in it, root's, answers to `command`. Raises `MachineError` when it fails."""
        inside = [
            "nsenter",
            "--target",
            str(self.leader),
            "--mount",
            "--uts",
            "--ipc",
            "--net",
            "--pid",
            "--cgroup",
        ]
        said = subprocess.run(
            [*inside, "sh", "-c", command],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
        if said.returncode != 0:
            raise MachineError(
                f"{command!r} ended with {said.returncode}\n{said.stdout}{said.stderr}\n{self._end()}"
            )
        return said.stdout.strip("\n")

    def until(self, holds: Callable[[], bool], what: str, seconds: float = BOOT) -> None:
        """Wait until `holds()`; a command that fails meanwhile is not the end. Raises `MachineError`."""
        end = time.monotonic() + seconds
        while True:
            with contextlib.suppress(MachineError):
                if holds():
                    return
            if time.monotonic() > end:
                raise MachineError(f"{what}: not in time\n{self._end()}")
            time.sleep(0.2)

    def _end(self) -> str:
        return self.log.read_text("utf-8", "replace")[-3000:]


def _leader(process: subprocess.Popen[bytes], log: Path) -> int:
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    end = time.monotonic() + BOOT
    while process.poll() is None and time.monotonic() < end:
        for child in children.read_text("ascii").split():
            if Path(f"/proc/{child}/comm").read_text("utf-8").strip() == "systemd":
                return int(child)
        time.sleep(0.1)
    raise MachineError(f"systemd-nspawn has started nothing\n{log.read_text('utf-8', 'replace')[-3000:]}")


@contextlib.contextmanager
def booted(tree: Path, folder: Path) -> Iterator[Container]:
    """`tree` as a running system with a network of its own that leads nowhere; gone at the end. Raises `MachineError`."""
    command = [*TIED, "systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--private-network"]
    command += [f"--directory={tree}", "--volatile=overlay", "--bind-ro=/dev/null:/etc/fstab", "--boot"]
    command += [f"systemd.mask={unit}" for unit in NOT_HERE]
    if not Path("/sys/fs/cgroup/cgroup.controllers").exists():
        command.append("systemd.unified_cgroup_hierarchy=0")
    log = folder / "container.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
    try:
        yield Container(_leader(process, log), log)
    finally:
        for child in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text("ascii").split():
            with contextlib.suppress(ProcessLookupError):
                # With its first process the kernel ends all of it.
                subprocess.run(["kill", "-KILL", child], check=False, capture_output=True)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)
