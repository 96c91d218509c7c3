"""`contract/fhir-extensions.json` defines every extension of ours, and each that is made fits its definition."""

import json
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle

from appliance.eligibility.fhir import systems
from appliance.eligibility.fhir.bundle import bundle
from appliance.eligibility.message import ResultBody, ResultMessage
from tests.contract.documents import CONTRACT
from tests.contract.test_fhir_table import ROWS, extensions, message_with, sample
from tools.fhir_extensions import CONTEXTS, as_text, definitions

FILE = (CONTRACT / "fhir-extensions.json").read_text("utf-8")
KNOWN = {entry["fullUrl"]: entry["resource"] for entry in json.loads(FILE)["entry"]}


def test_the_file_is_made_of_the_messages_as_they_are() -> None:
    """Else: `.venv/bin/python -m tools.fhir_extensions`."""
    assert as_text(definitions()) == FILE
    assert json.loads(FILE) == definitions()


def test_the_definitions_are_fhir() -> None:
    Bundle.model_validate(definitions())
    elements = {slot.element for _block, slot in ROWS}
    assert {one["name"] for one in KNOWN.values()} == elements | {systems.BLANK, systems.UNKNOWN}


def types_of(url: str) -> set[str]:
    value = KNOWN[url]["differential"]["element"][-1]
    return {f"value{one['code'][0].upper()}{one['code'][1:]}" for one in value["type"]}


def misfits(made: dict[str, Any]) -> list[str]:
    ours = [one for one in extensions(made) if one["url"].startswith(systems.OUR_EXTENSION)]
    return [one["url"] for one in ours if not (one.keys() - {"url"} <= types_of(one["url"]))]


@pytest.mark.parametrize("odd", [None, "　", "a  b", "99999999"])
def test_every_extension_that_is_made_has_its_definition(odd: str | None) -> None:
    for block, slot in ROWS:
        value = sample(slot)[0] if odd is None else odd
        assert misfits(bundle(message_with(block, {slot.name: value}))) == []
    assert misfits(bundle(ResultMessage(message_body=ResultBody(unknown=("<New/>",))))) == []


def contexts(node: Any, path: str = "") -> set[str]:
    """Where extensions of ours stand, by FHIR's path."""
    if isinstance(node, list):
        return {found for one in node for found in contexts(one, path)}
    if not isinstance(node, dict):
        return set()
    here = node.get("resourceType", path)
    own = {here} if any(systems.OUR_EXTENSION in one["url"] for one in node.get("extension", ())) else set()
    return own.union(*(contexts(value, f"{here}.{name}") for name, value in node.items()))


def test_extensions_stand_only_where_their_definitions_say() -> None:
    found = {
        path
        for block, slot in ROWS
        for value in ("　", sample(slot)[0])
        for entry in bundle(message_with(block, {slot.name: value}))["entry"]
        for path in contexts(entry["resource"])
    }
    assert found <= set(CONTEXTS)
    assert len(found) > 4
