"""`madoguchi audit`: the trail for other systems, and whether it is as it was written. That it was taken out is itself a row."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import click

from appliance.cli.common import Exit, Group, box_of, ledger_of, print_json, state_option
from appliance.eligibility.eras import parse_date
from appliance.eligibility.fhir.audit_event import audit_event
from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit, audit_search
from appliance.ledger.audit import AuditRow
from appliance.ledger.audit_search import LONGEST
from appliance.ledger.times import clinic_day, to_text, utc_now
from appliance.ledger.trail import heads, looks, verifying
from appliance.ledger.trail.heads import Head
from appliance.ledger.trail.verifying import Looked
from appliance.ledger.trail.words import finding_words, restored_words

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
    looked = audit_search.Looked(_day(first, clinic_day(now)), _day(last, clinic_day(now)))
    if not timedelta() <= looked.last - looked.first < LONGEST:
        raise Trouble("INPUT-001", f"始まりから終わりまで、{LONGEST.days}日以内で選んでください")
    audit.write(ledger, _ACTOR, "audit-exported", "", now, looked.spoken)
    for row in audit_search.every(ledger, looked):
        click.echo(json.dumps(_event(row, code) if fhir else _plain(row), ensure_ascii=False))


@audit_trail.command()
@state_option
@click.option(
    "--heads",
    "copies",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A copy of audit/heads that was kept elsewhere; may be given several times.",
)
@click.option("--json", "as_json", is_flag=True, help="JSON instead of Japanese text.")
@click.pass_context
def verify(ctx: click.Context, copies: tuple[Path, ...], as_json: bool) -> None:
    """Look at every row, signature and head: exit status 1 and the first wrong row when something was done to the trail."""
    ledger, box = ledger_of(ctx), box_of(ctx)
    outside = [
        line for copy in copies for line in copy.read_text("utf-8", errors="replace").splitlines() if line
    ]
    looked = verifying.look(ledger, box, outside)
    newest = heads.newest(ledger)
    if as_json:
        print_json(asdict(looked) | {"sound": looked.is_sound, "head": newest.digest if newest else None})
    else:
        click.echo("\n".join(_said_of(looked, newest)))
    if not looked.is_sound:
        ctx.exit(Exit.TROUBLE)


def _said_of(looked: Looked, newest: Head | None) -> Iterator[str]:
    yield "記録は無事です。" if looked.is_sound else f"記録に異常があります（{looks.CODE}）。"
    yield f"記録 {looked.first}–{looked.last}（{looked.rows}件）、日ごとの署名 {looked.heads}"
    if newest:
        yield f"最後の署名 {to_text(newest.signed_at)} 記録 {newest.seq} まで {newest.digest}"
    yield from (f"異常: {finding_words(one)}" for one in looked.findings)
    yield from (f"お知らせ: {restored_words(one)}" for one in looked.restored)


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
