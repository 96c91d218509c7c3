"""`madoguchi audit`: the audit trail for other systems. Rows name no patient; that it was taken out is itself a row."""

import json
from datetime import date, timedelta
from typing import Any

import click

from appliance.cli.common import Group, box_of, ledger_of, state_option
from appliance.eligibility.eras import parse_date
from appliance.eligibility.fhir.audit_event import audit_event
from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit, audit_search
from appliance.ledger.audit import AuditRow
from appliance.ledger.audit_search import LONGEST, Looked
from appliance.ledger.times import clinic_day, to_text, utc_now

_ACTOR = "command line"


@click.group(cls=Group)
@state_option
def audit_trail() -> None:
    """Who did what on this box."""


@audit_trail.command()
@state_option
@click.option("--from", "first", metavar="DAY", help="The first day in Japan; today when nothing is said.")
@click.option("--to", "last", metavar="DAY", help="The last day; today when nothing is said.")
@click.option("--fhir", is_flag=True, help="FHIR R4 AuditEvents in place of the box's own JSON.")
@click.pass_context
def export(ctx: click.Context, first: str | None, last: str | None, fhir: bool) -> None:
    """The rows of some days, oldest first, one JSON object a line."""
    ledger, code = ledger_of(ctx), box_of(ctx).load().institution_code
    now = utc_now()
    looked = Looked(_day(first, clinic_day(now)), _day(last, clinic_day(now)))
    if not timedelta() <= looked.last - looked.first < LONGEST:
        raise Trouble("INPUT-001", f"始まりから終わりまで、{LONGEST.days}日以内で選んでください")
    audit.write(ledger, _ACTOR, "audit-exported", "", now, looked.spoken)
    for row in audit_search.every(ledger, looked):
        click.echo(json.dumps(_event(row, code) if fhir else _plain(row), ensure_ascii=False))


def _day(text: str | None, today: date) -> date:
    try:
        return parse_date(text) if text else today
    except ValueError as error:
        raise Trouble("INPUT-001", "日付を読めません") from error


def _event(row: AuditRow, code: str) -> dict[str, Any]:
    return audit_event(
        seq=row.seq,
        at=row.at,
        actor=row.actor,
        action=row.action,
        subject=row.subject,
        detail=row.detail,
        institution_code=code,
    )


def _plain(row: AuditRow) -> dict[str, Any]:
    return {
        "seq": row.seq,
        "at": to_text(row.at),
        "actor": row.actor,
        "action": row.action,
        "subject": row.subject,
        "detail": row.detail,
    }
