"""The worker keeps pictures to itself, survives hostile ones, and is ended when it does not answer."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from appliance.demo.camera import VirtualCamera
from appliance.demo.camera_scene import Scene, frame
from appliance.demo.card_pictures import portrait_jp2
from appliance.demo.people import person
from appliance.devices.cardface.agreeing import agreed_number
from appliance.devices.cardface.results import CardReason, CardSeen
from appliance.devices.face.attempt import Progress, attempt
from appliance.devices.face.challenge import State, Turn
from appliance.devices.face.model import Accuracy, ModelRecord
from appliance.devices.face.results import FrameResult, Quality, Reason
from appliance.devices.face.verdict import Doubt, Outcome
from appliance.devices.face.worker import FaceWorker, Patience
from appliance.devices.face.worker_messages import Done, Failure, as_answer, as_bytes
from appliance.eligibility.trouble import Trouble

# A busy machine is no reason to give a worker up.
PATIENT = Patience(start=50, photo=30, frame=30, card=50)
NOW = datetime(2026, 11, 22, tzinfo=UTC)
RESULT = FrameResult(Reason.GOOD, 1, Quality(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, corrected=True), 0.25, 0.5)


@pytest.fixture(scope="module")
def camera(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VirtualCamera]:
    camera = VirtualCamera(tmp_path_factory.mktemp("camera") / "frames.sock")
    yield camera
    camera.close()


@pytest.fixture(scope="module")
def worker(camera: VirtualCamera) -> Iterator[FaceWorker]:
    with FaceWorker(camera.source, patience=PATIENT) as worker:
        yield worker


def photo(who: str) -> bytearray:
    return bytearray(portrait_jp2(who))


def test_the_card_photo_is_compared_with_who_stands_there(worker: FaceWorker, camera: VirtualCamera) -> None:
    camera.show(Scene(("p01",)))
    handed = photo("p01")
    worker.take_photo(handed)
    assert not any(handed)
    first, second = worker.look(), worker.look()
    assert first.reason is second.reason is Reason.GOOD
    assert first.distance is not None
    assert second.drift is not None
    assert first.distance < 0.3
    assert first.drift == 0 < second.drift < 0.2
    camera.show(Scene(("p02",)))
    stranger = worker.look()
    assert stranger.distance is not None
    assert stranger.drift is not None
    assert stranger.distance > 0.5
    assert stranger.drift > 0.5
    worker.forget()
    with pytest.raises(Trouble, match="FACE-008"):
        worker.look()
    assert worker.look(compare=False).distance is None


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "FACE-003"),
        (b"no picture", "FACE-003"),
        (portrait_jp2("p01")[:900], "FACE-003"),
        (portrait_jp2("p01") + bytes(65536), "FACE-004"),
    ],
)
def test_a_hostile_photo_ends_in_a_code_and_the_worker_lives(
    worker: FaceWorker, data: bytes, code: str
) -> None:
    with pytest.raises(Trouble, match=code):
        worker.take_photo(bytearray(data))
    worker.take_photo(photo("p03"))


def test_an_attempt_passes_when_the_head_turns_as_asked(
    worker: FaceWorker, camera: VirtualCamera, stock: ModelRecord
) -> None:
    camera.show(Scene(("p01",)))
    worker.take_photo(photo("p01"))
    told: list[Progress] = []

    def obey(progress: Progress) -> bool:
        told.append(progress)
        camera.show(Scene(("p01",), yaw=42 if progress.turn is Turn.LEFT else 0))
        return True

    verdict = attempt(worker, stock, (Turn.LEFT,), lambda: NOW, obey)
    assert (verdict.outcome, verdict.doubt) == (Outcome.LOOKS_ALIKE, Doubt.MODEL_NOT_MEASURED)
    assert State.TURN in {progress.asked for progress in told}
    assert told[-1].asked is State.PASSED


def test_an_attempt_ends_when_it_is_told_to_or_the_time_is_over(
    worker: FaceWorker, camera: VirtualCamera, stock: ModelRecord
) -> None:
    camera.show(Scene())
    worker.take_photo(photo("p01"))
    stopped = attempt(worker, stock, (), lambda: NOW, lambda _: False)
    assert (stopped.outcome, stopped.hint) == (Outcome.NO_DECISION, Reason.NO_FACE)
    minutes = iter(range(100))
    over = attempt(worker, stock, (Turn.LEFT,), lambda: NOW.replace(second=next(minutes)), lambda _: True)
    assert over.doubt is Doubt.TOO_FEW_FRAMES


def test_who_cannot_turn_the_head_is_left_to_a_person(
    worker: FaceWorker, camera: VirtualCamera, stock: ModelRecord
) -> None:
    accuracy = Accuracy("供給元", "2026-04-01", "外来", 1000, 0.0005, 0.02)
    camera.show(Scene(("p01",)))
    worker.take_photo(photo("p01"))
    seconds = iter(range(60))
    verdict = attempt(
        worker,
        replace(stock, accuracy=accuracy),
        (Turn.RIGHT,),
        lambda: NOW.replace(second=next(seconds)),
        lambda _: True,
    )
    assert (verdict.outcome, verdict.doubt) == (Outcome.LOOKS_ALIKE, Doubt.CHALLENGE_NOT_PASSED)


def test_the_worker_cannot_be_dumped_or_looked_into(worker: FaceWorker) -> None:
    proc = Path(f"/proc/{worker.pid}")
    limit = next(line for line in (proc / "limits").read_text().splitlines() if "core file" in line)
    assert set(limit.split()[4:6]) <= {"0", "1"}
    script = (
        "import ctypes; from appliance.own_memory import keep_memory_private as keep; libc = ctypes.CDLL(None);"
        "before = libc.prctl(3, 0, 0, 0, 0); keep(); print(before, libc.prctl(3, 0, 0, 0, 0))"
    )
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert done.stdout == "1 0\n"


def test_nothing_of_a_picture_reaches_a_file_or_the_log(
    box_dir: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    camera = VirtualCamera(box_dir / "frames.sock", Scene(("p01",)))
    with FaceWorker(camera.source, patience=PATIENT) as worker:
        worker.take_photo(photo("p01"))
        results = [worker.look() for _ in range(3)]
        opened = {
            link.name: os.readlink(link)
            for link in Path(f"/proc/{worker.pid}/fd").iterdir()
            if int(link.name) > 2  # pytest catches what is printed in files of its own
        }
    camera.close()
    assert all(result.distance is not None for result in results)
    assert {
        name for name in opened.values() if not name.startswith(("socket:", "pipe:", "/dev/null"))
    } == set()
    assert list(box_dir.rglob("*")) == []
    said = capfd.readouterr()
    row = frame(Scene(("p01",)), 0)[200].tobytes()
    for text in (said.out.encode("utf-8", "surrogateescape"), said.err.encode("utf-8", "surrogateescape")):
        assert text == b""
        assert row[:16] not in text


def test_a_card_that_is_held_up_is_read_and_then_the_face_again(
    worker: FaceWorker, camera: VirtualCamera, capfd: pytest.CaptureFixture[str]
) -> None:
    camera.show(Scene(("p02",), card="p02"))
    number = agreed_number(worker, lambda: NOW, lambda _: True, timedelta(seconds=1))
    assert number == person("p02").verification_number_b
    camera.show(Scene(("p02",), card="p02", back=True))
    assert worker.look_at_card() == CardSeen(CardReason.OTHER_SIDE)
    camera.show(Scene(("p02",)))
    assert worker.look(compare=False).faces == 1
    assert capfd.readouterr() == ("", "")


def sockets_of(worker: FaceWorker) -> list[str]:
    links = [os.readlink(link) for link in Path(f"/proc/{worker.pid}/fd").iterdir()]
    return sorted(name for name in links if name.startswith("socket:"))


def test_the_camera_is_held_from_the_first_look_until_the_person_is_forgotten(
    worker: FaceWorker, camera: VirtualCamera
) -> None:
    camera.show(Scene(("p01",)))
    worker.forget()
    at_rest = sockets_of(worker)
    worker.take_photo(photo("p01"))
    assert sockets_of(worker) == at_rest
    worker.look()
    assert len(sockets_of(worker)) == len(at_rest) + 1
    worker.forget()
    assert sockets_of(worker) == at_rest


def test_a_camera_that_was_unplugged_is_opened_anew(tmp_path: Path) -> None:
    gone = VirtualCamera(tmp_path / "frames.sock", Scene(("p01",)))
    with FaceWorker(gone.source, patience=PATIENT) as worker:
        assert worker.look(compare=False).faces == 1
        gone.hang_up()
        with pytest.raises(Trouble, match="FACE-005"):
            worker.look(compare=False)
        with pytest.raises(Trouble, match="FACE-005"):
            worker.look(compare=False)
        back = VirtualCamera(tmp_path / "frames.sock", Scene(("p01",)))
        assert worker.look(compare=False).faces == 1
        back.close()


def test_a_worker_that_hangs_is_ended(camera: VirtualCamera) -> None:
    worker = FaceWorker(camera.source, patience=Patience(start=50, frame=0.3))
    os.kill(worker.pid, signal.SIGSTOP)
    with pytest.raises(Trouble, match="FACE-006"):
        worker.look(compare=False)
    assert not Path(f"/proc/{worker.pid}").exists()
    with pytest.raises(Trouble, match="FACE-006"):
        worker.forget()
    worker.close()


def test_a_worker_that_dies_is_told(camera: VirtualCamera) -> None:
    with FaceWorker(camera.source, patience=PATIENT) as worker:
        os.kill(worker.pid, signal.SIGKILL)
        with pytest.raises(Trouble, match="FACE-006"):
            worker.take_photo(photo("p01"))


def test_a_worker_that_cannot_start_says_why(camera: VirtualCamera, tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="FACE-005"):
        FaceWorker("socket:/nowhere/frames.sock")
    with pytest.raises(Trouble, match="FACE-001"):
        FaceWorker(camera.source, tmp_path / "none.toml")


@pytest.mark.parametrize("answer", [Done(), Failure("FACE-003", "x"), RESULT, FrameResult(Reason.NO_FACE, 0)])
def test_answers_pass_as_they_are(answer: Done | Failure | FrameResult) -> None:
    assert as_answer(as_bytes(answer)) == answer


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"\xff",
        b"[" * 3000,
        b'{"kind": "Surprise"}',
        b'{"kind": "Failure", "code": "NEW-001", "detail": ""}',
        b'{"kind": "Failure"}',
        as_bytes(RESULT).replace(b'"good"', b'"excellent"'),
        as_bytes(RESULT).replace(b"0.25", b'"near"'),
        as_bytes(RESULT).replace(b'"yaw"', b'"row"'),
    ],
)
def test_an_answer_that_is_none_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any of them
        as_answer(data)


def test_who_only_starts_a_worker_does_not_pay_for_its_libraries() -> None:
    script = (
        "import sys, appliance.devices.face.worker, appliance.devices.face.attempt;"
        "print([name for name in ('cv2', 'dlib', 'numpy', 'onnxruntime') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
