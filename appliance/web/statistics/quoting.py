"""Quotes of vendors side by side, against the cap of the subsidy that was."""

from datetime import date
from typing import Any

from flask import Response, make_response, redirect, render_template, request

from appliance.eligibility.rules.incentives import Site
from appliance.eligibility.rules.quote_sums import YEARS, QuoteSum, quote_sum
from appliance.eligibility.said import said
from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit, quotes
from appliance.ledger.quotes import CAN_DO_LABELS, MOST_QUOTES, CanDo, NewQuote, Quote
from appliance.rulebook import rulebook_of
from appliance.web import guard
from appliance.web.room import here
from appliance.web.statistics import asked_numbers
from appliance.web.statistics.area import KEEPERS, blueprint, shared
from appliance.web.statistics.tables import Table, as_file, count

LAST_DAY = date(2022, 12, 31)
"""The last day of the subsidy; the cap of a quote is looked up on it."""

ITEMS = {
    "terminal_yen": "端末・ソフト",
    "line_yen": "回線",
    "change_yen": "レセコン・電子カルテの改修",
    "other_yen": "そのほか（設置・研修など）",
}
_TEXTS = {"vendor": 60, "reader": 60, "our_work": 300, "their_work": 300}
_MOST_WEEKS = 520


@blueprint.get("/quotes")
@guard.allow(*guard.CLINIC)
def quotes_page() -> str:
    """The quotes side by side."""
    return _render({}, {})


@blueprint.post("/quotes")
@guard.allow(*KEEPERS)
def add_quote() -> Response:
    """Write a quote down; with a wrong field nothing is, and the page says which."""
    errors: dict[str, str] = {}
    new = _read(errors)
    if errors:
        return make_response(_render(errors, request.form), 422)
    room = here()
    if quotes.add(room.ledger, new, guard.signed_in().name, room.clock()) is None:
        return make_response(
            _render(
                {
                    "vendor": said(
                        "見積もりは{most_quotes}件までです。先にどれかを消してください。",
                        most_quotes=MOST_QUOTES,
                    )
                },
                request.form,
            ),
            422,
        )
    return make_response(redirect("/statistics/quotes", 303))


@blueprint.post("/quotes/<quote_id>/delete")
@guard.allow(*KEEPERS)
def delete_quote(quote_id: str) -> Response:
    """Delete a quote. Raises `Trouble` INPUT-005 when there is none of this id."""
    room = here()
    if not quotes.delete(room.ledger, quote_id, guard.signed_in().name, room.clock()):
        raise Trouble("INPUT-005")
    return make_response(redirect("/statistics/quotes", 303))


@blueprint.get("/quotes/export")
@guard.allow(*guard.CLINIC)
def export_quotes() -> Response:
    """The quotes as CSV."""
    room = here()
    audit.write(room.ledger, guard.signed_in().name, "export-statistics", "quotes", room.clock())
    return as_file(_table(quotes.everything(room.ledger)), f"{room.clock():%Y%m%d}")


def _render(errors: dict[str, str], given: Any) -> str:
    found = quotes.everything(here().ledger)
    return render_template(
        "statistics/quotes.html",
        **shared(),
        quotes=found,
        table=_table(found),
        items=ITEMS,
        can_do=CAN_DO_LABELS,
        errors=errors,
        given=given,
    )


def _read(errors: dict[str, str]) -> NewQuote:
    form = request.form
    texts = {name: form.get(name, "").strip() for name in _TEXTS}
    errors.update(
        {
            name: said("{most}字までで入力してください。", most=most)
            for name, most in _TEXTS.items()
            if len(texts[name]) > most
        }
    )
    if not texts["vendor"]:
        errors["vendor"] = "業者の名前を入力してください。"
    can_do = form.get("can_do", "")
    if can_do not in set(CanDo):
        errors["can_do"] = "選んでください。"
    weeks = asked_numbers.whole(form, "lead_weeks", errors, _MOST_WEEKS)
    return NewQuote(
        **texts,
        can_do=CanDo(can_do) if can_do in set(CanDo) else CanDo.UNKNOWN,
        terminal_yen=asked_numbers.whole(form, "terminal_yen", errors),
        line_yen=asked_numbers.whole(form, "line_yen", errors),
        change_yen=asked_numbers.whole(form, "change_yen", errors),
        other_yen=asked_numbers.whole(form, "other_yen", errors),
        yearly_yen=asked_numbers.whole(form, "yearly_yen", errors),
        lead_weeks=weeks if form.get("lead_weeks", "").strip() else None,
    )


def _table(found: tuple[Quote, ...]) -> Table:
    """A column for each vendor, so that the same thing stands beside the same thing."""
    book = rulebook_of(here().box)
    sums = [quote_sum(book, Site.CLINIC, LAST_DAY, one.items, one.yearly_yen) for one in found]
    rows = [
        ("対応", *(CAN_DO_LABELS[one.can_do] for one in found)),
        ("すすめるリーダー", *(one.reader or "－" for one in found)),
        *(
            (label, *(said("{count}円", count=count(getattr(one, name))) for one in found))
            for name, label in ITEMS.items()
        ),
        ("初期費用の合計", *(said("{initial}円", initial=count(one.initial)) for one in sums)),
        ("補助の上限を超える額（終了した制度）", *(_over(one) for one in sums)),
        ("毎年の費用", *(said("{yearly}円", yearly=count(one.yearly)) for one in sums)),
        (
            said("{years}年間の合計", years=YEARS),
            *(said("{years_total}円", years_total=count(one.years_total)) for one in sums),
        ),
        (
            "納期",
            *(
                "－" if one.lead_weeks is None else said("{lead_weeks}週間", lead_weeks=one.lead_weeks)
                for one in found
            ),
        ),
        ("医院がすること", *(one.our_work or "－" for one in found)),
        ("業者がすること", *(one.their_work or "－" for one in found)),
    ]
    return Table("quotes", "見積もりの比較", ("項目", *(one.vendor for one in found)), tuple(rows))


def _over(one: QuoteSum) -> str:
    if one.above_cap is None or one.cap is None:
        return "－"
    return (
        said("{above_cap}円超", above_cap=count(one.above_cap))
        if one.above_cap
        else said("上限 {cap}円以内", cap=count(one.cap))
    )
