"""災害時モード for tests of the ledger: a mode that is on, and searches as the page writes them down."""

from datetime import datetime, timedelta
from pathlib import Path

from appliance.eligibility.disaster import Consent, Kind, Way
from appliance.ledger import disaster, disaster_searches
from appliance.ledger.database import Ledger
from appliance.ledger.disaster import NewMode
from appliance.ledger.disaster_searches import NewSearch, Opening, Search

NAME = "見本太郎という患者"
WEEK = timedelta(days=7)


def opened_mode(ledger: Ledger, now: datetime, lasting: timedelta = WEEK) -> str:
    """The id of a mode that is on."""
    new = NewMode(
        area="架空県",
        codes=("13",),
        reason="大雨",
        notice="事務連絡 第1号",
        begins_at=now,
        ends_at=now + lasting,
    )
    return disaster.open_mode(ledger, new, "kanri", now)


def searched(ledger: Ledger, now: datetime, by: str = "sensei", consent: Consent = Consent.ORAL) -> Search:
    """A search that is to be asked."""
    new = NewSearch(
        by=by,
        institution_code="1319999999",
        way=Way.IDENTITY,
        keys=("name", "birthdate"),
        consent=consent,
        request=NAME.encode(),
        id=disaster_searches.new_id(),
    )
    disaster_searches.search(ledger, new, now)
    found = disaster_searches.find(ledger, new.id)
    assert found is not None
    return found


def opened_of(ledger: Ledger, search: Search, now: datetime, kind: Kind = Kind.DRUGS) -> Opening:
    """An opening that is to be asked."""
    opening = Opening(
        id=disaster_searches.new_id(), search_id=search.id, place=0, kind=kind, made_at=now, check_id=""
    )
    disaster_searches.opened(ledger, opening, b"open", "1319999999", now)
    found = disaster_searches.find_opening(ledger, opening.id)
    assert found is not None
    return found


def on_disk(root: Path) -> bytes:
    """Every byte of the ledger's files."""
    return b"".join(path.read_bytes() for path in sorted(root.glob("ledger.db*")))
