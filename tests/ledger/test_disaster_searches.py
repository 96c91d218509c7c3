"""What a disaster search asks and finds: sealed, forgotten in time, gone from the disk; who looked how often stays."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from appliance.eligibility.disaster import Consent, Kind
from appliance.eligibility.request_families import Family
from appliance.eligibility.trouble import Trouble
from appliance.ledger import (
    audit,
    board,
    checks,
    consumers,
    deliveries,
    disaster,
    disaster_forgetting,
    disaster_searches,
    results,
)
from appliance.ledger.checks import Check, CheckState, Lane
from appliance.ledger.consumers import ConsumerKind
from appliance.ledger.database import Ledger
from appliance.ledger.disaster_searches import KEPT, Search
from appliance.ledger.times import clinic_day
from appliance.settings import Box
from tests.ledger.disaster_desk import NAME, WEEK, on_disk, opened_mode, opened_of, searched

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
FOUND = "試験架空薬錠".encode()
HOUR = timedelta(hours=1)


def claimed(ledger: Ledger, now: datetime = NOW) -> Check:
    found = checks.claim(ledger, "owner", now, timedelta(minutes=1))
    assert found is not None
    return found


def answer(ledger: Ledger, check_id: str, now: datetime = NOW) -> None:
    """Answer as sync does."""
    check = claimed(ledger, now)
    assert check.id == check_id
    xml = disaster_searches.sealed_answer(ledger, check, FOUND)
    results.record(ledger, check_id, "owner", xml=xml, qualification_validity=None, refusal=None, now=now)


def check_of(ledger: Ledger, check_id: str) -> Check:
    found = checks.find(ledger, check_id)
    assert found is not None
    return found


def read(ledger: Ledger, search: Search) -> bytes:
    return disaster_searches.answer(ledger, search.id, check_of(ledger, search.check_id))


def test_a_search_is_a_question_of_reception_that_nobody_else_sees(ledger: Ledger) -> None:
    consumers.add(ledger, "emr", ConsumerKind.MQTT, NOW)
    consumers.add(ledger, "receipt", ConsumerKind.FOLDER, NOW)
    opened_mode(ledger, NOW)
    search = searched(ledger, NOW)
    answer(ledger, search.check_id)
    assert deliveries.of_check(ledger, search.check_id) == ()
    assert board.on_board(ledger, clinic_day(NOW)) == ()
    assert checks.changed_since(ledger, 0) == ()
    row = ledger.read.execute("SELECT lane, family, asked_by, source_name FROM checks").fetchone()
    assert tuple(row) == (Lane.RECEPTION, Family.DISASTER_SEARCH, None, None)


def test_what_is_asked_and_found_is_read_by_those_who_may_and_by_nobody_in_the_file(
    box: Box, ledger: Ledger
) -> None:
    opened_mode(ledger, NOW)
    search = searched(ledger, NOW)
    assert disaster_searches.question(ledger, check_of(ledger, search.check_id)).request_xml == NAME.encode()
    answer(ledger, search.check_id)
    assert read(ledger, search) == FOUND
    assert NAME.encode() not in on_disk(box.root)
    assert FOUND not in on_disk(box.root)


@pytest.mark.parametrize("how", ["ended", "clock", "day"])
def test_it_is_gone_from_the_disk_when_the_mode_ends_or_after_a_day(
    box: Box, ledger: Ledger, how: str
) -> None:
    mode_id = opened_mode(ledger, NOW)
    searches = [searched(ledger, NOW) for _ in range(40)]
    for search in searches:
        answer(ledger, search.check_id)
    later = NOW + KEPT - HOUR
    young = searched(ledger, later)
    answer(ledger, young.check_id, later)
    keys = {row["search_id"]: bytes(row["key"]) for row in ledger.read.execute("SELECT * FROM disaster_keys")}
    bodies = [bytes(row["xml"]) for row in ledger.read.execute("SELECT xml FROM results")]
    before = on_disk(box.root)
    assert all(secret in before for secret in (*keys.values(), *bodies))

    now = {"ended": later, "clock": NOW + WEEK, "day": NOW + KEPT}[how]
    if how == "ended":
        disaster.end(ledger, mode_id, "kanri", now)
    assert disaster_forgetting.forget_due(ledger, now) == (40 if how == "day" else 41)
    assert ledger.empty_log()

    after = on_disk(box.root)
    kept = {young.id} if how == "day" else set()
    assert {search_id for search_id, key in keys.items() if key in after} == kept
    assert sum(body in after for body in bodies) == len(kept)
    assert not (box.root / "ledger.db-wal").read_bytes()
    for search in searches:
        with pytest.raises(Trouble, match="DISASTER-005"):
            read(ledger, search)
        assert check_of(ledger, search.check_id).request_xml is None
    if kept:
        assert read(ledger, young) == FOUND


def test_the_log_is_emptied_as_soon_as_no_reader_is_in_the_way(box: Box, ledger: Ledger) -> None:
    opened_mode(ledger, NOW)
    reader = Ledger.of(box)
    reader.read.conn.execute("BEGIN")
    assert reader.read.execute("SELECT count(*) FROM disaster_keys").fetchone()[0] == 0
    search = searched(ledger, NOW)
    assert not ledger.empty_log()
    reader.read.conn.rollback()
    assert ledger.empty_log()
    assert not (box.root / "ledger.db-wal").read_bytes()
    assert disaster_searches.find(ledger, search.id) == search
    reader.close()


def test_what_is_looked_at_each_second_grows_with_what_is_kept_and_not_with_what_was(ledger: Ledger) -> None:
    said: list[str] = []
    ledger.read.conn.set_trace_callback(said.append)
    disaster_forgetting.drop_unasked(ledger, NOW)
    disaster_forgetting.forget_due(ledger, NOW)
    disaster_forgetting.marks(ledger)
    disaster.current(ledger, NOW)
    ledger.read.conn.set_trace_callback(None)
    assert len(said) > 4
    plans = [row["detail"] for one in said for row in ledger.read.execute(f"EXPLAIN QUERY PLAN {one}")]
    growing = re.compile(
        r"SCAN (checks|disaster_searches|disaster_openings)(?! USING INDEX disaster_searches_kept)"
    )
    assert [plan for plan in plans if growing.match(plan)] == []


def test_nothing_is_forgotten_early(ledger: Ledger) -> None:
    opened_mode(ledger, NOW)
    search = searched(ledger, NOW)
    answer(ledger, search.check_id)
    assert disaster_forgetting.forget_due(ledger, NOW + KEPT - HOUR) == 0
    assert disaster_searches.readable(ledger, search, NOW + KEPT - HOUR)
    assert not disaster_searches.readable(ledger, search, NOW + KEPT)


def test_a_clock_set_back_does_not_keep_it_longer(ledger: Ledger) -> None:
    opened_mode(ledger, NOW)
    search = searched(ledger, NOW)
    back = NOW - 365 * 24 * HOUR
    assert not disaster_searches.readable(ledger, search, back)
    assert disaster_forgetting.forget_due(ledger, back) == 1


def test_an_answer_that_comes_after_the_end_is_not_kept(ledger: Ledger) -> None:
    mode_id = opened_mode(ledger, NOW)
    search = searched(ledger, NOW)
    check = claimed(ledger)
    disaster.end(ledger, mode_id, "kanri", NOW)
    disaster_forgetting.forget_due(ledger, NOW)
    assert disaster_searches.sealed_answer(ledger, check, FOUND) == b""
    assert not results.record(
        ledger, search.check_id, "owner", xml=b"", qualification_validity=None, refusal=None, now=NOW
    )


def test_without_the_mode_nothing_is_asked(ledger: Ledger) -> None:
    with pytest.raises(Trouble, match="DISASTER-001"):
        searched(ledger, NOW)
    opened_mode(ledger, NOW)
    search = searched(ledger, NOW)
    with pytest.raises(Trouble, match="DISASTER-001"):
        searched(ledger, NOW + WEEK)
    with pytest.raises(Trouble, match="DISASTER-001"):
        opened_of(ledger, search, NOW + WEEK)
    assert len(checks.recent(ledger, 9)) == 1


def test_a_search_put_off_or_not_answered_is_given_up(ledger: Ledger) -> None:
    opened_mode(ledger, NOW)
    off, late, fresh = searched(ledger, NOW), searched(ledger, NOW), searched(ledger, NOW + 2 * HOUR)
    claimed(ledger)
    checks.put_back(ledger, off.check_id, "owner", "LINE-001", "", NOW + HOUR)
    ordinary = checks.open_check(
        ledger, checks.NewCheck(origin=checks.Origin.MANUAL, institution_code="1319999999"), NOW
    )
    assert disaster_forgetting.drop_unasked(ledger, NOW + 2 * HOUR) == 2
    states = {check.id: check.state for check in checks.recent(ledger, 9)}
    assert states[off.check_id] is states[late.check_id] is CheckState.WITHDRAWN
    assert states[fresh.check_id] is states[ordinary] is CheckState.RECEIVED
    assert check_of(ledger, off.check_id).request_xml is None


def test_every_step_is_in_the_audit_with_actor_and_row_and_no_name(ledger: Ledger) -> None:
    mode_id = opened_mode(ledger, NOW)
    search = searched(ledger, NOW, consent=Consent.UNCONSCIOUS)
    answer(ledger, search.check_id)
    opening = opened_of(ledger, search, NOW)
    disaster_searches.viewed(ledger, opening, "sensei", NOW)
    disaster_searches.printed(ledger, opening, "sensei", NOW)
    rows = audit.latest(ledger, 9)
    assert [(row.actor, row.action, row.subject, row.detail.split()[-1]) for row in reversed(rows)][1:] == [
        ("sensei", "disaster-search", search.id, "unconscious"),
        ("sensei", "disaster-open", opening.id, "drugs"),
        ("sensei", "disaster-view", opening.id, "drugs"),
        ("sensei", "disaster-print", opening.id, "drugs"),
    ]
    assert rows[-1].subject == mode_id
    assert NAME not in repr(rows)


def test_who_looked_how_often_stays_after_all_is_forgotten(ledger: Ledger) -> None:
    mode_id = opened_mode(ledger, NOW)
    search = searched(ledger, NOW, consent=Consent.UNABLE)
    searched(ledger, NOW + HOUR)
    searched(ledger, NOW, by="kango")
    for kind in (Kind.DRUGS, Kind.DRUGS, Kind.CHECKUPS):
        opening = opened_of(ledger, search, NOW, kind)
        disaster_searches.printed(ledger, opening, "sensei", NOW)
    disaster.end(ledger, mode_id, "kanri", NOW)
    disaster_forgetting.forget_due(ledger, NOW)
    first, second = disaster_forgetting.looks(ledger, mode_id)
    assert (first.account, first.searches, first.without_consent, first.prints) == ("sensei", 2, 1, 3)
    assert first.opened == {Kind.DRUGS: 2, Kind.CHECKUPS: 1}
    assert first.last_at == NOW + HOUR
    assert (second.account, second.searches, second.opened) == ("kango", 1, {})
