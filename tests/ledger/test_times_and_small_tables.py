import json
import threading
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.eligibility.visit import Phase
from appliance.ledger import audit, conditions, evidence_text, readers
from appliance.ledger.conditions import Condition, Link, LinkState
from appliance.ledger.database import Ledger
from appliance.ledger.times import clinic_day, from_text, to_text
from tests.ledger.desk import EVIDENCE, NOW, after

moments = st.datetimes(datetime(1970, 1, 2), datetime(2999, 1, 1), timezones=st.timezones())  # noqa: DTZ001


@given(moments)
def test_a_time_survives_to_its_millisecond(moment: datetime) -> None:
    back = from_text(to_text(moment))
    assert back.tzinfo == UTC
    assert timedelta(0) <= moment - back < timedelta(milliseconds=1)


@given(moments, moments)
def test_the_text_of_times_sorts_like_the_times(one: datetime, other: datetime) -> None:
    whole = [moment.astimezone(UTC).replace(microsecond=0) for moment in (one, other)]
    assert (to_text(whole[0]) < to_text(whole[1])) == (whole[0] < whole[1])


def test_a_time_as_text() -> None:
    japan = timezone(timedelta(hours=9))
    assert to_text(datetime(2026, 11, 22, 8, 39, 38, 123999, tzinfo=japan)) == "2026-11-21T23:39:38.123Z"
    with pytest.raises(ValueError, match="time zone"):
        to_text(datetime(2026, 11, 22))  # noqa: DTZ001


def test_the_clinics_day_begins_at_midnight_in_japan() -> None:
    midnight = datetime(2026, 12, 31, 15, tzinfo=UTC)
    assert clinic_day(midnight) == date(2027, 1, 1)
    assert clinic_day(midnight - timedelta(microseconds=1)) == date(2026, 12, 31)


def test_evidence_survives_as_text() -> None:
    text = evidence_text.dump(EVIDENCE)
    assert evidence_text.load(text) == EVIDENCE
    values = json.loads(text)
    for broken in ("{}", "no json", json.dumps(values | {"holder_verification": "guess"})):
        with pytest.raises((ValueError, KeyError)):
            evidence_text.load(broken)


def test_a_link_is_unknown_until_somebody_said_something(ledger: Ledger) -> None:
    assert conditions.get(ledger, Link.CENTER) == Condition(Link.CENTER, LinkState.UNKNOWN, None, None)


def test_a_condition_is_news_once(ledger: Ledger) -> None:
    with ledger.listen() as ear:
        assert conditions.note(ledger, Link.CENTER, LinkState.DOWN, "LINE-001", NOW)
        assert ear.wait(0)
        assert not conditions.note(ledger, Link.CENTER, LinkState.DOWN, "LINE-001", after(5))
        assert not ear.wait(0)
    assert conditions.get(ledger, Link.CENTER) == Condition(Link.CENTER, LinkState.DOWN, "LINE-001", NOW)
    assert conditions.get(ledger, Link.BROKER).state is LinkState.UNKNOWN


def test_since_holds_as_long_as_the_state_does(ledger: Ledger) -> None:
    conditions.note(ledger, Link.CENTER, LinkState.DOWN, "LINE-001", NOW)
    assert conditions.note(ledger, Link.CENTER, LinkState.DOWN, "CENTER-003", after(5))
    assert conditions.get(ledger, Link.CENTER).since == NOW
    conditions.note(ledger, Link.CENTER, LinkState.UP, None, after(9))
    assert conditions.get(ledger, Link.CENTER) == Condition(Link.CENTER, LinkState.UP, None, after(9))


def test_of_many_saying_the_same_at_once_one_brings_news(ledger: Ledger) -> None:
    gate = threading.Barrier(6)
    news: list[bool] = []

    def say() -> None:
        gate.wait(30)
        news.append(conditions.note(ledger, Link.BROKER, LinkState.UP, None, NOW))

    threads = [threading.Thread(target=say) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(news) == [False] * 5 + [True]


def test_the_audit_trail_is_newest_first(ledger: Ledger) -> None:
    for number in range(4):
        audit.write(ledger, "uketsuke", "withdraw", f"row-{number}", after(number), "detail")
    rows = audit.latest(ledger, 2)
    assert [(row.subject, row.at) for row in rows] == [("row-3", after(3)), ("row-2", after(2))]
    assert (rows[0].actor, rows[0].action, rows[0].detail) == ("uketsuke", "withdraw", "detail")
    assert rows[0].seq > rows[1].seq


def test_a_reader_keeps_its_number_for_ever(ledger: Ledger) -> None:
    first, second = (readers.adopt(ledger, key, NOW) for key in ("serial-a", "serial-b"))
    assert (first.number, first.name, first.label, second.number) == (1, "1", "窓口1", 2)
    assert readers.adopt(ledger, "serial-a", after(9)) == first
    assert (first.phase, first.visit, first.staff_called) == (Phase.OFFLINE, None, False)
    assert [reader.key for reader in readers.all_readers(ledger)] == ["serial-a", "serial-b"]
    assert readers.find(ledger, "2") == second
    assert readers.find(ledger, "3") is None
    assert readers.find_by_key(ledger, "serial-c") is None


def test_readers_adopted_at_once_get_different_numbers(ledger: Ledger) -> None:
    threads = [
        threading.Thread(target=readers.adopt, args=(ledger, f"serial-{number % 4}", NOW))
        for number in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [reader.number for reader in readers.all_readers(ledger)] == [1, 2, 3, 4]


def test_a_reader_out_of_service_is_not_shown_but_keeps_its_number(ledger: Ledger) -> None:
    off = readers.adopt(ledger, "serial-a", NOW, enabled=False)
    assert readers.all_readers(ledger) == ()
    assert readers.find(ledger, "1") is None
    assert readers.find_by_key(ledger, "serial-a") == off
    assert readers.adopt(ledger, "serial-b", NOW).number == 2


def test_a_visits_phase_is_shown_and_rings_when_it_is_news(ledger: Ledger) -> None:
    readers.adopt(ledger, "serial-a", NOW)
    with ledger.listen() as ear:
        readers.show(
            ledger, "serial-a", after(1), phase=Phase.PIN, visit="v", tries_left=2, trouble_code="CARD-004"
        )
        assert ear.wait(0)
        readers.show(
            ledger, "serial-a", after(2), phase=Phase.PIN, visit="v", tries_left=2, trouble_code="CARD-004"
        )
        assert not ear.wait(0)
        reader = readers.find(ledger, "1")
        assert reader is not None
        assert (reader.phase, reader.visit, reader.tries_left, reader.trouble_code) == (
            Phase.PIN,
            "v",
            2,
            "CARD-004",
        )
        assert reader.changed_at == after(1)
        readers.show(ledger, "unknown", NOW, phase=Phase.PIN)
        assert not ear.wait(0)
        readers.show(ledger, "serial-a", after(3), phase=Phase.IDLE, staff_called=True)
        reader = readers.find(ledger, "1")
    assert reader is not None
    assert (reader.visit, reader.tries_left, reader.trouble_code, reader.staff_called) == (
        None,
        None,
        None,
        True,
    )


def test_a_reader_can_be_taken_out_of_service_and_back(ledger: Ledger) -> None:
    readers.adopt(ledger, "serial-a", NOW)
    readers.enable(ledger, "serial-a", enabled=False)
    assert readers.find(ledger, "1") is None
    readers.enable(ledger, "serial-a", enabled=True)
    assert readers.find(ledger, "1") is not None
