"""`madoguchi diagnose`: how the box is, in lines that can be read out on the telephone."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from typing import Any

import click

from appliance.cli import broken_ledger
from appliance.cli.common import Exit, box_of, print_json, state_option
from appliance.eligibility.diagnosis import (
    CHECK_LABELS,
    SEVERITY_LABELS,
    SUGGESTION_LABELS,
    verdict,
    worst,
)
from appliance.eligibility.spelled import spelled
from appliance.eligibility.trouble import Trouble
from appliance.health.looking import look_at_everything
from appliance.health.surroundings import Surroundings
from appliance.ledger import health, mornings
from appliance.ledger.database import Ledger
from appliance.ledger.disk import trouble_of
from appliance.ledger.health import Picture, Standing, Word
from appliance.ledger.times import JAPAN, clinic_day, to_text, utc_now
from appliance.settings import Box, Settings


@click.command()
@state_option
@click.option("--morning", is_flag=True, help="The report that was made before opening today.")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of Japanese text.")
@click.pass_context
def diagnose(ctx: click.Context, *, morning: bool, as_json: bool) -> None:
    """Look at everything now. Exit status 1: something is not as it should be, or there is no report yet."""
    box, now = box_of(ctx), utc_now()
    settings = box.load()
    try:
        at, picture = _seen(box, settings, now, morning=morning)
    except (Trouble, sqlite3.DatabaseError) as error:
        found = error if isinstance(error, Trouble) else trouble_of(error)
        if found.code not in broken_ledger.CODES:
            raise
        at, picture, morning = now, broken_ledger.picture(box, settings, found, now), False
    if as_json:
        print_json(_as_json(settings.institution_code, at, picture))
    elif at is None or picture is None:
        click.echo("今朝の点検は、まだありません。")
    else:
        title = "今朝の点検" if morning else "装置の点検"
        for line in lines(title, settings.clinic_name or settings.institution_code, at, picture):
            click.echo(line)
    ctx.exit(Exit.OK if picture is not None and picture.severity is None else Exit.TROUBLE)


def _seen(
    box: Box, settings: Settings, now: datetime, *, morning: bool
) -> tuple[datetime | None, Picture | None]:
    with closing(Ledger.of(box)) as ledger:
        if morning:
            kept = mornings.of(ledger, clinic_day(now))
            return (kept.at, kept.picture) if kept else (None, None)
        outcomes = look_at_everything(Surroundings(box, settings, ledger, now))
        return now, health.with_sinces(ledger, outcomes, now)


def lines(title: str, clinic: str, at: datetime, picture: Picture) -> Iterator[str]:
    """The report, a short sentence a line, each finding and each check with a number."""
    yield f"{title}　{at.astimezone(JAPAN):%Y/%m/%d %H:%M}　{clinic}"
    yield f"結果: {verdict(one.finding.severity for one in picture.standing)}"
    for number, one in enumerate(picture.standing, 1):
        yield ""
        yield from _finding_lines(number, one)
    yield ""
    yield "すべての点検"
    for number, word in enumerate(picture.words, 1):
        yield f"{number:>2}. {CHECK_LABELS[word.check]}: {_mark(picture, word)}（{word.says}）"


def _finding_lines(number: int, one: Standing) -> Iterator[str]:
    entry = one.finding.entry
    yield f"{number}. 【{SEVERITY_LABELS[one.finding.severity]}】{entry.title}"
    if one.finding.says:
        yield f"   {one.finding.says}"
    yield f"   番号: {entry.code}（{spelled(entry.code)}）"
    yield f"   いつから: {one.since.astimezone(JAPAN):%m/%d %H:%M}"
    yield f"   すること: {entry.engineer}"
    if one.finding.suggestions:
        yield f"   画面で: {'、'.join(SUGGESTION_LABELS[each] for each in one.finding.suggestions)}"


def _mark(picture: Picture, word: Word) -> str:
    found = worst(one.finding.severity for one in picture.of(word.check))
    return SEVERITY_LABELS[found] if found else "良好" if word.is_known else "－"


def _as_json(institution_code: str, at: datetime | None, picture: Picture | None) -> dict[str, Any]:
    return {
        "institution_code": institution_code,
        "at": to_text(at) if at else None,
        "severity": picture.severity if picture else None,
        "findings": [
            {
                "check": one.check,
                "code": one.finding.code,
                "severity": one.finding.severity,
                "title": one.finding.entry.title,
                "says": one.finding.says,
                "subject": one.finding.subject,
                "suggestions": one.finding.suggestions,
                "since": to_text(one.since),
            }
            for one in (picture.standing if picture else ())
        ],
        "checks": [
            {"check": one.check, "says": one.says, "is_known": one.is_known}
            for one in (picture.words if picture else ())
        ],
    }
