"""Rooms import only what stands below them, and the rule that says so can fail."""

from pathlib import Path

import pytest

from tests.lint.floor_rule import MAY_IMPORT, PACKAGED_DATA, imports_of, room_of, violations

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "appliance").rglob("*.py"))


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def complaints_about(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8")
    return violations(text, module_name(path), is_package=path.name == "__init__.py")


def test_house_keeps_its_floors() -> None:
    assert len(SOURCES) > 8
    assert [line for path in SOURCES for line in complaints_about(path)] == []


@pytest.mark.parametrize(
    ("module", "source", "complaint"),
    [
        (
            "appliance.eligibility.x",
            "import appliance.ledger",
            "appliance.eligibility may not import appliance.ledger",
        ),
        (
            "appliance.ledger.x",
            "from appliance.sync import queue",
            "appliance.ledger may not import appliance.sync",
        ),
        (
            "appliance.ledger.x",
            "from appliance import hatch",
            "appliance.ledger may not import appliance.hatch",
        ),
        (
            "appliance.hatch",
            "from appliance.web.app import f",
            "appliance.hatch may not import appliance.web",
        ),
        ("appliance.settings", "import appliance.cli", "appliance.settings may not import appliance.cli"),
        ("appliance.identity", "from . import demo", "appliance.identity may not import appliance.demo"),
        (
            "appliance.web.x",
            "from appliance import devices",
            "appliance.web may not import appliance.devices",
        ),
        ("appliance.web.x", "from ..sync.link import Link", "appliance.web may not import appliance.sync"),
        (
            "appliance.health.x",
            "def f():\n    import appliance.web",
            "appliance.health may not import appliance.web",
        ),
        (
            "appliance.devices.x",
            "import appliance.demo.vpcd as v",
            "appliance.devices may not import appliance.demo",
        ),
        (
            "appliance.demo.x",
            "from appliance.devices import pin",
            "appliance.demo may not import appliance.devices",
        ),
        ("appliance.demo.x", "import appliance.cli", "appliance.demo may not import appliance.cli"),
        (
            "appliance.sync.x",
            "import importlib\nimportlib.import_module('appliance.web.app')",
            "appliance.sync may not import appliance.web",
        ),
        (
            "appliance.sync.x",
            "from importlib import import_module as import_module\nimport_module('..web', __package__)",
            "appliance.sync may not import appliance.web",
        ),
        (
            "appliance.sync.x",
            "__import__('appliance.health')",
            "appliance.sync may not import appliance.health",
        ),
        ("appliance.sync.x", "import importlib\nimportlib.import_module(name)", "hides from this rule"),
        ("appliance.lobby.x", "", "stands on no floor"),
    ],
)
def test_wrong_import_is_found(module: str, source: str, complaint: str) -> None:
    assert complaint in "\n".join(violations(source, module))


@pytest.mark.parametrize(
    "source",
    [
        "import os.path",
        "from socket import socket",
        "import sqlite3",
        "import time",
        "from urllib.request import urlopen",
        "import secrets",
        "import flask",
        "from cryptography import x509",
        "open('rules.toml')",
        "print(1)",
        "from datetime import date\ndate.today()",
        "import datetime\ndatetime.datetime.now(datetime.UTC)",
    ],
)
def test_floor_one_stays_pure(source: str) -> None:
    assert violations(source, "appliance.eligibility.x")
    assert not violations(source, "appliance.ledger.x")


def test_one_module_of_floor_one_reads_what_comes_with_the_package_and_nothing_else() -> None:
    assert list(PACKAGED_DATA) == ["appliance.eligibility.packaged"]
    (reader,) = PACKAGED_DATA
    assert violations("from importlib import resources", reader) == []
    assert violations("from importlib import resources", "appliance.eligibility.x")
    for source in ("import importlib", "from importlib import metadata", "import os", "open('/etc/x')"):
        assert violations(source, reader), source


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("appliance.eligibility.x", "import re\nfrom lxml import etree\nfrom urllib.parse import quote"),
        ("appliance.eligibility.x", "from appliance.eligibility.codes import Validity\nfrom . import eras"),
        ("appliance.ledger.x", "import sqlite3\nfrom appliance.eligibility.trouble import Trouble"),
        (
            "appliance.web.x",
            "from appliance import hatch\nfrom appliance.ledger import bell\nfrom .pages import p",
        ),
        ("appliance.demo.x", "from appliance.identity import Authority\nimport appliance.demo.card_ca"),
        (
            "appliance.cli",
            "import appliance.web.app\nfrom appliance.demo import people\nimport appliance.devices",
        ),
    ],
)
def test_right_import_passes(module: str, source: str) -> None:
    assert violations(source, module) == []


def test_relative_imports_in_a_package_start_at_the_package() -> None:
    found = [
        i.module for i in imports_of("from . import a\nfrom .b import c", "appliance.web", is_package=True)
    ]
    assert found == ["appliance.web.a", "appliance.web.b.c"]


def test_every_row_of_the_table_is_a_room() -> None:
    assert {room_of(room) for room in MAY_IMPORT} == set(MAY_IMPORT)
