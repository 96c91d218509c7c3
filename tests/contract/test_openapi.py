"""OpenAPI, schemas, prose and the served document say the same; the API has what the document has, and nothing else."""

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from flask import Flask

from appliance.settings import Settings
from appliance.web.api import blueprint
from tests.contract.documents import CONTRACT, README, ROOT, openapi


def bundler() -> ModuleType:
    """The tool that makes the served document."""
    spec = importlib.util.spec_from_file_location("openapi_tool", ROOT / "tools" / "openapi.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def references(node: Any) -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        for key in ("$ref", "externalValue"):
            if key in node:
                yield key, node[key]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def resolved(reference: str) -> Any:
    node = openapi()
    for step in reference.removeprefix("#/").split("/"):
        node = node[step]
    return node


def test_the_served_document_is_made_of_the_contract() -> None:
    """API-071. `make openapi` makes it anew."""
    tool = bundler()
    assert Path(tool.MADE).read_text("utf-8") == tool.bundled()


def test_every_reference_leads_somewhere() -> None:
    found = set(references(openapi()))
    assert len(found) > 20
    for key, target in found:
        if key == "$ref" and target.startswith("#/"):
            assert resolved(target) is not None
        else:
            assert (CONTRACT / target).is_file(), target


def operations() -> dict[tuple[str, str], Any]:
    return {
        (method.upper(), path): operation
        for path, item in openapi()["paths"].items()
        for method, operation in item.items()
        if method != "parameters"
    }


def test_the_document_has_what_the_api_has() -> None:
    app = Flask(__name__)
    app.register_blueprint(blueprint)
    served = {
        (method, re.sub(r"<(\w+)>", r"{\1}", rule.rule))
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api/")
    }
    assert set(operations()) == served


@pytest.mark.parametrize("key", sorted(operations()), ids=" ".join)
def test_every_operation_has_its_words_and_its_errors(key: tuple[str, str]) -> None:
    operation = operations()[key]
    assert operation["summary"]
    assert operation["tags"]
    responses = operation["responses"]
    assert responses["default"] == {"$ref": "#/components/responses/Error"}
    if operation.get("security") != []:
        assert {"401", "403", "429"} <= set(responses)
    assert "404" in responses or "{" not in key[1]


def test_no_parameter_can_name_a_patient() -> None:
    """API-005."""
    names = {
        parameter["name"]
        for operation in operations().values()
        for said in operation.get("parameters", [])
        for parameter in [resolved(said["$ref"]) if "$ref" in said else said]
        if parameter["in"] != "header"
    }
    in_paths = set(re.findall(r"{(\w+)}", " ".join(openapi()["paths"])))
    assert names | in_paths == {"after", "limit", "wait", "delivery_id", "run_id", "request_id"}


def test_the_prose_names_every_operation() -> None:
    for method, path in operations():
        assert f"`{method} {path}`" in README, (method, path)


def test_limits_of_the_prose_are_those_of_the_code() -> None:
    made = Settings(institution_code="1319999999")
    assert f"at first {made.api_requests_a_minute}" in README
    assert f"at first {made.api_longest_wait:g} seconds" in README
