"""`madoguchi ledger`: the box's own copies of its ledger, and the look at it before anybody opens it. Units give these commands."""

import sqlite3
from typing import Any

import click

from appliance.cli.at_work import at_work
from appliance.cli.common import Exit, Group, box_of, print_json, state_option
from appliance.eligibility.trouble import Trouble
from appliance.ledger.own_copy import copying, looking, lost, mending, places
from appliance.ledger.own_copy.mending import Ready
from appliance.ledger.times import to_text, utc_now
from appliance.settings import Box


@click.group(cls=Group)
@state_option
def ledger() -> None:
    """The box's own copies of its ledger, and how it goes on from one when the ledger is broken."""


@ledger.command()
@state_option
@click.option("--whole", is_flag=True, help="Compare indexes with their tables too, however long it takes.")
@click.pass_context
def ready(ctx: click.Context, *, whole: bool) -> None:
    """Look at the ledger; when it is broken set it aside and go on from the newest good copy. Stop the services first."""
    box = box_of(ctx)
    if working := at_work(box):
        raise Trouble("BOX-008", ", ".join(working))
    print_json({"found": mending.make_ready(box, utc_now(), whole=whole)})


@ledger.command()
@state_option
@click.option("--if-due", is_flag=True, help="Only when it is time for one.")
@click.pass_context
def copy(ctx: click.Context, *, if_due: bool) -> None:
    """Copy it beside itself, while the box works. Only pages that have changed are written."""
    box, now = box_of(ctx), utc_now()
    box.load()
    if not box.ledger_file.exists() or (if_due and not copying.is_due(box, now)):
        print_json({"made": False})
        return
    try:
        made = copying.copy(box, now)
    except copying.BrokenError as error:
        raise Trouble("BOX-010", str(error)) from error
    print_json({"made": made is not None, "written": made.written if made else 0})


@ledger.command()
@state_option
@click.pass_context
def show(ctx: click.Context) -> None:
    """How it stands: the ledger, its copies, what was set aside. Exit status 1: the ledger is broken or lost."""
    box = box_of(ctx)
    box.load()
    stands = _standing(box)
    print_json(
        {
            "ledger": stands,
            "copies": [_moment(one) for one in places.copies(box)],
            "set_aside": [to_text(one.at) for one in places.sets_aside(box)],
        }
    )
    ctx.exit(Exit.OK if stands == Ready.SOUND else Exit.TROUBLE)


def _standing(box: Box) -> str:
    if lost.since(box.root):
        return Ready.LOST
    if not box.ledger_file.exists():
        return mending.MISSING
    try:
        return looking.fault_of(box.ledger_file, thorough=False) or Ready.SOUND
    except sqlite3.Error as error:
        return type(error).__name__


def _moment(one: places.Copy) -> dict[str, Any]:
    return {"made_at": to_text(one.made_at), "size": one.path.stat().st_size}
