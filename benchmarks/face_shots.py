"""Embeddings of all pictures of a folder, plain and changed. Kept in `build/face/`, because they take minutes."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from appliance.devices.face import gate
from appliance.devices.face.compare import read_picture
from appliance.devices.face.finding import Finder
from appliance.devices.face.looking import Eye
from appliance.devices.face.model import ModelRecord, verify
from appliance.devices.face.results import Reason
from benchmarks.face_changes import CHANGES
from benchmarks.face_curves import Shot

ROOT = Path(__file__).parents[1]
CACHE = ROOT / "build" / "face"
PLAIN = "plain"
_SUFFIXES = frozenset({".pgm", ".png", ".jpg", ".jpeg"})
_FACE = (
    "picture",
    "finding",
    "aligning",
    "light",
    "measures",
    "gate",
    "looking",
    "embedding",
    "dlib_embedder",
    "onnx_embedder",
)
_WORKED_BY = (*(f"appliance/devices/face/{name}.py" for name in _FACE), "benchmarks/face_changes.py")


def pictures(data: Path) -> list[Path]:
    """`DIR/PERSON/PICTURE`, in order."""
    return sorted(file for file in data.glob("*/*") if file.suffix.lower() in _SUFFIXES)


def shots(data: Path, record: ModelRecord) -> dict[str, list[Shot]]:
    """The shots by change, `PLAIN` among them; from the cache when data, model and code are the same."""
    files = pictures(data)
    kept = CACHE / f"{record.name}-{_fingerprint(files, record)}.npz"
    if not kept.exists():
        _keep(kept, list(_looked(files, record)))
    with np.load(kept) as stored:
        return _by_change(stored["labels"].tolist(), stored["embeddings"])


def _fingerprint(files: list[Path], record: ModelRecord) -> str:
    # Not the thresholds: moving one must not cost minutes.
    digest = hashlib.sha256(repr((record.embedder.sha256, record.landmarks.sha256, record.onnx)).encode())
    for file in [*files, *(ROOT / name for name in _WORKED_BY)]:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _looked(files: list[Path], record: ModelRecord) -> Iterator[tuple[str, Shot]]:
    eye, finder = Eye(record), Finder(verify(record.landmarks))
    for file in files:
        plain = read_picture(file)
        found = finder.find(plain)
        if len(found.faces) != 1:
            yield PLAIN, Shot(file.parent.name, file.stem, Reason.NO_FACE.value, None)
            continue
        for change in (PLAIN, *CHANGES):
            picture = found.picture if change == PLAIN else CHANGES[change](found.picture, found.faces[0])
            looked = eye.look(picture, gate.ANY_FACE)
            reason = looked.reason
            if looked.quality is not None and reason is Reason.GOOD:
                reason = gate.complaint(looked.quality, gate.STILL_LIMITS)
            yield change, Shot(file.parent.name, file.stem, reason.value, looked.embedding)


def _keep(file: Path, found: list[tuple[str, Shot]]) -> None:
    length = next(shot.embedding.size for _, shot in found if shot.embedding is not None)
    none = np.full(length, np.nan)
    labels = np.array([(change, shot.person, shot.picture, shot.reason) for change, shot in found])
    embeddings = np.array([none if shot.embedding is None else shot.embedding for _, shot in found])
    file.parent.mkdir(parents=True, exist_ok=True)
    np.savez(file, labels=labels, embeddings=embeddings)


def _by_change(labels: list[list[str]], embeddings: np.ndarray) -> dict[str, list[Shot]]:
    found: dict[str, list[Shot]] = {change: [] for change in (PLAIN, *CHANGES)}
    for (change, person, picture, reason), embedding in zip(labels, embeddings, strict=True):
        known = None if np.isnan(embedding).any() else embedding
        found[change].append(Shot(person, picture, reason, known))
    return found
