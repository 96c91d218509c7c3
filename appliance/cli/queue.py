"""`madoguchi queue`: what was given up, why, and once more."""

from datetime import datetime
from typing import Any

import click

from appliance.cli.common import Group, ledger_of, print_json, state_option
from appliance.eligibility.catalogue import CATALOGUE
from appliance.eligibility.trouble import Trouble
from appliance.ledger import checks, dead_letters, dead_notices
from appliance.ledger.checks import Check
from appliance.ledger.database import Ledger
from appliance.ledger.deliveries import Delivery
from appliance.ledger.notices import Notice
from appliance.ledger.times import to_text, utc_now

_ACTOR = "command"


@click.group(cls=Group)
@state_option
def queue() -> None:
    """What stands still: checks and deliveries given up, results that a consumer leaves lying."""


@queue.command(name="list")
@state_option
@click.option("--json", "as_json", is_flag=True, help="JSON instead of Japanese text.")
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> None:
    """Each with its reason, how long ago it began and how often it was tried. No names and no numbers."""
    found = _everything(ledger_of(ctx))
    if as_json:
        print_json(found)
        return
    for one in found:
        reason = CATALOGUE.get(one["reason_code"] or one["trouble_code"] or "")
        why = f"{reason.code} {reason.title}" if reason else "受け取られていません"
        click.echo(f"{one['id']}  {one['kind']:<8}  {one['since']}  {one['tries']}回  {one['to']}  {why}")
    if not found:
        click.echo("止まっているものはありません。")


@queue.command()
@state_option
@click.argument("ids", nargs=-1)
@click.option("--all", "is_all", is_flag=True, help="Everything that `list` shows.")
@click.pass_context
def retry(ctx: click.Context, ids: tuple[str, ...], is_all: bool) -> None:
    """Try once more what IDS name, checks or deliveries, with all their tries. Exit status 1: none of them could be."""
    ledger = ledger_of(ctx)
    if not ids and not is_all:
        raise click.UsageError("IDS or --all")
    wanted = [one["id"] for one in _everything(ledger)] if is_all else list(ids)
    done = [one for one in wanted if _retried(ledger, one, utc_now())]
    for one in done:
        click.echo(one)
    if len(done) < len(wanted):
        raise Trouble("QUEUE-004", f"{len(wanted) - len(done)}件")


def _retried(ledger: Ledger, wanted: str, now: datetime) -> bool:
    ways = (dead_letters.retry_check, dead_letters.retry_delivery, dead_notices.retry)
    return any(way(ledger, wanted, _ACTOR, now) for way in ways)


def counts_as_json(ledger: Ledger) -> dict[str, int]:
    """How many of each, as `status --json` shows it."""
    found = dead_letters.counts(ledger)
    return {"checks": found.checks, "deliveries": found.deliveries, "left_lying": found.left_lying}


def _everything(ledger: Ledger) -> list[dict[str, Any]]:
    return [
        *map(_check, dead_letters.given_up_checks(ledger)),
        *(_delivery(ledger, one, "delivery") for one in dead_letters.given_up_deliveries(ledger)),
        *(_notice(ledger, one) for one in dead_notices.given_up(ledger)),
        *(_delivery(ledger, one, "lying") for one in dead_letters.left_lying(ledger)),
    ]


def _check(one: Check) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": "check",
        "check_id": one.id,
        "to": one.asked_by or one.origin.value,
        "trouble_code": one.trouble_code,
        "reason_code": one.reason_code,
        "since": to_text(one.received_at),
        "given_up_at": _text(one.given_up_at),
        "tries": one.tries,
        "may_be_retried": dead_letters.may_be_retried(one),
    }


def _delivery(ledger: Ledger, one: Delivery, kind: str) -> dict[str, Any]:
    answer = checks.find(ledger, one.check_id)
    return {
        "id": one.id,
        "kind": kind,
        "check_id": one.check_id,
        "to": one.consumer,
        "trouble_code": one.trouble_code,
        "reason_code": one.reason_code,
        "since": _text(answer.answered_at or answer.given_up_at) if answer else None,
        "given_up_at": _text(one.given_up_at),
        "tries": one.tries,
        "may_be_retried": True,
    }


def _notice(ledger: Ledger, one: Notice) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": "notice",
        "check_id": dead_notices.check_of(ledger, one),
        "to": one.consumer,
        "trouble_code": dead_notices.NOT_HANDED_OVER,
        "reason_code": one.reason_code,
        "since": _text(one.given_up_at),
        "given_up_at": _text(one.given_up_at),
        "tries": one.tries,
        "may_be_retried": True,
    }


def _text(moment: datetime | None) -> str | None:
    return to_text(moment) if moment else None
