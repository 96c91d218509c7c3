"""Who goes first, and how many requests are taken in with one commit."""

from dataclasses import replace
from datetime import timedelta

import pytest

from appliance.eligibility.request_families import Family
from appliance.ledger import checks, consumers, deliveries, requests, results
from appliance.ledger.checks import CheckState, Lane, NewCheck, Origin
from appliance.ledger.consumers import ConsumerKind, FolderTerms
from appliance.ledger.database import Ledger
from appliance.ledger.deliveries import DeliveryState
from tests.ledger.desk import LEASE, NOW, after, answered

FOLDER = NewCheck(
    origin=Origin.FOLDER,
    institution_code="1399999996",
    request_xml=b"<XmlMsg/>",
    asked_by="folder",
    source_name="1",
)
BULK = replace(FOLDER, family=Family.BULK)
CARD = NewCheck(origin=Origin.CARD, institution_code="1399999996", reader="1")


def opened(ledger: Ledger, *news: NewCheck) -> list[str]:
    """The ids of new checks, in the order given."""
    return [checks.open_check(ledger, new, after(number)) for number, new in enumerate(news)]


def taken(ledger: Ledger, slowest: Lane = Lane.BULK) -> str | None:
    found = checks.claim(ledger, "me", after(60), LEASE, slowest)
    return found.id if found else None


def test_the_desk_goes_before_folders_and_those_before_jobs(ledger: Ledger) -> None:
    bulk, folder, card = opened(ledger, BULK, FOLDER, CARD)
    assert [taken(ledger) for _ in range(4)] == [card, folder, bulk, None]


def test_lanes_that_are_too_slow_are_left_to_others(ledger: Ledger) -> None:
    bulk, folder, card = opened(ledger, BULK, FOLDER, CARD)
    assert [taken(ledger, Lane.RECEPTION) for _ in range(2)] == [card, None]
    assert [taken(ledger, Lane.FOLDER) for _ in range(2)] == [folder, None]
    assert taken(ledger) == bulk


def test_a_backlog_goes_one_at_a_time_in_its_own_lane_only(ledger: Ledger) -> None:
    first, second = opened(ledger, FOLDER, replace(FOLDER, source_name="2"))
    checks.put_off_all(ledger, "LINE-001", after(10))
    assert taken(ledger) == first
    assert taken(ledger) is None, "the second one waits for the first"
    (card,) = opened(ledger, CARD)
    assert taken(ledger) == card
    answered(ledger, first, "me")
    assert taken(ledger) == second


def test_claiming_uses_the_index_of_open_checks(ledger: Ledger) -> None:
    rows = ledger.read.execute(
        "EXPLAIN QUERY PLAN " + checks._DUE + "AND lane = ? ORDER BY seq LIMIT 1", ["", "", 0]
    ).fetchall()
    assert any("checks_open" in row["detail"] for row in rows)
    assert not any("TEMP B-TREE" in row["detail"] for row in rows)


def test_many_requests_are_one_step(ledger: Ledger) -> None:
    before = checks.latest_revision(ledger)
    with pytest.raises(AttributeError):
        requests.open_all(ledger, [FOLDER, None], NOW)  # type: ignore[list-item]
    assert checks.latest_revision(ledger) == before
    ids = requests.open_all(
        ledger, [replace(FOLDER, source_name=str(n), source_mark=str(n)) for n in range(50)], NOW
    )
    assert len(set(ids)) == 50
    again = requests.open_all(ledger, [replace(FOLDER, source_name="7", source_mark="7")], NOW)
    assert again == (ids[7],)


def test_one_name_is_one_open_question(ledger: Ledger) -> None:
    consumers.add(ledger, "folder", ConsumerKind.FOLDER, NOW)
    other = replace(FOLDER, request_xml=b"<Other/>")
    (first,) = requests.open_all(ledger, [FOLDER], NOW)
    assert first is not None
    assert requests.open_all(ledger, [FOLDER, other], NOW) == (first, None)
    assert requests.open_all(ledger, [replace(other, asked_by="second")], NOW) != (None,)
    assert requests.open_all(ledger, [replace(other, family=Family.BULK)], NOW) != (None,)
    assert taken(ledger) == first
    answered(ledger, first, "me")
    assert requests.open_all(ledger, [FOLDER, other], NOW) == (first, None)
    (owed,) = deliveries.of_check(ledger, first)
    deliveries.all_placed(ledger, "folder", {owed.id: "there"}, NOW)
    (second,) = requests.open_all(ledger, [other], NOW)
    assert second not in (None, first)


def test_reception_is_handed_over_first_where_that_is_wanted(ledger: Ledger) -> None:
    consumers.add(ledger, "folder", ConsumerKind.FOLDER, NOW)
    folder, card = opened(ledger, FOLDER, CARD)
    assert {taken(ledger), taken(ledger)} == {folder, card}
    for check_id in (folder, card):
        answered(ledger, check_id, "me")
    soon = after(3600)
    plain = deliveries.due(ledger, ConsumerKind.FOLDER, soon, consumer="folder")
    hurried = deliveries.due(ledger, ConsumerKind.FOLDER, soon, consumer="folder", fast_lane_first=True)
    assert [one.check_id for one in plain] == [folder, card]
    assert [one.check_id for one in hurried] == [card, folder]


def test_placed_files_are_known_until_they_are_cleared(ledger: Ledger) -> None:
    consumers.add(ledger, "folder", ConsumerKind.FOLDER, NOW)
    opened(ledger, CARD)
    check_id = taken(ledger)
    assert check_id is not None
    answered(ledger, check_id, "me")
    (owed,) = deliveries.of_check(ledger, check_id)
    deliveries.all_placed(ledger, "another", {owed.id: "x"}, NOW)
    assert deliveries.placed_before(ledger, "another", after(60)) == {}
    deliveries.all_placed(ledger, "folder", {owed.id: "face/x"}, NOW)
    assert deliveries.of_check(ledger, check_id)[0].state is DeliveryState.ACKNOWLEDGED
    assert deliveries.placed_before(ledger, "folder", NOW - timedelta(seconds=1)) == {}
    assert deliveries.placed_before(ledger, "folder", NOW) == {owed.id: "face/x"}
    deliveries.all_cleared(ledger, [owed.id], NOW)
    assert deliveries.placed_before(ledger, "folder", NOW) == {}


def test_a_consumer_can_be_changed_removed_and_brought_back(ledger: Ledger) -> None:
    terms = FolderTerms(root="/srv/one", stay_minutes=60, encoding="Shift_JIS")
    consumers.put(ledger, "folder", ConsumerKind.FOLDER, terms, NOW)
    (known,) = consumers.all_consumers(ledger)
    assert (known.folder, known.enabled) == (terms, True)
    opened(ledger, CARD, CARD)
    first, second = taken(ledger), taken(ledger)
    assert first is not None
    assert second is not None
    answered(ledger, first, "me")
    assert consumers.remove(ledger, "folder")
    assert not consumers.remove(ledger, "folder")
    assert deliveries.of_check(ledger, first)[0].state is DeliveryState.DEAD
    answered(ledger, second, "me")
    assert deliveries.of_check(ledger, second) == ()
    consumers.put(ledger, "folder", ConsumerKind.FOLDER, FolderTerms(), NOW)
    (known,) = consumers.all_consumers(ledger)
    assert (known.folder, known.enabled) == (FolderTerms(), True)
    with pytest.raises(ValueError, match="another kind"):
        consumers.put(ledger, "folder", ConsumerKind.MQTT, FolderTerms(), NOW)


def test_a_withdrawn_request_of_a_folder_is_owed_back(ledger: Ledger) -> None:
    consumers.add(ledger, "folder", ConsumerKind.FOLDER, NOW)
    consumers.add(ledger, "emr", ConsumerKind.MQTT, NOW)
    (folder,) = opened(ledger, FOLDER)
    assert results.withdraw(ledger, folder, after(5))
    assert [one.consumer for one in deliveries.of_check(ledger, folder)] == ["folder"]
    known = checks.find(ledger, folder)
    assert known is not None
    assert known.state is CheckState.WITHDRAWN


def test_a_look_that_finds_no_requests_waits_for_nobody_who_writes(ledger: Ledger) -> None:
    with ledger.write():
        assert requests.open_all(ledger, [], NOW) == ()
