"""The desk's page of the card readers: what it says of each, what can be said of each, the test, in service or not."""

import contextlib
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from appliance.eligibility.reader_recovery import Rung
from appliance.eligibility.visit import Phase
from appliance.ledger import audit, reader_tests, readers
from appliance.ledger.accounts import Role
from appliance.web.guard import COOKIE, CSRF_FIELD
from tests.web.desk_world import CODE, HTML, ORIGIN, Client, Desk, client_of, served

PAGE = "/desk/readers"
DENTAL = "1339999995"
SAID = {"label": "内科", "profile": "cps-100w", "delivered_on": "2025-04-10"}


@pytest.fixture
def keeper(desk: Desk) -> Client:
    return client_of(desk, Role.MAINTENANCE)


def first(desk: Desk) -> readers.Reader:
    found = readers.find_by_key(desk.ledger, "serial-1")
    assert found is not None
    return found


def posted(client: Client, data: dict[str, str]) -> Any:
    """As a form sends it: its token is a field."""
    given = data | {CSRF_FIELD: client.csrf}
    return client.flask.post(f"{PAGE}/1", data=given, base_url=ORIGIN, headers=HTML)


def article(page: str, number: int) -> str:
    return page.partition(f'data-reader="{number}"')[2].partition("</article>")[0]


def test_each_reader_as_the_box_sees_it(desk: Desk) -> None:
    desk.settings = replace(desk.settings, face_cameras=("/dev/video0",))
    reader_tests.note(desk.ledger, "serial-1", (), desk.now())
    reader_tests.note(desk.ledger, "serial-2", ("READER-001",), desk.now())
    readers.show_recovery(desk.ledger, "serial-2", Rung.NEW_CONTEXT, desk.now())
    readers.show(desk.ledger, "serial-1", desk.now(), phase=Phase.IDLE)
    page = client_of(desk, Role.ADMINISTRATOR).get(PAGE).text
    one, two = article(page, 1), article(page, 2)
    for words in ("待機中", "異常ありません", "/dev/video0", CODE, "serial-1"):
        assert words in one
    for words in (
        "リーダー未接続",
        "カードリーダーが見つかりません（READER-001）",
        "リーダーにつなぎ直しています",
    ):
        assert words in two


def test_what_is_said_of_a_reader_shows_its_warranty_and_stands_in_the_audit(
    desk: Desk, keeper: Client
) -> None:
    assert "-（機種を選ぶと" in article(keeper.get(PAGE).text, 1)
    assert keeper.post(f"{PAGE}/1", SAID | {"delivered_on": ""}).status_code == 303
    assert "-（納品日を入れると" in article(keeper.get(PAGE).text, 1)
    assert keeper.post(f"{PAGE}/1", SAID).status_code == 303
    said = article(keeper.get(PAGE).text, 1)
    for words in ("内科", "アルメックス", "2025/04/10", "2026/10/10 まで", "その端末のフォルダーだけ"):
        assert words in said
    (row,) = audit.latest(desk.ledger, 1)
    assert (row.actor, row.action, row.subject) == ("maintenance", "reader-set-up", "1")
    assert keeper.post(f"{PAGE}/1", SAID | {"profile": "acr39u"}).status_code == 303
    assert "資料に保証の期間がありません" in article(keeper.get(PAGE).text, 1)
    assert keeper.post(f"{PAGE}/1", {"label": "内科"}).status_code == 303
    assert (first(desk).profile, first(desk).delivered_on) == ("", None)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"label": "  "}, "呼び名"),
        ({"label": "あ" * 21}, "20文字"),
        ({"profile": "none-such"}, "一覧にない機種"),
        ({"delivered_on": "soon"}, "納品日を読めません"),
        ({"delivered_on": "2099-01-01"}, "今日より先"),
        ({"institution_code": "9999999999"}, "医療機関コード"),
    ],
)
def test_what_cannot_be_is_refused_and_kept_in_the_form(
    desk: Desk, keeper: Client, changes: dict[str, str], said: str
) -> None:
    refused = posted(keeper, SAID | changes)
    assert refused.status_code == 422
    assert said in refused.text
    assert first(desk).label == "窓口1"


def test_a_refused_form_comes_back_open_with_what_was_typed(desk: Desk, keeper: Client) -> None:
    page = posted(keeper, SAID | {"delivered_on": "2099-01-01"})
    assert page.status_code == 422
    form = article(page.text, 1)
    assert "今日より先" in page.text
    assert "<details open>" in form
    assert 'value="内科"' in form
    assert "<details open>" not in article(page.text, 2)


def test_a_house_of_two_codes_says_under_which_a_reader_asks(desk: Desk) -> None:
    desk.settings = replace(desk.settings, other_institution_codes=(DENTAL,))
    keeper = client_of(desk, Role.ADMINISTRATOR)
    assert keeper.post(f"{PAGE}/1", SAID | {"institution_code": DENTAL}).status_code == 303
    assert first(desk).institution_code == DENTAL
    assert f"歯科（{DENTAL}）" in article(keeper.get(PAGE).text, 1)
    assert keeper.post(f"{PAGE}/1", SAID | {"institution_code": CODE}).status_code == 303
    assert first(desk).institution_code == ""


def test_out_of_service_and_back_but_not_from_under_a_patient(desk: Desk, keeper: Client) -> None:
    readers.show(desk.ledger, "serial-1", desk.now(), phase=Phase.PIN, visit="v")
    assert keeper.post(f"{PAGE}/1/disable").json["error"]["code"] == "READER-006"
    readers.show(desk.ledger, "serial-1", desk.now(), phase=Phase.IDLE)
    assert keeper.post(f"{PAGE}/1/disable").status_code == 303
    assert [one.name for one in readers.all_readers(desk.ledger)] == ["2"]
    out = article(keeper.get(PAGE).text, 1)
    assert "使っていません" in out
    assert "また使う" in out
    assert keeper.post(f"{PAGE}/1/enable").status_code == 303
    assert len(readers.all_readers(desk.ledger)) == 2
    assert [row.action for row in audit.latest(desk.ledger, 2)] == ["reader-enabled", "reader-disabled"]
    assert keeper.post(f"{PAGE}/9/enable").json["error"]["code"] == "INPUT-005"


def test_a_test_is_wanted_once_and_says_when_nobody_makes_it(desk: Desk, keeper: Client) -> None:
    for _ in range(2):
        assert keeper.post(f"{PAGE}/test").status_code == 303
    wish = reader_tests.wanted(desk.ledger)
    assert wish is not None
    assert wish.wanted_by == "maintenance"
    page = keeper.get(PAGE).text
    assert "点検しています" in page
    assert "点検が始まりません" not in page
    desk.shift = timedelta(seconds=31)
    assert "点検が始まりません" in keeper.get(PAGE).text
    reader_tests.fulfilled(desk.ledger, wish.seq)
    assert "いまテストする" in keeper.get(PAGE).text
    assert keeper.get(f"{PAGE}/test").json == {"waiting": False}


@pytest.mark.parametrize("role", [Role.RECEPTION, Role.CLINICIAN])
def test_nobody_else_sets_readers_up(desk: Desk, role: Role) -> None:
    client = client_of(desk, role)
    assert client.get(PAGE).status_code == 403
    for act in ("test", "1", "1/enable", "1/disable"):
        assert client.post(f"{PAGE}/{act}", SAID).status_code == 403
    assert client.get(f"{PAGE}/compare").status_code == 200


def test_by_keyboard_a_test_is_wanted_and_its_outcome_comes_by_itself(browser: Browser, desk: Desk) -> None:
    with served(desk) as address, contextlib.closing(browser.new_context(base_url=address)) as context:
        context.set_default_timeout(20_000)
        host, cookie = address.replace("http:", "https:"), desk.sign_in(Role.ADMINISTRATOR)
        context.add_cookies(
            [{"name": COOKIE, "value": cookie, "url": host, "secure": True, "sameSite": "Strict"}]
        )
        page = context.new_page()
        page.goto(PAGE)
        page.get_by_role("button", name="いまテストする").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_text("点検しています")).to_be_visible()
        wish = reader_tests.wanted(desk.ledger)
        assert wish is not None
        reader_tests.note(desk.ledger, "serial-1", (), desk.now())
        reader_tests.fulfilled(desk.ledger, wish.seq)
        expect(page.locator('[data-reader="1"]')).to_contain_text("異常ありません")
        page.locator('[data-reader="1"] summary').first.focus()
        page.keyboard.press("Enter")
        page.get_by_label("納品日").first.fill(date(2026, 1, 5).isoformat())
        page.get_by_label("機種").first.select_option("uft-s190s")
        page.get_by_role("button", name="保存する").first.press("Enter")
        expect(page.locator('[data-reader="1"]')).to_contain_text("2031/01/05 まで")
