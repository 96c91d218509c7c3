"""`madoguchi outage`: how many outage notes there are and how they stand. Who they are about stands on the pages alone."""

from datetime import date
from typing import Any

import click

from appliance.cli.common import Group, ledger_of, print_json, state_option
from appliance.ledger import outage_lists, outage_notes
from appliance.ledger.outage_notes import STATE_LABELS, NoteState
from appliance.ledger.times import to_text


@click.group(cls=Group)
@state_option
def outage() -> None:
    """障害時メモ: notes about patients who could not be looked up."""


@outage.command("list")
@state_option
@click.option("--json", "as_json", is_flag=True, help="JSON instead of Japanese text.")
@click.option("--lists", default=10, show_default=True, help="How many printed lists to name, newest first.")
@click.pass_context
def list_notes(ctx: click.Context, *, as_json: bool, lists: int) -> None:
    """How many notes are in which state, the days still to be looked up, and the lists printed. No names."""
    ledger = ledger_of(ctx)
    found = {
        "counts": {state.value: n for state, n in outage_notes.counts(ledger).items()},
        "to_do": _days(outage_notes.days_to_do(ledger)),
        "lists": [
            {"number": one.seq, "made_at": to_text(one.made_at), "notes": one.count}
            for one in outage_lists.latest(ledger, lists)
        ],
    }
    if as_json:
        print_json(found)
    else:
        click.echo("\n".join(_lines(found)))


def _days(found: tuple[date, date] | None) -> dict[str, str] | None:
    return {"first": found[0].isoformat(), "last": found[1].isoformat()} if found else None


def _lines(found: dict[str, Any]) -> list[str]:
    lines = [f"{STATE_LABELS[NoteState(state)]}: {n}件" for state, n in found["counts"].items()]
    if found["to_do"]:
        lines.append(f"照会前の受診日: {found['to_do']['first']} から {found['to_do']['last']}")
    return lines + [f"一覧 {one['number']}: {one['made_at']}  {one['notes']}件" for one in found["lists"]]
