"""The face model as a configured file: a TOML record says which file, with which thresholds, and what is known of it.

Nothing but the hash is believed of a file, and nothing but the record is believed of its accuracy. The records that come
with the box state none, because nobody measured one for the clinic's patients: they never decide alone.
"""

import hashlib
import math
import tomllib
from dataclasses import dataclass, fields
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

from appliance.eligibility.trouble import Trouble

STOCK = Path(__file__).with_name("models") / "dlib-stock.toml"
"""The record of dlib's own weights, which comes with the box."""

MOST_FALSE_ACCEPTS = 0.001
"""A model that lets in more strangers than this one in a thousand does not decide alone, whatever its record says."""

FEWEST_PEOPLE = 100
_PACKAGED = "package:"
_CHUNK = 1 << 20
T = TypeVar("T")


class Backend(StrEnum):
    """Which library runs the model."""

    DLIB = "dlib"
    ONNX = "onnx"


@dataclass(frozen=True)
class ModelFile:
    """A file and its SHA-256 in hex. `path` is absolute once the record is loaded."""

    path: Path
    sha256: str


@dataclass(frozen=True)
class OnnxInput:
    """What an ONNX model wants: a square of `size` pixels, (value - mean) / scale, its colours in `colour` order."""

    size: int
    mean: float
    scale: float
    colour: str


@dataclass(frozen=True)
class Accuracy:
    """What whoever supplies the model states about it. Rates are parts of 1; `same_below` is where they hold."""

    stated_by: str
    stated_on: str
    population: str
    people: int
    false_accept_rate: float
    false_reject_rate: float


@dataclass(frozen=True)
class ModelRecord:
    """One model. Distances are Euclidean; `same_below` < `different_above`, between them nothing is decided.

    `measured_on` says in words where the thresholds come from. `accuracy` is None for a model without a stated one.
    """

    name: str
    backend: Backend
    embedder: ModelFile
    landmarks: ModelFile
    length: int
    same_below: float
    different_above: float
    measured_on: str
    onnx: OnnxInput | None = None
    accuracy: Accuracy | None = None

    @property
    def may_decide_alone(self) -> bool:
        """Whether a match by this model may stand without a person who confirms it."""
        return (
            self.accuracy is not None
            and self.accuracy.false_accept_rate <= MOST_FALSE_ACCEPTS
            and self.accuracy.people >= FEWEST_PEOPLE
        )


def load_record(file: Path) -> ModelRecord:
    """Read a record; the models' files are not touched. Raises `Trouble` FACE-001 naming what is wrong."""
    try:
        values = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Trouble("FACE-001", f"{file.name}: {error}") from error
    try:
        return _record(values, file.parent)
    except (KeyError, TypeError, ValueError) as error:
        raise Trouble("FACE-001", f"{file.name}: {error}") from error


def verify(file: ModelFile) -> Path:
    """The path of a model's file after its hash was compared. Raises `Trouble` FACE-001 (not there), FACE-002 (differs)."""
    digest = hashlib.sha256()
    try:
        with file.path.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
    except OSError as error:
        raise Trouble("FACE-001", f"{file.path.name}: {error.strerror}") from error
    if digest.hexdigest() != file.sha256:
        raise Trouble("FACE-002", f"{file.path.name}: {digest.hexdigest()}")
    return file.path


def _record(values: dict[str, Any], folder: Path) -> ModelRecord:
    plain = {name: values.pop(name) for name in ("name", "measured_on")}
    same, different = float(values.pop("same_below")), float(values.pop("different_above"))
    record = ModelRecord(
        name=_text(plain["name"]),
        backend=Backend(values.pop("backend")),
        embedder=_file(values.pop("embedder"), folder),
        landmarks=_file(values.pop("landmarks"), folder),
        length=int(values.pop("length")),
        same_below=same,
        different_above=different,
        measured_on=_text(plain["measured_on"]),
        onnx=_table(OnnxInput, values.pop("onnx", None)),
        accuracy=_table(Accuracy, values.pop("accuracy", None)),
    )
    if values:
        raise ValueError(f"知らない項目です: {', '.join(values)}")
    _check(record)
    return record


def _check(record: ModelRecord) -> None:
    if not 0 < record.same_below < record.different_above < math.inf:
        raise ValueError("しきい値は 0 < same_below < different_above としてください")
    if not 1 <= record.length <= 4096:
        raise ValueError("length は1から4096までです")
    if (record.onnx is None) is (record.backend is Backend.ONNX):
        raise ValueError('[onnx] は backend = "onnx" のときだけ書きます')
    if record.onnx is not None and not (
        16 <= record.onnx.size <= 512 and record.onnx.scale and record.onnx.colour in {"rgb", "bgr"}
    ):
        raise ValueError("[onnx] の値が使えません")
    if record.accuracy is not None and not (
        0 <= record.accuracy.false_accept_rate <= 1 and 0 <= record.accuracy.false_reject_rate <= 1
    ):
        raise ValueError("[accuracy] の率は0から1までです")


def _table(kind: type[T], values: dict[str, Any] | None) -> T | None:
    if values is None:
        return None
    kinds: dict[str, Any] = {"int": int, "float": float, "str": _text}
    wanted = {item.name: kinds[getattr(item.type, "__name__", str(item.type))] for item in fields(kind)}  # type: ignore[arg-type]
    if values.keys() != wanted.keys():
        raise ValueError(f"[{kind.__name__.lower()}] に要る項目: {', '.join(wanted)}")
    return kind(**{name: wanted[name](value) for name, value in values.items()})


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("文字列が空か、文字列ではありません")
    return value


def _file(values: dict[str, Any], folder: Path) -> ModelFile:
    sha256 = _text(values["sha256"]).lower()
    if len(sha256) != 64 or set(sha256) - set("0123456789abcdef"):
        raise ValueError("sha256 は16進64文字です")
    return ModelFile(_located(_text(values["path"]), folder), sha256)


def _located(path: str, folder: Path) -> Path:
    """`package:NAME/FILE` lies in an installed package, a relative path beside the record."""
    if not path.startswith(_PACKAGED):
        return (folder / path).absolute()
    package, _, inside = path.removeprefix(_PACKAGED).partition("/")
    spec = find_spec(package) if package.isidentifier() else None
    if spec is None or not spec.submodule_search_locations:
        raise ValueError(f"パッケージがありません: {package}")
    return Path(next(iter(spec.submodule_search_locations))) / inside
