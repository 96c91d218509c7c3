"""Nobody adds a view without saying what it leaves in the audit trail."""

import re
from pathlib import Path

from appliance.ledger.trail.deeds import DEEDS
from appliance.web.desk.audit_words import ACTION_LABELS
from tests.web.audited import ALWAYS, IF_CHANGED, SILENT
from tests.web.desk_world import Desk

APPLIANCE = Path(__file__).parents[2] / "appliance"


def test_every_view_says_what_it_leaves_or_why_nothing(desk: Desk) -> None:
    views = {
        f"{rule.endpoint} {method}"
        for rule in desk.app().url_map.iter_rules()
        if rule.endpoint.rpartition(".")[2] != "static"
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    tables = [*ALWAYS, *IF_CHANGED, *SILENT]
    assert len(tables) == len(set(tables)), "a view stands in two tables"
    assert views - set(tables) == set(), "put them into tests/web/audited.py"
    assert set(tables) - views == set(), "these are gone"


def test_what_views_leave_has_words_a_kind_and_stands_in_the_code() -> None:
    actions = {one for text in (ALWAYS | IF_CHANGED).values() for one in text.split()}
    assert actions <= ACTION_LABELS.keys()
    assert ACTION_LABELS.keys() == DEEDS.keys()
    source = "\n".join(
        file.read_text("utf-8") for file in APPLIANCE.rglob("*.py") if "audit_words" not in file.name
    )
    # Put together: request-<operation>, holder.judged-<yes or no>, visit.<how>.
    whole = {one for one in ACTION_LABELS if not re.match(r"request-|holder\.|visit\.", one)}
    missing = {
        one for one in whole if f'"{one}"' not in source and f"-{one.rpartition('-')[2]}" not in source
    }
    assert missing == set()
