"""Writes contract/fhir-extensions.json: a StructureDefinition for every extension of ours, for validators that want to know them.

.venv/bin/python -m tools.fhir_extensions
"""

import json
from pathlib import Path
from typing import Any

from appliance.eligibility.fhir import systems
from appliance.eligibility.labels import field_label
from appliance.eligibility.layout import Kind, Slot, layout
from appliance.eligibility.message import Block, ResultMessage

FILE = Path(__file__).resolve().parents[1] / "contract" / "fhir-extensions.json"
CONTEXTS = (
    "Patient",
    "Organization",
    "Coverage",
    "CoverageEligibilityRequest",
    "CoverageEligibilityResponse",
    "CoverageEligibilityResponse.insurance",
    "CoverageEligibilityResponse.insurance.item",
)
_OURS = {
    systems.BLANK: 'An element that is there and blank, as Element="…"; FHIR has no empty strings',
    systems.UNKNOWN: "What this version of the box does not know, as XML",
}
Json = dict[str, Any]


def definitions() -> Json:
    """A Bundle of them, by name."""
    titles, types = dict(_OURS), {name: {"string"} for name in _OURS}
    for block, slot in _fields(ResultMessage):
        titles.setdefault(slot.element, field_label(block, slot.name))
        types.setdefault(slot.element, {"string"}).update(_types(slot))
    entries = [_definition(name, titles[name], sorted(types[name])) for name in sorted(titles)]
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"fullUrl": entry["url"], "resource": entry} for entry in entries],
    }


def as_text(bundle: Json) -> str:
    """One definition a line, so that a change can be read."""
    lines = [json.dumps(entry, ensure_ascii=False) for entry in bundle["entry"]]
    head = '{"resourceType": "Bundle", "type": "collection", "entry": [\n'
    return head + ",\n".join(lines) + "\n]}\n"


def _fields(block: type[Block]) -> list[tuple[type[Block], Slot]]:
    found = []
    for slot in layout(block):
        if slot.block is None:
            found.append((block, slot))
        else:
            found += _fields(slot.block)
    return found


def _types(slot: Slot) -> set[str]:
    if slot.code_table is not None:
        return {"Coding"}
    if slot.name == "birthdate" or slot.name.endswith("_date"):
        return {"date"}
    return {"dateTime"} if slot.name.endswith("_time") and slot.kind is Kind.TEXT else set()


def _definition(name: str, title: str, types: list[str]) -> Json:
    url = f"{systems.OUR_EXTENSION}/{name}"
    return {
        "resourceType": "StructureDefinition",
        "id": name,
        "url": url,
        "version": "1.0.0",
        "name": name,
        "title": title,
        "status": "active",
        "fhirVersion": "4.0.1",
        "kind": "complex-type",
        "abstract": False,
        "context": [{"type": "element", "expression": one} for one in CONTEXTS],
        "type": "Extension",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Extension",
        "derivation": "constraint",
        "differential": {
            "element": [
                {"id": "Extension", "path": "Extension", "short": title},
                {"id": "Extension.extension", "path": "Extension.extension", "max": "0"},
                {"id": "Extension.url", "path": "Extension.url", "fixedUri": url},
                {
                    "id": "Extension.value[x]",
                    "path": "Extension.value[x]",
                    "min": 1,
                    "type": [{"code": one} for one in types],
                },
            ]
        },
    }


if __name__ == "__main__":
    FILE.write_text(as_text(definitions()), "utf-8")
