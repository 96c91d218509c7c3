"""docs/field-guide.md names only what there is: commands, pages, codes, files, pictures. An engineer on site cannot ask."""

import re
from pathlib import Path

import click
import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException

from appliance.cli.commissioning.plan import FILE_NAME, read_plan
from appliance.cli.main import cli
from appliance.console.words import LARGE
from appliance.eligibility.catalogue import CATALOGUE
from appliance.ledger.database import Ledger
from appliance.ledger.times import utc_now
from appliance.settings import Box, Settings
from appliance.web.app import create_app
from tests.stories.guide_pictures import CONSOLES, LARGEST, PAGES

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "field-guide.md"
TEXT = GUIDE.read_text("utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)
QUOTED = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```$", "", TEXT, flags=re.DOTALL | re.MULTILINE))
MOST_LINES = 400
APPLIANCE = GUIDE.parents[1] / "appliance"
OF_THIS_GUIDE = frozenset({"だめ"})
"""What people say, not pages."""


def test_it_is_short_enough_for_twenty_minutes_and_has_its_english() -> None:
    assert len(TEXT.splitlines()) <= MOST_LINES
    assert "## In English" in TEXT


def commands() -> list[str]:
    blocks = "\n".join(text for _, text in BLOCKS)
    return [one for one in (*QUOTED, *blocks.splitlines()) if one.startswith("madoguchi ")]


def test_it_has_commands_at_all() -> None:
    assert len(commands()) >= 5


@pytest.mark.parametrize("line", commands())
def test_each_command_is_one(line: str) -> None:
    found: click.Command = cli
    words = line.split()[1:]
    while words and isinstance(found, click.Group):
        inner = found.get_command(click.Context(found), words[0])
        assert inner is not None, line
        found = inner
        words = words[1:]
    options = {option for one in found.params for option in one.opts}
    assert {word for word in words if word.startswith("--")} <= options | {"--state"}, line


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    box = Box(tmp_path_factory.mktemp("guide"))
    box.create()
    settings = Settings(institution_code="1319999999")
    box.save(settings)
    return create_app(box, Ledger.of(box), settings, utc_now)


def test_each_page_is_there(app: Flask) -> None:
    paths = {one for one in QUOTED if re.fullmatch(r"/[a-z/-]*", one)}
    assert len(paths) >= 15
    routes = app.url_map.bind("localhost", url_scheme="https")
    missing = []
    for path in sorted(paths):
        try:
            routes.match(path, "GET")
        except HTTPException:
            missing.append(path)
    assert missing == []


def test_each_word_of_a_page_stands_on_one() -> None:
    said = set(re.findall("「([^」]+)」", TEXT)) - OF_THIS_GUIDE
    ours = (path for kind in ("*.html", "*.py") for path in APPLIANCE.rglob(kind))
    pages = "\n".join(path.read_text("utf-8") for path in ours)
    assert [word for word in sorted(said) if word not in pages] == []


def test_each_code_is_one_of_ours() -> None:
    codes = {one for one in QUOTED if re.fullmatch(r"[A-Z]+-\d{3}", one)}
    assert len(codes) >= 20
    assert codes <= CATALOGUE.keys()


def test_each_word_of_the_monitor_is_told() -> None:
    assert {f"| `{word}` |" for word in LARGE.values()} <= set(
        re.findall(r"^\| `[A-Z ]+` \|", TEXT, re.MULTILINE)
    )


def test_each_file_and_chapter_that_it_points_at_is_there() -> None:
    headings = {_anchor(one) for one in re.findall(r"^#+ (.+)$", TEXT, re.MULTILINE)}
    for target in re.findall(r"\]\(([^)]+)\)", TEXT):
        path, _, anchor = target.partition("#")
        assert not path or (GUIDE.parent / path).exists(), target
        assert path or anchor in headings, target


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w\s-]", "", heading.lower()).strip().replace(" ", "-")


def test_each_picture_is_small_described_and_made_by_the_script() -> None:
    shown = re.findall(r"!\[([^\]]*)\]\(field-guide/([^)]+)\)", TEXT)
    there = {one.name for one in (GUIDE.parent / "field-guide").iterdir()}
    assert {name for _, name in shown} == there
    assert all(words for words, _ in shown)
    assert there == {"cabling.svg"} | {f"{one.name}.png" for one in PAGES} | {
        f"{name}.png" for name in CONSOLES
    }
    assert all(one.stat().st_size <= LARGEST for one in (GUIDE.parent / "field-guide").iterdir())


def test_the_stick_it_shows_is_one_that_the_box_takes() -> None:
    assert FILE_NAME in TEXT
    (example,) = (text for kind, text in BLOCKS if kind == "toml")
    plan = read_plan(example)
    assert plan.institution_code == "1319999999"
    assert plan.lan is not None
    assert [name for name, _ in plan.consumers] == ["emr"]
