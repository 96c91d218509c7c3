"""`madoguchi consumer allow`: what a consumer may ask of the box, beside taking results."""

import click

from appliance.cli.common import ledger_of, print_json, state_option
from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit, consumer_terms, consumers
from appliance.ledger.consumer_terms import Term
from appliance.ledger.consumers import ConsumerKind
from appliance.ledger.times import utc_now


@click.command()
@state_option
@click.argument("name")
@click.argument("operations", nargs=-1, type=click.Choice([one.value for one in Term]))
@click.pass_context
def allow(ctx: click.Context, name: str, operations: tuple[str, ...]) -> None:
    """Let a consumer ask for these operations and no others; without any: for none. It counts at once."""
    ledger, now = ledger_of(ctx), utc_now()
    found = consumers.find(ledger, name)
    if found is None:
        raise Trouble("INPUT-005", "その名前の相手先はありません")
    if found.kind is ConsumerKind.FOLDER:
        raise Trouble("INPUT-001", "共有フォルダの相手先は、フォルダの電文で頼みます")
    terms = sorted({Term(one) for one in operations})
    consumer_terms.allow(ledger, name, terms)
    audit.write(ledger, "command line", "consumer-allowed", name, now, " ".join(terms))
    print_json({"name": name, "allowed": terms})
