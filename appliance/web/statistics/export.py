"""Every table as a file."""

from collections.abc import Iterator

from flask import Response

from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit
from appliance.web import guard
from appliance.web.room import here
from appliance.web.statistics import failures, month, month_facts, points, points_tables
from appliance.web.statistics.area import Month, blueprint, chosen_month
from appliance.web.statistics.kept_visits import kept_visits
from appliance.web.statistics.tables import Table, as_file


@blueprint.get("/export/<key>")
@guard.allow(*guard.CLINIC)
def export(key: str) -> Response:
    """One table of a month as CSV. No table has anything of a patient in it."""
    room = here()
    chosen = chosen_month()
    found = next((table for table in _tables(chosen) if table.key == key), None)
    if found is None:
        raise Trouble("INPUT-005")
    audit.write(
        room.ledger, guard.signed_in().name, "export-statistics", f"{key} {chosen.name}", room.clock()
    )
    return as_file(found, chosen.name)


def _tables(chosen: Month) -> Iterator[Table]:
    """Every table there is; what takes longest to make comes last."""
    room = here()
    yield month.trend_table(chosen)
    facts = month_facts.read(room.ledger, chosen, room.clock(), kept_visits())
    yield from month.tables_of(facts)
    yield from failures.tables_of(facts, failures.done_in(room.ledger, chosen))
    yield from points_tables.tables_of(points.read(chosen))
