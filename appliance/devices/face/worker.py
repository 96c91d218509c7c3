"""The devices process's end of the face worker: asks, waits within a bound, and ends a worker that does not answer.

A decoder that hangs or dies on a hostile picture takes its own process with it and nothing else.
"""

import contextlib
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Self

from appliance.devices.cardface.results import CardSeen
from appliance.devices.face.model import STOCK
from appliance.devices.face.results import FrameResult
from appliance.devices.face.worker_messages import LONGEST_ANSWER, Answer, Ask, Failure, as_answer
from appliance.eligibility.trouble import Trouble

_CHILD = "appliance.devices.face.worker_child"
_MOST_PHOTO_BYTES = 64 << 10


@dataclass(frozen=True)
class Patience:
    """How many seconds an answer may take: loading the model, taking in a photo, one frame, one frame with print to read."""

    start: float = 30.0
    photo: float = 5.0
    frame: float = 5.0
    card: float = 10.0


class FaceWorker:
    """One camera's worker. A context manager; its methods may be called from any thread, one at a time.

    `camera` is what `sources.open_source` takes. Raises `Trouble`: FACE-001, FACE-002, FACE-005, FACE-007 for model and
    camera, FACE-006 when the worker does not answer. After FACE-006 this worker is gone and a new one must be made.
    """

    def __init__(self, camera: str, record_file: Path = STOCK, patience: Patience | None = None) -> None:
        self._patience = patience or Patience()
        self._lock = threading.Lock()
        here, there = socket.socketpair()
        with there:
            command = [sys.executable, "-m", _CHILD, str(there.fileno()), str(record_file), camera]
            self._process = subprocess.Popen(command, pass_fds=(there.fileno(),), stdin=subprocess.DEVNULL)
        self._here = Connection(here.detach())
        try:
            self._wait(self._patience.start)
        except BaseException:
            self.close()
            raise

    @property
    def pid(self) -> int:
        """The worker's process id."""
        return self._process.pid

    def take_photo(self, jpeg2000: bytearray) -> None:
        """Hand over the card's photo; `jpeg2000` is overwritten.

        Raises `Trouble` FACE-003 or FACE-004 for what is no such photo, FACE-009 when no single face is found on it.
        """
        try:
            if len(jpeg2000) > _MOST_PHOTO_BYTES:
                raise Trouble("FACE-004", f"{len(jpeg2000):,}バイト")
            with self._lock:
                self._send(Ask.PHOTO, jpeg2000)
                self._wait(self._patience.photo)
        finally:
            jpeg2000[:] = bytes(len(jpeg2000))

    def look(self, *, compare: bool = True) -> FrameResult:
        """The next frame: compared with the photo, or (quicker, for a challenge) only where the face looks.

        Raises `Trouble` FACE-005 when the camera gives none, FACE-008 when no photo was handed over.
        """
        with self._lock:
            self._send(Ask.LOOK if compare else Ask.POSE)
            answer = self._wait(self._patience.frame)
        if not isinstance(answer, FrameResult):
            raise Trouble("FACE-006", "応答の種類が違います")
        return answer

    def look_at_card(self) -> CardSeen:
        """The next frame, looked at for the front of a card. Raises `Trouble` FACE-005; PAPER-003 or PAPER-004 from the engine."""
        with self._lock:
            self._send(Ask.CARD)
            answer = self._wait(self._patience.card)
        if not isinstance(answer, CardSeen):
            raise Trouble("FACE-006", "応答の種類が違います")
        return answer

    def forget(self) -> None:
        """Overwrite all that the worker knows of the person. To be called at the end of every visit."""
        with self._lock:
            self._send(Ask.FORGET)
            self._wait(self._patience.frame)

    def close(self) -> None:
        """End the worker. May be called twice; never raises."""
        with contextlib.suppress(OSError):
            self._here.send_bytes(Ask.STOP.value)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(1)
        self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _send(self, asked: Ask, data: bytearray | None = None) -> None:
        message = bytearray(asked.value) + (data or b"")
        try:
            self._here.send_bytes(message)
        except OSError as error:
            raise Trouble("FACE-006", "顔照合の処理が終わっています") from error
        finally:
            message[:] = bytes(len(message))

    def _wait(self, seconds: float) -> Answer:
        try:
            if not self._here.poll(seconds):
                raise TimeoutError
            answer = as_answer(self._here.recv_bytes(LONGEST_ANSWER))
        except (EOFError, OSError, ValueError) as error:
            self._end()
            raise Trouble("FACE-006", type(error).__name__) from error
        if isinstance(answer, Failure):
            raise Trouble(answer.code, answer.detail)
        return answer

    def _end(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._here.close()
