"""Figures that a person enters: the official use rate, visits, costs, assumptions, what the clinic has."""

from collections.abc import Iterable

from flask import Response, make_response, redirect, request

from appliance.eligibility.said import said
from appliance.eligibility.trouble import Trouble
from appliance.ledger import figures
from appliance.ledger.figures import FACTS, Figure
from appliance.web import guard
from appliance.web.room import here
from appliance.web.statistics import month as month_page
from appliance.web.statistics import points as points_page
from appliance.web.statistics.area import KEEPERS, blueprint, chosen_month

_WRONG = "数字で入力してください。"


@blueprint.post("/figures/<form>")
@guard.allow(*KEEPERS)
def enter(form: str) -> Response:
    """Write down the figures of one form; with a wrong one nothing is, and the page says which."""
    pages = {"rates": month_page, "assumed": month_page, "visits": points_page, "clinic": points_page}
    if form not in pages:
        raise Trouble("INPUT-005")
    wanted = {**month_page.FORMS, **points_page.FORMS}[form]
    values, errors = _read(wanted)
    month = chosen_month()
    if errors:
        page = pages[form].render(month, errors=errors, given=request.form)
        return make_response(page, 422)
    room = here()
    figures.enter(room.ledger, month.name, values, guard.signed_in().name, room.clock())
    path = "/statistics/points" if pages[form] is points_page else "/statistics"
    return make_response(redirect(f"{path}?month={month.name}#{form}", 303))


def _read(wanted: Iterable[Figure]) -> tuple[dict[Figure, float | None], dict[str, str]]:
    values: dict[Figure, float | None] = {}
    errors: dict[str, str] = {}
    for figure in wanted:
        if figure in FACTS:
            values[figure] = float(figure in request.form)
            continue
        text = request.form.get(figure, "").strip().replace(",", "").replace("，", "")
        try:
            values[figure] = float(text) if text else None
        except ValueError:
            errors[figure] = _WRONG
            continue
        value = values[figure]
        if value is not None and not figures.is_right(figure, value):
            errors[figure] = _range(figure)
    return values, errors


def _range(figure: Figure) -> str:
    most = figures.MOST.get(figure, figures.MOST_OF_ALL)
    return said("0から{most:,.0f}までの数字で入力してください。", most=most)
