"""`madoguchi consumer give` and `take-back`: what a 電子カルテ gets beside results."""

from collections.abc import Mapping

import click

from appliance.cli.common import box_of, ledger_of, print_json, state_option
from appliance.eligibility.trouble import Trouble
from appliance.ledger import consumer_extras
from appliance.ledger.consumer_extras import PURPOSE_NOTICE, Extra, Given, Scope
from appliance.ledger.times import to_text, utc_now
from appliance.sync.consumer_accounts import renew_rights

_ACTOR = "command line"
_extra = click.argument("extra", type=click.Choice([one.value for one in Extra]))


@click.command()
@state_option
@click.argument("name")
@_extra
@click.option(
    "--scope",
    type=click.Choice([one.value for one in Scope]),
    help="Of medical information: what it has asked for itself, or what doctors ask for on the pages too.",
)
@click.option(
    "--purpose", default="", help="Of medical information: what the clinic uses it for, in Japanese."
)
@click.pass_context
def give(ctx: click.Context, name: str, extra: str, scope: str | None, purpose: str) -> None:
    """Let a consumer have something beside results. Its password stays."""
    box, ledger, now = box_of(ctx), ledger_of(ctx), utc_now()
    if extra == Extra.MEDICAL:
        click.echo(PURPOSE_NOTICE, err=True)
    elif scope or purpose:
        raise Trouble("INPUT-001", "--scope と --purpose は medical だけのものです")
    chosen = Scope(scope) if scope else None
    consumer_extras.give(ledger, name, Extra(extra), _ACTOR, now, scope=chosen, purpose=purpose)
    renew_rights(box, box.load(), ledger, now)
    print_json({"name": name, "extras": extras_as_json(consumer_extras.of(ledger, name))})


@click.command("take-back")
@state_option
@click.argument("name")
@_extra
@click.pass_context
def take_back(ctx: click.Context, name: str, extra: str) -> None:
    """Let it have that no more, nor what of it is still owed."""
    box, ledger, now = box_of(ctx), ledger_of(ctx), utc_now()
    if not consumer_extras.take_back(ledger, name, Extra(extra), _ACTOR, now):
        raise Trouble("INPUT-005", "その相手先には渡していません")
    renew_rights(box, box.load(), ledger, now)
    print_json({"name": name, "extras": extras_as_json(consumer_extras.of(ledger, name))})


def extras_as_json(given: Mapping[Extra, Given]) -> dict[str, dict[str, str | None]]:
    """What a consumer has, by name, since when, and of medical information why."""
    return {extra.value: _as_json(one) for extra, one in given.items()}


def _as_json(one: Given) -> dict[str, str | None]:
    why = {"scope": one.scope.value, "purpose": one.purpose} if one.scope else {}
    return {"since": to_text(one.given_at), "by": one.given_by, **why}
