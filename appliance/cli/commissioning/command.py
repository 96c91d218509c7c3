"""`madoguchi commission`: a CONFIG stick looked at and put to use."""

from datetime import datetime
from pathlib import Path

import click

from appliance.cli.commissioning.applying import apply as put_to_use
from appliance.cli.commissioning.plan import FILE_NAME, plan_in
from appliance.cli.common import Group, box_of, state_option
from appliance.eligibility.trouble import Trouble
from appliance.ledger.times import JAPAN, utc_now

RESULT = "madoguchi-result.txt"
SITE = "/var/lib/madoguchi-box"
_stick = click.argument("stick", type=click.Path(file_okay=False, exists=True, path_type=Path))


@click.group(cls=Group)
@state_option
def commission() -> None:
    """What an engineer writes on a stick labelled CONFIG (docs/field-guide.md)."""


@commission.command()
@_stick
def check(stick: Path) -> None:
    """Say whether the plan on a mounted STICK can be read, and change nothing."""
    plan_in(stick)
    click.echo(f"{FILE_NAME}: 読めました")


@commission.command()
@state_option
@_stick
@click.option("--site", type=click.Path(file_okay=False, path_type=Path), default=SITE, show_default=True)
@click.pass_context
def apply(ctx: click.Context, stick: Path, site: Path) -> None:
    """Put the plan on a mounted STICK to use, and write onto it what came of it."""
    now = utc_now()
    try:
        said = put_to_use(plan_in(stick), stick, site, box_of(ctx), now)
    except Trouble as trouble:
        _tell(stick, now, (str(trouble), f"→ {trouble.entry.engineer}"))
        raise
    _tell(stick, now, said)
    for line in said:
        click.echo(line)


def _tell(stick: Path, now: datetime, lines: tuple[str, ...]) -> None:
    """On the stick itself: the engineer may have no screen. A stick that cannot be written has been read all the same."""
    text = "\r\n".join([f"{now.astimezone(JAPAN):%Y-%m-%d %H:%M}", *lines, ""])
    try:
        (stick / RESULT).write_text(text, "utf-8")
    except OSError:
        click.echo(f"{RESULT} は書けませんでした", err=True)
