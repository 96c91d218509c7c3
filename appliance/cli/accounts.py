"""`madoguchi account`: who may sign in."""

import click

from appliance.cli.common import Group, ledger_of, print_json, state_option
from appliance.ledger import account_list, accounts, audit
from appliance.ledger.accounts import Role
from appliance.ledger.times import utc_now


@click.group(cls=Group)
@state_option
def account() -> None:
    """Accounts of the pages."""


@account.command()
@state_option
@click.argument("name")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option(
    "--password",
    prompt=True,
    hide_input=True,
    confirmation_prompt=True,
    help="Asked for when it is not given.",
)
@click.pass_context
def add(ctx: click.Context, name: str, role: str, password: str) -> None:
    """Make an account, or give it a new password and role."""
    account_list.check_name(name)
    account_list.check_password(name, password)
    ledger = ledger_of(ctx)
    accounts.add(ledger, name, Role(role), password, utc_now())
    audit.write(ledger, "command line", "account-set", name, utc_now(), role)
    print_json({"name": name, "role": role})
