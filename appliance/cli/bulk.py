"""`madoguchi bulk`: the same runs as on the page, for scripts of reservation systems."""

import os
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from appliance.cli.common import (
    Group,
    box_of,
    code_of_the_house,
    institution_option,
    ledger_of,
    print_json,
    state_option,
)
from appliance.eligibility import appointments
from appliance.eligibility.appointments import Severity
from appliance.eligibility.bulk_outcome import URGENCY_LABELS, Urgency
from appliance.eligibility.list_text import MOST_BYTES
from appliance.eligibility.rules.laws import LawSide, laws
from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit, bulk_runs, bulk_steps
from appliance.ledger.bulk_export import ExportEncoding, as_csv
from appliance.ledger.bulk_runs import NewRun, Run, RunKind
from appliance.ledger.database import Ledger
from appliance.ledger.times import clinic_day, to_text, utc_now
from appliance.rulebook import rulebook_of

_ACTOR = "command"
_PERIODS = [RunKind.TICKETS.value, RunKind.HOME.value, RunKind.ONLINE.value]


@click.group(cls=Group)
@state_option
def bulk() -> None:
    """Ask about many people at once: a list now or tonight, and what came of it."""


@bulk.command()
@state_option
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--now", "at_once", is_flag=True, help="Ask at once instead of in the hours of the night.")
@click.option(
    "--register", is_flag=True, help="Register the patients' numbers as 照会番号 instead of asking."
)
@institution_option
@click.pass_context
def upload(ctx: click.Context, file: Path, at_once: bool, register: bool, code: str | None) -> None:
    """Read a list and let it go. What is wrong with it goes to stderr line by line, the run's id to stdout."""
    kind = RunKind.REFERENCES if register else RunKind.APPOINTMENTS
    if file.stat().st_size > MOST_BYTES:
        raise Trouble("BULK-004", f"{MOST_BYTES // 1024 // 1024}MBまでです")
    now = utc_now()
    book = laws(rulebook_of(box_of(ctx)), LawSide.INSURER, clinic_day(now))
    read = appointments.read_registrations if register else appointments.read
    found = read(file.read_bytes(), clinic_day(now), book)
    for problem in found.problems:
        word = "誤り" if problem.severity is Severity.ERROR else "注意"
        click.echo(f"{problem.line}行目: {word}: {problem.text}", err=True)
    click.echo(f"{len(found.people)}人を照会します。{found.left_out}行は照会しません。", err=True)
    new = NewRun(
        kind=kind,
        made_by=_ACTOR,
        people=found.people,
        problems=found.problems,
        chunk_size=box_of(ctx).load().bulk_people,
        institution_code=code_of_the_house(ctx, code),
    )
    click.echo(_made(ledger_of(ctx), new, now, at_once=at_once))


@bulk.command()
@state_option
@click.argument("kind", type=click.Choice(_PERIODS))
@click.argument("first")
@click.argument("last", required=False)
@click.option("--now", "at_once", is_flag=True, help="Ask at once instead of in the hours of the night.")
@institution_option
@click.pass_context
def period(
    ctx: click.Context, /, *, kind: str, first: str, last: str | None, at_once: bool, code: str | None
) -> None:
    """Ask after people: tickets YYYY-MM, or home and online FIRST LAST as YYYY-MM-DD."""
    new = NewRun(
        kind=RunKind(kind),
        made_by=_ACTOR,
        terms=_terms(RunKind(kind), first, last),
        institution_code=code_of_the_house(ctx, code),
    )
    click.echo(_made(ledger_of(ctx), new, utc_now(), at_once=at_once))


def _terms(kind: RunKind, first: str, last: str | None) -> dict[str, str]:
    try:
        if kind is RunKind.TICKETS:
            return {"month": f"{datetime.fromisoformat(f'{first}-01'):%Y%m}"}
        begin, end = datetime.fromisoformat(first), datetime.fromisoformat(last or first)
    except ValueError as error:
        raise Trouble("BULK-005", "日付がありません") from error
    if end < begin:
        raise Trouble("BULK-005", "期間の終わりが始まりより前です")
    return {"first": f"{begin:%Y%m%d}", "last": f"{end:%Y%m%d}"}


def _made(ledger: Ledger, new: NewRun, now: datetime, *, at_once: bool) -> str:
    run_id = bulk_runs.create(ledger, new, now) or ""
    bulk_runs.release(ledger, run_id, at_night=not at_once)
    audit.write(ledger, _ACTOR, "make-bulk-run", run_id, now)
    return run_id


@bulk.command("list")
@state_option
@click.option("--limit", default=30, show_default=True, help="How many, newest first.")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")
@click.pass_context
def list_runs(ctx: click.Context, limit: int, as_json: bool) -> None:
    """The newest runs."""
    ledger = ledger_of(ctx)
    found = [run_as_json(ledger, run) for run in bulk_runs.recent(ledger, limit)]
    if as_json:
        print_json(found)
        return
    for run in found:
        click.echo(
            f"{run['made_at']}  {run['state']:<9} {run['answered']}/{run['people']}  {run['kind']:<12} {run['id']}"
        )


@bulk.command()
@state_option
@click.argument("run_id", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")
@click.pass_context
def show(ctx: click.Context, run_id: str, as_json: bool) -> None:
    """One run: how far it is, and how many people there are of each outcome."""
    ledger = ledger_of(ctx)
    run = run_as_json(ledger, _run(ledger, run_id))
    if as_json:
        print_json(run)
        return
    click.echo(f"{run['state']} {run['answered']}/{run['people']} {run['trouble_code'] or ''}".rstrip())
    for word, count in run["outcomes"].items():
        click.echo(f"{word}: {count}")


@bulk.command()
@state_option
@click.argument("run_id", metavar="ID")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--shift-jis", is_flag=True, help="Code page 932 instead of UTF-8 with a BOM.")
@click.pass_context
def export(ctx: click.Context, run_id: str, file: Path, shift_jis: bool) -> None:
    """Write the result as CSV, most urgent first."""
    ledger = ledger_of(ctx)
    run = _run(ledger, run_id)
    encoding = ExportEncoding.SHIFT_JIS if shift_jis else ExportEncoding.UTF_8
    # Patients are in it.
    with open(file, "wb", opener=lambda path, flags: os.open(path, flags, 0o600)) as stream:
        stream.write(as_csv(bulk_steps.people(ledger, run.id), encoding))
    audit.write(ledger, _ACTOR, "export-bulk-run", run.id, utc_now())


def _run(ledger: Ledger, run_id: str) -> Run:
    found = bulk_runs.find(ledger, run_id)
    if found is None:
        raise Trouble("INPUT-005")
    return found


def run_as_json(ledger: Ledger, run: Run) -> dict[str, Any]:
    """One run without anybody's name or number."""
    return {
        "id": run.id,
        "kind": run.kind.value,
        "state": run.state.value,
        "at_night": run.at_night,
        "made_by": run.made_by,
        "institution_code": run.institution_code or None,
        "consumer": run.consumer,
        "request_id": run.request_id,
        "made_at": to_text(run.made_at),
        "sent_at": to_text(run.sent_at) if run.sent_at else None,
        "ended_at": to_text(run.ended_at) if run.ended_at else None,
        "people": run.people,
        "answered": run.answered,
        "chunks": dict(run.chunks),
        "errors": sum(one.severity is Severity.ERROR for one in run.problems),
        "warnings": sum(one.severity is Severity.WARNING for one in run.problems),
        "trouble_code": run.trouble_code,
        "outcomes": {
            URGENCY_LABELS[Urgency(key)]: count for key, count in bulk_steps.urgencies(ledger, run.id).items()
        },
    }
