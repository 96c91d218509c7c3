"""An embedder in ONNX, run by onnxruntime on one thread."""

from pathlib import Path

import numpy as np
import onnxruntime

from appliance.devices.face.aligning import chip
from appliance.devices.face.embedding import Embedding
from appliance.devices.face.finding import Face
from appliance.devices.face.model import ModelRecord
from appliance.devices.face.picture import Picture
from appliance.eligibility.trouble import Trouble


class OnnxEmbedder:
    """Raises `Trouble` FACE-001 when the file is no such model, or gives another length than its record says."""

    def __init__(self, path: Path, record: ModelRecord) -> None:
        if record.onnx is None:
            raise Trouble("FACE-001", "[onnx] がありません")
        self._wanted = record.onnx
        self._length = record.length
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4
        try:
            self._session = onnxruntime.InferenceSession(
                str(path), options, providers=["CPUExecutionProvider"]
            )
            self._run(np.zeros((record.onnx.size, record.onnx.size, 3), np.uint8))
        except Trouble:
            raise
        except Exception as error:  # onnxruntime's errors share no class of their own
            raise Trouble(
                "FACE-001", f"{path.name}: ONNXのモデルとして動きません（{type(error).__name__}）"
            ) from error

    def embed(self, picture: Picture, face: Face) -> Embedding:
        """The embedding, brought to length 1 so that distances lie between 0 and 2."""
        square = chip(picture, face, self._wanted.size)
        try:
            return self._run(square)
        finally:
            square.fill(0)

    def _run(self, square: Picture) -> Embedding:
        ordered = square if self._wanted.colour == "rgb" else square[:, :, ::-1]
        values = ((ordered.astype(np.float32) - self._wanted.mean) / self._wanted.scale).transpose(2, 0, 1)
        (given,) = self._session.run(None, {self._session.get_inputs()[0].name: values[np.newaxis]})[:1]
        numbers = np.asarray(given, np.float64).ravel()
        if numbers.size != self._length or not np.isfinite(numbers).all():
            raise Trouble("FACE-001", f"モデルの出力は{numbers.size}個、記録の length は{self._length}です")
        return numbers / max(float(np.linalg.norm(numbers)), 1e-9)
