"""From the body of an answer to what a template of this room shows: the same for 災害時モード and the clinical viewer."""

from collections.abc import Collection
from datetime import datetime

from flask import request

from appliance.eligibility.medical_access import Item
from appliance.eligibility.message_drugs import DrugBody
from appliance.eligibility.message_medical import CheckupBody
from appliance.ledger.times import clinic_day
from appliance.rulebook import rulebook_of
from appliance.web.medical import checkups, filters, given, matrix, plots
from appliance.web.medical.filters import Filters
from appliance.web.room import here


def drugs(body: DrugBody, now: datetime) -> dict[str, object]:
    """What `medical/drugs.html` wants, filtered as the address of the request says."""
    today = clinic_day(now)
    every = given.drugs(body)
    chosen, sites, rows = _filtered(every, now)
    return {
        "matrix": matrix.matrix(rows, chosen.shown_months(today)),
        "rows": rows,
        "many": matrix.MANY,
        "is_empty": not every,
        **_choices(chosen, sites),
    }


def treatments(body: DrugBody, items: Collection[Item], now: datetime) -> dict[str, object]:
    """What `medical/treatments.html` wants: of operations and the rest only what is in `items`."""
    done = given.treatments(body) if Item.TREATMENTS in items else ()
    cut = given.operations(body) if Item.OPERATIONS in items else ()
    chosen, sites, _ = _filtered((*done, *cut), now)
    today, own = clinic_day(now), here().settings.institution_codes
    return {
        "rows": chosen.of_site(chosen.of_period(done, today), sites, own),
        # Rare and of weight: an operation is shown however long ago it was.
        "operations": chosen.of_site(cut, sites, own),
        "items": items,
        "item": Item,
        "is_empty": not (done or cut),
        **_choices(chosen, sites),
    }


def checkups_of(body: CheckupBody, now: datetime, sex: str) -> dict[str, object]:
    """What `medical/checkups.html` wants."""
    table = checkups.table_of(body, rulebook_of(here().box), clinic_day(now), sex)
    return {"table": table, "plots": plots.plots_of(table), "is_empty": not table.rows}


def period_words() -> str:
    """The filters of the request for the audit trail; a site only by its place among the sites, and no other word at all."""
    said = ((name, request.args.get(name, "")) for name in ("months", "site"))
    return " ".join(
        f"{name}={value}" for name, value in said if len(value) <= 6 and value.isascii() and value.isalnum()
    )


def _filtered(
    every: tuple[given.Given, ...], now: datetime
) -> tuple[Filters, tuple[str, ...], tuple[given.Given, ...]]:
    sites = filters.sites_of(every)
    chosen = filters.read(request.args, sites)
    rows = chosen.of_site(chosen.of_period(every, clinic_day(now)), sites, here().settings.institution_codes)
    return chosen, sites, rows


def _choices(chosen: Filters, sites: tuple[str, ...]) -> dict[str, object]:
    return {"filters": chosen, "sites": sites, "periods": filters.PERIODS, "others": filters.OTHERS}
