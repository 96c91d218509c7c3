from datetime import timedelta

import pytest

from appliance.ledger import checks, consumers, deliveries
from appliance.ledger.checks import Origin
from appliance.ledger.consumers import ConsumerKind
from appliance.ledger.database import Ledger
from appliance.ledger.deliveries import DeliveryState
from tests.ledger.desk import NOW, after, answered, claimed, found, opened


@pytest.fixture
def _consumers(ledger: Ledger) -> None:
    consumers.add(ledger, "emr", ConsumerKind.MQTT, NOW)
    consumers.add(ledger, "receipt-folder", ConsumerKind.FOLDER, NOW)


def one_answer(ledger: Ledger, origin: Origin = Origin.CARD, asked_by: str | None = None) -> str:
    (check_id,) = opened(ledger, 1, origin, asked_by)
    claimed(ledger)
    assert answered(ledger, check_id)
    return check_id


def test_an_answer_closes_the_check(ledger: Ledger) -> None:
    check = found(ledger, one_answer(ledger))
    assert (check.state, check.qualification_validity, check.answered_at) == ("answered", "1", after(5))
    assert (check.result_xml, check.trouble_code) == (b"<XmlMsg>1</XmlMsg>", None)


def test_an_answer_after_trouble_forgets_the_trouble(ledger: Ledger) -> None:
    (check_id,) = opened(ledger)
    claimed(ledger)
    checks.put_back(ledger, check_id, "me", "LINE-001", "", after(1))
    claimed(ledger, "me", after(1))
    answered(ledger, check_id)
    assert found(ledger, check_id).trouble_code is None


@pytest.mark.usefixtures("_consumers")
def test_a_refusal_is_an_answer_too(ledger: Ledger) -> None:
    (check_id,) = opened(ledger)
    claimed(ledger)
    assert answered(ledger, check_id, refusal="CENTER-004")
    check = found(ledger, check_id)
    assert (check.state, check.trouble_code, check.qualification_validity) == ("refused", "CENTER-004", None)
    assert len(deliveries.of_check(ledger, check_id)) == 2


@pytest.mark.usefixtures("_consumers")
@pytest.mark.parametrize("owner", ["me", "somebody"])
def test_a_second_answer_writes_nothing(ledger: Ledger, owner: str) -> None:
    check_id = one_answer(ledger)
    before = checks.latest_revision(ledger)
    with ledger.listen() as ear:
        assert not answered(ledger, check_id, owner)
        assert not ear.wait(0)
    assert checks.latest_revision(ledger) == before
    assert len(deliveries.of_check(ledger, check_id)) == 2


@pytest.mark.usefixtures("_consumers")
@pytest.mark.parametrize(
    ("origin", "asked_by", "takers"),
    [
        (Origin.CARD, None, ["emr", "receipt-folder"]),
        (Origin.MANUAL, "reception", ["emr"]),
        (Origin.COMMAND, None, ["emr"]),
        (Origin.FOLDER, "receipt-folder", ["emr", "receipt-folder"]),
        (Origin.FOLDER, "another-folder", ["emr"]),
    ],
)
def test_who_gets_a_result(ledger: Ledger, origin: Origin, asked_by: str | None, takers: list[str]) -> None:
    owed = deliveries.of_check(ledger, one_answer(ledger, origin, asked_by))
    assert [delivery.consumer for delivery in owed] == takers
    assert {(delivery.state, delivery.tries) for delivery in owed} == {(DeliveryState.PENDING, 0)}


def test_a_consumer_is_registered_once_and_its_name_fits_a_topic(ledger: Ledger) -> None:
    consumers.add(ledger, "emr-2", ConsumerKind.MQTT, NOW)
    consumers.add(ledger, "emr-2", ConsumerKind.FOLDER, NOW)
    assert [(one.name, one.kind) for one in consumers.all_consumers(ledger)] == [("emr-2", ConsumerKind.MQTT)]
    for name in ("", "-", "EMR", "電子カルテ", "a/b", "a+b", "#", "a b"):
        with pytest.raises(ValueError, match="a-z"):
            consumers.add(ledger, name, ConsumerKind.MQTT, NOW)


@pytest.mark.usefixtures("_consumers")
def test_deliveries_are_due_by_kind_oldest_first(ledger: Ledger) -> None:
    ids = [one_answer(ledger) for _ in range(3)]
    for kind, name in ((ConsumerKind.MQTT, "emr"), (ConsumerKind.FOLDER, "receipt-folder")):
        due = deliveries.due(ledger, kind, after(9))
        assert [(one.check_id, one.consumer, one.kind) for one in due] == [(one, name, kind) for one in ids]
    assert len(deliveries.due(ledger, ConsumerKind.MQTT, after(9), limit=2)) == 2
    assert deliveries.due(ledger, ConsumerKind.MQTT, after(4.999)) == ()


@pytest.mark.usefixtures("_consumers")
def test_an_offer_is_repeated_under_the_same_id_until_acknowledged(ledger: Ledger) -> None:
    check_id = one_answer(ledger)
    (first,) = deliveries.due(ledger, ConsumerKind.MQTT, after(9))
    deliveries.offered(ledger, first.id, after(20))
    assert deliveries.due(ledger, ConsumerKind.MQTT, after(19.999)) == ()
    (again,) = deliveries.due(ledger, ConsumerKind.MQTT, after(20))
    assert (again.id, again.tries) == (first.id, 1)
    before = checks.latest_revision(ledger)
    assert deliveries.acknowledge(ledger, first.id, "emr", after(21))
    assert [check.id for check in checks.changed_since(ledger, before)] == [check_id]
    done = next(one for one in deliveries.of_check(ledger, check_id) if one.consumer == "emr")
    assert (done.state, done.acknowledged_at) == (DeliveryState.ACKNOWLEDGED, after(21))
    assert deliveries.due(ledger, ConsumerKind.MQTT, after(999)) == ()


@pytest.mark.usefixtures("_consumers")
def test_an_acknowledgement_counts_once_and_from_its_consumer_only(ledger: Ledger) -> None:
    one_answer(ledger)
    (owed,) = deliveries.due(ledger, ConsumerKind.MQTT, after(9))
    assert not deliveries.acknowledge(ledger, owed.id, "receipt-folder", NOW)
    assert not deliveries.acknowledge(ledger, "unknown", "emr", NOW)
    assert deliveries.acknowledge(ledger, owed.id, "emr", NOW)
    with ledger.listen() as ear:
        assert not deliveries.acknowledge(ledger, owed.id, "emr", NOW)
        deliveries.offered(ledger, owed.id, after(60))
        deliveries.failed(ledger, owed.id, "BOX-004", after(60))
        assert deliveries.offer_again(ledger, ConsumerKind.MQTT, NOW) == 0
        assert not ear.wait(0)


@pytest.mark.usefixtures("_consumers")
def test_a_failed_delivery_says_why_and_comes_again(ledger: Ledger) -> None:
    check_id = one_answer(ledger)
    (owed,) = deliveries.due(ledger, ConsumerKind.FOLDER, after(9))
    deliveries.failed(ledger, owed.id, "BOX-004", after(30))
    (again,) = deliveries.due(ledger, ConsumerKind.FOLDER, after(30))
    assert (again.id, again.tries, again.trouble_code) == (owed.id, 1, "BOX-004")
    assert deliveries.acknowledge(ledger, owed.id, "receipt-folder", after(31))
    done = next(one for one in deliveries.of_check(ledger, check_id) if one.id == owed.id)
    assert done.trouble_code is None


@pytest.mark.usefixtures("_consumers")
def test_who_comes_back_is_offered_everything_at_once(ledger: Ledger) -> None:
    consumers.add(ledger, "second", ConsumerKind.MQTT, NOW)
    one_answer(ledger)
    for owed in deliveries.due(ledger, ConsumerKind.MQTT, after(9)):
        deliveries.offered(ledger, owed.id, after(9) + timedelta(hours=1))
    assert deliveries.offer_again(ledger, ConsumerKind.MQTT, after(10), "second") == 1
    assert [one.consumer for one in deliveries.due(ledger, ConsumerKind.MQTT, after(10))] == ["second"]
    assert deliveries.offer_again(ledger, ConsumerKind.MQTT, after(11)) == 2
    assert len(deliveries.due(ledger, ConsumerKind.MQTT, after(11))) == 2


@pytest.mark.usefixtures("_consumers")
def test_a_whole_round_of_offers_is_noted_at_once_and_by_consumer(ledger: Ledger) -> None:
    consumers.add(ledger, "second", ConsumerKind.MQTT, NOW)
    ids = [one_answer(ledger) for _ in range(2)]
    mine = deliveries.due(ledger, ConsumerKind.MQTT, after(9), consumer="emr")
    assert [(one.check_id, one.consumer) for one in mine] == [(one, "emr") for one in ids]
    deliveries.acknowledge(ledger, mine[1].id, "emr", after(9))
    deliveries.all_offered(ledger, {one.id: after(20) for one in mine})
    assert deliveries.due(ledger, ConsumerKind.MQTT, after(19), consumer="emr") == ()
    assert [one.tries for one in deliveries.due(ledger, ConsumerKind.MQTT, after(20), consumer="emr")] == [1]
    assert len(deliveries.due(ledger, ConsumerKind.MQTT, after(9), consumer="second")) == 2
