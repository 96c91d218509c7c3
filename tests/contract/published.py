"""What of the contract was published, and whether it still holds: `python -m tests.contract.published` writes it down anew.

To be run when a version is released; what was written down once stays, whatever comes beside it.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tests.contract.documents import CONTRACT, SCHEMAS, asyncapi, schema

FILE = CONTRACT / "published.json"
Shape = dict[str, Any]


def _heard() -> frozenset[str]:
    named = asyncapi()["components"]["messages"]
    operations = [one for one in asyncapi()["operations"].values() if one["action"] == "receive"]
    return frozenset(named[one["channel"]["$ref"].rpartition("/")[2]]["name"] for one in operations)


OF_CONSUMERS = _heard()
"""Messages that the box hears. It may ask less of them than before, never more."""


def shape(document: Mapping[str, Any]) -> Shape:
    """Each member by its path: its types, whether it must be there, the only values it may have (null: any)."""
    return dict(_members(document, document, ""))


def _members(document: Mapping[str, Any], node: Any, path: str) -> Iterator[tuple[str, Any]]:
    for one in _alternatives(document, node):
        for name, member in one.get("properties", {}).items():
            here = f"{path}.{name}".lstrip(".")
            kinds = [*_alternatives(document, member)]
            yield (
                here,
                {
                    "types": sorted({kind for each in kinds for kind in _types(each)}),
                    "required": name in one.get("required", ()),
                    "values": next((_values(each) for each in kinds if _values(each)), None),
                },
            )
            for each in kinds:
                yield from _members(document, each, here)
                if "items" in each:
                    yield from _members(document, each["items"], f"{here}[]")


def _alternatives(document: Mapping[str, Any], node: Any) -> Iterator[Any]:
    """`node` with its references followed, and whatever it may be besides."""
    if "$ref" in node:
        yield from _alternatives(document, document["$defs"][node["$ref"].rpartition("/")[2]])
        return
    yield node
    for each in (*node.get("oneOf", ()), *(one["then"] for one in node.get("allOf", ()))):
        if "$ref" in each or "type" in each or "properties" in each:
            yield from _alternatives(document, each)


def _types(node: Any) -> list[str]:
    found = node.get("type", [])
    return [found] if isinstance(found, str) else list(found)


def _values(node: Any) -> list[Any] | None:
    return [node["const"]] if "const" in node else node.get("enum")


def current() -> dict[str, Any]:
    """The contract as it stands."""
    return {
        "topics": sorted(channel["address"] for channel in asyncapi()["channels"].values()),
        "schemas": {name: shape(schema(name)) for name in SCHEMAS},
    }


def broken(before: Mapping[str, Any], now: Mapping[str, Any], *, is_heard: bool) -> list[str]:
    """What was published and does not hold any more."""
    found = [f"{path} is gone" for path in before if path not in now]
    for path in before.keys() & now.keys():
        was, is_now = before[path], now[path]
        if is_heard:
            fewer = set(was["types"]) - set(is_now["types"])
            values = set(was["values"] or ()) - set(is_now["values"] or was["values"] or ())
        else:
            fewer = set(was["types"]) ^ set(is_now["types"])
            values = {repr(was["values"])} ^ {repr(is_now["values"])}
        found += [f"{path} has other types"] if fewer else []
        found += [f"{path} has other values"] if values else []
        if was["required"] != is_now["required"] and was["required"] is not is_heard:
            found.append(f"{path} is {'asked for' if is_heard else 'not always there'}")
    if is_heard:
        found += [f"{path} is asked for" for path in now.keys() - before.keys() if now[path]["required"]]
    return sorted(found)


def deprecated(node: Any) -> Iterator[Any]:
    """Whatever is marked as going."""
    if isinstance(node, dict):
        if node.get("deprecated") is True:
            yield node
        for value in node.values():
            yield from deprecated(value)
    elif isinstance(node, list):
        for value in node:
            yield from deprecated(value)


if __name__ == "__main__":
    FILE.write_text(json.dumps(current(), ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
