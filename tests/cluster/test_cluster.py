"""Two boxes and their consumers at a cluster of three nodes, one of which is killed: the same contract, and nothing lost.

`docs/many-boxes.md` has the table of what each rule becomes there; what it says of rights and states is held here.
"""

import contextlib
import json
import queue
import ssl

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from appliance.eligibility.trouble import Trouble
from appliance.sync.mqtt_link import MqttLink, Will
from appliance.sync.mqtt_place import Access
from appliance.sync.topics import Topics
from tests.cluster.branch import Branch
from tests.cluster.chart import BOUND, Chart
from tests.cluster.conftest import Consumers
from tests.cluster.house import BOXES, CONSUMER, OTHER, password_of
from tests.cluster.world import Cluster

pytestmark = pytest.mark.timeout(600)

AGAIN = 10.0
"""Seconds after which a consumer asks again; the contract would have it wait a minute."""

EACH = 60
"""Results of each box around the death of a node."""


def test_a_state_reaches_who_listens_at_another_node(
    branches: tuple[Branch, Branch], consumers: Consumers
) -> None:
    """MQ-010, MQ-052: RabbitMQ shows retained states neither at another node nor for a wildcard; a hello brings them."""
    chart = consumers(CONSUMER, 2)
    seen: dict[str, str] = {}
    while set(seen) != set(BOXES):
        institution, state, _retained = chart.states.get(timeout=BOUND)
        seen[institution] = state["state"]
    assert set(seen.values()) == {"online"}


def test_nobody_takes_or_says_what_is_anothers(
    cluster: Cluster, branches: tuple[Branch, Branch], consumers: Consumers
) -> None:
    """MQ-005, MQ-006, MQ-043, MQ-072, with the rights of the guide's example; MQ-011, MQ-013: a box that vanishes is lost."""
    box = branches[0]
    consumers(CONSUMER, 1)
    silent = consumers(OTHER, 2, keeps=False)
    topics = Topics(box.institution)
    for filter_ in (topics.eligibility(CONSUMER), topics.eligibility("+"), topics.bulk_answer("+"), "#"):
        assert not _may_listen(cluster, OTHER, filter_), filter_
    assert _may_listen(cluster, OTHER, topics.eligibility(OTHER))
    check_ids = box.answer(1)
    forged = json.dumps({"delivery_id": box.delivery_id(check_ids[0], OTHER)})
    for account in (CONSUMER, f"box-{BOXES[1]}"):
        _publish(cluster, account, topics.ack(OTHER), forged)
    for account in (OTHER, f"box-{BOXES[1]}"):
        _publish(cluster, account, topics.box_state, '{"state": "forged"}')
    # What comes after them is heard, so they would have been too.
    check_ids += box.answer(1)
    box.until(lambda: box.owed(check_ids, CONSUMER) == 0)
    assert box.owed(check_ids, OTHER) == 2
    silent.say(box.institution, "ack", forged)
    box.until(lambda: box.owed(check_ids, OTHER) == 1)
    box.kill()
    assert set(_until_state(silent, box.institution, "lost")) == {"online", "lost"}
    box.start()
    _until_state(silent, box.institution, "online")


def test_a_list_is_answered_without_a_response_topic(
    branches: tuple[Branch, Branch], consumers: Consumers
) -> None:
    """MQ-071, and MQ-062: NATS may confirm and drop what is said while a subscription is new, so it is said again."""
    chart = consumers(CONSUMER, 2)
    people = [{"patient": "1", "insurer_number": "06139992", "symbol": "架空１２", "number": "3456"}]
    request = {"request_id": "r1", "people": [people[0] | {"birthdate": "19790305"}]}
    for _ in range(int(BOUND / AGAIN)):
        chart.say(BOXES[0], "bulk-request", json.dumps(request))
        with contextlib.suppress(queue.Empty):
            institution, said = chart.answers.get(timeout=AGAIN)
            break
    else:
        pytest.fail("no answer")
    assert (institution, said["request_id"], said["accepted"]) == (BOXES[0], "r1", True)


def test_a_cluster_before_mqtt_5_is_no_riddle(cluster: Cluster) -> None:
    """`upstream_mqtt = "5"` where it is not spoken: NATS says so, RabbitMQ hangs up."""
    node, account = cluster.nodes[0], f"box-{BOXES[0]}"
    access = Access(
        "somebody",
        "127.0.0.1",
        node.port,
        cluster.ca,
        account,
        password_of(account),
        MQTTProtocolVersion.MQTTv5,
        "BROKER-004",
        "BROKER-005",
        BOUND,
    )
    link = MqttLink(access, lambda _heard: None, lambda: None)
    with pytest.raises(Trouble) as caught:
        link.open(Will(Topics(BOXES[0]).box_state, b"{}"), [Topics(BOXES[0]).ack("+")])
    assert caught.value.code == {"RabbitMQ": "BROKER-004", "NATS": "BROKER-005"}[cluster.name]


def test_a_node_that_dies_takes_nothing_with_it(
    cluster: Cluster, branches: tuple[Branch, Branch], consumers: Consumers
) -> None:
    """MQ-031, MQ-032, MQ-042: the first box and the consumer are at the node that dies. Every result comes, once by its id.

    The last test of a cluster, since it leaves it with two nodes. A second death before the first node has caught up is more
    than three nodes can bear: then nothing moves until one is back.
    """
    chart = consumers(CONSUMER, 0)
    owed: dict[Branch, list[str]] = {box: [] for box in branches}
    for half in range(2):
        for _ in range(EACH // 2):
            for box in branches:
                owed[box] += box.answer(1)
        if half == 0:
            cluster.nodes[0].kill()
    for box in branches:
        box.until(lambda box=box: box.owed(owed[box], CONSUMER) == 0)  # type: ignore[misc]
        assert box.is_up()
    expected = {(box.institution, check_id) for box in branches for check_id in owed[box]}
    mine = [known for known in chart.stored.values() if known in expected]
    assert len(mine) == len(expected) == 2 * EACH
    assert set(mine) == expected


def _until_state(chart: Chart, institution: str, wanted: str) -> list[str]:
    """The states of this box up to the one wanted."""
    seen: list[str] = []
    while wanted not in seen:
        code, state, _retained = chart.states.get(timeout=BOUND)
        if code == institution:
            seen.append(state["state"])
    return seen


def _client(cluster: Cluster, account: str, said: "queue.Queue[tuple[str, bool]]") -> Client:
    client = Client(
        CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv311, reconnect_on_failure=False
    )
    client.tls_set_context(ssl.create_default_context(cafile=str(cluster.ca)))
    client.username_pw_set(account, password_of(account))
    client.on_connect = lambda _c, _d, _f, reason, _p: said.put(("connected", not reason.is_failure))
    client.on_subscribe = lambda _c, _d, _m, reasons, _p: said.put(("answered", not reasons[0].is_failure))
    client.on_publish = lambda *_: said.put(("answered", True))
    # A refusal is an answer (NATS) or the end of the connection (RabbitMQ).
    client.on_disconnect = lambda *_: said.put(("answered", False))
    client.connect("127.0.0.1", cluster.nodes[1].port)
    client.loop_start()
    assert said.get(timeout=BOUND) == ("connected", True)
    return client


def _may_listen(cluster: Cluster, account: str, topic: str) -> bool:
    said: queue.Queue[tuple[str, bool]] = queue.Queue()
    client = _client(cluster, account, said)
    client.subscribe(topic, 1)
    _word, may = said.get(timeout=BOUND)
    _leave(client)
    return may


def _publish(cluster: Cluster, account: str, topic: str, payload: str) -> None:
    said: queue.Queue[tuple[str, bool]] = queue.Queue()
    client = _client(cluster, account, said)
    client.publish(topic, payload, qos=1)
    said.get(timeout=BOUND)
    _leave(client)


def _leave(client: Client) -> None:
    client.disconnect()
    client.loop_stop()
