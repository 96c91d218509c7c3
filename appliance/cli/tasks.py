"""`madoguchi task` and `madoguchi month`: what a person has to do, and the list of a month's end. Nobody is named."""

import os
from datetime import date
from pathlib import Path
from typing import Any

import click

from appliance.cli.common import Group, box_of, ledger_of, print_json, state_option
from appliance.eligibility.rules.deadlines import claim_deadline
from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit, month_end
from appliance.ledger import tasks as ledger_tasks
from appliance.ledger.bulk_export import ExportEncoding
from appliance.ledger.follow_ups import BY_PERSON, How
from appliance.ledger.month_end import WHY_LABELS, Case
from appliance.ledger.month_export import as_csv
from appliance.ledger.tasks import Outcome, Task
from appliance.ledger.times import clinic_day, to_text, utc_now
from appliance.rulebook import rulebook_of

_ACTOR = "command"
_OUTCOMES = [one.value for one in Outcome if one is not Outcome.BY_ITSELF]


@click.group(cls=Group)
@state_option
def task() -> None:
    """What the box cannot settle by itself and a person has to do."""


@task.command("list")
@state_option
@click.option("--closed", default=0, metavar="N", help="The N closed last instead of what is open.")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")
@click.pass_context
def list_tasks(ctx: click.Context, closed: int, as_json: bool) -> None:
    """What is open, newest first, with the row that each is about."""
    ledger = ledger_of(ctx)
    found = ledger_tasks.closed(ledger, closed) if closed else ledger_tasks.open_tasks(ledger)
    if as_json:
        print_json([_task_as_json(one) for one in found])
        return
    for one in found:
        end = f"  {one.outcome} {one.done_by or ''}".rstrip() if one.outcome else ""
        click.echo(f"{to_text(one.raised_at)}  {one.kind:<12} {one.code:<12} {one.subject}  {one.id}{end}")


@task.command()
@state_option
@click.argument("task_id", metavar="ID")
@click.argument("outcome", type=click.Choice(_OUTCOMES))
@click.pass_context
def done(ctx: click.Context, task_id: str, outcome: str) -> None:
    """Say that a task is done, and how."""
    ledger, now = ledger_of(ctx), utc_now()
    if ledger_tasks.find(ledger, task_id) is None:
        raise Trouble("INPUT-005")
    if not ledger_tasks.done(ledger, task_id, _ACTOR, Outcome(outcome), now):
        raise Trouble("INPUT-006")
    audit.write(ledger, _ACTOR, "end-task", task_id, now, detail=outcome)


def _task_as_json(one: Task) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind.value,
        "subject": one.subject,
        "code": one.code,
        "state": one.state.value,
        "raised_at": to_text(one.raised_at),
        "done_by": one.done_by,
        "done_at": to_text(one.done_at) if one.done_at else None,
        "outcome": one.outcome.value if one.outcome else None,
    }


@click.group(cls=Group)
@state_option
def month() -> None:
    """Visits of a month of which it is not known by which insurance to claim."""


@month.command("list")
@state_option
@click.argument("which", metavar="[YYYY-MM]", required=False)
@click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")
@click.pass_context
def list_cases(ctx: click.Context, which: str | None, as_json: bool) -> None:
    """The open visits of a month (this one), with the claim date and how often each was asked about again."""
    first = _month(which)
    ledger = ledger_of(ctx)
    due = claim_deadline(rulebook_of(box_of(ctx)), first)
    cases = month_end.open_cases(ledger, first, clinic_day(utc_now()))
    if as_json:
        last = due.last.isoformat() if due else None
        print_json(
            {"month": f"{first:%Y-%m}", "claim_date": last, "visits": [_case_as_json(one) for one in cases]}
        )
        return
    for one in cases:
        click.echo(f"{one.day}  {WHY_LABELS[one.why]}  {one.asked_again}  {one.check.id}")


@month.command()
@state_option
@click.argument("which", metavar="YYYY-MM")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--shift-jis", is_flag=True, help="Code page 932 instead of UTF-8 with a BOM.")
@click.pass_context
def export(ctx: click.Context, which: str, file: Path, shift_jis: bool) -> None:
    """Write the list of a month as CSV, with numbers and birth dates."""
    first = _month(which)
    ledger, now = ledger_of(ctx), utc_now()
    encoding = ExportEncoding.SHIFT_JIS if shift_jis else ExportEncoding.UTF_8
    # Patients are in it.
    with open(file, "wb", opener=lambda path, flags: os.open(path, flags, 0o600)) as stream:
        stream.write(as_csv(month_end.open_cases(ledger, first, clinic_day(now)), encoding))
    audit.write(ledger, _ACTOR, "export-month", f"{first:%Y-%m}", now)


@month.command()
@state_option
@click.argument("check_id", metavar="ID")
@click.argument("how", type=click.Choice([one.value for one in BY_PERSON]))
@click.pass_context
def close(ctx: click.Context, check_id: str, how: str) -> None:
    """Take a visit off the list: it is asked about no more."""
    ledger, now = ledger_of(ctx), utc_now()
    if month_end.find(ledger, check_id, clinic_day(now)) is None:
        raise Trouble("INPUT-005")
    if month_end.close(ledger, check_id, How(how), _ACTOR, now):
        audit.write(ledger, _ACTOR, "close-visit", check_id, now, detail=how)


def _month(which: str | None) -> date:
    if which is None:
        return clinic_day(utc_now()).replace(day=1)
    try:
        return month_end.month_of(which)
    except ValueError as error:
        raise click.BadParameter("YYYY-MM", param_hint="YYYY-MM") from error


def _case_as_json(one: Case) -> dict[str, Any]:
    return {
        "check_id": one.check.id,
        "day": one.day.isoformat(),
        "why": one.why.value,
        "received_as": one.said.by.value if one.said else None,
        "percent": one.said.percent if one.said else None,
        "asked_again": one.asked_again,
        "last_asked_at": to_text(one.last_asked_at) if one.last_asked_at else None,
        "is_asking": one.is_asking,
        "can_ask": one.can_ask,
    }
