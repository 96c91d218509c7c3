"""The folder into which the pages drop an update: the file, piece by piece, and wishes.

The pages' process has no right to change the system. It leaves a file and a wish here; root looks at the signature before anything else and
reads nothing of a wish but its name. Who may write here can so wish for nothing but a signed version and a restart.
"""

import contextlib
import fcntl
import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from appliance.eligibility.trouble import Trouble

LARGEST = 1_500_000_000
"""Bytes. A slot has a gibibyte."""

PIECE = 4 * 1024 * 1024
"""Bytes that are sent at once."""

LEFT_FREE = 200_000_000
"""Bytes that must stay free beside the file: reception goes on meanwhile."""

BUNDLE = "update.raucb"
INSTALL = "install"
RESTART = "restart"
CANCEL = "cancel"
_RESTART_AT = re.compile(r"restart-(?P<hour>[01][0-9]|2[0-3])(?P<minute>[0-5][0-9])")
_PART = "part"
_PLAN = "part.json"


@dataclass(frozen=True)
class Transfer:
    """A file on its way: how large it is, what tells it from another (`mark`), how much of it is here."""

    size: int
    mark: str
    have: int


class Drop:
    """The folder. Several requests may come at once; one of them writes, the others are told where it has come to."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def bundle(self) -> Path:
        """Where a complete file lies."""
        return self._folder / BUNDLE

    def transfer(self) -> Transfer | None:
        """The file that is on its way; None without one."""
        try:
            plan = json.loads((self._folder / _PLAN).read_text("utf-8"))
            return Transfer(int(plan["size"]), str(plan["mark"]), (self._folder / _PART).stat().st_size)
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def begin(self, size: int, mark: str) -> Transfer:
        """Take a file in. The same one as before goes on where it stopped, another takes its place.

        Raises `Trouble` UPDATE-006 when it is too large or there is no room, `OSError`.
        """
        with self._alone():
            known = self.transfer()
            if known is not None and (known.size, known.mark) == (size, mark) and known.have <= size:
                return known
            self._forget_part()
            if not 0 < size <= LARGEST:
                raise Trouble("UPDATE-006", f"{size} bytes")
            free = shutil.disk_usage(self._folder).free + _size_of(self.bundle)
            if free < size + LEFT_FREE:
                raise Trouble("UPDATE-006", f"free: {free} bytes")
            self.bundle.unlink(missing_ok=True)
            (self._folder / _PART).touch(mode=0o640)
            (self._folder / _PLAN).write_text(json.dumps({"size": size, "mark": mark}), "utf-8")
            return Transfer(size, mark, 0)

    def add(self, offset: int, piece: bytes) -> Transfer:
        """Write the next piece. Raises `Trouble` UPDATE-007 when it is not the next one of the file that was begun, `OSError`."""
        with self._alone():
            known = self.transfer()
            if known is None or offset != known.have or known.have + len(piece) > known.size:
                raise Trouble("UPDATE-007", f"{known.have if known else 0}")
            with (self._folder / _PART).open("ab") as stream:
                stream.write(piece)
                stream.flush()
                os.fsync(stream.fileno())
            return Transfer(known.size, known.mark, known.have + len(piece))

    def finish(self) -> None:
        """The file is complete: root may have it. Raises `Trouble` UPDATE-007 when something is missing, `OSError`."""
        with self._alone():
            known = self.transfer()
            if known is None or known.have != known.size:
                raise Trouble("UPDATE-007", f"{known.have if known else 0}")
            (self._folder / _PART).replace(self.bundle)
            (self._folder / _PLAN).unlink()
            self.wish(INSTALL)

    def wish(self, name: str) -> None:
        """Leave a wish; one that is there already is not made twice. Raises `ValueError` for what nobody obeys, `OSError`."""
        if name not in (INSTALL, RESTART, CANCEL) and hour_of(name) is None:
            raise ValueError("nobody obeys this")
        with contextlib.suppress(FileExistsError):
            os.close(os.open(self._folder / f"wish-{name}", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640))

    def take(self) -> tuple[str, ...]:
        """Remove all wishes; those that can be obeyed, in order. What cannot be removed is not obeyed: it would be for ever."""
        names = sorted(one for one in os.listdir(self._folder) if one.startswith("wish-"))
        wishes = [one.removeprefix("wish-") for one in names if _removed(self._folder / one)]
        return tuple(one for one in wishes if one in (INSTALL, RESTART, CANCEL) or hour_of(one))

    def is_waiting(self) -> bool:
        """Whether a wish lies here that root has not taken yet."""
        return any(one.startswith("wish-") for one in os.listdir(self._folder))

    def forget(self) -> None:
        """Remove the complete file: it is in its slot, or was refused."""
        self.bundle.unlink(missing_ok=True)

    def _forget_part(self) -> None:
        for name in (_PART, _PLAN):
            (self._folder / name).unlink(missing_ok=True)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        with (self._folder / "lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def restart_at(hour: str) -> str:
    """The wish to restart at the next `hour` (HH:MM). Raises `ValueError` for what is no time."""
    name = f"restart-{hour.replace(':', '', 1)}"
    if len(hour) != len("HH:MM") or hour_of(name) != hour:
        raise ValueError("not a time")
    return name


def hour_of(wish: str) -> str | None:
    """The time in a wish to restart (HH:MM); None in another."""
    found = _RESTART_AT.fullmatch(wish)
    return f"{found['hour']}:{found['minute']}" if found else None


def _removed(path: Path) -> bool:
    try:
        path.unlink()
    except OSError:
        return False
    return True


def _size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
