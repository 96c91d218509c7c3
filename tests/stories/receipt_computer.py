"""A レセコン that knows only the public folder interface, in Shift_JIS, over a Windows share: Samba serves the box's folder."""

import contextlib
import itertools
import os
import re
import secrets
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from appliance.eligibility.message import Block
from appliance.eligibility.message_xml import Encoding, read_as, write
from appliance.eligibility.request_families import Family
from tests.conftest import free_ports

ACCOUNT = "nobody"
START_SECONDS = 20.0
_CONFIGURATION = """\
[global]
server role = standalone server
smb ports = {port}
interfaces = 127.0.0.1
bind interfaces only = yes
disable netbios = yes
private dir = {state}
lock directory = {state}
state directory = {state}
cache directory = {state}
pid directory = {state}
ncalrpc dir = {state}/rpc
log file = {state}/log
passdb backend = smbpasswd:{state}/accounts
load printers = no
printing = bsd
disable spoolss = yes
unix charset = UTF-8
dos charset = CP932
[OQS]
path = {folder}
valid users = {account}
force user = root
read only = no
"""


_LISTED = re.compile(r"  (?P<name>\S+) +(?P<attributes>[A-Z]+) +[0-9]+  ")


def why_not() -> str:
    """Why no share can be served here; empty when it can."""
    if os.geteuid() != 0:
        return "smbd needs root"
    absent = [name for name in ("smbd", "smbpasswd", "smbclient") if shutil.which(name) is None]
    return f"not installed: {' '.join(absent)}" if absent else ""


@dataclass
class Share:
    """The share as a client of it sees it, through Debian's smbclient."""

    port: int
    password: str
    scratch: Path

    def do(self, *commands: str) -> "subprocess.CompletedProcess[str]":
        """Run smbclient's own commands, one after another."""
        return subprocess.run(
            [
                *("smbclient", "//127.0.0.1/OQS", "-p", str(self.port), "-m", "SMB3"),
                *("-U", f"{ACCOUNT}%{self.password}", "-c", "; ".join(commands)),
            ],
            cwd=self.scratch,
            check=False,
            capture_output=True,
            text=True,
            timeout=30,
        )

    def names(self, folder: str) -> set[str]:
        """The files in a folder of the share."""
        said = self.do(f"cd {folder}", "ls")
        assert said.returncode == 0, said.stdout
        found = (_LISTED.match(line) for line in said.stdout.splitlines())
        return {row["name"] for row in found if row is not None and "D" not in row["attributes"]}

    def take(self, folder: str, name: str) -> bytes:
        """Copy a file off the share, then delete it there."""
        target = self.scratch / secrets.token_hex(4)
        said = self.do(f"cd {folder}", f"get {name} {target.name}", f"del {name}")
        assert said.returncode == 0, said.stdout
        return target.read_bytes()

    def drop(self, name: str, data: bytes) -> None:
        """Put a request into req/ under another name first, then rename it."""
        source = self.scratch / secrets.token_hex(4)
        source.write_bytes(data)
        said = self.do("cd req", f"put {source.name} {source.name}.tmp", f"rename {source.name}.tmp {name}")
        assert said.returncode == 0, said.stdout


@contextlib.contextmanager
def shared_by_samba(folder: Path, scratch: Path) -> Iterator[Share]:
    """A running smbd that shares `folder` on a free loopback port."""
    state = scratch / "samba"
    state.mkdir()
    (port,) = free_ports(1)
    configuration = state / "smb.conf"
    configuration.write_text(_CONFIGURATION.format(port=port, state=state, folder=folder, account=ACCOUNT))
    password = secrets.token_urlsafe(9)
    subprocess.run(
        ["smbpasswd", "-c", str(configuration), "-L", "-a", "-s", ACCOUNT],
        input=f"{password}\n{password}\n",
        text=True,
        check=True,
        capture_output=True,
    )
    with (state / "out").open("wb") as out:
        command = ["smbd", "--foreground", "--no-process-group", "-s", str(configuration)]
        # A session of its own: an ending smbd sends SIGTERM to its whole process group, which must not be the tests'.
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=out, stderr=out, start_new_session=True
        )
    try:
        share = Share(port, password, scratch)
        _until_up(share, process)
        yield share
    finally:
        process.terminate()
        process.communicate(timeout=START_SECONDS)


def _until_up(share: Share, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + START_SECONDS
    while share.do("ls").returncode != 0:
        assert process.poll() is None, "smbd ended"
        assert time.monotonic() < end
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.1)  # nothing tells when it listens; asking is the only way


@dataclass
class ReceiptComputer:
    """Asks by dropping files, and imports what comes back: by base name, deleting what it has imported."""

    share: Share
    institution_code: str
    until: Callable[[str, Callable[[], Any]], Any]
    imported: list[str] = field(default_factory=list)
    _serial: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def ask(self, family: Family, message: Block) -> str:
        """Drop a request in Shift_JIS; its suffix."""
        suffix = f"20261122{next(self._serial):04d}"
        self.share.drop(f"{family}req_{suffix}.xml", write(message, Encoding.SHIFT_JIS))
        return suffix

    def answer(self, family: Family, suffix: str) -> Any:
        """Wait for the answer, import it, and read it as this product would: Shift_JIS and nothing else."""
        name = f"{family}res_{suffix}.xml"
        data = self.until(name, lambda: self._taken("res", name))
        text = data.decode("cp932")
        assert text.startswith('<?xml version="1.0" encoding="Shift_JIS"'), text[:60]
        return read_as(family.result, data)

    def asked(self, family: Family, message: Block) -> Any:
        """Ask and wait."""
        return self.answer(family, self.ask(family, message))

    def refusal(self, family: Family, suffix: str) -> str:
        """The text beside a request that came back."""
        base = f"{family}req_{suffix}"
        self.until(base, lambda: f"{base}.xml" in self.share.names("res"))
        self.share.take("res", f"{base}.xml")
        return self.share.take("res", f"{base}.err").decode("cp932")

    def next_card(self) -> Any:
        """The next card result from face/."""
        name = self.until("a card result", lambda: next(iter(sorted(self.share.names("face"))), None))
        self.imported.append(name)
        data = self.share.take("face", name)
        data.decode("cp932")
        return read_as(Family.SINGLE.result, data)

    def _taken(self, folder: str, name: str) -> bytes | None:
        if name not in self.share.names(folder):
            return None
        self.imported.append(name)
        return self.share.take(folder, name)
