"""What the ledger knows of a terminal's files: a name for each check once, a card result once."""

from dataclasses import replace

import pytest

from appliance.ledger import checks, consumers, deliveries, results, terminal
from appliance.ledger.checks import CheckState, NewCheck, Origin
from appliance.ledger.database import Ledger
from tests.ledger.desk import LEASE, NOW, after, claimed, found, opened

NEW = NewCheck(origin=Origin.CARD, institution_code="1319999999", reader="terminal", source_mark="essence")


def choose(ledger: Ledger, check_id: str, first: int = 5001, taken: frozenset[str] = frozenset()) -> str:
    suffix = terminal.choose(ledger, check_id, NOW, first, taken)
    assert suffix is not None
    return suffix


def take_face(ledger: Ledger, mark: str, new: NewCheck = NEW) -> str | None:
    return terminal.take_face(
        ledger, mark, new, NOW, xml=b"<XmlMsg/>", qualification_validity="1", refusal=None, now=after(5)
    )


def test_names_are_the_day_and_a_serial_that_is_free(ledger: Ledger) -> None:
    taken = frozenset({"202604015002", "202604015003"})
    names = [choose(ledger, check_id, taken=taken) for check_id in opened(ledger, 3)]
    assert names == ["202604015001", "202604015004", "202604015005"]


def test_a_day_with_too_many_checks_borrows_from_the_next(ledger: Ledger) -> None:
    names = [choose(ledger, check_id, first=9998) for check_id in opened(ledger, 3)]
    assert names == ["202604019998", "202604019999", "202604029998"]


def test_a_name_makes_the_check_being_asked_and_only_an_open_one_gets_it(ledger: Ledger) -> None:
    one, other = opened(ledger, 2)
    assert results.withdraw(ledger, other, NOW)
    assert terminal.choose(ledger, other, NOW, 5001, frozenset()) is None
    choose(ledger, one)
    assert (found(ledger, one).state, found(ledger, one).tries) == (CheckState.ASKING, 1)
    assert terminal.next_unsent(ledger) is None
    assert checks.claim(ledger, "asker", after(1000), LEASE) is None, "no other link may ask it"


def test_sent_counts_only_while_the_answer_is_wanted(ledger: Ledger) -> None:
    one, other = opened(ledger, 2)
    first, second = choose(ledger, one), choose(ledger, other)
    terminal.put_aside(ledger, other, "TERMINAL-001")
    assert results.withdraw(ledger, other, NOW)
    assert terminal.mark_sent(ledger, first, NOW)
    assert not terminal.mark_sent(ledger, second, NOW)
    sent = {request.suffix: (request.sent_at, request.is_open) for request in terminal.pending(ledger)}
    assert sent == {first: (NOW, True), second: (None, False)}


def test_putting_aside_is_said_once_and_a_later_sending_takes_it_back(ledger: Ledger) -> None:
    (check_id,) = opened(ledger)
    suffix = choose(ledger, check_id)
    assert terminal.put_aside(ledger, check_id, "TERMINAL-001")
    with ledger.listen() as ear:
        assert not terminal.put_aside(ledger, check_id, "TERMINAL-001")
        assert not ear.wait(0)
    assert terminal.mark_sent(ledger, suffix, NOW)
    assert found(ledger, check_id).state is CheckState.ASKING


def test_a_name_given_up_leaves_the_check_to_get_another(ledger: Ledger) -> None:
    (check_id,) = opened(ledger)
    terminal.unchoose(ledger, choose(ledger, check_id))
    unsent = terminal.next_unsent(ledger)
    assert unsent is not None
    assert unsent.id == check_id
    assert choose(ledger, check_id, taken=frozenset({"202604015001"})) == "202604015002"


def test_a_settled_request_is_over(ledger: Ledger) -> None:
    (check_id,) = opened(ledger)
    suffix = choose(ledger, check_id)
    terminal.settle(ledger, suffix, NOW)
    assert terminal.pending(ledger) == ()


def test_taking_over_gives_back_only_what_has_no_name(ledger: Ledger) -> None:
    named, other = opened(ledger, 2)
    choose(ledger, named)
    assert claimed(ledger).id == other
    terminal.take_over(ledger)
    assert found(ledger, named).state is CheckState.ASKING
    assert found(ledger, other).state is CheckState.WAITING


@pytest.mark.parametrize("state", ["received", "waiting", "asking"])
def test_an_answer_by_name_is_taken_by_any_open_check_and_by_no_other(ledger: Ledger, state: str) -> None:
    (check_id,) = opened(ledger)
    if state != "received":
        choose(ledger, check_id)
    if state == "waiting":
        terminal.put_aside(ledger, check_id, "TERMINAL-002")

    def record() -> bool:
        return results.record(
            ledger, check_id, None, xml=b"<XmlMsg/>", qualification_validity="1", refusal=None, now=after(9)
        )

    assert record()
    assert not record()
    assert found(ledger, check_id).state is CheckState.ANSWERED


def test_a_card_result_is_one_check_with_its_answer_and_what_is_owed(ledger: Ledger) -> None:
    consumers.add(ledger, "emr", consumers.ConsumerKind.MQTT, NOW)
    check_id = take_face(ledger, "file")
    assert check_id is not None
    check = found(ledger, check_id)
    assert (check.state, check.reader, check.received_at) == (CheckState.ANSWERED, "terminal", NOW)
    assert [one.consumer for one in deliveries.of_check(ledger, check_id)] == ["emr"]
    assert terminal.face_taken_at(ledger, "file") == after(5)


def test_what_was_said_before_opens_nothing_and_is_remembered(ledger: Ledger) -> None:
    take_face(ledger, "file")
    assert take_face(ledger, "file") is None
    assert take_face(ledger, "copy") is None
    assert take_face(ledger, "other", replace(NEW, source_mark="another essence")) is not None
    assert len(checks.recent(ledger, 9)) == 2
    assert terminal.face_taken_at(ledger, "copy") == after(5)
    assert terminal.face_taken_at(ledger, "stranger") is None
