"""Names, numbers and notes that are programs: from the center, a list, an EMR, a vendor or a colleague. No page runs them.

Every text of the virtual people that a person could have written is followed by markup, by the end of whatever it may stand in, and
by the character that turns the rest of a line around.
"""

import csv
import html
import io
import re
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest
from lxml import etree
from playwright.sync_api import Browser, Page, expect

from appliance.demo import people
from appliance.demo.people import Person
from appliance.ledger import assets, bulk_export, disaster_searches, medical_questions
from appliance.ledger.accounts import Role
from appliance.ledger.assets import Asset, AssetKind
from appliance.ledger.bulk_export import ExportEncoding
from appliance.ledger.times import utc_now
from appliance.settings import Box
from appliance.web.guard import COOKIE
from benchmarks.every_page_world import Visitor, disaster_examples, examples_of, filled
from benchmarks.page_examples import EXAMPLES, PIECES
from tests.web.desk_world import Desk, served

SUM = "13433"
WRONG = """[...wrong, ...document.querySelectorAll('.pwned'), ...document.body.innerText.match(/\\u202e/g) ?? []].map(String)"""
SHOW_PATIENTS = {
    "bulk.one_run",
    "clinical.read",
    "disaster.read",
    "outage.one_note",
    "outage.one_list",
    "reception.check_detail",
    "reception.expected_detail",
    "reception.start",
    "tasks.month",
}
TURN = "\u202e"
HOSTILE = f"\"'><i class=pwned></i><script>pwned()</script>{{{{7*1919}}}}{TURN}"
_WRITTEN = re.compile(r"name|reason|address")
_TEXT = re.compile(rb">([^<>]*[^\x00-\x7f][^<>]*)</")


def hostile(value: Any, name: str = "") -> Any:
    """A result with the hostile text behind all that somebody could have written."""
    if isinstance(value, Mapping):
        return {key: hostile(inner, key) for key, inner in value.items()}
    if isinstance(value, tuple):
        return tuple(hostile(inner, name) for inner in value)
    return f"{value}{HOSTILE}" if _WRITTEN.search(name) and "kana" not in name else value


def hostile_person(one: Person) -> Person:
    address = f"{one.address}{HOSTILE}"
    return replace(one, name=f"{one.name}{HOSTILE}", address=address, results=hostile(one.results))


def in_answer(xml: bytes) -> bytes:
    """A medical answer with the hostile text behind every Japanese text in it."""
    return _TEXT.sub(lambda found: b">" + found[1] + html.escape(HOSTILE).encode() + b"</", xml)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A box where nobody means well."""
    everybody, medical, disaster = (
        people.people_on,
        medical_questions.sealed_answer,
        disaster_searches.sealed_answer,
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(people, "people_on", lambda day: tuple(hostile_person(one) for one in everybody(day)))
        patch.setattr(
            medical_questions,
            "sealed_answer",
            lambda ledger, check, xml: medical(ledger, check, in_answer(xml)),
        )
        patch.setattr(
            disaster_searches,
            "sealed_answer",
            lambda ledger, check, xml: disaster(ledger, check, in_answer(xml)),
        )
        made = filled(Box(tmp_path_factory.mktemp("box")), 20, utc_now())
        made.settings = replace(made.settings, clinic_name=f"みどり内科{HOSTILE}")
        for person in ("p09", "p04", "p01"):
            made.person(person)
        asset = Asset(AssetKind.OTHER, f"PC{HOSTILE}", f"受付{HOSTILE}", None, HOSTILE)
        assets.add(made.ledger, asset, "kanri", utc_now())
        with closing(made.ledger):
            yield made


@pytest.fixture(scope="module")
def known(desk: Desk) -> dict[str, str]:
    """What stands in addresses."""
    newest = desk.ledger.read.execute("SELECT id FROM checks ORDER BY seq DESC LIMIT 1").fetchone()["id"]
    return examples_of(desk, newest) | disaster_examples(desk)


def wrong_in(page: str) -> list[str]:
    """What of the hostile text has become part of the page."""
    tree = etree.HTML(page)
    found = [f"<{one.tag} class=pwned>" for one in tree.iter("i") if one.get("class") == "pwned"]
    found += [f"<script>{one.text}" for one in tree.iter("script") if "pwned" in (one.text or "")]
    found += [
        f"{one.tag} {name}" for one in tree.iter() for name in map(str, one.attrib) if name.startswith("on")
    ]
    return found + [what for what in (TURN, SUM) if what in page]


def test_it_would_be_found() -> None:
    assert wrong_in(f"<p title='{HOSTILE}'>x</p>") == ["<i class=pwned>", "<script>pwned()", TURN]
    assert wrong_in(f"<p title='{html.escape(HOSTILE.rstrip(TURN))}'>1919</p>") == []


def test_no_page_takes_a_text_for_a_part_of_itself(desk: Desk, known: dict[str, str]) -> None:
    visitor = Visitor(desk.app(), desk)
    wrong, shown = {}, set()
    for endpoint, path in EXAMPLES.items():
        answer = visitor.get(endpoint, path.format(**known), is_piece=endpoint in PIECES)
        assert answer.status in (200, 204), endpoint
        if answer.kind == "text/html" and answer.data:
            page = answer.data.decode()
            wrong[endpoint] = wrong_in(page)
            shown |= {endpoint} if "pwned()" in page else set()
    assert {endpoint: found for endpoint, found in wrong.items() if found} == {}
    assert len(shown) > 40
    assert shown >= SHOW_PATIENTS


def test_no_cell_of_a_file_is_a_formula() -> None:
    cells = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠SUM(A1)"]
    for encoding in ExportEncoding:
        file = bulk_export.table_as_csv(["=head"], [[cell] for cell in cells], encoding)
        rows = list(csv.reader(io.StringIO(file.decode("utf-8-sig" if encoding == "utf-8" else encoding))))
        assert [row[0][:1] for row in rows] == ["'"] * (1 + len(cells))
    assert bulk_export.table_as_csv(["－"], [], ExportEncoding.UTF_8).decode("utf-8-sig") == "－\r\n"


@pytest.fixture
def page(browser: Browser, desk: Desk) -> Iterator[Page]:
    """A page of an administrator that writes down what its policy has forbidden, what it asked and what it has run."""
    with served(desk) as address, closing(browser.new_context(base_url=address)) as context:
        context.set_default_timeout(40_000)
        cookie = desk.sign_in(Role.ADMINISTRATOR, "chief")
        host = address.replace("http:", "https:")
        context.add_cookies(
            [{"name": COOKIE, "value": cookie, "url": host, "secure": True, "sameSite": "Strict"}]
        )
        context.add_init_script(
            "window.wrong = []; window.pwned = () => wrong.push('run');"
            "document.addEventListener('securitypolicyviolation', (one) => wrong.push(one.violatedDirective))"
        )
        yield context.new_page()


@pytest.mark.timeout(150)
def test_nor_does_what_scripts_put_into_a_page(desk: Desk, known: dict[str, str], page: Page) -> None:
    found = {}
    for path in ("/", "/tasks", f"/bulk/{known['run']}", "/outage"):
        page.goto(path)
        if path == "/":
            page.locator("body.is-live").wait_for()
            desk.person("p06")
            for row in ("#rows .row-link", "#expected-rows .row-link"):
                page.locator(f"{row}:visible").first.click()
                expect(page.locator(".detail")).to_contain_text("pwned()")
            page.keyboard.press("n")
            page.locator("[name=symbol]").fill(HOSTILE)
        found[path] = page.evaluate(WRONG)
        assert "pwned()" in page.locator("body").inner_text() or path == "/tasks"
    assert {path: wrong for path, wrong in found.items() if wrong} == {}
