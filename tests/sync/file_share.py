"""A share of a folder, served by real smbd on loopback as a user without rights, and Debian's smbclient in front of it."""

import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from appliance.share_place import NAME, SharePlace
from appliance.sync import file_server
from tests.conftest import free_ports

START_SECONDS = 20.0


def server_user() -> pwd.struct_passwd:
    """Whom the file server runs as: never root."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())


class FileShare:
    """The place of a share, laid out as image-build's tmpfiles.d does it, and the server in front of it while one runs."""

    def __init__(self, root: Path) -> None:
        self.place = SharePlace(root / "place")
        self.scratch = root / "scratch"
        self._run = root / "run"
        (self.port,) = free_ports(1)
        self._server: subprocess.Popen[bytes] | None = None
        user = server_user()
        for folder in (self.place.root, self.place.folder(NAME).parent):
            folder.mkdir()
            os.chown(folder, -1, user.pw_gid)
            folder.chmod(0o2750)
        self.scratch.mkdir()

    @property
    def configuration(self) -> Path:
        """What smbd was told."""
        return self._run / "smb.conf"

    def start(self) -> None:
        """As its unit does: with an empty runtime folder, by its user."""
        user = server_user()
        shutil.rmtree(self._run, ignore_errors=True)
        self._run.mkdir(mode=0o700)
        is_root = os.geteuid() == 0
        command = file_server.prepare(self.place, self._run, self.port, user.pw_name, "127.0.0.1")
        for path in (self._run, *self._run.iterdir()):
            os.chown(path, user.pw_uid, user.pw_gid)
        self._server = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            umask=0o007,
            user=user.pw_uid if is_root else None,
            group=user.pw_gid if is_root else None,
            extra_groups=[] if is_root else None,
        )
        end = time.monotonic() + START_SECONDS
        while not file_server.answers(self.port):
            assert self._server.poll() is None, self.log()
            assert time.monotonic() < end

    def stop(self) -> None:
        if self._server is not None:
            self._server.terminate()
            self._server.wait(START_SECONDS)
            self._server = None

    def log(self) -> str:
        """All that smbd has written down."""
        return "".join(path.read_text("utf-8", "replace") for path in self._run.glob("log*"))

    def do(self, password: str, *commands: str, more: tuple[str, ...] = ()) -> str:
        """What smbclient says to its own commands, one after another."""
        who = ("-U", f"{server_user().pw_name}%{password}") if password else ("-N",)
        done = subprocess.run(
            [
                "smbclient",
                f"//127.0.0.1/{NAME}",
                "-p",
                str(self.port),
                *who,
                *more,
                "-c",
                "; ".join(commands),
            ],
            cwd=self.scratch,
            check=False,
            capture_output=True,
            text=True,
            timeout=30,
        )
        return done.stdout + done.stderr

    def put(self, password: str, name: str, data: bytes) -> str:
        """Write a file as a program does that knows no other name for it."""
        source = self.scratch / secrets.token_hex(4)
        source.write_bytes(data)
        return self.do(password, f"put {source.name} {name}")

    def taken(self, password: str, name: str) -> bytes | None:
        """A file of the share, which is deleted there; None while there is none."""
        target = self.scratch / secrets.token_hex(4)
        self.do(password, f"get {name} {target.name}", f"del {name}")
        return target.read_bytes() if target.exists() else None


@contextmanager
def file_share() -> Iterator[FileShare]:
    """One whose server is not started yet. Below /tmp: the tests' own folder is closed to other users."""
    before = os.umask(0o007)
    with tempfile.TemporaryDirectory(dir="/tmp") as root:
        Path(root).chmod(0o755)
        made = FileShare(Path(root))
        try:
            yield made
        finally:
            made.stop()
            os.umask(before)
