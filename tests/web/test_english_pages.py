"""The pages of the staff in English: chosen with the keyboard, whole, and with nothing of ours left in Japanese."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from lxml import html
from playwright.sync_api import Browser, Page, expect

from appliance.eligibility.visit import Phase, Way
from appliance.ledger import readers
from appliance.ledger.accounts import Role
from appliance.ledger.readers import Manner
from appliance.web import menu
from appliance.web.guard import COOKIE
from appliance.web.texts.choice import COOKIE as LANGUAGE
from appliance.web.texts.japanese import is_japanese
from tests.web.axe import findings
from tests.web.desk_world import HTML, ORIGIN, Client, Desk, client_of, served
from tests.web.outage_world import noted

SHEETS = {"/printing/contacts", "/desk/security-checklist"}
# What people of the demo, this desk, points and makers are called is not ours to translate.
_NAMES = re.compile(
    r"みどり内科|窓口\d|架空|演習|見本|試験|例示|仮名|[ｦ-ﾟ]|加算|支払基金|コネクト|アルメックス|キヤノン|アトラス|製品一覧"
    # Eras are written as on paper, also in what is typed.
    r"|大正|昭和|平成|令和"
)


def in_english(desk: Desk, role: Role = Role.RECEPTION) -> Client:
    client = client_of(desk, role)
    client.flask.set_cookie(LANGUAGE, "en", domain="localhost", secure=True)
    return client


def texts_of(page: str) -> Iterator[str]:
    """What a page shows or reads aloud; not what stands in fields, nor what its search looks through."""
    for element in html.fromstring(page).iter():
        if isinstance(element.tag, str) and element.get("lang") != "ja":
            named = [
                str(text)
                for name, text in element.items()
                if not re.match("value$|content$|data-", str(name))
            ]
            yield from (str(text) for text in (element.text, element.tail, *named) if text)


def left_in_japanese(page: str) -> set[str]:
    """Texts in Japanese alone: English ones may name what the clinic finds on paper."""
    found = {" ".join(text.split()) for text in texts_of(page) if is_japanese(text)}
    return {text for text in found if not re.search(r"[A-Za-z]{2}", text) and not _NAMES.search(text)}


@pytest.mark.timeout(120)
@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.CLINICIAN])
def test_every_place_of_the_menu_is_in_english(desk: Desk, role: Role) -> None:
    noted(desk)
    desk.settings = replace(desk.settings, emergency_minutes=15)
    checks = [desk.person(f"p{number:02d}") for number in range(1, 10)]
    checks += [desk.offline(), desk.typed()]
    manner = Manner(ways=(Way.FACE, Way.PIN), sight=True)
    readers.show(desk.ledger, "serial-1", desk.now(), phase=Phase.PIN, visit="v", tries_left=2, manner=manner)
    client = in_english(desk, role)
    places = {place.path for group in menu.GROUPS.values() for place in group if role in place.roles} - SHEETS
    more = {f"/reception/checks/{check}" for check in checks} | {
        "/reception/manual",
        "/reception/certificates",
        "/fallback?cause=no-card",
        "/help/tour",
        "/helping/1",
        "/desk/readers/compare?width=300&depth=200&height=250",
    }
    pages = {path: client.get(path) for path in sorted(places | more)}
    assert {path for path, answer in pages.items() if answer.status_code != 200} == set()
    left = {path: left_in_japanese(answer.text) for path, answer in pages.items()}
    assert {path: texts for path, texts in left.items() if texts} == {}


def test_what_scripts_show_is_in_english_too(desk: Desk) -> None:
    client = in_english(desk)
    typed = {"document": "certificate", "insurer_number": "06139992", "number": "", "birthdate": "S54.3.5"}
    judged = client.post("/reception/manual", typed)
    assert judged.json["error"]["title"]
    assert "番号を入力してください。" not in judged.text
    assert "Could not copy." in client.get("/").text.partition('name="texts"')[2].partition(">")[0]
    assert 'name="texts"' not in client_of(desk).get("/").text


def test_what_people_wrote_comes_back_as_they_wrote_it(desk: Desk) -> None:
    client = in_english(desk, Role.ADMINISTRATOR)
    given = {"kind": "line", "name": "設定", "place": "受付", "note": "", "valid_until": ""}
    assert client.post("/desk/assets", given, **HTML).status_code == 303
    assert 'required value="設定"' in client.get("/desk/assets").text


def test_sheets_for_patients_stay_in_japanese(desk: Desk) -> None:
    client = in_english(desk)
    for path in ("/fallback/declaration", "/printing/card", "/printing/contacts"):
        assert '<html lang="ja">' in client.get(path).text, path


@pytest.mark.parametrize(
    ("then", "where"),
    [("/tasks?a=1", "/tasks?a=1"), ("//evil.example", "/"), ("https://evil.example", "/"), ("/\\evil", "/")],
)
def test_the_switch_leads_back_to_the_page_and_nowhere_else(desk: Desk, then: str, where: str) -> None:
    answer = Client(desk.app().test_client()).post("/language", {"language": "en", "then": then})
    assert (answer.status_code, answer.headers["Location"]) == (303, where)
    kept = set(answer.headers["Set-Cookie"].split("; "))
    assert {f"{LANGUAGE}=en", "Secure", "HttpOnly", "SameSite=Strict", "Path=/"} <= kept


def test_a_language_there_is_not_changes_nothing(desk: Desk) -> None:
    answer = desk.app().test_client().post("/language", base_url=ORIGIN, data={"language": "xx", "then": "/"})
    assert "Set-Cookie" not in answer.headers


def choose_english(page: Page) -> None:
    """With keys alone."""
    page.keyboard.press("F2")
    expect(page.locator("#menu")).to_be_visible()
    while page.evaluate("document.activeElement.value") != "en":
        page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("lang", "en")


@pytest.mark.timeout(120)
def test_with_the_keyboard_and_for_a_screen_reader(desk: Desk, browser: Browser) -> None:
    desk.person("p04")
    with served(desk) as url:
        context = browser.new_context(base_url=url)
        host = url.replace("http:", "https:")
        context.add_cookies([{"name": COOKIE, "value": desk.sign_in(Role.ADMINISTRATOR), "url": host}])
        page = context.new_page()
        page.goto("/")
        choose_english(page)
        expect(page.get_by_role("button", name="Menu")).to_be_visible()
        page.locator("body.is-live").wait_for()
        found = {"/": findings(page)}
        desk.person("p09")
        expect(page.locator("#rows .row")).to_have_count(2)
        expect(page.locator("#rows")).not_to_contain_text("マイナ保険証")
        page.keyboard.press("n")
        expect(page.get_by_label("Insurer number")).to_be_focused()
        found["manual"] = findings(page)
        for path in ("/tasks", "/bulk", "/outage", "/fallback", "/statistics", "/desk", "/desk/settings"):
            page.goto(path)
            found[path] = findings(page)
        context.close()
    assert {path: wrong for path, wrong in found.items() if wrong} == {}
