"""What is printed follows the rules of its day, is escaped, and can be found from one page."""

import re
from datetime import date
from html import unescape

import pytest

from appliance.eligibility.rules.packaged_book import packaged_book
from appliance.eligibility.visit import Language
from appliance.ledger.accounts import Role
from appliance.web.printing import phrases, words
from appliance.web.printing.points import notice_of, snippet
from appliance.web.printing.sheets import documents_of
from tests.web.desk_world import Client, Desk, client_of

BOOK = packaged_book()


def test_one_page_lists_all_sheets_and_each_opens(client: Client) -> None:
    page = client.get("/printing").text
    paths = set(re.findall(r'href="(/printing/[^"]+|/fallback/declaration|/desk/certificate/guide)"', page))
    sheets = {path for path in paths if "static" not in path}
    assert len(sheets) == len(words.POSTERS) + len(words.LISTED) + 2
    for path in sheets:
        assert client.get(path).status_code == 200, path


def test_who_works_with_patients_may_print_and_nobody_else(desk: Desk) -> None:
    assert client_of(desk, Role.CLINICIAN).get("/printing/points").status_code == 200
    assert client_of(desk, Role.MAINTENANCE).get("/printing").status_code == 403
    assert client_of(desk, Role.PATIENT_SCREEN).get("/printing").status_code == 403


@pytest.mark.parametrize(
    "path", ["/printing/points?day=x", "/printing/points?since=x", "/printing/receipt?day=1"]
)
def test_what_is_no_day_is_refused(client: Client, path: str) -> None:
    assert client.get(path).status_code == 422


def test_a_poster_that_is_not_there(client: Client) -> None:
    assert client.get("/printing/posters/x").status_code == 404


@pytest.mark.parametrize(
    ("day", "names"),
    [
        (
            date(2022, 4, 1),
            {"電子的保健医療情報活用加算（マイナ保険証）", "電子的保健医療情報活用加算（マイナ保険証以外）"},
        ),
        (date(2023, 5, 1), {f"医療情報・システム基盤整備体制充実加算{level}" for level in "１２３"}),
        (date(2024, 7, 1), {*(f"医療情報取得加算{level}" for level in "１２３４"), "医療DX推進体制整備加算"}),
        (date(2025, 5, 1), {"医療情報取得加算"}),
        (date(2026, 6, 1), {"電子的診療情報連携体制整備加算"}),
        (date(2021, 1, 1), set()),
    ],
)
def test_what_needs_no_choice_is_put_up_by_itself(day: date, names: set[str]) -> None:
    assert set(notice_of(BOOK, day, []).families) == names


def test_the_clinic_chooses_its_level(client: Client) -> None:
    page = client.get("/printing/points?day=2026-11-29&row=linked-2026-first-3&row=linked-2026-repeat").text
    sheet = page.partition("<article")[2]
    assert "電子的診療情報連携体制整備加算３" in sheet
    assert "電子的診療情報連携体制整備加算１" not in sheet
    assert "明細書を、無料でお渡ししています" in sheet
    assert "（確認中）電子的診療情報連携体制整備加算３" in page


def test_first_visits_stand_before_repeated_ones() -> None:
    chosen = ["dx-2025-04-4", "obtain-2025-repeat", "obtain-2025-first"]
    lines = notice_of(BOOK, date(2025, 5, 1), chosen).lines
    assert [line.visit for line in lines] == ["初診", "初診", "再診"]


def test_a_row_of_another_day_is_not_put_up() -> None:
    assert notice_of(BOOK, date(2026, 11, 29), ["dx-2025-04-1"]).lines == ()


def test_the_start_of_use_is_on_the_sheet_and_in_the_web_page(client: Client) -> None:
    page = client.get("/printing/points?since=2023-03-01").text
    assert page.count("令和5年3月1日") == 2


def test_the_piece_of_a_web_page_is_html_that_says_what_the_sheet_says() -> None:
    found = notice_of(BOOK, date(2025, 5, 1), [])
    text = snippet(found, "令和5年3月1日")
    assert text.startswith("<section>")
    assert text.endswith("</section>")
    for part in (*found.sentences, "運用開始日: 令和5年3月1日", "医療情報取得加算", "1点（3か月に1回）"):
        assert part in text


def test_the_page_shows_the_piece_as_text(client: Client) -> None:
    area = re.search(r"<textarea[^>]*>(.*?)</textarea>", client.get("/printing/points").text, re.DOTALL)
    assert area is not None
    assert "<" not in area[1]
    assert unescape(area[1]).startswith("<section>")


def test_the_outage_poster_names_the_documents_of_its_day(client: Client) -> None:
    assert "資格確認書（これだけで受け付けます）" in client.get("/printing/posters/outage").text
    old = documents_of(BOOK, date(2025, 3, 1))
    assert any(one.startswith("健康保険証") for one in old)
    now = documents_of(BOOK, date(2026, 11, 29))
    assert not any("健康保険証" in one for one in now)
    assert [one.partition("（")[0] for one in now] == [
        "資格確認書",
        "資格情報のお知らせ",
        "マイナポータルの資格情報",
    ]
    lenient = documents_of(BOOK, date(2026, 1, 15))
    assert "期限の切れた健康保険証（番号を確かめて受け付けます）" in lenient


def test_the_help_card_says_everything_in_every_language(client: Client) -> None:
    page = client.get("/printing/card").text
    for said in (*phrases.STAFF, *phrases.PATIENT, phrases.TITLES, phrases.TALKING):
        assert set(said) == set(Language)
        for text in said.values():
            assert text in page


def test_the_questionnaire_asks_the_standard_questions(client: Client) -> None:
    page = client.get("/printing/questionnaire").text
    for asked in (
        "症状",
        "ほかの医療機関",
        "かかった病気",
        "処方されている薬",
        "特定健診",
        "アレルギー",
        "妊娠・授乳",
    ):
        assert asked in page


def test_a_sites_own_contacts_stand_first_and_a_wrong_row_is_told(desk: Desk, client: Client) -> None:
    desk.box.contacts_dir.mkdir()
    row = '[[contact]]\nname = "電子カルテの保守"\nphone = "03-0000-0000"\n[[contact]]\nname = "x"\n'
    (desk.box.contacts_dir / "ours.toml").write_text(row, "utf-8")
    page = client.get("/printing/contacts").text
    assert page.index("電子カルテの保守") < page.index("コールセンター")
    assert "contacts.d/ours.toml 4行目: phone がありません" in page
