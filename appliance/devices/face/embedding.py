"""From a face to its embedding: one interface, two libraries behind it."""

import os
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from appliance.devices.face.finding import Face
from appliance.devices.face.model import Backend, ModelRecord, verify
from appliance.devices.face.picture import Picture
from appliance.eligibility.trouble import Trouble

Embedding = NDArray[np.float64]


class Embedder(Protocol):
    """Whatever turns a face into numbers that lie near each other for the same person."""

    def embed(self, picture: Picture, face: Face) -> Embedding:
        """The embedding of `face` in the colour `picture`, as long as the model's record says."""


def distance(one: Embedding, other: Embedding) -> float:
    """The Euclidean distance that the record's thresholds are about."""
    return float(np.linalg.norm(one - other))


def open_embedder(record: ModelRecord) -> Embedder:
    """The model of `record`, its file's hash checked. Raises `Trouble` FACE-001, FACE-002 or FACE-007."""
    path = verify(record.embedder)
    try:
        if record.backend is Backend.DLIB:
            from appliance.devices.face.dlib_embedder import DlibEmbedder  # noqa: PLC0415 - one library is enough

            return DlibEmbedder(path, record.length)
        # It would give this machine a number of its own and tell its maker of each start.
        os.environ["ORT_DISABLE_TELEMETRY"] = "1"
        from appliance.devices.face.onnx_embedder import OnnxEmbedder  # noqa: PLC0415 - see above

        return OnnxEmbedder(path, record)
    except ImportError as error:
        raise Trouble("FACE-007", str(error.name)) from error
