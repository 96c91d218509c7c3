"""`madoguchi rules`: the dated rules, also without a box: what holds on a day, and whether added rows are right."""

from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import click

from appliance.cli.common import Exit, Group, box_of, print_json, state_option
from appliance.eligibility.eras import parse_date
from appliance.eligibility.rules.book import Rulebook
from appliance.eligibility.rules.kinds import KINDS
from appliance.eligibility.rules.rule import Rule
from appliance.eligibility.toml_rows import Refusal
from appliance.eligibility.trouble import Trouble
from appliance.ledger.times import clinic_day, utc_now
from appliance.rulebook import rulebook_of, with_folder


@click.group(cls=Group)
@state_option
def rules() -> None:
    """Dated rules: points, documents, ceilings, shares, consents, notices."""


@rules.command()
@state_option
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="JSON instead of Japanese text.")
@click.pass_context
def check(ctx: click.Context, folder: Path | None, as_json: bool) -> None:
    """Read all tables, with those in FOLDER (or rules/ of the box), and tell each row that cannot be taken."""
    book = with_folder(folder) if folder else rulebook_of(box_of(ctx))
    if as_json:
        counts = {kind.kind: len(book.all(kind)) for kind in KINDS}
        print_json({"rows": counts, "errors": [_refusal_json(refusal) for refusal in book.refusals]})
    else:
        click.echo("\n".join(_check_lines(book)))
    if book.refusals:
        ctx.exit(Exit.TROUBLE)


@rules.command()
@state_option
@click.option("--on", "on", help="Day of service: 2026-06-01, 令和8年6月1日. Today when not given.")
@click.option("--kind", type=click.Choice([kind.kind for kind in KINDS]), help="One kind of rules only.")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of Japanese text.")
@click.pass_context
def show(ctx: click.Context, on: str | None, kind: str | None, as_json: bool) -> None:
    """The rules in force on a day, with period and source; those that are not certain are marked."""
    day = _day(on)
    book = rulebook_of(box_of(ctx))
    chosen = [one for one in KINDS if kind in (None, one.kind)]
    if as_json:
        found = {one.kind: [_rule_json(rule) for rule in book.on(one, day)] for one in chosen}
        errors = [_refusal_json(refusal) for refusal in book.refusals]
        print_json({"on": day, "rules": found, "errors": errors})
    else:
        click.echo("\n".join(_page(book, day, chosen)))
        for refusal in book.refusals:
            click.echo(f"使っていない行があります: {refusal}", err=True)


def _day(text: str | None) -> date:
    if text is None:
        return clinic_day(utc_now())
    try:
        return parse_date(text)
    except ValueError as error:
        raise Trouble("INPUT-001", str(error)) from error


def _check_lines(book: Rulebook) -> list[str]:
    counts = [f"{kind.title}（{kind.kind}）: {len(book.all(kind))}行" for kind in KINDS]
    uncertain = sum(bool(rule.uncertain) for rule in book.rules)
    lines = [*counts, f"合計 {len(book.rules)}行、うち確認中 {uncertain}行"]
    if not book.refusals:
        return [*lines, "誤りはありません。"]
    return [*lines, f"使えない行が{len(book.refusals)}件あります。", *(f"  {one}" for one in book.refusals)]


def _page(book: Rulebook, day: date, kinds: list[type[Rule]]) -> list[str]:
    lines = [f"{day.isoformat()} の規則"]
    for kind in kinds:
        lines += ["", f"■ {kind.title}（{kind.kind}）"]
        lines += [line for rule in book.on(kind, day) for line in _lines(rule)] or [
            "  この日の規則はありません。"
        ]
    return lines


def _lines(rule: Rule) -> list[str]:
    until = rule.last.isoformat() if rule.last else ""
    lines = [
        f"  {rule.words()}{rule.mark}",
        f"      {rule.first.isoformat()}〜{until}  {rule.id}（{rule.stands_in}）",
        f"      出典: {rule.source}",
    ]
    return lines + ([f"      確認中: {rule.uncertain}"] if rule.uncertain else [])


def _rule_json(rule: Rule) -> dict[str, Any]:
    values = {item.name: getattr(rule, item.name) for item in fields(rule)}
    values |= {"from": values.pop("first"), "to": values.pop("last"), "words": rule.words()}
    return values


def _refusal_json(refusal: Refusal) -> dict[str, Any]:
    return {"file": refusal.file, "line": refusal.line, "reason": refusal.reason}
