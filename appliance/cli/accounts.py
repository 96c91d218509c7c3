"""`madoguchi account`: who may sign in; `madoguchi setup-code`: how the first one begins."""

from datetime import timedelta

import click

from appliance.cli.common import Group, box_of, ledger_of, print_json, state_option
from appliance.eligibility.trouble import Trouble
from appliance.ledger import (
    account_list,
    accounts,
    audit,
    enrolment,
    first_start,
    maintenance,
    password_rules,
    second_factor,
    shown_code,
)
from appliance.ledger.accounts import Role
from appliance.ledger.times import utc_now


def _minutes(lasts: timedelta) -> int:
    return int(lasts.total_seconds() // 60)


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
@click.option("--keep", is_flag=True, help="The password is the owner's own: it need not be changed.")
@click.pass_context
def add(ctx: click.Context, name: str, role: str, password: str, keep: bool) -> None:
    """Make an account, or give it a new password and role; its owner changes the password at the first sign-in."""
    account_list.check_name(name)
    ledger = ledger_of(ctx)
    password_rules.check(name, password, with_second=box_of(ctx).load().asks_second(role))
    accounts.add(ledger, name, Role(role), password, utc_now(), is_given=not keep)
    audit.write(ledger, "command line", "account-set", name, utc_now(), role)
    print_json({"name": name, "role": role})


@account.command("enrolment")
@state_option
@click.argument("name")
@click.pass_context
def enrolment_code(ctx: click.Context, name: str) -> None:
    """A code with which NAME sets up its first second factor. Good once, for three days; a newer one ends it."""
    code = enrolment.new_code(ledger_of(ctx), name, "command line", utc_now())
    print_json({"name": name, "enrolment_code": code, "days": enrolment.LASTS.days})


@account.command("approve")
@state_option
@click.argument("name")
@click.option("--purpose", required=True, help="What is to be done; it stays on record.")
@click.option(
    "--minutes",
    type=click.IntRange(_minutes(maintenance.LEAST), _minutes(maintenance.MOST)),
    default=_minutes(maintenance.USUAL),
    show_default=True,
)
@click.pass_context
def approve(ctx: click.Context, name: str, purpose: str, minutes: int) -> None:
    """Let NAME, whose role is maintenance, sign in for that long: for a box that has no administrator at hand."""
    ledger, now = ledger_of(ctx), utc_now()
    maintenance.approve(ledger, name, purpose, timedelta(minutes=minutes), "command line", now)
    print_json({"name": name, "minutes": minutes, "until": now + timedelta(minutes=minutes)})


@account.command("second-factor")
@state_option
@click.argument("name")
@click.option(
    "--reset", is_flag=True, help="Forget it, and end its sign-ins: a new device can be set up then."
)
@click.pass_context
def second_factor_of(ctx: click.Context, name: str, reset: bool) -> None:
    """Whether NAME has a second factor; nobody is shown its secret."""
    ledger = ledger_of(ctx)
    if not accounts.is_known(ledger, name):
        raise Trouble("INPUT-001", "その名前のアカウントはありません")
    if reset:
        second_factor.reset(ledger, name, "command line", utc_now())
    print_json(
        {
            "name": name,
            "is_set": second_factor.is_set(ledger, name),
            "recovery_codes_left": second_factor.codes_left(ledger, name),
        }
    )


@click.command("setup-code")
@state_option
@click.option("--at-start", is_flag=True, help="Leave one that is still good; print nothing.")
@click.pass_context
def setup_code(ctx: click.Context, at_start: bool) -> None:
    """The code for the page /start, which makes the first administrator. Good once, for a day; a newer one ends it."""
    ledger, box, now = ledger_of(ctx), box_of(ctx), utc_now()
    if at_start and shown_code.shown(box) and first_start.has_code(ledger, now):
        return
    code = first_start.new_code(ledger, "command line", now)
    shown_code.show(box, code)
    if not at_start:
        hours = first_start.LASTS.total_seconds() / 3600
        print_json({"setup_code": code, "page": "/start", "hours": hours})
