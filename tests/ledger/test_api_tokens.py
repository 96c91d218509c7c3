"""Tokens of the API: shown once, kept as a hash, good until revoked. And the turns by which a consumer reads on."""

import pytest

from appliance.eligibility.trouble import Trouble
from appliance.ledger import api_tokens, audit, consumers, dead_letters, deliveries
from appliance.ledger.checks import Origin
from appliance.ledger.consumers import ConsumerKind
from appliance.ledger.database import Ledger
from appliance.ledger.dead_letters import Failed, Patience
from tests.ledger.desk import NOW, after, answered, claimed, opened


@pytest.fixture
def served(ledger: Ledger) -> Ledger:
    """A ledger with one consumer of each kind."""
    for name, kind in (
        ("chart", ConsumerKind.API),
        ("emr", ConsumerKind.MQTT),
        ("soft", ConsumerKind.FOLDER),
    ):
        consumers.add(ledger, name, kind, NOW)
    return ledger


def test_a_token_is_known_by_its_text_and_kept_as_a_hash(served: Ledger) -> None:
    text = api_tokens.make(served, "chart", "engineer", NOW)
    found = api_tokens.find(served, text)
    assert found is not None
    assert (found.consumer, found.made_by, found.made_at) == ("chart", "engineer", NOW)
    token_id, _, secret = text.partition(".")
    assert len(secret) == 43  # 256 bits
    kept = [tuple(row) for row in served.read.execute("SELECT * FROM api_tokens")]
    assert secret not in repr(kept)
    assert token_id in repr(kept)
    assert [(row.action, row.subject, row.detail) for row in audit.latest(served, 1)] == [
        ("make-token", "chart", token_id)
    ]


@pytest.mark.parametrize("text", ["", ".", "x", "nobody.x", "{id}.", "{id}.{secret}x", "{id}", "{secret}"])
def test_nothing_else_is_a_token(served: Ledger, text: str) -> None:
    token_id, _, secret = api_tokens.make(served, "chart", "engineer", NOW).partition(".")
    assert api_tokens.find(served, text.format(id=token_id, secret=secret)) is None


@pytest.mark.parametrize("name", ["emr", "soft", "nobody"])
def test_only_a_consumer_of_the_api_gets_one(served: Ledger, name: str) -> None:
    with pytest.raises(Trouble, match="INPUT-005"):
        api_tokens.make(served, name, "engineer", NOW)


def test_a_revoked_one_is_good_no_more_and_the_others_are(served: Ledger) -> None:
    first, second = (api_tokens.make(served, "chart", "engineer", NOW) for _ in range(2))
    found = api_tokens.find(served, first)
    assert found is not None
    assert api_tokens.is_good(served, found)
    assert api_tokens.revoke(served, found.id, "engineer", NOW)
    assert not api_tokens.revoke(served, found.id, "engineer", NOW)
    assert api_tokens.find(served, first) is None
    assert not api_tokens.is_good(served, found)
    assert api_tokens.find(served, second) is not None
    assert [one.id for one in api_tokens.all_tokens(served)] == [second.partition(".")[0]]


def test_who_comes_back_under_its_name_does_not_come_back_with_its_token(served: Ledger) -> None:
    text = api_tokens.make(served, "chart", "engineer", NOW)
    found = api_tokens.find(served, text)
    assert found is not None
    consumers.remove(served, "chart")
    assert api_tokens.find(served, text) is None
    assert not api_tokens.is_good(served, found)
    assert api_tokens.revoke_all(served, "chart", "engineer", NOW) == 1
    consumers.put(served, "chart", ConsumerKind.API, consumers.FolderTerms(), NOW)
    assert api_tokens.find(served, text) is None


def test_a_token_without_a_consumer(served: Ledger) -> None:
    found = api_tokens.find(served, api_tokens.make(served, None, "engineer", NOW))
    assert found is not None
    assert found.consumer is None


def in_turn(ledger: Ledger, after_turn: int = 0) -> list[tuple[str, int]]:
    found = deliveries.in_turn(ledger, "chart", after_turn, 10)
    return [(one.check_id, one.turn) for one in found]


def test_what_is_owed_once_more_gets_a_new_turn(served: Ledger) -> None:
    """A consumer that reads on from its place must not miss it."""
    checks = opened(served, 3)
    for check_id in checks:
        claimed(served, now=after(9))
        assert answered(served, check_id)
    turns = in_turn(served)
    assert [check_id for check_id, _ in turns] == checks
    first = deliveries.in_turn(served, "chart", 0, 1)[0]
    assert deliveries.of_consumer(served, first.id, "chart") == first
    assert deliveries.of_consumer(served, first.id, "emr") is None
    dead_letters.delivery_failed(served, first.id, "CENTER-002", NOW, 1, NOW)
    assert [check_id for check_id, _ in in_turn(served)] == checks[1:]
    dead_letters.retry_delivery(served, first.id, "sakura", NOW)
    (again,) = in_turn(served, turns[-1][1])
    assert again[0] == checks[0]


def test_no_turn_is_given_twice(served: Ledger) -> None:
    """Who has read on to the word that there is no answer must not miss the answer that takes its place."""
    (check_id,) = opened(served, origin=Origin.CONSUMER, asked_by="chart")
    claimed(served, now=after(9))
    failed = Failed("CENTER-002", "", NOW)
    assert dead_letters.check_failed(served, check_id, "me", failed, Patience(1, after), NOW)
    ((_, told),) = in_turn(served)
    assert dead_letters.retry_check(served, check_id, "sakura", NOW)
    claimed(served, now=after(9))
    assert answered(served, check_id)
    assert [one for one, _ in in_turn(served, told)] == [check_id]


def test_offering_keeps_the_turn(served: Ledger) -> None:
    opened(served)
    assert answered(served, claimed(served, now=after(9)).id)
    (one,) = deliveries.in_turn(served, "chart", 0, 10)
    deliveries.all_offered(served, {one.id: one.next_offer_at})
    assert in_turn(served) == [(one.check_id, one.turn)]


def test_a_consumer_of_the_api_gets_what_one_of_mqtt_does(served: Ledger) -> None:
    opened(served)
    check = claimed(served, now=after(9))
    assert answered(served, check.id)
    assert {one.consumer for one in deliveries.of_check(served, check.id)} == {"chart", "emr", "soft"}
