"""The walk over every page is over every one: a new route needs an example, and each example leads to its route."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from benchmarks.page_examples import EXAMPLES, LEFT_OUT, PIECES
from benchmarks.page_weight import load_all
from tests.web.desk_world import desk_in

VALUES = {"trial": "1", "search": "/disaster/searches/0", "opening": "/disaster/openings/0"}


@pytest.fixture
def app(box_dir: Path) -> Iterator[Flask]:
    with desk_in(box_dir) as desk:
        yield desk.app()


def asked_for(app: Flask) -> set[str]:
    """Every endpoint that answers GET, but for files."""
    rules = (rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()))
    return {rule.endpoint for rule in rules if rule.endpoint.rpartition(".")[2] != "static"}


def test_every_page_has_an_example_or_a_reason(app: Flask) -> None:
    assert asked_for(app) == set(EXAMPLES) | set(LEFT_OUT)
    assert not set(EXAMPLES) & set(LEFT_OUT)
    assert set(EXAMPLES) >= PIECES


def test_each_example_leads_to_its_page(app: Flask) -> None:
    at = app.url_map.bind("localhost")
    for endpoint, example in EXAMPLES.items():
        path = re.sub(r"\{(\w+)\}", lambda name: VALUES.get(name[1], "0123"), example).partition("?")[0]
        assert at.match(path)[0] == endpoint, example


def test_the_files_of_a_page_are_found_through_scripts_and_styles() -> None:
    files = {
        "/a/page.css": b'@import "more.css"; a { background: url(../b/paper.svg) }',
        "/a/more.css": b"",
        "/b/paper.svg": b"",
        "/a/page.js": b'import { one } from "./one.js";\nimport "/c/two.js";\nexport class A { at = "/a/events" }',
        "/a/one.js": b'import {\n  two,\n} from "/c/two.js";\nexport { three } from "./three.js";',
        "/a/three.js": b"",
        "/c/two.js": b'import * as one from "/a/one.js";',
    }
    asked = []

    def fetch(at: str) -> bytes:
        asked.append(at)
        return files[at]

    page = (
        b"""<link rel=stylesheet href=/a/page.css><link rel=help href=/help><script src="page.js"></script>"""
    )
    load_all(page, "/a/", fetch)
    assert sorted(asked) == sorted(files)
