#!/usr/bin/env python3
"""Make the one file that the box serves of `contract/openapi.yaml` and the schemas and examples it names."""

import json
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
CONTRACT = ROOT / "contract"
MADE = ROOT / "appliance" / "web" / "api" / "openapi.json"
_FOLDER, _ENDING = "schema/", ".schema.json"


def bundled() -> str:
    """The document with everything inside: each schema under its own name, each of its definitions beside it."""
    document = yaml.safe_load((CONTRACT / "openapi.yaml").read_text("utf-8"))
    schemas: dict[str, Any] = {}
    document = _resolved(document, schemas)
    document["components"]["schemas"] |= dict(sorted(schemas.items()))
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _resolved(node: Any, schemas: dict[str, Any]) -> Any:
    if isinstance(node, list):
        return [_resolved(one, schemas) for one in node]
    if not isinstance(node, dict):
        return node
    reference = node.get("$ref", "")
    if reference.startswith(_FOLDER):
        name = reference.removeprefix(_FOLDER).removesuffix(_ENDING)
        _take_in(name, schemas)
        return {"$ref": f"#/components/schemas/{name}"}
    if "externalValue" in node:
        return {"value": json.loads((CONTRACT / node["externalValue"]).read_text("utf-8"))}
    return {key: _resolved(value, schemas) for key, value in node.items()}


def _take_in(name: str, schemas: dict[str, Any]) -> None:
    if name in schemas:
        return
    schema = json.loads((CONTRACT / _FOLDER / f"{name}{_ENDING}").read_text("utf-8"))
    definitions = schema.pop("$defs", {})
    for key in ("$schema", "$id"):
        del schema[key]
    schemas[name] = _renamed(schema, name)
    for key, value in definitions.items():
        schemas[f"{name}.{key}"] = _renamed(value, name)


def _renamed(node: Any, name: str) -> Any:
    if isinstance(node, list):
        return [_renamed(one, name) for one in node]
    if not isinstance(node, dict):
        return node
    if str(node.get("$ref", "")).startswith("#/$defs/"):
        inner = node["$ref"].removeprefix("#/$defs/")
        node = node | {"$ref": f"#/components/schemas/{name}.{inner}"}
    return {key: _renamed(value, name) if key != "$ref" else value for key, value in node.items()}


def main() -> int:
    """Write it."""
    MADE.write_text(bundled(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
