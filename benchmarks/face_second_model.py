"""The second backend's model, fetched for measuring only: who trained it on what is not stated, so nothing ships it."""

import hashlib
import os
import shutil
import subprocess
import tarfile
from pathlib import Path

from appliance.devices.face.model import ModelRecord, load_record
from benchmarks.face_shots import CACHE

VARIABLE = "MADOGUCHI_FACE_ONNX"
PACKAGE = "faceplugin-face-recognition-js@0.0.1"
_MEMBER = "package/model/fr_feature.onnx"
_SHA256 = "87aacdfe57510db2af90c0251df680e8eec88f122ee94712121d09bcaaaf3581"
_RECORD = """
name = "fr_feature"
backend = "onnx"
length = 512
same_below = 1.04
different_above = 1.14
measured_on = "なし"
[onnx]
size = 112
mean = 127.0
scale = 128.0
colour = "rgb"
[embedder]
path = "{path}"
sha256 = "{sha256}"
[landmarks]
path = "package:face_recognition_models/models/shape_predictor_5_face_landmarks.dat"
sha256 = "c4b1e9804792707d3a405c2c16a80a20269e6675021f64a41d30fffafbc41888"
"""


def second_model() -> tuple[ModelRecord | None, str]:
    """Its record, or None and why it is not here."""
    given = os.environ.get(VARIABLE)
    file = Path(given) if given else CACHE / "fr_feature.onnx"
    if not given and not file.exists() and (why := _fetch(file)):
        return None, why
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    if digest != _SHA256:
        return None, f"{file.name} is not the file this benchmark knows"
    record = CACHE / "fr_feature.toml"
    record.write_text(_RECORD.format(path=file.resolve(), sha256=digest), "utf-8")
    return load_record(record), ""


def _fetch(file: Path) -> str:
    """Get the npm package that holds it; a reason when that fails."""
    npm = shutil.which("npm")
    if npm is None:
        return f"there is no npm to get {PACKAGE} with; give the file by --onnx"
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        done = subprocess.run(
            [npm, "pack", "--silent", PACKAGE],
            cwd=file.parent,
            capture_output=True,
            text=True,
            timeout=300,
            check=True,
        )
        packed = file.parent / done.stdout.split()[-1]
        with tarfile.open(packed) as archive:
            member = archive.extractfile(_MEMBER)
            data = member.read() if member else b""
        packed.unlink()
    except (OSError, subprocess.SubprocessError, tarfile.TarError, KeyError, IndexError) as error:
        return f"npm could not get {PACKAGE} ({type(error).__name__}); give the file by --onnx"
    file.write_bytes(data)
    return ""
