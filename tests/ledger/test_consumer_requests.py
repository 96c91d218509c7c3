"""Requests of consumers: taken once each, within what is allowed, and what becomes of them."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.eligibility import message_xml
from appliance.eligibility.consumer_requests import Reader, UnfitTrouble
from appliance.eligibility.request_families import Family
from appliance.ledger import (
    audit,
    checks,
    consumer_answers,
    consumer_requests,
    consumer_standing,
    consumer_terms,
    consumers,
    dead_letters,
    deliveries,
    results,
)
from appliance.ledger.checks import CheckState, Lane, NewCheck, Origin
from appliance.ledger.consumer_requests import Refused, Repeated, Taken
from appliance.ledger.consumer_terms import Term
from appliance.ledger.consumers import ConsumerKind, FolderTerms, ListTerms
from appliance.ledger.database import Ledger
from appliance.ledger.dead_letters import Failed, Patience
from appliance.ledger.deliveries import Delivery, DeliveryState
from appliance.ledger.request_desk import RequestDesk
from appliance.ledger.times import to_text
from appliance.settings import Settings
from tests.ledger.desk import LEASE, NOW, after, answered, claimed, found, opened

SETTINGS = Settings(institution_code="1319999999", other_institution_codes=("1319999998",))
READER = Reader(NOW.date(), {})
PERSON: dict[str, Any] = {"insurer_number": "06139992", "number": "3456", "birthdate": "19790305"}


@pytest.fixture
def desk(ledger: Ledger) -> Ledger:
    """emr may do everything, other nothing beside taking results."""
    for name in ("emr", "other"):
        consumers.add(ledger, name, ConsumerKind.MQTT, NOW)
    consumer_terms.allow(ledger, "emr", Term)
    return ledger


def ask(
    desk: Ledger,
    operation: str,
    by: str = "emr",
    now: float = 0,
    limits: Settings = SETTINGS,
    **members: Any,
) -> consumer_requests.Outcome:
    values = {"operation": operation, "request_id": "r-1", **members}
    return consumer_requests.take(desk, limits, by, READER.read(values), after(now))


def taken(outcome: consumer_requests.Outcome) -> consumer_standing.Standing:
    assert isinstance(outcome, Taken), outcome
    return outcome.standing


def code_of(outcome: consumer_requests.Outcome) -> str:
    assert isinstance(outcome, Refused), outcome
    return outcome.trouble.code


def of(desk: Ledger, check_id: str, consumer: str = "emr") -> Delivery:
    return next(one for one in deliveries.of_check(desk, check_id) if one.consumer == consumer)


def asked_check(desk: Ledger, **members: Any) -> str:
    return taken(ask(desk, "check", **PERSON, **members)).check_id or ""


def answer_next(desk: Ledger, now: float = 1) -> str:
    """The next check is asked and answered."""
    check_id = claimed(desk, now=after(now)).id
    assert answered(desk, check_id)
    return check_id


def test_a_check_is_opened_once_and_the_same_request_says_how_it_stands(desk: Ledger) -> None:
    made = taken(ask(desk, "check", **PERSON))
    check = found(desk, made.check_id or "")
    assert (check.origin, check.asked_by, check.family, made.state) == (
        Origin.CONSUMER,
        "emr",
        Family.SINGLE,
        CheckState.RECEIVED,
    )
    assert desk.read.execute("SELECT lane FROM checks").fetchone()["lane"] == Lane.FOLDER
    answer_next(desk)
    again = ask(desk, "check", now=3, **PERSON)
    assert isinstance(again, Repeated)
    assert (again.standing.check_id, again.standing.state) == (made.check_id, CheckState.ANSWERED)
    assert again.standing.delivery_id == of(desk, check.id).id
    assert code_of(ask(desk, "check", **{**PERSON, "number": "9"})) == "REQUEST-004"
    assert len(checks.recent(desk, 9)) == 1
    assert [row.action for row in audit.latest(desk, 9)] == ["request-check"]


def test_the_answer_goes_to_all_and_says_the_request_to_who_asked(desk: Ledger) -> None:
    check_id = asked_check(desk)
    answer_next(desk)
    assert of(desk, check_id).request_id == "r-1"
    assert of(desk, check_id, "other").request_id is None


def test_only_what_is_allowed_and_only_so_many_in_a_minute(desk: Ledger) -> None:
    assert code_of(ask(desk, "check", by="other", **PERSON)) == "REQUEST-003"
    assert code_of(ask(desk, "check", by="nobody", **PERSON)) == "REQUEST-003"
    few = replace(SETTINGS, consumer_requests_a_minute=1)
    taken(ask(desk, "check", limits=few, request_id="a", **PERSON))
    assert code_of(ask(desk, "check", limits=few, request_id="b", **PERSON)) == "REQUEST-005"
    assert isinstance(ask(desk, "check", limits=few, request_id="a", **PERSON), Repeated)
    taken(ask(desk, "check", now=61, limits=few, request_id="b", **PERSON))
    consumer_terms.allow(desk, "emr", ())
    assert code_of(ask(desk, "replay", request_id="c", since="2026-01-01T00:00:00Z")) == "REQUEST-003"


def test_what_is_refused_leaves_nothing_behind(desk: Ledger) -> None:
    outcome = ask(desk, "check", institution_code="1234567890", **PERSON)
    assert (code_of(outcome), isinstance(outcome, Refused) and outcome.member) == (
        "INPUT-004",
        "institution_code",
    )
    assert desk.read.execute("SELECT count(*) FROM consumer_requests").fetchone()[0] == 0
    taken(ask(desk, "check", institution_code="1319999998", **PERSON))
    assert checks.recent(desk, 1)[0].institution_code == "1319999998"
    consumers.put(desk, "emr", ConsumerKind.MQTT, FolderTerms(), NOW, ListTerms(None, "1319999998"))
    taken(ask(desk, "check", request_id="r-2", **PERSON))
    assert checks.recent(desk, 1)[0].institution_code == "1319999998"


def test_a_number_is_registered_and_the_word_goes_to_who_asked_alone(desk: Ledger) -> None:
    numbers: dict[str, Any] = {"insurer_number": "06139992", "number": "3456", "patient": "000777"}
    check_id = taken(ask(desk, "register", **numbers)).check_id or ""
    assert found(desk, check_id).family is Family.REFERENCE
    answer_next(desk)
    assert [one.consumer for one in deliveries.of_check(desk, check_id)] == ["emr"]
    assert consumer_answers.is_outcome(of(desk, check_id), found(desk, check_id))


def test_a_waiting_check_can_be_cancelled_by_who_asked(desk: Ledger) -> None:
    check_id = asked_check(desk)
    assert code_of(ask(desk, "cancel", request_id="c-0", of="r-9")) == "REQUEST-006"
    assert code_of(ask(desk, "cancel", by="other", request_id="c-1", of="r-1")) == "REQUEST-006"
    assert taken(ask(desk, "cancel", request_id="c-1", of="r-1")).state is CheckState.WITHDRAWN
    assert taken(ask(desk, "cancel", request_id="c-2", of="r-1")).state is CheckState.WITHDRAWN
    assert deliveries.of_check(desk, check_id) == ()
    asked_check(desk, request_id="r-2")
    claimed(desk)
    assert code_of(ask(desk, "cancel", request_id="c-3", of="r-2")) == "REQUEST-007"
    assert code_of(ask(desk, "cancel", request_id="c-3", of="c-1")) == "REQUEST-007"


def test_who_asked_is_told_when_reception_withdraws_it(desk: Ledger) -> None:
    check_id = asked_check(desk)
    assert results.withdraw(desk, check_id, NOW)
    (told,) = deliveries.of_check(desk, check_id)
    assert (told.consumer, told.refusal) == ("emr", "REQUEST-009")
    assert consumer_answers.outcome(told, found(desk, check_id))["state"] == "withdrawn"


def give_up(desk: Ledger, check_id: str) -> None:
    assert checks.claim(desk, "me", NOW, LEASE) is not None
    patience = Patience(1, after)
    assert dead_letters.check_failed(desk, check_id, "me", Failed("CENTER-002", "", NOW), patience, NOW)


def test_who_asked_is_told_of_a_check_given_up_and_gets_its_answer_after_all(desk: Ledger) -> None:
    check_id = asked_check(desk)
    give_up(desk, check_id)
    (told,) = deliveries.of_check(desk, check_id)
    assert (told.consumer, told.refusal) == ("emr", dead_letters.GIVEN_UP)
    (letter,) = consumer_standing.dead_letters_of(desk, "emr")
    assert (letter.check_id, letter.request_id, letter.reason_code) == (check_id, "r-1", "CENTER-002")
    assert deliveries.acknowledge(desk, told.id, "emr", NOW)
    assert dead_letters.retry_check(desk, check_id, "sakura", NOW)
    answer_next(desk)
    late = of(desk, check_id)
    assert (late.refusal, late.state, late.tries) == (None, DeliveryState.PENDING, 0)
    assert late.id != told.id, "another word has another id"
    assert consumer_standing.dead_letters_of(desk, "emr") == ()


def test_who_is_served_no_more_is_told_nothing(desk: Ledger) -> None:
    """MQ-100: at a cluster its account may still be open."""
    asked_check(desk)
    consumers.remove(desk, "emr")
    for operation in ("stand", "dead-letters"):
        values = {"operation": operation, "request_id": "r-1"}
        said = RequestDesk(SETTINGS, desk, lambda _: {}).answered_to("emr", values, NOW)
        assert (said["accepted"], said["trouble"]["code"]) == (False, "REQUEST-003")


def test_who_comes_back_under_a_name_is_nobody_who_asked_before(desk: Ledger) -> None:
    """MQ-113."""
    old = asked_check(desk)
    numbers: dict[str, Any] = {"insurer_number": "06139992", "number": "3456", "patient": "000777"}
    registering = taken(ask(desk, "register", request_id="r-2", **numbers)).check_id or ""
    assert consumers.remove(desk, "emr")
    consumers.put(desk, "emr", ConsumerKind.MQTT, FolderTerms(), NOW)
    consumer_terms.allow(desk, "emr", Term)
    new = taken(ask(desk, "check", **PERSON)).check_id or ""
    assert new != old
    for _ in range(3):
        answer_next(desk)
    assert [of(desk, check_id).request_id for check_id in (old, new)] == [None, "r-1"]
    assert deliveries.of_check(desk, registering) == ()


def test_a_request_is_forgotten_after_its_days_unless_something_of_it_is_still_to_come(desk: Ledger) -> None:
    """MQ-113."""
    done = asked_check(desk)
    answer_next(desk)
    waits = asked_check(desk, request_id="r-2")
    assert consumer_requests.forget(desk, after(60)) == 0, "not taken yet, not answered yet"
    assert deliveries.acknowledge(desk, of(desk, done).id, "emr", NOW)
    assert consumer_requests.forget(desk, NOW) == 0, "taken since"
    assert consumer_requests.forget(desk, after(60)) == 1
    assert consumer_requests.stand(desk, "emr", "r-1") is None
    kept = consumer_requests.stand(desk, "emr", "r-2")
    assert kept is not None
    assert kept.check_id == waits
    assert taken(ask(desk, "check", now=120, **PERSON)).check_id != done


def test_one_result_once_more_keeps_its_id(desk: Ledger) -> None:
    (check_id,) = opened(desk)
    answer_next(desk)
    first = of(desk, check_id)
    taken(ask(desk, "resend", request_id="s-0", check_id=check_id))
    assert not of(desk, check_id).replayed, "it was never taken"
    assert deliveries.acknowledge(desk, first.id, "emr", NOW)
    assert taken(ask(desk, "resend", request_id="s-1", delivery_id=first.id)).delivery_id == first.id
    again = of(desk, check_id)
    assert (again.id, again.state, again.replayed) == (first.id, DeliveryState.PENDING, True)
    theirs = of(desk, check_id, "other").id
    assert code_of(ask(desk, "resend", request_id="s-2", delivery_id=theirs)) == "REQUEST-006"


def test_a_dead_letter_is_seen_and_offered_again_by_its_consumer(desk: Ledger) -> None:
    (check_id,) = opened(desk)
    answer_next(desk)
    first = of(desk, check_id)
    assert dead_letters.delivery_failed(desk, first.id, "CENTER-002", after(9), 1, NOW)
    (letter,) = consumer_standing.dead_letters_of(desk, "emr")
    assert (letter.delivery_id, letter.reason_code) == (first.id, "CENTER-002")
    assert consumer_standing.dead_letters_of(desk, "other") == ()
    assert consumer_answers.letter_as_json(letter)["advice"]
    taken(ask(desk, "resend", delivery_id=first.id))
    assert consumer_standing.dead_letters_of(desk, "emr") == ()
    assert dead_letters.counts(desk).total == 0


def test_a_new_consumer_gets_what_was_answered_before_it_came(desk: Ledger) -> None:
    ids = opened(desk, 3)
    for number in range(3):
        answer_next(desk, now=number + 3)
    consumers.add(desk, "new", ConsumerKind.MQTT, NOW)
    consumer_terms.allow(desk, "new", [Term.REPLAY])
    assert all(one.consumer != "new" for check_id in ids for one in deliveries.of_check(desk, check_id))
    made = taken(ask(desk, "replay", by="new", since="2026-01-01T00:00:00+09:00"))
    assert (made.count, made.more) == (3, False)
    due = deliveries.due(desk, ConsumerKind.MQTT, after(60), consumer="new")
    assert {one.check_id for one in due} == set(ids)
    assert all(one.replayed for one in due)
    onward = taken(ask(desk, "replay", by="new", request_id="r-2", cursor=made.next_cursor))
    assert (onward.count, onward.next_cursor) == (0, made.next_cursor)


def test_a_replay_keeps_ids_and_lets_what_is_new_go_first(desk: Ledger) -> None:
    (old,) = opened(desk)
    answer_next(desk)
    assert deliveries.acknowledge(desk, of(desk, old).id, "emr", NOW)
    before = of(desk, old).id
    assert taken(ask(desk, "replay", since="2026-01-01T00:00:00Z")).count == 1
    opened(desk)
    new = answer_next(desk)
    due = deliveries.due(desk, ConsumerKind.MQTT, after(60), consumer="emr")
    assert [(one.check_id, one.replayed) for one in due] == [(new, False), (old, True)]
    assert of(desk, old).id == before


def test_a_long_replay_goes_by_parts_and_waits_for_the_consumer(
    desk: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("appliance.ledger.redelivering.MOST_AT_ONCE", 2)
    opened(desk, 5)
    for _ in range(5):
        answer_next(desk, now=9)
    assert all(
        deliveries.acknowledge(desk, one.id, "emr", NOW)
        for one in deliveries.due(desk, ConsumerKind.MQTT, after(60), consumer="emr")
    )
    first = taken(ask(desk, "replay", request_id="a", since="2026-01-01T00:00:00Z"))
    assert (first.count, first.more) == (2, True)
    second = taken(ask(desk, "replay", request_id="b", cursor=first.next_cursor))
    assert (second.count, second.more) == (2, True)
    assert code_of(ask(desk, "replay", request_id="c", cursor=second.next_cursor)) == "REQUEST-008"
    for one in deliveries.due(desk, ConsumerKind.MQTT, after(60), consumer="emr"):
        deliveries.acknowledge(desk, one.id, "emr", NOW)
    last = taken(ask(desk, "replay", request_id="c", cursor=second.next_cursor))
    assert (last.count, last.more) == (1, False)
    whole = desk.read.execute(
        "SELECT count(*) FROM deliveries WHERE consumer = 'emr' AND replayed"
    ).fetchone()
    assert whole[0] == 5


def test_a_replay_by_cursor_meets_each_answer_once_whatever_the_clock_said(
    desk: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """MQ-109: the clock is set back between the answers; a cursor that an older box gave is still good."""
    monkeypatch.setattr("appliance.ledger.redelivering.MOST_AT_ONCE", 2)
    ids = []
    for seconds in (5000, 5001, 10, 11, 12):
        ids += opened(desk)
        check = claimed(desk, now=after(seconds))
        assert answered(desk, check.id, now=after(seconds))
        assert deliveries.acknowledge(desk, of(desk, check.id).id, "emr", NOW)
    met = [ids_replayed(desk, since="2026-01-01T00:00:00Z")]
    while met[-1][1]:
        met.append(ids_replayed(desk, cursor=met[-1][1]))
        assert len(met) < 5
    assert [check_id for part, _ in met for check_id in part] == ids
    moment = to_text(after(5001))
    assert ids_replayed(desk, cursor=f"{moment}~{ids[1]}")[0] == ids[2:4]
    assert ids_replayed(desk, cursor=f"{moment}~{'0' * 32}")[0] == ids[1:3], "one forgotten since"
    assert ids_replayed(desk, since=moment)[0] == ids[1:3], "what came after it, by whatever clock"
    assert ids_replayed(desk, since=to_text(after(9000))) == ([], None)


def ids_replayed(desk: Ledger, **where: Any) -> tuple[list[str], str | None]:
    """The checks that one replay brings, all of them taken, and the cursor while there is more."""
    number = desk.read.execute("SELECT count(*) FROM consumer_requests").fetchone()[0]
    made = taken(ask(desk, "replay", now=100 * number, request_id=f"replay-{number}", **where))
    due = [
        one for one in deliveries.due(desk, ConsumerKind.MQTT, after(99999), consumer="emr") if one.replayed
    ]
    for one in due:
        assert deliveries.acknowledge(desk, one.id, "emr", NOW)
    return [one.check_id for one in due], made.next_cursor if made.more else None


def test_a_replay_brings_nothing_that_was_somebody_elses(desk: Ledger) -> None:
    numbers: dict[str, Any] = {"insurer_number": "06139992", "number": "3456", "patient": "000777"}
    taken(ask(desk, "register", **numbers))
    answer_next(desk)
    code = SETTINGS.institution_code
    checks.open_check(desk, NewCheck(origin=Origin.VIEWER, institution_code=code, family=Family.DRUGS), NOW)
    answer_next(desk)
    consumer_terms.allow(desk, "other", [Term.REPLAY])
    assert taken(ask(desk, "replay", by="other", since="2026-01-01T00:00:00Z")).count == 0


def test_terms_are_replaced_and_listed(desk: Ledger) -> None:
    assert consumer_terms.all_terms(desk) == {"emr": frozenset(Term)}
    consumer_terms.allow(desk, "emr", [Term.CHECK])
    desk.read.execute("INSERT INTO consumer_terms VALUES ('emr', 'of-a-later-version')")
    assert consumer_terms.terms_of(desk.read, "emr") == {Term.CHECK}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(*[st.text(max_size=12)] * 4)
def test_whatever_is_read_can_be_asked(
    desk: Ledger, symbol: str, number: str, branch: str, patient: str
) -> None:
    many = replace(SETTINGS, consumer_requests_a_minute=10_000)
    for operation, members in (("check", {}), ("register", {"patient": patient})):
        request_id = f"{operation}-{desk.read.execute('SELECT count(*) FROM checks').fetchone()[0]}"
        person: dict[str, Any] = {**PERSON, "symbol": symbol, "number": number, "branch": branch, **members}
        if operation == "register":
            del person["birthdate"]
        try:
            done = ask(desk, operation, limits=many, request_id=request_id, **person)
        except UnfitTrouble:
            continue
        check = found(desk, taken(done).check_id or "")
        assert message_xml.read_as(check.family.request, check.request_xml or b"").unknown == ()
