"""`madoguchi reader`: the card readers, and under which code of the house each asks."""

from typing import Any

import click

from appliance.cli.common import Group, box_of, code_of_the_house, ledger_of, print_json, state_option
from appliance.eligibility.institutions import spoken_institution
from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit, readers
from appliance.ledger.readers import Reader
from appliance.ledger.times import utc_now

_ACTOR = "command line"


@click.group(cls=Group)
@state_option
def reader() -> None:
    """The card readers, and which of 医科 and 歯科 each belongs to."""


@reader.command("list")
@state_option
@click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")
@click.pass_context
def list_all(ctx: click.Context, as_json: bool) -> None:
    """The readers in use."""
    own = box_of(ctx).load().institution_code
    found = [_as_json(one, own) for one in readers.all_readers(ledger_of(ctx))]
    if as_json:
        print_json(found)
        return
    for row in found:
        click.echo(f"{row['reader']:<3} {row['label']}  {spoken_institution(row['institution_code'])}")


@reader.command()
@state_option
@click.argument("name")
@click.argument("code")
@click.pass_context
def assign(ctx: click.Context, name: str, code: str) -> None:
    """Ask about cards on reader NAME (its number) under institution CODE. The running box takes it up by itself."""
    ledger = ledger_of(ctx)
    own = box_of(ctx).load().institution_code
    wanted = code_of_the_house(ctx, code)
    if not readers.assign(ledger, name, None if wanted == own else wanted):
        raise Trouble("INPUT-005", "その番号のカードリーダーはありません")
    audit.write(ledger, _ACTOR, "reader-assigned", name, utc_now(), wanted)
    print_json(_as_json(next(one for one in readers.all_readers(ledger) if one.name == name), own))


def _as_json(one: Reader, own: str) -> dict[str, Any]:
    return {"reader": one.name, "label": one.label, "institution_code": one.institution_code or own}
