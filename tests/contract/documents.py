"""The contract's files, as tests read them."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

ROOT = Path(__file__).resolve().parents[2]
CONTRACT = ROOT / "contract"
README = (CONTRACT / "README.md").read_text("utf-8")
SCHEMAS = (
    "box-state",
    "reader-state",
    "eligibility",
    "eligibility-fhir",
    "ack",
    "hello",
    "bulk-request",
    "bulk-answer",
    "bulk-progress",
    "bulk-result",
    "task",
    "medical",
    "request",
    "answer",
    "outcome",
)


@cache
def asyncapi() -> Any:
    """The AsyncAPI document."""
    return yaml.safe_load((CONTRACT / "asyncapi.yaml").read_text("utf-8"))


@cache
def openapi() -> Any:
    """The OpenAPI document."""
    return yaml.safe_load((CONTRACT / "openapi.yaml").read_text("utf-8"))


@cache
def schema(name: str) -> Any:
    """One JSON Schema."""
    return json.loads((CONTRACT / "schema" / f"{name}.schema.json").read_text("utf-8"))


def complaints(name: str, message: Any) -> list[str]:
    """What the schema has to say against a message."""
    validator = Draft202012Validator(schema(name), format_checker=Draft202012Validator.FORMAT_CHECKER)
    return [error.message for error in validator.iter_errors(message)]
