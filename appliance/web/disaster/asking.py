"""Waiting for the answer to a search or an opening: a moment in the request, then the page looks again."""

from dataclasses import dataclass

from appliance.eligibility.catalogue import CATALOGUE, Entry
from appliance.eligibility.trouble import Trouble
from appliance.ledger import conditions, disaster_forgetting, disaster_searches, line
from appliance.ledger.checks import CheckState
from appliance.ledger.conditions import Link, LinkState
from appliance.ledger.disaster_searches import Search
from appliance.web import guard
from appliance.web.medical.waiting import UNDER_WAY, soon_closed
from appliance.web.room import here

_SLACK = 5.0
_GIVEN_UP = "DISASTER-004"


@dataclass(frozen=True)
class Answer:
    """How a question stands: `data` once answered, `trouble` when it never will be, else `seconds` it has taken so far."""

    data: bytes | None
    trouble: Entry | None
    seconds: int = 0


def check_line() -> None:
    """Raises `Trouble` DISASTER-009 where there is no way to ask, DISASTER-004 while the line is known to be down."""
    room = here()
    if not room.settings.needs_certificate:
        raise Trouble("DISASTER-009")
    is_down = conditions.get(room.ledger, Link.CENTER).state is LinkState.DOWN
    if is_down or line.is_held(room.ledger):
        raise Trouble("DISASTER-004")


def mine(search_id: str) -> Search:
    """The search of this id. Raises `Trouble` INPUT-005 for somebody else's, DISASTER-005 when it is over."""
    room = here()
    found = disaster_searches.find(room.ledger, search_id)
    if found is None or found.made_by != guard.signed_in().name:
        raise Trouble("INPUT-005")
    if not disaster_searches.readable(room.ledger, found, room.clock()):
        raise Trouble("DISASTER-005")
    return found


def answer_to(search_id: str, check_id: str) -> Answer:
    """How the question stands now. One that cannot be asked at once is given up."""
    room = here()
    check = soon_closed(check_id)
    seconds = (room.clock() - check.received_at).total_seconds()
    if check.state in UNDER_WAY and seconds < room.settings.center_total_timeout + _SLACK:
        return Answer(None, None, max(0, int(seconds)))
    if check.state not in (CheckState.ANSWERED, CheckState.REFUSED):
        disaster_forgetting.withdraw(room.ledger, check_id)
        return Answer(None, CATALOGUE[_GIVEN_UP])
    if check.trouble_code and check.trouble_code.startswith("DISASTER-"):
        return Answer(None, CATALOGUE[check.trouble_code])
    return Answer(disaster_searches.answer(room.ledger, search_id, check), None)
