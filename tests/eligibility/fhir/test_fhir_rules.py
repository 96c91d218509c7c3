"""What the model library knows of R4 and does not check by itself: which codes there are, what a reference may lead to, and
those of FHIR's invariants that our resources could break.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle
from hypothesis import given
from pydantic import BaseModel

from appliance.eligibility.fhir.bundle import bundle
from appliance.eligibility.message import ResultMessage
from tests.eligibility.fhir.test_fhir_bundles import ABOUT, SCENARIOS, likely_text
from tests.eligibility.test_message_round_trip import blocks, patient

NO_WORDS: dict[str, Any] = {}


def members(model: BaseModel) -> Iterator[tuple[dict[str, Any], str, Any]]:
    """Every value in `model`, however deep, with the words of its field and its path."""
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        words = field.json_schema_extra
        for one in value if isinstance(value, list) else [value]:
            if one is not None:
                yield (words if isinstance(words, dict) else NO_WORDS), f"{type(model).__name__}.{name}", one
            if isinstance(one, BaseModel):
                yield from members(one)


def complaints(made: dict[str, Any]) -> list[str]:
    """What is wrong with a Bundle, by path."""
    kinds = {entry["fullUrl"]: entry["resource"]["resourceType"] for entry in made["entry"]}
    kinds |= {
        f"#{inner['id']}": inner["resourceType"]
        for entry in made["entry"]
        for inner in entry["resource"].get("contained", ())
    }
    found = []
    for words, path, value in members(Bundle.model_validate(made)):
        if "enum_values" in words and value not in words["enum_values"]:
            found.append(f"{path}: {value}")
        if "enum_reference_types" in words:
            kind = kinds.get(value.reference, value.type)
            if kind is not None and kind not in [*words["enum_reference_types"]]:
                found.append(f"{path}: leads to {kind}")
    return [*found, *broken(made)]


def objects(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from objects(value)
    elif isinstance(node, list):
        for value in node:
            yield from objects(value)


def broken(made: dict[str, Any]) -> Iterator[str]:
    """The invariants by FHIR's own names."""
    for one in objects(made):
        if {"start", "end"} <= one.keys() and one["start"] > one["end"]:
            yield "per-1"
        if one.get("resourceType") == "Organization" and not one.keys() & {"identifier", "name"}:
            yield "org-1"
        if str(one.get("url", "")).startswith("http") and ("extension" in one) == (
            any(name.startswith("value") for name in one)
        ):
            yield "ext-1"
        if not one:
            yield "ele-1"
        inner = {f"#{contained['id']}" for contained in one.get("contained", ())}
        if not inner <= {other.get("reference") for other in objects(one)}:
            yield "dom-3"


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_answer_of_the_center_keeps_the_rules(name: str) -> None:
    assert complaints(bundle(SCENARIOS[name], ABOUT)) == []


@patient
@given(blocks(ResultMessage, likely_text))
def test_so_does_whatever_looks_like_an_answer(message: ResultMessage) -> None:
    assert complaints(bundle(message)) == []


def test_a_wrong_target_and_a_wrong_code_are_found() -> None:
    made = bundle(SCENARIOS["p01 card"], ABOUT)
    answer = next(
        entry["resource"]
        for entry in made["entry"]
        if entry["resource"]["resourceType"] == "CoverageEligibilityResponse"
    )
    answer |= {
        "patient": answer["requestor"],
        "outcome": "fine",
        "insurance": [{"coverage": {"type": "Group"}}],
    }
    assert len(complaints(made)) == 3
    answer["insurance"][0]["benefitPeriod"] = {"start": "2026-04-02", "end": "2026-04-01"}
    assert "per-1" in complaints(made)
