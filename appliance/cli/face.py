"""`madoguchi face compare` and `model`: try the face engine on two pictures, look at the model's record. Needs no box."""

from pathlib import Path
from typing import Any

import click

from appliance.cli.common import Group, print_json
from appliance.devices.face.model import STOCK, ModelRecord, load_record, verify
from appliance.eligibility.trouble import Trouble

PICTURE = click.Path(exists=True, dir_okay=False, path_type=Path)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="JSON instead of Japanese text.")
MODEL = click.option(
    "--model",
    "record_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=STOCK,
    help="The model's record (TOML); without it dlib's own weights.",
)

_ANSWERS = {True: "似ています", False: "似ていません", None: "判定できません"}
_REASONS = {
    "same": "同じ人とみなせる近さです",
    "not_same": "別の人とみなす遠さです",
    "model_not_measured": "しきい値より近いです。ただし精度が確かめられていないモデルなので、人が確かめます",
    "between_thresholds": "二つのしきい値の間です",
    "no_face": "顔が見つかりません",
    "several_faces": "顔が二つ以上あります",
    "too_far": "顔が小さすぎます",
    "cut_off": "顔が画面からはみ出しています",
    "too_dark": "暗すぎます",
    "too_bright": "明るすぎます",
    "backlit": "逆光です",
    "blurred": "ぼやけています",
    "turned": "正面を向いていません",
    "covered": "マスクやサングラスなどで隠れているようです",
}


@click.group(cls=Group)
def face() -> None:
    """The face engine, tried without a visit."""


@face.command()
@click.argument("a", type=PICTURE)
@click.argument("b", type=PICTURE)
@MODEL
@AS_JSON
def compare(a: Path, b: Path, record_file: Path, as_json: bool) -> None:
    """How alike the faces on the pictures A and B are. Nothing of them is kept.

    `match` is true at or below the model's lower threshold, false at or above the upper one, null between them and where
    there is nothing to compare. It is no identification: see docs/limits.md for what was measured and what was not.
    """
    values = _compared(a, b, load_record(record_file))
    if as_json:
        print_json(values)
    else:
        click.echo(_page(values))


@face.command()
@MODEL
@AS_JSON
def model(record_file: Path, as_json: bool) -> None:
    """The model in use: its files checked by their hashes, thresholds, and what is known of its accuracy."""
    record = load_record(record_file)
    files = {name: str(verify(file).name) for name, file in _files(record).items()}
    values = {
        "name": record.name,
        "backend": record.backend.value,
        "files": files,
        "same_below": record.same_below,
        "different_above": record.different_above,
        "measured_on": record.measured_on,
        "accuracy": vars(record.accuracy) if record.accuracy else None,
        "decides_alone": record.may_decide_alone,
    }
    if as_json:
        print_json(values)
        return
    click.echo(f"{record.name}（{record.backend.value}）: {'、'.join(files.values())}")
    click.echo(
        f"{record.same_below:g}以下で似ている、{record.different_above:g}以上で似ていない。{record.measured_on}"
    )
    click.echo("単独で判定できます" if record.may_decide_alone else "単独では判定しません。人が確かめます")


def _files(record: ModelRecord) -> dict[str, Any]:
    return {"embedder": record.embedder, "landmarks": record.landmarks}


def _compared(a: Path, b: Path, record: ModelRecord) -> dict[str, Any]:
    try:
        from appliance.devices.face.compare import as_values, compare_files  # noqa: PLC0415 - OpenCV, only here
    except ImportError as error:
        raise Trouble("FACE-007", str(error.name)) from error
    return as_values(compare_files(a, b, record), record)


def _page(values: dict[str, Any]) -> str:
    distance = values["distance"]
    lines = [
        f"{_ANSWERS[values['match']]}: {_REASONS[values['reason']]}",
        f"  顔の数: A {values['faces_a']}、B {values['faces_b']}",
        f"  距離: {'－' if distance is None else distance}（{values['model']['same_below']:g}以下で似ている、"
        f"{values['model']['different_above']:g}以上で似ていない）",
    ]
    for side in ("a", "b"):
        complaint = values["quality"][side]["complaint"]
        if complaint != "good":
            lines.append(f"  {side.upper()}: {_REASONS[complaint]}")
    lines.append(f"  モデル: {values['model']['name']}（{values['model']['measured_on']}）")
    return "\n".join(lines)
