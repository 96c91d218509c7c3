"""The help: each page has words of its own, the catalogue is found by code, words and symptom, with the site's notes."""

import re

import pytest

from appliance.eligibility.catalogue import KNOWLEDGE
from appliance.ledger.accounts import Role
from appliance.web.handbook import words
from tests.web.desk_world import Client, Desk, client_of

NOTE = """
[[note]]
code = "CARD-003"
text = "2番の窓口では、下の金属の台を外すと読めます。"
by = "保守 田中"

[[symptom]]
code = "LOCAL-001"
fault = "reader"
title = "夕方だけ顔認証ができません"
reception = "西側のブラインドを閉めてください。"

[[note]]
code = "NO-SUCH"
text = "x"
"""


@pytest.fixture
def noted(desk: Desk) -> Desk:
    desk.box.trouble_notes_dir.mkdir()
    (desk.box.trouble_notes_dir / "ours.toml").write_text(NOTE, "utf-8")
    return desk


def found(client: Client, text: str) -> list[str]:
    codes: list[str] = client.post("/help/troubles/search", {"words": text}).json["codes"]
    return codes


def test_every_help_is_of_a_page_that_is_there(desk: Desk, client: Client) -> None:
    app = desk.app()
    for key, page in words.PAGES.items():
        assert key in app.view_functions or key in app.blueprints, key
        assert page.path == "" or client.get(page.path).status_code in (200, 403), key


@pytest.mark.parametrize(
    "area",
    [
        "reception",
        "fallback",
        "outage",
        "tasks",
        "bulk",
        "queue",
        "line",
        "desk",
        "disaster",
        "printing",
        "statistics",
        "help",
    ],
)
def test_every_area_of_the_staff_says_what_it_is_for(area: str) -> None:
    page = words.help_of(f"{area}.some_view")
    assert page is words.PAGES[area]
    assert page.purpose
    assert page.steps
    assert page.english


def test_a_view_may_have_words_of_its_own_and_a_stranger_gets_the_general_ones() -> None:
    assert words.help_of("fallback.declaration").title == "被保険者資格申立書"
    assert words.help_of("fallback.start").title == "確認できないとき"
    assert words.help_of("nobody.knows") is words.GENERAL
    assert words.help_of("") is words.GENERAL


def test_the_page_names_its_view_so_that_f1_finds_it(client: Client) -> None:
    page = client.get("/tasks/month").text
    assert '<meta name="help-page" content="tasks.month">' in page
    pane = client.get("/help/of?page=tasks.month").text
    assert "月末の一覧" in pane
    assert "<kbd>F1</kbd>" in pane


def test_before_sign_in_and_on_the_patients_display_there_is_no_help(desk: Desk) -> None:
    flask = desk.app().test_client()
    assert "help.js" not in flask.get("/sign-in", base_url="https://localhost").text
    display = client_of(desk, Role.PATIENT_SCREEN)
    assert "help.js" not in display.get("/patient").text
    assert display.get("/help/of?page=reception.start").status_code == 403


def test_the_whole_catalogue_is_on_the_page(client: Client) -> None:
    page = client.get("/help/troubles").text
    assert set(re.findall(r'data-code="([^"]+)"', page)) == set(KNOWLEDGE)


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("CARD-001", "CARD-001"),
        ("ｃａｒｄ００１", "CARD-001"),
        ("暗証番号　ロック", "CARD-006"),
        ("", None),
        ("ぬるぽ", None),
    ],
)
def test_it_is_found_by_code_and_by_words(client: Client, asked: str, first: str | None) -> None:
    assert next(iter(found(client, asked)), None) == first


def test_a_symptom_is_found_as_people_say_it(client: Client) -> None:
    assert any(code.startswith("SYM-") for code in found(client, "顔認証 できない"))


def test_the_sites_own_notes_and_rows_are_shown_and_found(noted: Desk) -> None:
    client = client_of(noted)
    page = client.get("/help/troubles").text
    assert "下の金属の台を外すと読めます" in page
    assert "保守 田中" in page
    assert "夕方だけ顔認証ができません" in page
    assert "知らないコードです: NO-SUCH" in page
    assert found(client, "ブラインド") == ["LOCAL-001"]
    assert found(client, "金属の台")[0] == "CARD-003"


def test_the_tour_has_five_steps_at_most_and_each_is_a_page(client: Client) -> None:
    steps = client.get("/help/tour", Accept="application/json").json["steps"]
    assert 1 <= len(steps) <= 5
    assert [step["path"] for step in steps] == [step.path for step in words.TOUR]
    for step in steps:
        assert client.get(step["path"]).status_code == 200
    assert "はじめる" in client.get("/help/tour").text
