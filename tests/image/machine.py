"""A machine for the built image: QEMU without KVM, real firmware, real disk, a TPM if wanted, sticks in its ports.

Everything is on loopback. A machine belongs to the test that made it: leaving it ends its processes, whatever happened.
"""

import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.conftest import free_ports


@dataclass(frozen=True)
class Kind:
    """What a machine is, for QEMU."""

    command: tuple[str, ...]
    firmware: Path
    variables: Path
    tpm: str
    has_one_serial_port: bool = False


KINDS = {
    "amd64": Kind(
        ("qemu-system-x86_64", "-machine", "q35", "-cpu", "max"),
        Path("/usr/share/OVMF/OVMF_CODE_4M.fd"),
        Path("/usr/share/OVMF/OVMF_VARS_4M.fd"),
        "tpm-crb",
    ),
    "arm64": Kind(
        ("qemu-system-aarch64", "-machine", "virt", "-cpu", "cortex-a72"),
        Path("/usr/share/AAVMF/AAVMF_CODE.fd"),
        Path("/usr/share/AAVMF/AAVMF_VARS.fd"),
        "tpm-tis-device",
        has_one_serial_port=True,
    ),
}
KIND = KINDS[os.environ.get("ARCH", "amd64")]
"""What `make image-test` builds for: the same word that build.sh takes."""
MEMORY_MIB = 2048
CORES = 2
DISK_MIB = 5000
BOOT = 300.0
"""Seconds a start may take: without KVM on two busy cores it is 40 to 150."""
TIED = ("setpriv", "--pdeathsig", "KILL")
"""Before a command: it ends when the tests do, however they end."""
DEAD = ("Kernel panic", "no slot starts", "Shell>", "emergency mode", "Please enter passphrase")


class MachineError(AssertionError):
    """The machine did not do what was waited for; its console's end stands in the text."""


@dataclass
class Ports:
    """Of loopback, each forwarded to one of the machine's."""

    https: int
    http: int
    mqtt: int


@dataclass
class Machine:
    """One machine with a disk of its own below `folder`. `start` and `stop` as often as wanted; the disk stays."""

    folder: Path
    image: Path
    sticks: tuple[Path, ...] = ()
    extra: tuple[str, ...] = ()
    has_tpm: bool = False
    has_network: bool = True
    clock: str = "utc"
    ports: Ports = field(default_factory=lambda: Ports(*free_ports(3)))
    _processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        if not self.disk.exists():
            subprocess.run(["cp", "--sparse=always", str(self.image), str(self.disk)], check=True)
            subprocess.run(["truncate", "-s", f"{DISK_MIB}M", str(self.disk)], check=True)

    @property
    def disk(self) -> Path:
        return self.folder / "disk.img"

    @property
    def console(self) -> str:
        """All that was printed on the first serial port since the last start."""
        path = self.folder / "console.log"
        return path.read_text("utf-8", "replace") if path.exists() else ""

    def start(self) -> None:
        """Power on. Returns at once."""
        for name in ("console.log", "shell", "monitor"):
            (self.folder / name).unlink(missing_ok=True)
        # Fresh for each start: with a device more or less than it remembers the firmware ends in its own shell.
        shutil.copy(KIND.variables, self.folder / "vars.fd")
        if self.has_tpm:
            self._start_tpm()
        with (self.folder / "qemu.log").open("wb") as log:
            self._processes.append(
                subprocess.Popen(self._command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log)
            )

    def stop(self) -> None:
        """Press the power button and wait until it is off; pull the plug when it does not go."""
        with contextlib.suppress(OSError):
            self.monitor("system_powerdown")
        self._wait_for_end(60)

    def pull_the_plug(self) -> None:
        """Power off at once, whatever it was doing."""
        for process in reversed(self._processes):
            process.kill()
        self._wait_for_end(10)

    def wait_until_off(self, seconds: float = BOOT) -> None:
        """Wait until it has switched itself off. Raises `MachineError`."""
        end = time.monotonic() + seconds
        while self._processes and self._processes[-1].poll() is None:
            if time.monotonic() > end:
                raise MachineError(f"still on\n{self.console[-3000:]}")
            time.sleep(0.5)
        self._wait_for_end(10)

    def plug_in(self, stick: Path) -> None:
        """Put a stick into a port while it runs. Raises `OSError`."""
        name = f"late{time.monotonic_ns()}"
        self.monitor(f"drive_add 0 if=none,id={name},format=raw,file={stick}")
        self.monitor(f"device_add usb-storage,drive={name},removable=on")

    def another_tpm(self) -> None:
        """Switched off: as after a new main board. What the old one held is gone."""
        shutil.rmtree(self.folder / "tpm")

    def monitor(self, line: str) -> None:
        """Say something to QEMU itself and wait until it has obeyed. Raises `OSError` when it is gone, `MachineError` when it refuses."""
        with socket.socket(socket.AF_UNIX) as channel:
            channel.settimeout(30)
            channel.connect(str(self.folder / "monitor"))
            _heard_until_prompt(channel)
            channel.sendall(line.encode() + b"\n")
            said = _heard_until_prompt(channel)
        if "Error" in said:
            raise MachineError(f"{line}: {said}")

    def wait_for(self, text: str, seconds: float = BOOT) -> None:
        """Wait until the console has printed `text`. Raises `MachineError` for a dead machine or after `seconds`."""
        self.until(lambda: text in self.console, f"{text!r} on the console", seconds)

    def until(self, holds: Callable[[], bool], what: str, seconds: float = BOOT) -> None:
        """Wait until `holds()`. Raises `MachineError`."""
        end = time.monotonic() + seconds
        while not holds():
            dead = next((sign for sign in DEAD if sign in self.console), None)
            if dead or time.monotonic() > end or (self._processes and self._processes[-1].poll() is not None):
                raise MachineError(f"{what}: {dead or 'not in time'}\n{self.console[-3000:]}")
            time.sleep(0.5)

    def run(self, command: str, seconds: float = 60.0) -> str:
        """What root's shell in the machine answers to `command`; waits for the shell to be there. Raises `MachineError` when it fails."""
        end = time.monotonic() + seconds
        while True:
            try:
                status, text = self._ask_shell(command, max(1.0, end - time.monotonic()))
                break
            except (OSError, TimeoutError) as error:
                if time.monotonic() > end:
                    raise MachineError(f"no answer to {command!r}\n{self.console[-2000:]}") from error
                time.sleep(1.0)
        if status != 0:
            raise MachineError(f"{command!r} ended with {status}\n{text}\n{self.console[-1000:]}")
        return text

    def _ask_shell(self, command: str, seconds: float) -> tuple[int, str]:
        number = time.monotonic_ns()
        begin, mark = f"<<begin{number}>>", f"<<{number}>>"
        # Written in two pieces, so that the echo of the line is not taken for its answer, wherever the terminal breaks it.
        line = f"echo '<<''{begin[2:]}'; {{ {command} ; }} </dev/null 2>&1; echo '<<''{mark[2:]}'$?\n"
        with socket.socket(socket.AF_UNIX) as channel:
            channel.settimeout(min(seconds, 30.0))
            channel.connect(str(self.folder / "shell"))
            channel.sendall(b"\n" + line.encode())
            heard = b""
            end = time.monotonic() + seconds
            while mark.encode() not in heard or not heard.partition(mark.encode())[2].strip():
                if time.monotonic() > end:
                    raise TimeoutError
                heard += channel.recv(65536)
        before, _, after = heard.decode("utf-8", "replace").replace("\r", "").partition(mark)
        text = before.partition(begin)[2].partition("\n")[2]
        return int(after.split()[0]), text.strip("\n")

    def _start_tpm(self) -> None:
        state = self.folder / "tpm"
        state.mkdir(exist_ok=True)
        command = [*TIED, "swtpm", "socket", "--tpm2", "--tpmstate", f"dir={state},mode=0600", "--ctrl"]
        command += [f"type=unixio,path={state}/sock", "--terminate", "--runas", "root"]
        with (self.folder / "swtpm.log").open("wb") as log:
            self._processes.append(
                subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
            )
        end = time.monotonic() + 10
        while not (state / "sock").exists() and time.monotonic() < end:
            time.sleep(0.05)

    def _command(self) -> list[str]:
        forwards = "".join(
            f",hostfwd=tcp:127.0.0.1:{ours}-:{theirs}"
            for ours, theirs in ((self.ports.https, 443), (self.ports.http, 80), (self.ports.mqtt, 8883))
        )
        command = [
            *TIED,
            *KIND.command,
            "-accel",
            "tcg,thread=multi",
            "-smp",
            str(CORES),
            "-m",
            str(MEMORY_MIB),
        ]
        command += ["-nodefaults", "-display", "none", "-rtc", f"base={self.clock}"]
        command += ["-drive", f"if=pflash,format=raw,readonly=on,file={KIND.firmware}"]
        command += ["-drive", f"if=pflash,format=raw,file={self.folder / 'vars.fd'}"]
        command += [
            "-drive",
            f"file={self.disk},if=virtio,format=raw,cache=unsafe",
            "-device",
            "virtio-rng-pci",
        ]
        command += self._serial_ports()
        command += ["-monitor", f"unix:{self.folder / 'monitor'},server=on,wait=off", "-device", "qemu-xhci"]
        if self.has_network:
            command += ["-netdev", f"user,id=lan{forwards}", "-device", "virtio-net-pci,netdev=lan,romfile="]
        if self.has_tpm:
            command += ["-chardev", f"socket,id=tpm,path={self.folder / 'tpm' / 'sock'}"]
            command += ["-tpmdev", "emulator,id=tpm,chardev=tpm", "-device", f"{KIND.tpm},tpmdev=tpm"]
        for number, stick in enumerate(self.sticks):
            command += ["-drive", f"if=none,id=stick{number},format=raw,file={stick}"]
            command += ["-device", f"usb-storage,drive=stick{number},removable=on"]
        return [*command, *self.extra]

    def _serial_ports(self) -> list[str]:
        """The first is read as `console`, root's shell is behind the second."""
        console, shell = (
            f"path={self.folder / 'console.log'},append=on",
            f"path={self.folder / 'shell'},server=on,wait=off",
        )
        ports = ["-chardev", f"file,id=console,{console}", "-serial", "chardev:console"]
        ports += ["-chardev", f"socket,id=shell,{shell}"]
        if not KIND.has_one_serial_port:
            return [*ports, "-serial", "chardev:shell"]
        # The kernel's console has a port of its own there: what a box shows on its serial line goes to the same file.
        ports += ["-chardev", f"file,id=line,{console}", "-device", "pci-serial,chardev=line"]
        return [*ports, "-device", "pci-serial,chardev=shell"]

    def _wait_for_end(self, seconds: float) -> None:
        for process in reversed(self._processes):
            try:
                process.wait(seconds)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(10)
        self._processes.clear()


def _heard_until_prompt(channel: socket.socket) -> str:
    """What the monitor says up to its next prompt: whoever hangs up before that is not obeyed."""
    heard = b""
    while not heard.endswith(b"(qemu) "):
        piece = channel.recv(4096)
        if not piece:
            break
        heard += piece
    return heard.decode("utf-8", "replace")


@contextlib.contextmanager
def powered(machine: Machine) -> Iterator[Machine]:
    """`machine`, started; off at the end."""
    machine.start()
    try:
        yield machine
    finally:
        machine.pull_the_plug()
