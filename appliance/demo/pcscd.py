"""The real pcscd with virtual readers: its configuration, its process, and its rise after every fall."""

import contextlib
import shutil
import signal
import socket
import subprocess
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from appliance.eligibility.trouble import Trouble

FIRST_PORT = 0x8C7B
SLOTS = 2
"""Slots of one driver: vpcd is built so."""
MOST_READERS = 16
_DRIVER = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
_PCSCD = "/usr/sbin/pcscd"
_SOCKET = "/run/pcscd/pcscd.comm"
_RESTART_SECONDS = 0.05
_START_SECONDS = 10.0


@dataclass(frozen=True)
class ReaderPair:
    """One virtual USB device with two slots. `index` counts from 0 and never changes."""

    index: int

    @property
    def name(self) -> str:
        """The reader name as pcscd gets it: the serial number in parentheses, where libccid puts it."""
        return f"Madoguchi Demo Reader (DEMO{self.index + 1:04d})"

    @property
    def port(self) -> int:
        """The TCP port of slot 0; slot 1 has the next one."""
        return FIRST_PORT + SLOTS * self.index

    def entry(self, folder: Path) -> str:
        """The entry in reader.conf; each device has its own copy of the driver, for the driver's state is static."""
        driver = folder / f"libifdvpcd-{self.index}.so"
        if not driver.exists():
            shutil.copyfile(_DRIVER, driver)
        return (
            f'FRIENDLYNAME "{self.name}"\nDEVICENAME /dev/null:{self.port:#06X}\n'
            f"LIBPATH {driver}\nCHANNELID {self.port:#06X}\n\n"
        ).replace("0X", "0x")


class Pcscd:
    """A pcscd that is started again within a moment whenever it dies, until `close`.

    `folder` (on a file system that allows execution) holds its configuration, `log` what it says.
    """

    def __init__(self, folder: Path, log: Path, pairs: Sequence[ReaderPair]) -> None:
        for needed in (_DRIVER, Path(_PCSCD)):
            if not needed.exists():
                raise Trouble("DEMO-003", f"{needed} is missing")
        self._folder = folder
        self._log = log
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self.starts = 0
        self.pairs = tuple(pairs)
        self._process = self._start()
        self._keeper = threading.Thread(target=self._keep, name="pcscd", daemon=True)
        self._keeper.start()

    def wait_ready(self) -> None:
        """Return when clients can connect; raises `Trouble` (DEMO-003) when they still cannot after 10 s."""
        for _ in range(int(_START_SECONDS / 0.01)):
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe, contextlib.suppress(OSError):
                probe.connect(_SOCKET)
                return
            if self._stopping.wait(0.01):
                break
        raise Trouble("DEMO-003", "pcscd does not open its socket")

    def kill(self) -> None:
        """Kill the process without warning, as a crash does; it comes back by itself."""
        with self._lock:
            self._process.kill()

    def hang(self) -> None:
        """Let it stand still, its socket open: it answers nobody until it is killed."""
        with self._lock:
            self._process.send_signal(signal.SIGSTOP)

    def reorder(self, pairs: Sequence[ReaderPair]) -> None:
        """Restart with these devices, plugged in this order: their names keep the serial, the number changes."""
        self.pairs = tuple(pairs)
        self.kill()

    def close(self) -> None:
        """End the process for good."""
        self._stopping.set()
        with self._lock:
            self._process.terminate()
        self._keeper.join(timeout=5)
        with self._lock:
            self._process.kill()
            self._process.wait()

    def _start(self) -> subprocess.Popen[bytes]:
        conf = self._folder / "reader.conf.d"
        conf.mkdir(parents=True, exist_ok=True)
        entries = "".join(pair.entry(self._folder) for pair in self.pairs)
        (conf / "demo").write_text(entries, encoding="ascii")
        # Neither --apdu nor --debug, ever: they write PINs into the log.
        command = [_PCSCD, "--foreground", "--config", str(conf)]
        for left in ("pcscd.comm", "pcscd.pid"):
            Path("/run/pcscd", left).unlink(missing_ok=True)
        with self._log.open("ab") as log:
            self.starts += 1
            return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def _keep(self) -> None:
        while not self._stopping.is_set():
            self._process.wait()
            if self._stopping.wait(_RESTART_SECONDS):
                return
            with self._lock:
                if not self._stopping.is_set():
                    self._process = self._start()
