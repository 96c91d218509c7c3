"""What happens in a shared folder, as the kernel tells it: who writes in place, who renames, what is taken away."""

import ctypes
import os
import select
import struct
import threading
from pathlib import Path

from appliance.cli.vendor.witness import Seen, Sight

WRITTEN, LEFT, APPEARED, BEGUN, DELETED = "written", "left", "appeared", "begun", "deleted"
_WORDS = {0x2: WRITTEN, 0x40: LEFT, 0x80: APPEARED, 0x100: BEGUN, 0x200: DELETED}
"""The kernel's bits: written into, renamed away, renamed to, begun in place, deleted."""

_ALL = sum(_WORDS)
_HEAD = struct.Struct("iIII")
_MOST = 64 * 1024


class FolderWatch(Sight):
    """Notes `<folder> <word>` with the file's name, for folders that are there already, from `start` to `stop`.

    The box's own renames are among it. Raises `OSError` where the kernel watches no more folders.
    """

    def __init__(self) -> None:
        super().__init__()
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._folders: dict[int, str] = {}
        self._descriptor = -1
        self._wake = os.pipe()
        self._thread = threading.Thread(target=self._run, name="folder-watch", daemon=True)

    def start(self, *folders: Path) -> None:
        """Watch these."""
        self._descriptor = self._checked(self._libc.inotify_init1(os.O_CLOEXEC | os.O_NONBLOCK))
        for folder in folders:
            number = self._libc.inotify_add_watch(self._descriptor, os.fsencode(folder), _ALL)
            self._folders[self._checked(number)] = folder.name
        self._thread.start()

    def stop(self) -> None:
        """Watch no more."""
        os.write(self._wake[1], b".")
        if self._thread.is_alive():
            self._thread.join()
        for one in (*self._wake, self._descriptor):
            if one >= 0:
                os.close(one)

    def names(self, folder: str, *words: str, since: int = 0) -> list[str]:
        """The files to which any of this happened, in order."""
        wanted = {f"{folder} {word}" for word in words}
        found = (one for one in self.seen[since:] if one.word in wanted)
        return [str((one.message or {})["name"]) for one in found]

    def _run(self) -> None:
        while self._wake[0] not in select.select([self._descriptor, self._wake[0]], [], [])[0]:
            self._note_all(os.read(self._descriptor, _MOST))

    def _note_all(self, data: bytes) -> None:
        place = 0
        while place < len(data):
            number, bits, _cookie, length = _HEAD.unpack_from(data, place)
            place += _HEAD.size + length
            name = os.fsdecode(data[place - length : place].rstrip(b"\0"))
            for bit, word in _WORDS.items():
                if bits & bit and number in self._folders:
                    self.note(Seen(f"{self._folders[number]} {word}", {"name": name}, b""))

    def _checked(self, result: int) -> int:
        if result < 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
        return result
