from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from appliance.eligibility.visit import ALL_CONSENTS, NO_CONSENTS
from appliance.ledger import checks, results
from appliance.ledger.checks import CheckState, NewCheck, Origin
from appliance.ledger.database import Ledger
from tests.ledger.desk import EVIDENCE, LEASE, NOW, after, answered, claimed, found, opened

CARD = NewCheck(
    origin=Origin.CARD,
    institution_code="1319999999",
    reader="1",
    evidence=EVIDENCE,
    consents=replace(NO_CONSENTS, diagnosis_info=True),
)


def test_a_check_comes_back_as_it_was_written(ledger: Ledger) -> None:
    check = found(ledger, checks.open_check(ledger, CARD, NOW))
    assert (check.state, check.origin, check.reader, check.tries) == (
        CheckState.RECEIVED,
        Origin.CARD,
        "1",
        0,
    )
    assert (check.evidence, check.consents, check.received_at) == (EVIDENCE, CARD.consents, NOW)
    assert (check.request_xml, check.result_xml, check.answered_at, check.trouble_code) == (None,) * 4
    assert not check.deferred


def test_numbers_stay_bytes(ledger: Ledger) -> None:
    xml = "<XmlMsg>架空</XmlMsg>".encode("cp932")
    new = NewCheck(
        origin=Origin.FOLDER,
        institution_code="1319999999",
        request_xml=xml,
        source_name="a1",
        asked_by="folder",
    )
    check = found(ledger, checks.open_check(ledger, new, NOW))
    assert (check.request_xml, check.source_name, check.asked_by) == (xml, "a1", "folder")


def test_what_identifies_a_patient_is_not_in_the_repr(ledger: Ledger) -> None:
    new = replace(CARD, request_xml=b"secret-of-the-patient", consents=ALL_CONSENTS)
    check = found(ledger, checks.open_check(ledger, new, NOW))
    claimed(ledger)
    answered(ledger, check.id)
    for shown in (repr(new), repr(found(ledger, check.id))):
        assert "secret-of-the-patient" not in shown
        assert "XmlMsg" not in shown
        assert "signature=" not in shown


def test_ids_are_random_and_say_nothing(ledger: Ledger) -> None:
    ids = opened(ledger, 20)
    assert len(set(ids)) == 20
    assert {len(check_id) for check_id in ids} == {32}
    assert checks.find(ledger, "0" * 32) is None


def test_the_same_file_opens_one_check(ledger: Ledger) -> None:
    new = replace(CARD, origin=Origin.FOLDER, source_mark="mark")
    first = checks.open_check(ledger, new, NOW)
    with ledger.listen() as ear:
        assert checks.open_check(ledger, new, after(9)) == first
        assert not ear.wait(0)
    assert checks.open_check(ledger, replace(new, source_mark="other"), NOW) != first
    assert checks.open_check(ledger, CARD, NOW) != checks.open_check(ledger, CARD, NOW)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 3, 31, 14, 59, 59, tzinfo=UTC), date(2026, 3, 31)),
        (datetime(2026, 3, 31, 15, 0, tzinfo=UTC), date(2026, 4, 1)),
    ],
)
def test_the_day_is_japans(ledger: Ledger, moment: datetime, day: date) -> None:
    check_id = checks.open_check(ledger, CARD, moment)
    assert [check.id for check in checks.of_day(ledger, day)] == [check_id]
    others = {date(2026, 3, 31), date(2026, 4, 1)} - {day}
    assert checks.of_day(ledger, others.pop()) == ()


def test_lists_are_newest_first(ledger: Ledger) -> None:
    ids = opened(ledger, 5)
    assert [check.id for check in checks.recent(ledger, 3)] == ids[:1:-1]
    assert [check.id for check in checks.of_day(ledger, date(2026, 4, 1))] == ids[::-1]


def test_changes_are_found_by_revision_in_their_order(ledger: Ledger) -> None:
    first, second, third = opened(ledger, 3)
    seen = checks.latest_revision(ledger)
    assert checks.changed_since(ledger, seen) == ()
    claimed(ledger)
    assert results.withdraw(ledger, third, NOW)
    answered(ledger, first)
    assert [check.id for check in checks.changed_since(ledger, seen)] == [third, first]
    assert checks.latest_revision(ledger) == found(ledger, first).revision
    assert found(ledger, second).revision <= seen


def test_the_oldest_is_claimed_first_and_by_one_alone(ledger: Ledger) -> None:
    ids = opened(ledger, 3)
    taken = [claimed(ledger, f"owner-{number}", after(9)) for number in range(3)]
    assert [check.id for check in taken] == ids
    assert {(check.state, check.tries) for check in taken} == {(CheckState.ASKING, 1)}
    assert checks.claim(ledger, "late", after(9), LEASE) is None


def test_a_claim_without_work_rings_nothing(ledger: Ledger) -> None:
    with ledger.listen() as ear:
        assert checks.claim(ledger, "me", NOW, LEASE) is None
        assert not ear.wait(0)


def test_a_lease_ends_on_its_millisecond(ledger: Ledger) -> None:
    (check_id,) = opened(ledger)
    claimed(ledger, "first")
    assert checks.claim(ledger, "second", after(29.999), LEASE) is None
    again = claimed(ledger, "second", after(30))
    assert (again.id, again.tries) == (check_id, 2)
    assert not answered(ledger, check_id, "first")
    assert not checks.put_back(ledger, check_id, "first", "LINE-001", "", after(60))
    assert answered(ledger, check_id, "second")


def test_a_lease_that_ran_out_unnoticed_still_counts(ledger: Ledger) -> None:
    (check_id,) = opened(ledger)
    claimed(ledger)
    assert answered(ledger, check_id)


def test_a_check_put_back_waits_and_is_due_again(ledger: Ledger) -> None:
    (check_id,) = opened(ledger)
    claimed(ledger)
    assert checks.put_back(ledger, check_id, "me", "LINE-002", "3.0 s", after(10))
    check = found(ledger, check_id)
    assert (check.state, check.trouble_code, check.deferred) == (CheckState.WAITING, "LINE-002", True)
    assert checks.claim(ledger, "me", after(9.999), LEASE) is None
    assert claimed(ledger, "me", after(10)).tries == 2


def test_a_check_put_back_has_no_owner(ledger: Ledger) -> None:
    (check_id,) = opened(ledger)
    claimed(ledger)
    checks.put_back(ledger, check_id, "me", "LINE-002", "", after(10))
    before = checks.latest_revision(ledger)
    with ledger.listen() as ear:
        assert not checks.put_back(ledger, check_id, "me", "LINE-001", "", after(20))
        assert not answered(ledger, check_id)
        assert not ear.wait(0)
    assert checks.latest_revision(ledger) == before
    assert found(ledger, check_id).trouble_code == "LINE-002"


def test_an_outage_puts_everything_off_once(ledger: Ledger) -> None:
    ids = opened(ledger, 3)
    assert checks.put_off_all(ledger, "LINE-001", after(10)) == 3
    before = checks.latest_revision(ledger)
    with ledger.listen() as ear:
        assert checks.put_off_all(ledger, "LINE-001", after(10)) == 0
        assert not ear.wait(0)
    assert checks.latest_revision(ledger) == before
    states = {(found(ledger, one).state, found(ledger, one).trouble_code) for one in ids}
    assert states == {(CheckState.WAITING, "LINE-001")}
    assert checks.claim(ledger, "me", after(9), LEASE) is None
    assert claimed(ledger, "me", after(10)).id == ids[0]


def test_an_outage_does_not_touch_what_is_asked_or_closed(ledger: Ledger) -> None:
    done, asked, gone = opened(ledger, 3)
    claimed(ledger)
    answered(ledger, done)
    claimed(ledger)
    results.withdraw(ledger, gone, NOW)
    assert checks.put_off_all(ledger, "LINE-001", after(10)) == 0
    assert [found(ledger, one).state for one in (done, asked, gone)] == ["answered", "asking", "withdrawn"]


def test_a_longer_wait_of_ones_own_stays(ledger: Ledger) -> None:
    garbled, other = opened(ledger, 2)
    claimed(ledger)
    checks.put_back(ledger, garbled, "me", "CENTER-002", "", after(30))
    checks.put_off_all(ledger, "LINE-001", after(10))
    assert claimed(ledger, "me", after(10)).id == other


def test_the_backlog_is_asked_alone_and_oldest_first(ledger: Ledger) -> None:
    ids = opened(ledger, 3)
    checks.put_off_all(ledger, "LINE-001", after(10))
    checks.make_all_due(ledger)
    order = []
    for number in range(3):
        owner = f"owner-{number}"
        check = claimed(ledger, owner, after(5))
        assert checks.claim(ledger, "beside", after(5), LEASE) is None
        assert answered(ledger, check.id, owner)
        order.append(check.id)
    assert order == ids


def test_nobody_is_asked_beside_the_backlog(ledger: Ledger) -> None:
    (late,) = opened(ledger)
    checks.put_off_all(ledger, "LINE-001", after(10))
    checks.make_all_due(ledger)
    claimed(ledger, "probe")
    (fresh,) = opened(ledger)
    assert checks.claim(ledger, "beside", after(5), LEASE) is None
    answered(ledger, late, "probe")
    assert claimed(ledger, "beside", after(5)).id == fresh


def test_the_backlog_waits_for_what_is_being_asked(ledger: Ledger) -> None:
    before, late = opened(ledger, 2)
    claimed(ledger, "before")
    checks.put_off_all(ledger, "LINE-001", after(1))
    assert checks.claim(ledger, "next", after(2), LEASE) is None
    answered(ledger, before, "before")
    assert claimed(ledger, "next", after(2)).id == late


def test_the_backlog_goes_on_after_its_owner_died(ledger: Ledger) -> None:
    first, second = opened(ledger, 2)
    checks.put_off_all(ledger, "LINE-001", after(1))
    claimed(ledger, "dies", after(1))
    assert checks.claim(ledger, "heir", after(30), LEASE) is None
    assert claimed(ledger, "heir", after(31)).id == first
    answered(ledger, first, "heir")
    assert claimed(ledger, "heir", after(31)).id == second


def test_making_all_due_is_news_only_when_something_waited(ledger: Ledger) -> None:
    opened(ledger, 2)
    with ledger.listen() as ear:
        checks.make_all_due(ledger)
        assert not ear.wait(0)
        checks.put_off_all(ledger, "LINE-001", after(600))
        assert ear.wait(0)
        checks.make_all_due(ledger)
        assert ear.wait(0)
    claimed(ledger)


def test_a_new_start_gives_back_what_was_held(ledger: Ledger) -> None:
    ids = opened(ledger, 2)
    for number in range(2):
        claimed(ledger, f"dead-{number}", after(1))
    before = checks.latest_revision(ledger)
    assert checks.release_all(ledger) == 2
    assert [check.id for check in checks.changed_since(ledger, before)] == ids
    assert not answered(ledger, ids[0], "dead-0")
    assert claimed(ledger, "new", after(1)).id == ids[0]
    assert checks.release_all(ledger) == 1
    assert checks.release_all(ledger) == 0


def test_only_what_nobody_asks_can_be_withdrawn(ledger: Ledger) -> None:
    first, second, third = opened(ledger, 3)
    assert results.withdraw(ledger, third, NOW)
    assert not results.withdraw(ledger, third, NOW)
    claimed(ledger)
    assert not results.withdraw(ledger, first, NOW)
    answered(ledger, first)
    assert not results.withdraw(ledger, first, NOW)
    checks.put_off_all(ledger, "LINE-001", after(10))
    assert results.withdraw(ledger, second, NOW)
    checks.make_all_due(ledger)
    assert checks.claim(ledger, "me", after(99), LEASE) is None
    assert not results.withdraw(ledger, "nobody", NOW)


def test_the_next_due_moment_follows_every_change(ledger: Ledger) -> None:
    assert checks.next_due(ledger) is None
    assert not checks.is_any_received(ledger)
    first, _ = opened(ledger, 2)
    assert (checks.next_due(ledger), checks.is_any_received(ledger)) == (NOW, True)
    checks.put_off_all(ledger, "LINE-001", after(10))
    assert (checks.next_due(ledger), checks.is_any_received(ledger)) == (after(10), False)
    claimed(ledger, "me", after(10))
    assert checks.next_due(ledger) == after(10)
    checks.put_off_all(ledger, "LINE-001", after(60))
    assert checks.next_due(ledger) == after(10) + LEASE
    answered(ledger, first)
    assert checks.next_due(ledger) == after(60)
