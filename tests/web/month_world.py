"""November 2026 at a desk, with few enough visits to count them by hand."""

from datetime import UTC, datetime, timedelta

from appliance.demo import people
from appliance.eligibility.visit import Phase
from appliance.ledger import checks, follow_ups, line, line_log, readers, results
from appliance.ledger.checks import NewCheck, Origin
from appliance.ledger.line import Phase as LinePhase
from appliance.ledger.line_log import Asked
from appliance.ledger.times import JAPAN
from tests.web.desk_world import CODE, Desk

MONTH = "2026-11"
EVENING = datetime(2026, 11, 20, 18, 0, tzinfo=JAPAN)


def go_to(desk: Desk, moment: datetime) -> None:
    """Hold the desk's clock still at `moment`, so that what is timed is timed exactly."""
    desk.now = lambda: moment.astimezone(UTC)  # type: ignore[method-assign]


def japan(day: int, hour: int, minute: int, second: int = 0, month: int = 11) -> datetime:
    """A moment of 2026 in Japan."""
    return datetime(2026, month, day, hour, minute, second, tzinfo=JAPAN)


def visit(desk: Desk, moment: datetime, person: str, seconds: float, *, card: bool = True) -> str:
    """One visit that was answered after so many seconds."""
    go_to(desk, moment)
    somebody = people.person(person)
    check_id = desk.carded() if card else desk.typed()
    go_to(desk, moment + timedelta(seconds=seconds))
    desk.answered(check_id, somebody.qualification_validity, *somebody.qualifications)
    asked(desk, check_id, moment, seconds / 2)
    return check_id


def asked(desk: Desk, check_id: str, begun: datetime, seconds: float, code: str | None = None) -> None:
    """One request to the center in the log."""
    layer = "tcp" if code else None
    ended = begun + timedelta(seconds=seconds)
    line_log.write(desk.ledger, Asked(check_id, "OQSsiquc01", begun, ended, seconds, code, layer))


def a_month(desk: Desk) -> None:
    """Six visits: three by card, three by paper, of five people; two of them late. What is no visit lies between."""
    line.note(desk.ledger, LinePhase.NORMAL, None, japan(1, 0, 0))
    visit(desk, japan(31, 23, 59, 50, month=10), "p01", 2)
    first = visit(desk, japan(1, 0, 0, 5), "p01", 2)
    visit(desk, japan(2, 9, 0), "p02", 4)
    visit(desk, japan(2, 9, 5), "p02", 6, card=False)
    go_to(desk, japan(2, 9, 10))
    desk.answered(desk.typed(number="777"), "2")
    _late(desk)
    go_to(desk, japan(3, 11, 0))
    desk.answered(desk.typed(number="999"), None, refusal="CENTER-003")
    _no_visits(desk, first)
    _at_the_readers(desk)
    go_to(desk, EVENING)


def _late(desk: Desk) -> None:
    """The line stops for ten minutes while somebody lays a card on the reader."""
    begun = japan(3, 10, 0)
    line.note(desk.ledger, LinePhase.STOPPED, "LINE-001", begun)
    go_to(desk, begun)
    check_id = desk.offline()
    asked(desk, check_id, begun, 3, "LINE-001")
    go_to(desk, begun + timedelta(minutes=10))
    line.note(desk.ledger, LinePhase.NORMAL, None, desk.now())
    checks.make_all_due(desk.ledger)
    somebody = people.person("p03")
    desk.answered(check_id, somebody.qualification_validity, *somebody.qualifications)
    asked(desk, check_id, begun + timedelta(minutes=10), 1)


def _no_visits(desk: Desk, first: str) -> None:
    """A withdrawn check, a later question about a patient who was here, one of the box's own."""
    go_to(desk, japan(4, 9, 0))
    assert results.withdraw(desk.ledger, desk.typed(), desk.now())
    later = NewCheck(origin=Origin.MANUAL, institution_code=CODE, request_xml=b"<XmlMsg/>")
    desk.answered(follow_ups.open_after(desk.ledger, later, first, desk.now()), "1")
    own = NewCheck(origin=Origin.FOLLOW_UP, institution_code=CODE, request_xml=b"<XmlMsg/>")
    desk.answered(checks.open_check(desk.ledger, own, desk.now()), "1")


def _at_the_readers(desk: Desk) -> None:
    """Two visits that end before there is a check; the same trouble shown twice counts once."""
    for number, code in ((1, "CARD-001"), (1, "CARD-001"), (2, "READER-001")):
        readers.show(
            desk.ledger,
            "serial-1",
            japan(5, 9, number),
            phase=Phase.FAILED,
            visit=f"visit-{number}",
            trouble_code=code,
            staff_called=number == 2,
        )
