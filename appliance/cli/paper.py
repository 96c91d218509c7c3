"""`madoguchi paper read`: what stands on a photographed or scanned paper. Needs no box and keeps nothing."""

from pathlib import Path
from typing import Any

import click

from appliance.cli.common import Exit, Group, print_json
from appliance.eligibility.papers import CHECK_LABELS, FieldReading, PaperReading
from appliance.ledger.times import clinic_day, utc_now
from appliance.paper_hatch import MOST_BYTES


@click.group(cls=Group)
def paper() -> None:
    """Read papers: 資格確認書, 医療券, 受給者証."""


@paper.command()
@click.argument("image", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="JSON instead of Japanese text.")
@click.pass_context
def read(ctx: click.Context, image: Path, as_json: bool) -> None:
    """What stands on the paper in IMAGE (JPEG or PNG). Exit status 1: unknown paper, or not a single value is sure."""
    from appliance.devices.paper.reader import PaperReader  # noqa: PLC0415 - loads OpenCV

    with image.open("rb") as stream:
        picture = stream.read(MOST_BYTES + 1)
    reading = PaperReader().read(picture, clinic_day(utc_now()))
    if as_json:
        print_json(_as_json(reading))
    else:
        click.echo(reading.label)
        for one in reading.fields:
            click.echo(_line(one))
    ctx.exit(Exit.OK if reading.has_value else Exit.TROUBLE)


def _as_json(reading: PaperReading) -> dict[str, Any]:
    return {
        "document": reading.document,
        "label": reading.label,
        "fields": [_field(one) for one in reading.fields],
    }


def _field(one: FieldReading) -> dict[str, Any]:
    return {
        "name": one.name,
        "label": one.label,
        "value": one.value,
        "confidence": one.confidence,
        "check": one.check.value,
        "reason": one.reason or None,
        "box": one.box,
    }


def _line(one: FieldReading) -> str:
    if one.value is None:
        return f"{one.label}: 採りません（{one.reason}）"
    return f"{one.label}: {one.value}  確かさ {one.confidence:.0%}、{CHECK_LABELS[one.check]}"
