"""`madoguchi disaster`: 災害時モード for whoever has the command line. Nobody is searched from here."""

from datetime import datetime
from typing import Any

import click

from appliance.cli.common import Group, box_of, ledger_of, print_json, state_option
from appliance.eligibility.disaster import area_codes, covers
from appliance.eligibility.trouble import Trouble
from appliance.ledger import disaster as ledger_disaster
from appliance.ledger import disaster_forgetting
from appliance.ledger.database import Ledger
from appliance.ledger.disaster import Mode, NewMode
from appliance.ledger.times import JAPAN, to_text, utc_now

_ACTOR = "command"


@click.group(cls=Group)
@state_option
def disaster() -> None:
    """災害時モード: whether it is on, open it for an area and a period, extend it, end it."""


@disaster.command()
@state_option
@click.option("--json", "as_json", is_flag=True, help="JSON instead of Japanese text.")
@click.pass_context
def status(ctx: click.Context, *, as_json: bool) -> None:
    """The mode opened last, whether it is on, and who looked how often."""
    _show(ledger_of(ctx), as_json=as_json)


@disaster.command("open")
@state_option
@click.option("--area", required=True, help="The area, as the notice calls it.")
@click.option("--codes", default="", help="都道府県 (2 digits) or 市区町村 (5 digits), separated by spaces.")
@click.option("--reason", required=True, help="What has happened.")
@click.option("--notice", required=True, help="The ministry's notice: its date, title or number.")
@click.option("--from", "begins", help="2026-11-22T09:00, Japan; now when not given.")
@click.option("--until", "ends", required=True, help="2026-11-29T18:00, Japan.")
@click.option("--yes", is_flag=True, help="Do not ask again.")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of Japanese text.")
@click.pass_context
def open_mode(
    ctx: click.Context, /, *, begins: str | None, ends: str, yes: bool, as_json: bool, **said: str
) -> None:
    """Open the mode. It ends by itself at --until."""
    now = utc_now()
    begins_at = _moment(begins) if begins else now
    codes = _codes(said.pop("codes"))
    new = NewMode(begins_at=begins_at, ends_at=_moment(ends), codes=codes, **said)
    ledger_disaster.check(new, now)
    if not covers(codes, box_of(ctx).load().institution_code):
        click.echo("この医療機関の都道府県が、地域のコードにありません。", err=True)
    _confirm("有資格者がカードのない方を検索できるようになります。通知を確かめましたか", yes=yes)
    ledger = ledger_of(ctx)
    ledger_disaster.open_mode(ledger, new, _ACTOR, now)
    _show(ledger, as_json=as_json)


@disaster.command()
@state_option
@click.option("--until", "ends", required=True, help="The new end: 2026-12-06T18:00, Japan.")
@click.option("--yes", is_flag=True, help="Do not ask again.")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of Japanese text.")
@click.pass_context
def extend(ctx: click.Context, *, ends: str, yes: bool, as_json: bool) -> None:
    """Let the mode end at another time."""
    ledger = ledger_of(ctx)
    ends_at = _moment(ends)
    _confirm("延長の通知を確かめましたか", yes=yes)
    ledger_disaster.extend(ledger, _open_id(ledger), ends_at, _ACTOR, utc_now())
    _show(ledger, as_json=as_json)


@disaster.command()
@state_option
@click.option("--json", "as_json", is_flag=True, help="JSON instead of Japanese text.")
@click.pass_context
def end(ctx: click.Context, *, as_json: bool) -> None:
    """End the mode now. What was found is deleted, who looked stays on record."""
    ledger = ledger_of(ctx)
    now = utc_now()
    ledger_disaster.end(ledger, _open_id(ledger), _ACTOR, now)
    disaster_forgetting.forget_due(ledger, now)
    ledger.empty_log()
    _show(ledger, as_json=as_json)


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise Trouble("DISASTER-008", "日時は 2026-11-29T18:00 のように入れてください") from error
    return found if found.tzinfo else found.replace(tzinfo=JAPAN)


def _codes(text: str) -> tuple[str, ...]:
    try:
        return area_codes(text)
    except ValueError as error:
        raise Trouble("DISASTER-008", str(error)) from error


def _confirm(question: str, *, yes: bool) -> None:
    if not yes:
        click.confirm(question, abort=True, err=True)


def _open_id(ledger: Ledger) -> str:
    mode = ledger_disaster.latest(ledger)
    if mode is None or mode.ended_at is not None:
        raise Trouble("DISASTER-001")
    return mode.id


def _show(ledger: Ledger, *, as_json: bool) -> None:
    mode = ledger_disaster.latest(ledger)
    if as_json:
        print_json(_as_json(ledger, mode))
    elif mode is None:
        click.echo("災害時モードを開いたことはありません。")
    else:
        click.echo("\n".join(_lines(ledger, mode)))


def _as_json(ledger: Ledger, mode: Mode | None) -> dict[str, Any]:
    if mode is None:
        return {"on": False, "mode": None}
    return {
        "on": mode.is_on(utc_now()),
        "mode": {
            "id": mode.id,
            "area": mode.area,
            "codes": list(mode.codes),
            "reason": mode.reason,
            "notice": mode.notice,
            "begins_at": to_text(mode.begins_at),
            "ends_at": to_text(mode.ends_at),
            "opened_by": mode.opened_by,
            "opened_at": to_text(mode.opened_at),
            "ended_at": to_text(mode.ended_at) if mode.ended_at else None,
            "ended_by": mode.ended_by,
        },
        "looks": [
            {
                "account": one.account,
                "searches": one.searches,
                "without_consent": one.without_consent,
                "opened": {kind.value: count for kind, count in one.opened.items()},
                "prints": one.prints,
                "last_at": to_text(one.last_at),
            }
            for one in disaster_forgetting.looks(ledger, mode.id)
        ],
    }


def _lines(ledger: Ledger, mode: Mode) -> list[str]:
    word = "開いています" if mode.is_on(utc_now()) else "開いていません"
    lines = [
        f"災害時モードは{word}",
        f"  {mode.area}（{mode.reason}、{mode.notice}）",
        f"  {_local(mode.begins_at)} から {_local(mode.ends_at)} まで  開いた人: {mode.opened_by}",
    ]
    if mode.ended_at:
        lines.append(f"  {_local(mode.ended_at)} に終了: {mode.ended_by}")
    return lines + [
        f"  {one.account}: 検索 {one.searches}回（同意なし {one.without_consent}回）、"
        f"開いたもの {sum(one.opened.values())}、印刷 {one.prints}"
        for one in disaster_forgetting.looks(ledger, mode.id)
    ]


def _local(at: datetime) -> str:
    return f"{at.astimezone(JAPAN):%Y-%m-%d %H:%M}"
