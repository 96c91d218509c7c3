"""Face comparison: how often the same are let in and strangers kept out, plain and in bad light, and what a frame costs.

The pictures are somebody else's and not part of this project: `--data DIR` holds `PERSON/PICTURE`. Both models meet the same
pairs, each with its own alignment. Thresholds are found on the very pictures they are reported for, which flatters them.
"""

import json
import os
import time
from dataclasses import replace
from pathlib import Path

from appliance.demo.camera import VirtualCamera
from appliance.demo.camera_scene import Light, Scene, frame
from appliance.demo.card_pictures import portrait_jp2
from appliance.devices.face.looking import Eye
from appliance.devices.face.model import STOCK, ModelRecord, load_record
from appliance.devices.face.results import Reason
from appliance.devices.face.worker import FaceWorker
from benchmarks.face_curves import Curve, Shot, curve
from benchmarks.face_second_model import second_model
from benchmarks.face_shots import CACHE, PLAIN, pictures, shots
from benchmarks.report import Aim, Report, Row, Skipped, Table, as_markdown, as_values, milliseconds

VARIABLE = "MADOGUCHI_FACE_DATA"
FRAMES = 40
FALSE_ACCEPTS = (0.01, 0.001)
_HEADS = (
    "probes against plain",
    "no face",
    "gate: no",
    "TAR at FAR 1 %",
    "TAR at FAR 0.1 %",
    "EER",
    "let in",
    "open",
    "strangers in",
)
_CURVE_AT = (0.0001, 0.001, 0.01, 0.03, 0.1)


def run() -> Report:
    """Measure both models. Raises `Skipped` when there are no pictures."""
    named = os.environ.get(VARIABLE, "")
    data = Path(named)
    if not named or not pictures(data):
        raise Skipped(f"no pictures of faces: give a folder of PERSON/PICTURE by --data DIR or ${VARIABLE}")
    stock = load_record(STOCK)
    second, why = second_model()
    records = [stock] if second is None else [stock, second]
    found = {record.name: shots(data, record) for record in records}
    tables = tuple(_table(record, found[record.name]) for record in records)
    rows, notes = _costs(records)
    people = {file.parent.name for file in pictures(data)}
    return Report(
        f"Faces: {len(people)} people, {len(pictures(data))} pictures",
        rows,
        (_promise(stock, found[stock.name]),),
        (*notes, *([f"no second backend: {why}"] if why else [])),
        (*tables, _roc(records, found)),
    )


def _table(record: ModelRecord, found: dict[str, list[Shot]]) -> Table:
    title = (
        f"{record.name}: let in at {record.same_below:g} or less, turned away from {record.different_above:g}"
    )
    return Table(title, _HEADS, tuple(_cells(record, change, found) for change in found))


def _cells(record: ModelRecord, change: str, found: dict[str, list[Shot]]) -> tuple[str, ...]:
    probes = found[change]
    pairs = curve(found[PLAIN], probes)
    missing = sum(shot.embedding is None for shot in probes)
    turned_away = sum(shot.embedding is not None and shot.reason != Reason.GOOD.value for shot in probes)
    let_in, strangers = pairs.accepted(record.same_below)
    kept_open = pairs.accepted(record.different_above)[0] - let_in
    rates = [
        f"{100 * pairs.at_false_accepts(rate)[1]:.1f} % ({pairs.at_false_accepts(rate)[0]:.3f})"
        for rate in FALSE_ACCEPTS
    ]
    shown = (change, f"{missing}/{len(probes)}", f"{turned_away}/{len(probes)}", *rates)
    return (
        *shown,
        f"{100 * pairs.equal_error()[1]:.2f} %",
        f"{100 * let_in:.1f} %",
        f"{100 * kept_open:.1f} %",
        f"{100 * strangers:.3f} %",
    )


def _roc(records: list[ModelRecord], found: dict[str, dict[str, list[Shot]]]) -> Table:
    curves: dict[str, Curve] = {}
    for record in records:
        plain = found[record.name][PLAIN]
        curves[f"{record.name}, plain"] = curve(plain, plain)
        curves[f"{record.name}, card photo"] = curve(plain, found[record.name]["card photo"])
    heads = ("ROC: TAR (threshold) at FAR", *(f"{100 * rate:g} %" for rate in _CURVE_AT))
    rows = []
    for name, pairs in curves.items():
        points = [pairs.at_false_accepts(rate) for rate in _CURVE_AT]
        rows.append((name, *(f"{100 * tar:.2f} % ({threshold:.3f})" for threshold, tar in points)))
    return Table("The curve", heads, tuple(rows))


def _promise(record: ModelRecord, found: dict[str, list[Shot]]) -> Aim:
    pairs = curve(found[PLAIN], found["card photo"])
    strangers = pairs.accepted(record.same_below)[1]
    return Aim(
        f"{record.name}: at most 0.1 % of strangers at or below its threshold, card photo against plain",
        f"{100 * strangers:.3f} % of {len(pairs.different):,} pairs at {record.same_below:g}",
        strangers <= FALSE_ACCEPTS[1],
    )


def _costs(records: list[ModelRecord]) -> tuple[tuple[Row, ...], list[str]]:
    rows: list[Row] = []
    scene = Scene(("p01",))
    for record in records:
        eye = Eye(record)
        eye.look(frame(scene, 0))
        if not rows:
            rows.append(Row("640 x 480: face found and measured", _timed(eye, scene, embed=False)))
        rows.append(Row(f"640 x 480: and embedded, {record.name}", _timed(eye, scene), rows[0].name))
    rows.append(Row("640 x 480: nobody there", _timed(Eye(records[0]), Scene()), rows[0].name))
    backlit = replace(scene, light=Light.BACKLIT)
    rows.append(
        Row(f"640 x 480: light evened out, {records[0].name}", _timed(Eye(records[0]), backlit), rows[1].name)
    )
    return tuple(rows), [_memory(record) for record in records]


def _timed(eye: Eye, scene: Scene, *, embed: bool = True) -> tuple[float, ...]:
    seconds = []
    for number in range(FRAMES):
        seen = frame(scene, number)
        begun = time.perf_counter()
        eye.look(seen, embed=embed)
        seconds.append(time.perf_counter() - begun)
    return milliseconds(seconds)


def _memory(record: ModelRecord) -> str:
    """The worker's memory after a card and some frames, read where the kernel keeps it."""
    file = STOCK if record.name == "dlib-stock" else CACHE / f"{record.name}.toml"
    camera = VirtualCamera(CACHE / "frames.sock", Scene(("p01",)))
    begun = time.perf_counter()
    try:
        with FaceWorker(f"socket:{CACHE / 'frames.sock'}", file) as worker:
            started = time.perf_counter() - begun
            worker.take_photo(bytearray(portrait_jp2("p01")))
            for _ in range(5):
                worker.look()
            status = Path(f"/proc/{worker.pid}/status").read_text("utf-8")
    finally:
        camera.close()
    resident = int(status.partition("VmRSS:")[2].split()[0]) // 1024
    return f"{record.name}: the worker's process has {resident} MB resident and starts in {started:.1f} s"


if __name__ == "__main__":
    found = run()
    print(as_markdown(found))
    print(json.dumps(as_values(found), ensure_ascii=False))
