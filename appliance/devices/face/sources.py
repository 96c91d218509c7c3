"""Where frames come from: a UVC camera, files, or the demo's virtual camera. All give RGB pictures in memory."""

import contextlib
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np

from appliance.devices.face.picture import Picture, decode, in_colour, wiped
from appliance.eligibility.trouble import Trouble
from appliance.unix_address import short_address

FILES = "files:"
SOCKET = "socket:"
_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".jp2", ".pgm", ".ppm"})
FACE_SIZE, CARD_SIZE = (640, 480), (1280, 720)
"""Width and height asked of a camera: a face needs no more, the small print of a card does."""

_MOST_SIDE = 1920
_SOCKET_SECONDS = 2.0
_HEAD_SIZE = 9
_HEAD_MARK = b"MDGF"


class FrameSource(Protocol):
    """One camera. Used by one thread."""

    def read(self) -> Picture:
        """The next frame, the caller's to wipe. Raises `Trouble` FACE-005 when there is none."""

    def close(self) -> None:
        """Let the camera go. May be called twice; never raises."""


def open_source(name: str, size: tuple[int, int] = FACE_SIZE) -> FrameSource:
    """`/dev/video0` (any path or number of a UVC camera), `files:PATH`, `socket:PATH`. Raises `Trouble` FACE-005."""
    if name.startswith(FILES):
        return FileFrames(Path(name.removeprefix(FILES)))
    if name.startswith(SOCKET):
        return SocketFrames(Path(name.removeprefix(SOCKET)))
    return Camera(name, size)


class Camera:
    """A UVC camera through V4L2, at `size` where it can and with the shortest queue, so that a frame shows the present."""

    def __init__(self, name: str, size: tuple[int, int]) -> None:
        self._camera = cv2.VideoCapture(int(name) if name.isdigit() else name, cv2.CAP_V4L2)
        if not self._camera.isOpened():
            self._camera.release()
            raise Trouble("FACE-005", f"{name} を開けません")
        for setting, value in (
            (cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG")),
            (cv2.CAP_PROP_FRAME_WIDTH, size[0]),
            (cv2.CAP_PROP_FRAME_HEIGHT, size[1]),
            (cv2.CAP_PROP_BUFFERSIZE, 1),
        ):
            self._camera.set(setting, value)

    def read(self) -> Picture:
        """The next frame; a camera that was unplugged gives FACE-005."""
        done, frame = self._camera.read()
        if not done or frame is None:
            raise Trouble("FACE-005", "カメラから画像が来ません")
        picture = frame.astype(np.uint8, copy=False)
        if picture.ndim == 3:
            cv2.cvtColor(picture, cv2.COLOR_BGR2RGB, dst=picture)
        return in_colour(picture)

    def close(self) -> None:
        """Release the device."""
        self._camera.release()


class FileFrames:
    """A picture file again and again, or a folder's pictures in order of name, the last one again and again."""

    def __init__(self, path: Path) -> None:
        files = sorted(path.iterdir()) if path.is_dir() else [path]
        self._files = [file for file in files if file.suffix.lower() in _SUFFIXES and file.is_file()]
        if not self._files:
            raise Trouble("FACE-005", "画像ファイルがありません")
        self._order = self._endless()

    def _endless(self) -> Iterator[Path]:
        yield from self._files
        while True:
            yield self._files[-1]

    def read(self) -> Picture:
        """The next file. Raises `Trouble` FACE-003 or FACE-004 for a file that is no picture or too large."""
        try:
            data = next(self._order).read_bytes()
        except OSError as error:
            raise Trouble("FACE-005", str(error.strerror)) from error
        return decode(data)

    def close(self) -> None:
        """Nothing is held."""


class SocketFrames:
    """The demo's virtual camera behind a Unix socket: a byte asks for a frame; mark, width, height, depth, then rows."""

    def __init__(self, path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(_SOCKET_SECONDS)
        try:
            with short_address(path) as name:
                self._socket.connect(name)
        except OSError as error:
            self._socket.close()
            raise Trouble("FACE-005", "仮想カメラがありません") from error

    def read(self) -> Picture:
        """The next frame as the virtual camera draws it now."""
        try:
            self._socket.sendall(b"?")
            head = self._received(_HEAD_SIZE)
            width, height, depth = int.from_bytes(head[4:6], "big"), int.from_bytes(head[6:8], "big"), head[8]
            if (
                head[:4] != _HEAD_MARK
                or not 0 < width <= _MOST_SIDE
                or not 0 < height <= _MOST_SIDE
                or depth not in {1, 3}
            ):
                raise Trouble("FACE-005", "仮想カメラの応答が正しくありません")
            rows = np.frombuffer(self._received(width * height * depth), np.uint8)
        except OSError as error:
            raise Trouble("FACE-005", "仮想カメラから画像が来ません") from error
        if depth == 3:
            return rows.reshape((height, width, depth))
        with wiped(rows):
            return in_colour(rows.reshape((height, width)))

    def _received(self, size: int) -> bytearray:
        buffer = bytearray(size)
        view = memoryview(buffer)
        at = 0
        while at < size:
            got = self._socket.recv_into(view[at:])
            if not got:
                raise ConnectionError
            at += got
        return buffer

    def close(self) -> None:
        """Hang up."""
        with contextlib.suppress(OSError):
            self._socket.close()
