"""Frames from files and from the virtual camera; a camera that is not there is told."""

import socket
import threading
from pathlib import Path

import cv2
import numpy as np
import pytest

from appliance.demo.camera import VirtualCamera, scene_of
from appliance.demo.camera_client import start_camera
from appliance.demo.camera_scene import HEIGHT, WIDTH, Light, Scene
from appliance.devices.face.sources import open_source
from appliance.eligibility.trouble import Trouble


def test_a_folder_is_shown_in_order_and_its_last_picture_stays(tmp_path: Path) -> None:
    for number in (2, 1, 3):
        cv2.imwrite(str(tmp_path / f"{number}.png"), np.full((20, 30), 50 * number, np.uint8))
    (tmp_path / "notes.txt").write_text("no picture", "utf-8")
    source = open_source(f"files:{tmp_path}")
    assert [int(source.read()[0, 0, 0]) for _ in range(5)] == [50, 100, 150, 150, 150]
    source.close()


@pytest.mark.parametrize(
    "name", ["/dev/video99", "99", "files:/nowhere", "files:/etc", "socket:/nowhere/x.sock"]
)
def test_a_camera_that_is_not_there_is_told(name: str) -> None:
    with pytest.raises(Trouble, match="FACE-005"):
        open_source(name)


def test_the_virtual_camera_shows_what_it_is_told(box_dir: Path) -> None:
    camera = VirtualCamera(box_dir / "frames.sock")
    source = open_source(f"socket:{box_dir / 'frames.sock'}")
    empty = source.read()
    assert empty.shape == (HEIGHT, WIDTH, 3)
    camera.show(Scene(("p01",)))
    assert np.abs(source.read().astype(int) - empty).max() > 60
    camera.close()
    source.close()


def test_the_virtual_camera_is_a_process_with_knobs(box_dir: Path) -> None:
    camera = start_camera(box_dir)
    try:
        source = open_source(camera.source)
        camera.show("p01", light="backlit", distance=1.2)
        bright = source.read().mean()
        camera.turn(30)
        camera.show("p01", "p02", light="dark")
        assert source.read().mean() < 30
        assert bright > 100
        with pytest.raises(Trouble, match="DEMO-002"):
            camera.show("p01", hat="straw")
        source.close()
    finally:
        camera.stop()
    with pytest.raises(Trouble, match="DEMO-001"):
        camera.turn(0)


@pytest.mark.parametrize(
    "request_members",
    [
        {"do": "dance"},
        {"do": "show", "yaw": "far"},
        {"do": "show", "yaw": 90},
        {"do": "show", "light": "green"},
        {"do": "show", "people": ["p01"] * 5},
    ],
)
def test_a_wrong_knob_is_refused(request_members: dict[str, object]) -> None:
    with pytest.raises(Trouble, match="DEMO-002"):
        scene_of(request_members, Scene())


def test_turning_keeps_the_rest_of_the_scene() -> None:
    before = Scene(("p01",), light=Light.DARK)
    assert scene_of({"do": "turn", "yaw": 20}, before) == Scene(("p01",), light=Light.DARK, yaw=20.0)


@pytest.mark.parametrize(
    "answer", [b"MDGF\x02\x80\x01\xe0\x01short", b"NOPE" + bytes(20), b"MDGF" + b"\xff" * 5, b""]
)
def test_a_camera_that_talks_nonsense_is_told(box_dir: Path, answer: bytes) -> None:
    path = box_dir / "odd.sock"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen(1)

        def once() -> None:
            viewer, _ = listener.accept()
            with viewer:
                viewer.recv(1)
                viewer.sendall(answer)

        thread = threading.Thread(target=once)
        thread.start()
        source = open_source(f"socket:{path}")
        with pytest.raises(Trouble, match="FACE-005"):
            source.read()
        thread.join()
        source.close()
