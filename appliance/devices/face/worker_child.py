"""The worker's own process: camera, photo and frames live here and nowhere else, and are overwritten after use."""

import contextlib
import signal
import sys
from multiprocessing.connection import Connection
from pathlib import Path

from appliance.devices.cardface.results import CardSeen
from appliance.devices.confining import confine
from appliance.devices.face import gate
from appliance.devices.face.embedding import Embedding, distance
from appliance.devices.face.looking import Eye, Looked
from appliance.devices.face.model import load_record
from appliance.devices.face.picture import CARD_MOST_BYTES, Picture, decode_card_photo, wipe, wiped
from appliance.devices.face.results import FrameResult, Reason
from appliance.devices.face.sources import CARD_SIZE, FACE_SIZE, FrameSource, open_source
from appliance.devices.face.worker_messages import Answer, Ask, Done, Failure, as_bytes
from appliance.eligibility.trouble import Trouble
from appliance.own_memory import keep_memory_private

MOST_MEMORY = 3 << 30
"""Bytes of address space, models and libraries included. How long one picture may take is `worker.Patience`."""


class Bench:
    """The eye, the camera and what is known of the present card: its embedding and the first good frame's.

    The camera is open from the first look until `forget`, so that its lamp is off between visits.
    """

    def __init__(self, eye: Eye, camera: str) -> None:
        self._eye = eye
        self._camera = camera
        self._source: FrameSource | None = None
        self._size = FACE_SIZE
        self._photo: Embedding | None = None
        self._first: Embedding | None = None

    def forget(self) -> None:
        """Overwrite what is known of the person, and let the camera go."""
        self._let_camera_go()
        for known in (self._photo, self._first):
            if known is not None:
                known.fill(0.0)
        self._photo = self._first = None

    def take_photo(self, data: bytearray) -> None:
        """The card's photo; `data` is overwritten. Raises `Trouble` FACE-003, FACE-004, or FACE-009 without one face."""
        self.forget()
        with wiped(data):
            picture = decode_card_photo(data)
            with wiped(picture):
                looked = self._eye.look(picture, gate.ANY_FACE)
        if looked.embedding is None:
            raise Trouble("FACE-009", looked.reason.value)
        self._photo = looked.embedding

    def look(self, *, compare: bool) -> FrameResult:
        """The next frame. Raises `Trouble` FACE-005 without a camera's frame, FACE-008 when no photo was taken in."""
        if compare and self._photo is None:
            raise Trouble("FACE-008")
        with wiped(frame := self._next_frame(FACE_SIZE)):
            return self._result(self._eye.look(frame, embed=compare))

    def look_at_card(self) -> CardSeen:
        """The next frame, looked at for a card. Raises `Trouble` FACE-005, PAPER-003, PAPER-004."""
        with wiped(frame := self._next_frame(CARD_SIZE)):
            return self._eye.look_at_card(frame)

    def _next_frame(self, size: tuple[int, int]) -> Picture:
        if self._size != size:
            self._let_camera_go()
            self._size = size
        if self._source is None:
            self._source = open_source(self._camera, size)
        try:
            return self._source.read()
        except Trouble:
            # Perhaps it was unplugged for a moment: the next look opens it anew.
            self._let_camera_go()
            raise

    def _let_camera_go(self) -> None:
        if self._source is not None:
            self._source.close()
            self._source = None

    def _result(self, looked: Looked) -> FrameResult:
        if looked.embedding is None or self._photo is None or looked.reason is not Reason.GOOD:
            return FrameResult(looked.reason, looked.faces, looked.quality)
        if self._first is None:
            self._first = looked.embedding.copy()
        apart, drift = distance(looked.embedding, self._photo), distance(looked.embedding, self._first)
        looked.embedding.fill(0.0)
        return FrameResult(looked.reason, looked.faces, looked.quality, apart, drift)


def serve(connection: Connection, record_file: Path, camera: str) -> None:
    """Answer until told to stop or until the other end is gone."""
    try:
        keep_memory_private()
        confine(MOST_MEMORY)
        eye = Eye(load_record(record_file))
        # A camera that is not there is told at once and not by the first patient.
        open_source(camera).close()
        connection.send_bytes(as_bytes(Done()))
        _answer_all(connection, Bench(eye, camera))
    except Trouble as trouble:
        connection.send_bytes(as_bytes(Failure(trouble.code, trouble.detail)))


def _answer_all(connection: Connection, bench: Bench) -> None:
    buffer = bytearray(1 + CARD_MOST_BYTES)
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            size = connection.recv_bytes_into(buffer)
            asked = Ask(bytes(buffer[:1]))
            if asked is Ask.STOP:
                break
            connection.send_bytes(as_bytes(_answer(bench, asked, buffer, size)))
    bench.forget()


def _answer(bench: Bench, asked: Ask, buffer: bytearray, size: int) -> Answer:
    try:
        match asked:
            case Ask.PHOTO:
                photo = bytearray(memoryview(buffer)[1:size])
                wipe(buffer)
                bench.take_photo(photo)
            case Ask.LOOK | Ask.POSE:
                return bench.look(compare=asked is Ask.LOOK)
            case Ask.CARD:
                return bench.look_at_card()
            case _:
                bench.forget()
    except Trouble as trouble:
        return Failure(trouble.code, trouble.detail)
    return Done()


def main() -> None:
    """`python -m appliance.devices.face.worker_child FD RECORD CAMERA`, started by `worker.FaceWorker` alone."""
    # Ctrl-C in a terminal goes to everybody in it; the devices process says when it is over.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    number, record, camera = sys.argv[1:]
    with Connection(int(number)) as connection:
        serve(connection, Path(record), camera)


if __name__ == "__main__":
    main()
