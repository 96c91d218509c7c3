"""Requests that are given up come back; a file that cannot be placed while others can is given up itself."""

from datetime import datetime, timedelta

from appliance.ledger import checks, dead_letters, deliveries
from appliance.ledger.dead_letters import Failed, Patience
from appliance.ledger.deliveries import DeliveryState
from appliance.ledger.times import utc_now
from tests.sync.folders import SharedFolder, request_xml
from tests.sync.station import answer_check, answer_open_check

NAME = "OQSsiquc01req_1.xml"


def given_up(shared: SharedFolder) -> str:
    """A request whose question is given up at its first failure; the check's id."""
    shared.drop(NAME, request_xml())
    shared.look(0, 1)
    now = utc_now()
    check = checks.claim(shared.ledger, "test", now, timedelta(minutes=1))
    assert check is not None
    patience = Patience(1, lambda failures: now)
    assert dead_letters.check_failed(
        shared.ledger, check.id, "test", Failed("CENTER-002", "", now), patience, now
    )
    return check.id


def test_a_request_given_up_comes_back_and_a_retry_leaves_the_folder_alone(shared: SharedFolder) -> None:
    """FO-031."""
    check_id = given_up(shared)
    shared.results.hand_over(utc_now())
    assert shared.names("res") == ["OQSsiquc01req_1.err", NAME]
    assert shared.error("OQSsiquc01req_1.err").startswith("コード: QUEUE-001\r\n")
    assert "詳細: CENTER-002" in shared.error("OQSsiquc01req_1.err")
    assert (shared.root / "res" / NAME).read_bytes() == request_xml()
    assert dead_letters.retry_check(shared.ledger, check_id, "sakura", utc_now())
    answer_open_check(shared.ledger)
    shared.results.hand_over(utc_now())
    assert shared.names("res") == ["OQSsiquc01req_1.err", NAME]


def test_a_retry_before_the_folder_could_be_told_changes_nothing_for_it(shared: SharedFolder) -> None:
    """FO-031."""
    check_id = given_up(shared)
    assert dead_letters.retry_check(shared.ledger, check_id, "sakura", utc_now())
    answer_open_check(shared.ledger)
    shared.results.hand_over(utc_now())
    assert shared.names("res") == ["OQSsiquc01req_1.err", NAME]
    assert [one.state for one in deliveries.of_check(shared.ledger, check_id)] == [DeliveryState.ACKNOWLEDGED]


def handed_over(shared: SharedFolder, now: datetime) -> None:
    shared.results.again(now)
    shared.results.hand_over(now)


def test_one_file_that_will_not_go_is_given_up_beside_others_that_do(shared: SharedFolder) -> None:
    shared.drop(NAME, request_xml())
    shared.look(0, 1)
    answer_open_check(shared.ledger)
    (shared.root / "res" / "OQSsiquc01res_1.xml").mkdir()
    now = utc_now()
    (stuck,) = deliveries.where(shared.ledger, "deliveries.state = 'pending'", [])
    tries = shared.settings.give_up_after
    for number in range(tries + 5):
        handed_over(shared, now + timedelta(minutes=number))
    assert [one.id for one in dead_letters.given_up_deliveries(shared.ledger)] == []
    for number in range(tries):
        answer_check(shared.ledger)
        handed_over(shared, now + timedelta(hours=1, minutes=number))
    (dead,) = dead_letters.given_up_deliveries(shared.ledger)
    assert (dead.id, dead.reason_code) == (stuck.id, "BOX-004")
    (shared.root / "res" / "OQSsiquc01res_1.xml").rmdir()
    later = now + timedelta(hours=3)
    assert dead_letters.retry_delivery(shared.ledger, stuck.id, "sakura", later)
    shared.results.hand_over(later)
    assert (shared.root / "res" / "OQSsiquc01res_1.xml").is_file()
