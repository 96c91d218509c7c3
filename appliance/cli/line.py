"""`madoguchi line`: look at the line layer by layer, treat it as down, and report its month."""

from typing import Any

import click

from appliance.cli.common import Exit, Group, box_of, ledger_of, print_json, state_option
from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit, line_report
from appliance.ledger import line as ledger_line
from appliance.ledger.line import PHASE_LABELS, LineState, Phase
from appliance.ledger.line_report import MonthReport
from appliance.ledger.times import JAPAN, clinic_day, to_text, utc_now
from appliance.sync.line.looking import look
from appliance.sync.line.targets import presenter_of, target_of

_ACTOR = "command"


@click.group(cls=Group)
@state_option
def line() -> None:
    """The line to the center: checks, the switch, the monthly report."""


@line.command()
@state_option
@click.option("--json", "as_json", is_flag=True, help="JSON instead of Japanese text.")
@click.pass_context
def check(ctx: click.Context, as_json: bool) -> None:
    """Look at every layer now, also while the box is stopped. Exit status 1: something is wrong."""
    box, ledger = box_of(ctx), ledger_of(ctx)
    settings = box.load()
    target = target_of(settings, ledger, presenter_of(box, settings, ledger, utc_now))
    audit.write(ledger, _ACTOR, "check-line", "center", utc_now())
    report = look(target, utc_now)
    ledger.close()
    found = report.as_json()
    if as_json:
        print_json(found)
    else:
        for one in found["findings"]:
            click.echo(f"{one['outcome_label']}  {one['label']}: {one['says']} {one['code'] or ''}".rstrip())
        click.echo(found["verdict"]["says"])
    ctx.exit(Exit.TROUBLE if report.code else Exit.OK)


@line.command()
@state_option
@click.pass_context
def hold(ctx: click.Context) -> None:
    """Treat the line as down: nothing is asked until `release`, everything is kept."""
    is_new = ledger_line.hold(ledger_of(ctx), _ACTOR, utc_now())
    click.echo("回線を停止扱いにしました。" if is_new else "すでに停止扱いです。")


@line.command()
@state_option
@click.pass_context
def release(ctx: click.Context) -> None:
    """Ask again what has been waiting."""
    was_held = ledger_line.release(ledger_of(ctx), _ACTOR, utc_now())
    click.echo("停止扱いをやめました。" if was_held else "停止扱いではありません。")


@line.command()
@state_option
@click.option("--limit", default=50, show_default=True, help="How many, newest first.")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of Japanese text.")
@click.pass_context
def history(ctx: click.Context, limit: int, as_json: bool) -> None:
    """How the line has stood, newest first."""
    found = ledger_line.latest(ledger_of(ctx), limit)
    if as_json:
        print_json([state_as_json(one) for one in found])
        return
    for one in found:
        click.echo(f"{one.at.astimezone(JAPAN):%Y-%m-%d %H:%M:%S}  {state_text(one)}")


@line.command()
@state_option
@click.option("--month", help="2026-11; this month when not given.")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of Japanese text.")
@click.pass_context
def report(ctx: click.Context, month: str | None, as_json: bool) -> None:
    """The month: share answered within 20 seconds, availability, causes."""
    now = utc_now()
    try:
        found = line_report.of_month(ledger_of(ctx), month or f"{clinic_day(now):%Y-%m}", now)
    except ValueError as error:
        raise Trouble("INPUT-001", "月は 2026-11 のように入れてください") from error
    if as_json:
        print_json(found.as_json())
    else:
        click.echo("\n".join(_report_lines(found)))


def state_as_json(state: LineState | None) -> dict[str, Any]:
    """The line's state as `status --json` and `line history --json` show it."""
    phase = state.phase if state else Phase.UNKNOWN
    return {
        "phase": phase.value,
        "label": PHASE_LABELS[phase],
        "trouble_code": state.code if state else None,
        "since": to_text(state.at) if state else None,
        "by": state.actor if state else None,
    }


def state_text(state: LineState | None) -> str:
    """The line's state in a few words."""
    if state is None:
        return PHASE_LABELS[Phase.UNKNOWN]
    return " ".join(word for word in (PHASE_LABELS[state.phase], state.code, state.actor) if word)


def _report_lines(found: MonthReport) -> list[str]:
    longest = found.longest_outage
    lines = [
        f"{found.month} の回線",
        f"  20秒以内の回答: {_percent(found.share_in_time)}（{found.checks}件中 {found.in_time}件）",
        f"  稼働率: {_percent(found.availability)}  停止 {found.outages}回",
    ]
    if longest:
        lines.append(
            f"  最も長い停止: {longest.begun.astimezone(JAPAN):%m-%d %H:%M} から {longest.seconds / 60:.0f}分 {longest.code or ''}"
        )
    lines += [
        f"  {one.code} {one.title}（{one.fault_label}）: {one.requests}件、停止 {one.stopped_seconds / 60:.0f}分"
        for one in found.causes
    ]
    return lines


def _percent(share: float | None) -> str:
    return "記録なし" if share is None else f"{100 * share:.2f}%"
