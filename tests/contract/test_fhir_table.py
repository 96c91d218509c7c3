"""`contract/fhir.md`: every element has a row, and each row is true."""

import re
from typing import Any

import pytest

from appliance.eligibility.codes import TABLES
from appliance.eligibility.fhir import systems
from appliance.eligibility.fhir.bundle import bundle
from appliance.eligibility.layout import Kind, Slot, layout
from appliance.eligibility.message import (
    Block,
    Qualification,
    ResultBody,
    ResultHeader,
    ResultMessage,
    SearchInfo,
)
from tests.contract.documents import CONTRACT
from tests.eligibility.fhir.blocks import BLOCKS

PAGE = (CONTRACT / "fhir.md").read_text("utf-8")
SECTION = re.compile(r"^### `(\w+)`\n(.*?)(?=^### |\Z)", re.MULTILINE | re.DOTALL)
ROW = re.compile(r"^\| `(\w+)` \|[^|]*\| `([^`]+)` \|$", re.MULTILINE)
STEP = re.compile(r"(\w+)(?:\(([^)]*)\))?(?:\.|$)")

TABLE = {name: dict(ROW.findall(text)) for name, text in SECTION.findall(PAGE)}
ROWS = [(block, slot) for block in BLOCKS.values() for slot in layout(block) if slot.kind is Kind.TEXT]


def test_every_element_has_a_row_and_no_other() -> None:
    blocks: set[type[Block]] = {ResultMessage, *BLOCKS.values()}
    for block in blocks:
        inner = {slot.block for slot in layout(block) if slot.block is not None}
        assert inner <= blocks, "a group of elements without a section"
    assert set(TABLE) == set(BLOCKS)
    for name, block in BLOCKS.items():
        assert list(TABLE[name]) == [slot.element for slot in layout(block) if slot.kind is Kind.TEXT]


def sample(slot: Slot) -> tuple[str, Any]:
    """A value as the center writes it, and what FHIR makes of it."""
    if slot.name == "sex1":
        return "2", "female"
    if slot.code_table is not None:
        code = next(iter(TABLES[slot.code_table]))
        return code, code
    if slot.name == "birthdate" or slot.name.endswith("_date"):
        return "20260401", "2026-04-01"
    if slot.name.endswith("_time"):
        return "20260401090112", "2026-04-01T09:01:12+09:00"
    if slot.name.endswith("_ratio"):
        return "030", 30
    return ("20000", 20000) if "self_pay" in slot.name else (f"値 {slot.element}", f"値 {slot.element}")


def message_with(block: type[Block], values: dict[str, str]) -> ResultMessage:
    """A message in which nothing is said but this."""
    kind: Any = block
    made = kind(**values)
    if block is ResultHeader:
        return ResultMessage(message_header=made)
    if block is ResultBody:
        return ResultMessage(message_body=made)
    if block is SearchInfo:
        return ResultMessage(message_body=ResultBody(qualification_confirm_search_info=made))
    if block is not Qualification:
        slot = next(one for one in layout(Qualification) if one.block is block)
        inside: Any = {slot.name: made if slot.kind is Kind.BLOCK else (made,)}
        made = Qualification(**inside)
    return ResultMessage(message_body=ResultBody(result_list=(made,)))


def leaves(node: Any) -> list[Any]:
    if isinstance(node, dict):
        return [leaf for value in node.values() for leaf in leaves(value)]
    return [leaf for value in node for leaf in leaves(value)] if isinstance(node, list) else [node]


def at(made: dict[str, Any], place: str) -> list[Any]:
    """What stands at a place of the table, the filters' own words aside."""
    found: list[Any] = [entry["resource"] for entry in made["entry"]]
    for number, (member, filters) in enumerate(STEP.findall(place)):
        if number == 0:
            found = [one for one in found if one["resourceType"] == member]
        else:
            values = [one[member] for one in found if isinstance(one, dict) and member in one]
            found = [one for value in values for one in (value if isinstance(value, list) else [value])]
        for word in filter(None, re.split(r",\s*", filters)):
            found = [
                one for one in found if any(str(leaf).rpartition("/")[2] == word for leaf in leaves(one))
            ]
    return found


@pytest.mark.parametrize(
    ("block", "slot"), ROWS, ids=[f"{block.__name__}-{slot.element}" for block, slot in ROWS]
)
def test_the_value_stands_where_the_row_says(block: type[Block], slot: Slot) -> None:
    name = next(name for name, one in BLOCKS.items() if one is block)
    place = TABLE[name][slot.element]
    value, expected = sample(slot)
    if place.endswith("coding.code"):
        value = expected = "D1"
    made = bundle(message_with(block, {slot.name: value}))
    assert expected in [leaf for one in at(made, place) for leaf in leaves(one)], at(made, place)
    assert at(bundle(message_with(block, {})), place) == []


@pytest.mark.parametrize(
    ("block", "slot"), ROWS, ids=[f"{block.__name__}-{slot.element}" for block, slot in ROWS]
)
def test_what_fits_no_type_is_an_extension_of_the_elements_name(block: type[Block], slot: Slot) -> None:
    made = bundle(message_with(block, {slot.name: "　"}))
    said = [one for one in extensions(made) if one["url"].startswith(systems.OUR_EXTENSION)]
    assert [one["valueString"] for one in said] == [f'{slot.element}="　"']


def extensions(node: Any) -> list[dict[str, Any]]:
    if isinstance(node, dict):
        return [*node.get("extension", ()), *(one for value in node.values() for one in extensions(value))]
    return [one for value in node for one in extensions(value)] if isinstance(node, list) else []


def test_the_systems_the_page_names_are_those_in_use() -> None:
    named = set(re.findall(r"`((?:urn:oid|http:)[^`…<]+)`", PAGE))
    known = {value for value in vars(systems).values() if isinstance(value, str)}
    assert named <= {*known, f"{systems.OUR_EXTENSION}/", "urn:oid:", "http:"}
    assert len(named) > 5
