"""Messages as JSON-ready objects: element names in snake_case, values untouched, code labels beside them."""

from collections.abc import Iterator
from typing import Any

from appliance.eligibility.codes import label
from appliance.eligibility.families import Reading
from appliance.eligibility.layout import Kind, layout
from appliance.eligibility.message import Block, Extra, ExtraKind, ResultMessage
from appliance.eligibility.message_bulk import BulkConfirmUnit, BulkResultMessage
from appliance.eligibility.message_reference import ReferenceBulkMessage
from appliance.eligibility.message_xml import unit_results

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
    if strange := strange_parts(block):
        found["unknown"] = list(strange)
    return found


def strange_parts(block: Block) -> tuple[str, ...]:
    """What of `block` belongs to no field, as text: XML of elements, attributes as `field@name="value"`, loose text."""
    return (*block.unknown, *(said for extra in block.extras if (said := _said(extra))))


def _said(extra: Extra) -> str:
    if extra.kind is ExtraKind.ATTRIBUTE:
        return f'{extra.field}@{extra.name}="{extra.value}"'
    return extra.value


def result_as_json(message: ResultMessage, family: str = RESULT_FAMILY) -> dict[str, Any]:
    """A result as `family`, `header`, `body` (without the list) and `results`; `unknown` if there is anything."""
    body = block_as_json(message.message_body)
    results = body.pop("result_list", [])
    return {**_frame(message, family, body), "results": results}


def reading_as_json(reading: Reading) -> dict[str, Any]:
    """A message of any family: results have `results`, bulk results `units`, each with its own `results`.

    `unknown` gathers whatever belongs to no field, with the path of the group it stands in; it stands there as well.
    """
    message, family = reading.message, reading.family.key
    if isinstance(message, ResultMessage):
        found = result_as_json(message, family)
    elif isinstance(message, BulkResultMessage | ReferenceBulkMessage):
        units = message.message_body.bulk_confirm_unit
        body = block_as_json(message.message_body)
        body.pop("bulk_confirm_unit", None)
        found = {**_frame(message, family, body), "units": [_unit(unit) for unit in units]}
    else:
        found = _frame(message, family, block_as_json(getattr(message, "message_body", Block())))
    gathered = [{"in": path, "found": said} for path, said in _gathered(message, "")]
    return {**found, "title": reading.family.title, "basis": reading.family.basis.value, "unknown": gathered}


def _frame(message: Block, family: str, body: dict[str, Any]) -> dict[str, Any]:
    header = block_as_json(getattr(message, "message_header", Block()))
    found: dict[str, Any] = {"family": family, "header": header, "body": body}
    if strange := strange_parts(message):
        found["unknown"] = list(strange)
    return found


def _unit(unit: Block) -> dict[str, Any]:
    found = block_as_json(unit)
    if isinstance(unit, BulkConfirmUnit):
        found.pop("result_of_qualification_confirmation", None)
        found.pop("result_list", None)
        found["results"] = [block_as_json(result) for result in unit_results(unit)]
    return found


def _gathered(block: Block, path: str) -> Iterator[tuple[str, str]]:
    yield from ((path, said) for said in strange_parts(block))
    for slot in layout(type(block)):
        value = getattr(block, slot.name)
        if slot.kind is Kind.TEXT or not value:
            continue
        for item in (value,) if slot.kind is Kind.BLOCK else value:
            yield from _gathered(item, f"{path}/{slot.element}".lstrip("/"))
