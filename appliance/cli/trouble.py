"""`madoguchi trouble`: what a code or a symptom means and what to do, also without a box and without a line."""

from dataclasses import asdict
from typing import Any

import click

from appliance import own_files
from appliance.cli.common import Exit, box_of, print_json, state_option
from appliance.eligibility.catalogue import FAULT_LABELS, KIND_LABELS, Entry
from appliance.eligibility.toml_rows import Refusal
from appliance.eligibility.trouble import Trouble
from appliance.eligibility.trouble_notes import with_additions
from appliance.eligibility.trouble_search import folded, search

_MOST_IN_FULL = 3


@click.command()
@state_option
@click.argument("words", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="JSON instead of Japanese text.")
@click.pass_context
def trouble(ctx: click.Context, words: tuple[str, ...], as_json: bool) -> None:
    """Look up a code, or search by words: `trouble CARD-001`, `trouble 暗証番号 忘れた`.

    Shows the site's own notes (troubles.d/*.toml in the state folder) too. Fails when nothing is found, or when one of
    those files has an error; what could be read is shown all the same. A note looks like this:

    \b
        [[note]]
        code = "CARD-003"
        text = "2番の窓口では、下の金属の台を外すと読めます。"
    """
    found, refusals = _find(ctx, " ".join(words))
    if as_json:
        print_json(
            {
                "entries": [_as_json(e) for e in found],
                "errors": [asdict(r) | {"code": "NOTE-001"} for r in refusals],
            }
        )
    else:
        click.echo(_page(found))
        for refusal in refusals:
            click.echo(str(Trouble("NOTE-001", str(refusal))), err=True)
    if refusals or not found:
        ctx.exit(Exit.TROUBLE)


def _find(ctx: click.Context, words: str) -> tuple[list[Entry], tuple[Refusal, ...]]:
    texts, unreadable = own_files.texts(box_of(ctx).trouble_notes_dir)
    entries, refused = with_additions(texts)
    exact = [entry for entry in entries.values() if folded(entry.code) == folded(words)]
    return exact or search(words, entries.values()), (*unreadable, *refused)


def _page(found: list[Entry]) -> str:
    if not found:
        return "見つかりません。別の言葉か、短い言葉でお試しください。"
    if len(found) <= _MOST_IN_FULL:
        return "\n\n".join(map(_in_full, found))
    lines = [f"{entry.code}  {entry.title}\n    {entry.reception}" for entry in found]
    return "\n".join([f"{len(found)}件あります。コードを指定すると詳しく表示します。", "", *lines])


def _in_full(entry: Entry) -> str:
    lines = [
        f"{entry.code}  {entry.title}",
        f"  原因の区分: {FAULT_LABELS[entry.fault]}（{KIND_LABELS[entry.kind]}）",
        f"  もう一度試す: {'直ることがあります' if entry.retryable else '試しても変わりません'}",
        f"  受付の方: {entry.reception}",
    ]
    advice = (("保守の方", entry.engineer), ("開発元の方", entry.developer), ("出典", entry.source))
    lines += [f"  {label}: {text}" for label, text in advice if text]
    for note in entry.notes:
        written = "・".join(
            part for part in (note.by, note.on.isoformat() if note.on else "", note.file) if part
        )
        lines.append(f"  覚え書き: {note.text}（{written}）")
    return "\n".join(lines)


def _as_json(entry: Entry) -> dict[str, Any]:
    return asdict(entry) | {"fault_label": FAULT_LABELS[entry.fault], "kind_label": KIND_LABELS[entry.kind]}
