"""A tiny ONNX model of our own: means of the picture's 8 x 8 fields. It recognises nobody; it makes the backend run."""

import hashlib
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

FIELDS = 8
LENGTH = FIELDS * FIELDS


def write_model(file: Path, size: int = 112) -> str:
    """Write it for squares of `size` pixels; its SHA-256."""
    step = size // FIELDS
    weights = np.full((1, 3, step, step), 1 / (3 * step * step), np.float32)
    graph = helper.make_graph(
        [
            helper.make_node("Conv", ["face", "weights"], ["fields"], strides=[step, step]),
            helper.make_node("Flatten", ["fields"], ["embedding"]),
        ],
        "fields",
        [helper.make_tensor_value_info("face", TensorProto.FLOAT, [1, 3, size, size])],
        [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, [1, LENGTH])],
        [numpy_helper.from_array(weights, "weights")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model)
    file.write_bytes(model.SerializeToString())
    return hashlib.sha256(file.read_bytes()).hexdigest()


def write_record(folder: Path, length: int = LENGTH, size: int = 112) -> Path:
    """The model and its record in `folder`; the record's path."""
    sha256 = write_model(folder / "fields.onnx", size)
    record = folder / "fields.toml"
    record.write_text(
        f"""
name = "fields"
backend = "onnx"
length = {length}
same_below = 0.2
different_above = 0.6
measured_on = "なし（試験用）"
[onnx]
size = {size}
mean = 127.5
scale = 127.5
colour = "rgb"
[embedder]
path = "fields.onnx"
sha256 = "{sha256}"
[landmarks]
path = "package:face_recognition_models/models/shape_predictor_5_face_landmarks.dat"
sha256 = "c4b1e9804792707d3a405c2c16a80a20269e6675021f64a41d30fffafbc41888"
""",
        "utf-8",
    )
    return record
