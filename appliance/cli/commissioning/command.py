"""`madoguchi commission`: a CONFIG stick looked at and put to use."""

import sqlite3
from datetime import datetime
from pathlib import Path

import click

from appliance.cli.commissioning import outcome
from appliance.cli.commissioning import stick as sticks
from appliance.cli.commissioning.applying import apply as put_to_use
from appliance.cli.commissioning.applying import code_to_show
from appliance.cli.commissioning.outcome import Line
from appliance.cli.commissioning.plan import FILE_NAME, plan_in
from appliance.cli.common import Group, box_of, state_option
from appliance.eligibility.trouble import Trouble
from appliance.ledger.disk import trouble_of
from appliance.ledger.times import utc_now

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
    """Put the plan on a mounted STICK to use, and write onto it, and below --site, what came of it."""
    now, box = utc_now(), box_of(ctx)
    try:
        sticks.expect_one()
        lines = put_to_use(plan_in(stick), stick, site, box, now)
    except Trouble as trouble:
        _tell(stick, site, (*outcome.of_trouble(trouble), *outcome.of_code(code_to_show(box))), now)
        raise
    except (OSError, sqlite3.Error) as error:
        # Not a word more than the code: the rest of it is not the stick's.
        _tell(stick, site, outcome.half_done(trouble_of(error)), now)
        raise
    code = outcome.of_code(code_to_show(box))
    _tell(stick, site, (*(lines or (outcome.NOTHING_CHANGED,)), *code), now)
    for line in lines:
        if not line.is_secret:
            click.echo(line.japanese)


def _tell(stick: Path, site: Path, lines: tuple[Line, ...], now: datetime) -> None:
    """On the stick itself: the engineer may have no screen. One that cannot be written has been read all the same.

    Once more on the box, where the console finds it, but for what is secret.
    """
    plain = tuple(line for line in lines if not line.is_secret)
    for folder, what in ((stick, lines), (site, plain)):
        try:
            sticks.write(folder, sticks.RESULT, outcome.text_of(what, now))
        except OSError:
            click.echo(f"{folder.name}/{sticks.RESULT} は書けませんでした", err=True)
