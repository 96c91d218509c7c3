"""The month of `month_world` counted from the ledger: which visits, whose, how long; and what readers and people say."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from appliance.eligibility.statistics.counted import Ending, Means
from appliance.eligibility.statistics.use_rate import UseRate
from appliance.eligibility.visit import Phase
from appliance.ledger import audit, bulk_runs, figures, month_visits, readers, use_rate_trend, visit_troubles
from appliance.ledger.figures import Figure
from appliance.ledger.visit_troubles import TroubleCount
from appliance.web.statistics import month_facts
from appliance.web.statistics.area import month_named
from appliance.web.statistics.causes import by_fault, causes
from tests.web.desk_world import Desk, desk_in
from tests.web.month_world import MONTH, a_month, go_to, japan


@pytest.fixture(scope="module")
def november(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with desk_in(tmp_path_factory.mktemp("month")) as found:
        a_month(found)
        yield found


def facts_of(desk: Desk, name: str = MONTH) -> month_facts.MonthFacts:
    return month_facts.read(desk.ledger, month_named(name, desk.now()), desk.now())


def test_six_visits_of_five_people(november: Desk) -> None:
    facts = facts_of(november)
    assert [one.day.day for one in facts.visits] == [1, 2, 2, 2, 3, 3]
    assert facts.sums.means == {
        Means.CARD: 3,
        Means.PHONE: 0,
        Means.PAPER: 3,
        Means.RECEIPT: 0,
        Means.OTHER: 0,
    }
    assert facts.by_checks == UseRate(3, 6)
    assert facts.by_patients == UseRate(3, 5), "the second person came with card and paper"
    assert facts.sums.endings == {Ending.VALID: 4, Ending.NOT_VALID: 1, Ending.REFUSED: 1, Ending.OPEN: 0}
    assert (facts.sums.late, facts.sums.ended_seen, facts.sums.found_later) == (1, 1, 1)
    assert [one.has_consent for one in facts.visits] == [True, True, False, False, True, False]
    assert [one.clock for one in facts.visits][:2] == ["0:00", "9:00"]


@pytest.mark.parametrize(
    ("held", "means"), [("android", Means.PHONE), ("card", Means.CARD), (None, Means.CARD)]
)
def test_a_phone_is_use_of_the_card_too(desk: Desk, held: str | None, means: Means) -> None:
    check_id = desk.person("p01")
    with desk.ledger.write() as db:
        db.execute(
            "UPDATE checks SET evidence = json_set(evidence, '$.medium', ?) WHERE id = ?", [held, check_id]
        )
    facts = facts_of(desk, f"{desk.now() + timedelta(hours=9):%Y-%m}")
    assert [one.means for one in facts.visits] == [means]
    assert facts.by_checks == facts.by_patients == UseRate(1, 1)


def test_the_last_second_of_october_is_octobers(november: Desk) -> None:
    assert facts_of(november, "2026-10").sums.visits == 1
    assert facts_of(november, "2026-09").sums.visits == 0


def test_the_trend_counts_the_same_visits_without_reading_them(november: Desk) -> None:
    found = use_rate_trend.by_months(november.ledger, date(2026, 9, 1), date(2026, 11, 30))
    assert found == {"2026-10": UseRate(1, 1), "2026-11": UseRate(3, 6)}


def test_how_long_it_took_and_which_part_was_the_boxs_own(november: Desk) -> None:
    facts = facts_of(november)
    assert facts.sums.wait.longest == 6
    assert facts.own_seconds.count == 3
    assert facts.own_seconds.middle == 2, "half of 2, 4 and 6 seconds"


def test_time_lost_stands_beside_time_saved(november: Desk) -> None:
    time = facts_of(november).time
    assert (time.cards, time.failures, time.saved, time.lost) == (2, 3, 60, 360)
    assert time.waited == 6
    assert time.net < 0


def test_every_failure_has_one_to_blame(november: Desk) -> None:
    found = causes(facts_of(november))
    assert [(one.fault, one.code, one.count) for one in found] == [
        ("カード", "CARD-001", 1),
        ("カードリーダー", "READER-001", 1),
        ("回線", "LINE-001", 1),
        ("センター", "CENTER-003", 1),
        ("保険資格", "", 1),
    ]
    assert found[2].stopped == 600
    assert dict(by_fault(found))["回線"] == 1


def test_an_empty_month_claims_nothing(desk: Desk) -> None:
    name = f"{desk.now() + timedelta(hours=9):%Y-%m}"
    facts = facts_of(desk, name)
    assert (facts.visits, facts.by_checks.percent, facts.time.net) == ((), None, 0)
    assert causes(facts) == []


def test_what_is_just_being_asked_is_not_late_yet(desk: Desk) -> None:
    begun = japan(10, 9, 0)
    go_to(desk, begun)
    desk.carded()
    for seconds, late in ((19, []), (21, [True])):
        go_to(desk, begun + timedelta(seconds=seconds))
        assert [one.is_late for one in facts_of(desk).visits] == late


def test_a_trouble_counts_once_for_a_visit_and_is_forgotten_in_time(desk: Desk) -> None:
    def show(minute: int, visit: str, code: str | None) -> None:
        readers.show(
            desk.ledger,
            "serial-2",
            japan(30, 23, minute),
            phase=Phase.FAILED,
            visit=visit,
            trouble_code=code,
            tries_left=minute,
        )

    for minute, visit, code in (
        (1, "a", "CARD-001"),
        (2, "a", "CARD-001"),
        (3, "a", None),
        (4, "b", "CARD-001"),
    ):
        show(minute, visit, code)
    everything = (japan(1, 0, 0), japan(1, 0, 0, month=12))
    assert visit_troubles.between(desk.ledger, *everything) == (TroubleCount("CARD-001", "窓口2", 2),)
    assert visit_troubles.between(desk.ledger, everything[1], japan(1, 0, 0, month=12)) == ()
    assert visit_troubles.prune(desk.ledger, japan(30, 23, 4)) == 1


def test_figures_are_audited_and_some_last(desk: Desk) -> None:
    def enter(month: str, values: dict[Figure, float | None]) -> int:
        return figures.enter(desk.ledger, month, values, "innchou", desk.now())

    assert enter("2026-10", {Figure.OFFICIAL_CLAIMS: 41.5, Figure.HAND_SECONDS: 45}) == 2
    assert enter("2026-10", {Figure.OFFICIAL_CLAIMS: 41.5}) == 0
    (row,) = audit.latest(desk.ledger, 1)
    assert (row.actor, row.action, row.subject) == ("innchou", "enter-figure", "2026-10 hand-seconds")
    november = figures.of_month(desk.ledger, "2026-11")
    assert set(november) == {Figure.HAND_SECONDS}
    assert november[Figure.HAND_SECONDS].value == 45
    assert figures.of_month(desk.ledger, "2026-09") == {}
    assert figures.rates(desk.ledger, Figure.OFFICIAL_CLAIMS) == {date(2026, 10, 1): 41.5}
    assert enter("2026-10", {Figure.OFFICIAL_CLAIMS: None}) == 1
    assert figures.rates(desk.ledger, Figure.OFFICIAL_CLAIMS) == {}
    assert not figures.is_right(Figure.OFFICIAL_CLAIMS, 100.1)
    assert not figures.is_right(Figure.RUNNING_COST, -1)


def test_people_asked_for_in_bulk_are_counted_by_when_they_were_sent(desk: Desk) -> None:
    row = {
        "kind": bulk_runs.RunKind.APPOINTMENTS,
        "state": "done",
        "made_by": "x",
        "terms": "{}",
        "problems": "[]",
    }
    with desk.ledger.write() as db:
        for number, sent in enumerate(("2026-10-31T14:59:59.999Z", "2026-10-31T15:00:00.000Z")):
            run = row | {"id": str(number), "revision": number, "made_at": sent, "sent_at": sent}
            db.table("bulk_runs").insert(run)
            for place, urgency in enumerate((1, 6, 8)):
                person = {
                    "run_id": str(number),
                    "place": place,
                    "chunk": 1,
                    "asked": "{}",
                    "urgency": urgency,
                }
                db.table("bulk_people").insert(person)
    month = month_named("2026-10", desk.now())
    assert month.ends == japan(1, 0, 0)
    bounds = ("2026-10-31T15:00:00.000Z", "2026-11-30T15:00:00.000Z")
    assert month_visits.asked_in_bulk(desk.ledger, *bounds) == (3, 2)
