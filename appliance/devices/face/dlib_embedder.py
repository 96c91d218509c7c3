"""dlib's ResNet, or weights that are a drop-in for it."""

from pathlib import Path

import dlib
import numpy as np

from appliance.devices.face.embedding import Embedding
from appliance.devices.face.finding import Face
from appliance.devices.face.picture import Picture
from appliance.eligibility.trouble import Trouble

_DLIB_LENGTH = 128


class DlibEmbedder:
    """Raises `Trouble` FACE-001 when dlib cannot read the file, or when the record's length is not dlib's 128."""

    def __init__(self, path: Path, length: int) -> None:
        if length != _DLIB_LENGTH:
            raise Trouble("FACE-001", f"dlibのモデルの length は {_DLIB_LENGTH} です")
        try:
            self._net = dlib.face_recognition_model_v1(str(path))
        except RuntimeError as error:
            raise Trouble("FACE-001", f"{path.name}: dlibのモデルとして読めません") from error

    def embed(self, picture: Picture, face: Face) -> Embedding:
        """dlib aligns by the five points itself."""
        points = dlib.points([dlib.point(int(x), int(y)) for x, y in face.points])
        shape = dlib.full_object_detection(dlib.rectangle(*face.box), points)
        return np.array(self._net.compute_face_descriptor(picture, shape, 0), np.float64)
