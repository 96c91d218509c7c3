"""Within version 1 the contract only grows: what was published holds, and what is to go says so first."""

import json
import re
from copy import deepcopy
from typing import Any

import pytest

from tests.contract.documents import SCHEMAS, schema
from tests.contract.published import FILE, OF_CONSUMERS, broken, current, deprecated, shape

PUBLISHED = json.loads(FILE.read_text("utf-8"))


def test_no_topic_and_no_schema_is_taken_away() -> None:
    """MQ-180."""
    now = current()
    assert set(PUBLISHED["topics"]) <= set(now["topics"])
    assert set(PUBLISHED["schemas"]) <= set(now["schemas"])
    assert {"ack", "hello", "bulk-request"} <= OF_CONSUMERS < set(now["schemas"])


@pytest.mark.parametrize("name", PUBLISHED["schemas"])
def test_what_was_published_of_a_message_holds(name: str) -> None:
    """MQ-180."""
    assert broken(PUBLISHED["schemas"][name], current()["schemas"][name], is_heard=name in OF_CONSUMERS) == []


def changed(name: str, *path: str, **to: Any) -> dict[str, Any]:
    """The shape of a schema of which one part is other; with nothing to put in place the part is gone."""
    document = deepcopy(schema(name))
    node = document
    for step in path[:-1]:
        node = node[step]
    if to:
        node[path[-1]] = to["value"]
    else:
        del node[path[-1]]
    return shape(document)


@pytest.mark.parametrize(
    ("name", "now", "complaint"),
    [
        ("task", changed("task", "properties", "advice"), "advice is gone"),
        (
            "bulk-result",
            changed("bulk-result", "$defs", "facts", "properties", "ratio"),
            "people[].insurances[].ratio is gone",
        ),
        (
            "task",
            changed("task", "properties", "check_id", "type", value="string"),
            "check_id has other types",
        ),
        ("task", changed("task", "required", value=["schema"]), "advice is not always there"),
        (
            "box-state",
            changed("box-state", "properties", "state", "enum", value=["online", "lost"]),
            "state has other values",
        ),
        ("hello", changed("hello", "required", value=["product"]), "product is asked for"),
        (
            "ack",
            changed("ack", "properties", "delivery_id", "type", value="integer"),
            "delivery_id has other types",
        ),
    ],
)
def test_what_would_break_a_consumer_is_noticed(name: str, now: dict[str, Any], complaint: str) -> None:
    assert complaint in broken(PUBLISHED["schemas"][name], now, is_heard=name in OF_CONSUMERS)


def test_what_is_new_breaks_nobody() -> None:
    more = {"types": ["string"], "required": False, "values": None}
    for name in ("task", "hello"):
        known = PUBLISHED["schemas"][name]
        assert broken(known, {**known, "later": more}, is_heard=name in OF_CONSUMERS) == []
    known = PUBLISHED["schemas"]["task"]
    assert broken(known, {**known, "later": {**more, "required": True}}, is_heard=False) == []


def unexplained(document: Any) -> list[Any]:
    """What is marked as going without a day and what to use in its place."""
    return [
        one
        for one in deprecated(document)
        if not re.search(r"[0-9]{4}-[0-9]{2}-[0-9]{2}.*(?:use|instead)", one.get("description", ""))
    ]


def test_what_is_to_go_says_since_when_and_what_to_use() -> None:
    """MQ-181."""
    assert [one for name in SCHEMAS for one in unexplained(schema(name))] == []
    marked = {"properties": {"old": {"deprecated": True, "description": "Old."}}}
    assert len(unexplained(marked)) == 1
    marked["properties"]["old"]["description"] = "Deprecated since 2027-04-01: use `new`."
    assert unexplained(marked) == []
