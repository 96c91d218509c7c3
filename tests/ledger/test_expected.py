"""The day's appointments: which lists are about a day, who stands on them, in which order."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from appliance.eligibility.appointments import Appointment
from appliance.eligibility.bulk_outcome import Outcome, Urgency
from appliance.ledger import bulk_runs, bulk_steps, expected
from appliance.ledger.bulk_runs import DAY, DAYS, NewRun, RunKind
from appliance.ledger.checks import NewCheck, Origin
from appliance.ledger.database import Ledger
from tests.ledger.desk import NOW, after

TODAY = date(2026, 4, 1)


def somebody(number: str, time: str = "", day: str = "") -> Appointment:
    return Appointment(
        line=int(number) + 1,
        insurer_number="06139992",
        number=number,
        birthdate="19800217",
        time=time,
        day=day,
    )


def listed(
    ledger: Ledger,
    *people: Appointment,
    at_night: bool | None = True,
    seconds: float = 0,
    day: str | None = None,
) -> str:
    terms = {} if day is None else {DAY: day}
    new = NewRun(
        kind=RunKind.APPOINTMENTS, made_by="desk", people=people, terms=terms, at_night=at_night, chunk_size=9
    )
    made = bulk_runs.create(ledger, new, after(seconds))
    assert made is not None
    return made


def answer(ledger: Ledger, run_id: str, **urgencies: Urgency) -> None:
    """What came of the people at these places (`p0`, `p1`, ...)."""
    step = NewCheck(origin=Origin.BULK, institution_code="1", family=RunKind.APPOINTMENTS.family)
    for move in (bulk_steps.hand_in, bulk_steps.fetch):
        (chunk,) = (one for one in bulk_steps.open_chunks(ledger) if one.run_id == run_id)
        assert move(ledger, chunk, step, NOW)
    (chunk,) = (one for one in bulk_steps.open_chunks(ledger) if one.run_id == run_id)
    found = {int(place[1:]): Outcome(urgency) for place, urgency in urgencies.items()}
    assert bulk_steps.finish(ledger, chunk, found, (), NOW)


def numbers(ledger: Ledger, day: date = TODAY) -> list[str]:
    return [one.asked.number for one in expected.of_day(ledger, day, expected.lists_of(ledger, day))]


def test_a_list_counts_once_it_was_let_go_and_not_when_it_was_thrown_away_before(ledger: Ledger) -> None:
    waits = listed(ledger, somebody("1"), at_night=None)
    assert numbers(ledger) == []
    assert bulk_runs.release(ledger, waits, at_night=False)
    assert numbers(ledger) == ["1"]
    assert bulk_runs.stop(ledger, waits, NOW)
    assert numbers(ledger) == []
    begun = listed(ledger, somebody("2"))
    (chunk,) = bulk_steps.open_chunks(ledger)
    bulk_steps.hand_in(
        ledger,
        chunk,
        NewCheck(origin=Origin.BULK, institution_code="1", family=RunKind.APPOINTMENTS.family),
        NOW,
    )
    assert bulk_runs.stop(ledger, begun, NOW)
    assert numbers(ledger) == ["2"]


@pytest.mark.parametrize(
    ("hours", "day", "days"),
    [(0, None, "20260401"), (4, None, "20260402"), (4, "20260401", "20260401"), (0, "", "")],
)
def test_the_day_of_a_list(ledger: Ledger, hours: int, day: str | None, days: str) -> None:
    run_id = listed(ledger, somebody("1"), seconds=3600 * hours, day=day)
    run = bulk_runs.find(ledger, run_id)
    assert run is not None
    assert run.terms[DAYS] == days


def test_a_row_with_a_day_of_its_own_stands_on_that_day(ledger: Ledger) -> None:
    tomorrow = TODAY + timedelta(days=1)
    listed(ledger, somebody("1"), somebody("2", "09:00", day="20260402"), somebody("3", day="20260401"))
    assert (numbers(ledger), numbers(ledger, tomorrow)) == (["1", "3"], ["2"])
    listed(ledger, somebody("4", "10:00", day="20260402"), day="")
    assert numbers(ledger, tomorrow) == ["2", "4"]


def test_who_needs_a_word_stands_first_then_by_time(ledger: Ledger) -> None:
    people = [somebody("1", "11:00"), somebody("2", "10:00"), somebody("3", "9:00"), somebody("4", "08:00")]
    run_id = listed(ledger, *people, somebody("5"))
    assert numbers(ledger) == ["4", "2", "1", "3", "5"]
    answer(ledger, run_id, p0=Urgency.INVALID, p1=Urgency.CHANGED, p2=Urgency.INVALID, p3=Urgency.VALID)
    assert numbers(ledger) == ["1", "3", "2", "4", "5"]
    found = expected.of_day(ledger, TODAY, expected.lists_of(ledger, TODAY))
    assert [one.is_urgent for one in found] == [True, True, True, False, False]


def test_one_row_a_person_whatever_lists_they_stand_on(ledger: Ledger) -> None:
    listed(ledger, somebody("1", "09:00"), somebody("2", "09:30"))
    newer = listed(ledger, somebody("1", "14:00"), somebody("1", "10:00"), seconds=60)
    found = expected.of_day(ledger, TODAY, expected.lists_of(ledger, TODAY))
    assert [(one.asked.number, one.times) for one in found] == [
        ("2", ("09:30",)),
        ("1", ("10:00", "14:00")),
    ]
    assert found[1].run_id == newer
    assert expected.find(ledger, newer, 1) is not None
    assert expected.find(ledger, newer, 2) is None


def test_two_people_with_one_number_are_two_rows(ledger: Ledger) -> None:
    """The same 番号 under another 記号, and twins without a 枝番."""
    one = somebody("1")
    twins = [
        replace(one, patient=patient, name=name) for patient, name in (("71", "ケンタ"), ("72", "ショウタ"))
    ]
    named = [replace(twin, number="2", patient="") for twin in twins]
    elsewhere = [replace(one, number="3", symbol=symbol) for symbol in ("21700023", "21700024")]
    listed(ledger, *twins, *named, *elsewhere)
    assert sorted(numbers(ledger)) == ["1", "1", "2", "2", "3", "3"]
    listed(ledger, *twins, *named, *elsewhere, seconds=60)
    assert sorted(numbers(ledger)) == ["1", "1", "2", "2", "3", "3"], "each of them once, though on two lists"


def test_one_person_whose_name_two_systems_write_in_two_ways_is_one_row(ledger: Ledger) -> None:
    for at, name in enumerate(("見本　花子", "ﾐﾎﾝ ﾊﾅｺ", "みほん はなこ", "")):
        listed(ledger, replace(somebody("1"), name=name), seconds=60 * at)
    assert numbers(ledger) == ["1"]


def test_a_list_of_all_patients_does_not_bury_the_board(ledger: Ledger) -> None:
    listed(ledger, *(somebody(str(number)) for number in range(expected.MOST + 5)))
    assert len(numbers(ledger)) == expected.MOST


def test_other_runs_are_no_appointments(ledger: Ledger) -> None:
    new = NewRun(kind=RunKind.REFERENCES, made_by="desk", people=(somebody("1"),), at_night=True)
    run_id = bulk_runs.create(ledger, new, NOW)
    assert run_id is not None
    assert numbers(ledger) == []
    assert expected.find(ledger, run_id, 0) is None
