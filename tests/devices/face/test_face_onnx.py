"""The second backend, run with a model that this project makes itself, because none of good provenance is packaged."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from appliance.demo.camera_scene import Scene, frame
from appliance.devices.face.embedding import distance, open_embedder
from appliance.devices.face.looking import Eye
from appliance.devices.face.model import Backend, load_record
from appliance.eligibility.trouble import Trouble
from tests.devices.face.onnx_model import LENGTH, write_record


def test_an_onnx_model_goes_the_same_way_as_dlib(tmp_path: Path) -> None:
    record = load_record(write_record(tmp_path))
    assert record.backend is Backend.ONNX
    eye = Eye(record)
    same, again, other = (
        eye.look(frame(Scene((who,)), number)).embedding
        for who, number in (("p01", 1), ("p01", 2), ("p02", 3))
    )
    assert same is not None
    assert again is not None
    assert other is not None
    assert same.size == LENGTH
    assert np.isclose(np.linalg.norm(same), 1)
    assert distance(same, again) < 0.1 < distance(same, other)


def test_its_library_keeps_no_number_of_this_machine_and_tells_nobody(tmp_path: Path) -> None:
    """By itself it writes both below HOME as soon as it is loaded, so this needs a process that has not done that yet."""
    record, home = write_record(tmp_path), tmp_path / "home"
    home.mkdir()
    loads = f"from appliance.devices.face import embedding, model; from pathlib import Path; embedding.open_embedder(model.load_record(Path({str(record)!r})))"
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "ORT_"))}
    subprocess.run([sys.executable, "-c", loads], check=True, env={**kept, "HOME": str(home)}, timeout=60)
    assert list(home.rglob("*")) == []


def test_a_model_that_gives_another_length_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="FACE-001") as caught:
        open_embedder(load_record(write_record(tmp_path, length=512)))
    assert "512" in caught.value.detail


def test_a_file_that_is_no_onnx_model_is_refused(tmp_path: Path) -> None:
    record = write_record(tmp_path)
    (tmp_path / "fields.onnx").write_bytes(b"weights")
    with pytest.raises(Trouble, match="FACE-002"):
        open_embedder(load_record(record))
    with pytest.raises(Trouble, match="FACE-001"):
        open_embedder(load_record(_with_right_hash(record)))


def _with_right_hash(record: Path) -> Path:
    digest = hashlib.sha256(b"weights").hexdigest()
    lines = record.read_text("utf-8").splitlines()
    place = lines.index('path = "fields.onnx"') + 1
    lines[place] = f'sha256 = "{digest}"'
    record.write_text("\n".join(lines), "utf-8")
    return record
