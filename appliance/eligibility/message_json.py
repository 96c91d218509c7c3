"""Messages as JSON-ready objects: element names in snake_case, values untouched, code labels beside them."""

from typing import Any

from appliance.eligibility.codes import label
from appliance.eligibility.layout import Kind, layout
from appliance.eligibility.message import Block, ResultMessage

RESULT_FAMILY = "OQSsiquc01res"


def block_as_json(block: Block) -> dict[str, Any]:
    """`block` as an object; absent elements are left out; `<field>_label` stands beside each known code field."""
    found: dict[str, Any] = {}
    for slot in layout(type(block)):
        value = getattr(block, slot.name)
        if value is None or value == ():
            continue
        if slot.kind is Kind.TEXT:
            found[slot.name] = value
            if slot.code_table is not None and value:
                found[f"{slot.name}_label"] = label(slot.code_table, value)
        else:
            found[slot.name] = (
                block_as_json(value) if slot.kind is Kind.BLOCK else [block_as_json(v) for v in value]
            )
    if block.unknown:
        found["unknown"] = list(block.unknown)
    return found


def result_as_json(message: ResultMessage) -> dict[str, Any]:
    """A result as `family`, `header`, `body` (without the list) and `results`."""
    body = block_as_json(message.message_body)
    results = body.pop("result_list", [])
    return {
        "family": RESULT_FAMILY,
        "header": block_as_json(message.message_header),
        "body": body,
        "results": results,
    }
