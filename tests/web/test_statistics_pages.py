"""The pages of statistics and money: what they say of a month known by heart, who may enter, files, forms that are wrong."""

import csv
import io
from collections.abc import Iterator

import pytest

from appliance.demo import people
from appliance.ledger import audit, figures, quotes
from appliance.ledger.accounts import Role
from appliance.ledger.figures import Figure
from appliance.web import charts
from appliance.web.charts import Line
from tests.web.desk_world import Client, Desk, client_of, desk_in
from tests.web.month_world import MONTH, a_month

PAGE = "/statistics"
TABLES = (
    "media", "use-rate", "endings", "failures", "how-long", "time", "avoided", "days", "trend",
    "waits", "outages", "done", "claims", "lacks", "income", "simulation", "visits",
)  # fmt: skip


@pytest.fixture(scope="module")
def november(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with desk_in(tmp_path_factory.mktemp("month")) as found:
        a_month(found)
        yield found


@pytest.fixture(scope="module")
def keeper(november: Desk) -> Client:
    return client_of(november, Role.ADMINISTRATOR)


@pytest.fixture(scope="module")
def reception(november: Desk) -> Client:
    return client_of(november)


def rows_of(client: Client, key: str) -> list[list[str]]:
    answer = client.get(f"{PAGE}/export/{key}?month={MONTH}")
    assert answer.status_code == 200, key
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert f'filename="{key}-{MONTH}.csv"' in answer.headers["Content-Disposition"]
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_the_month_says_what_was_counted(reception: Client) -> None:
    page = reception.get(f"{PAGE}?month={MONTH}").text
    for text in ("3 / 6件", "3 / 5人", "50.0%", "60.0%", "未入力", "センターに接続できません", "－ 5分"):
        assert text in page, text
    assert "公式の値を入力する" not in page, "reception only reads"
    assert " style=" not in page
    assert "<style" not in page


def test_the_page_of_failures_says_it_plainly(keeper: Client) -> None:
    page = keeper.get(f"{PAGE}/failures?month={MONTH}").text
    for text in (
        "6件のうち、20秒以内に回答がなかったのは 1件（16.6%）",
        "つまずいたのは 2回",
        "1回、合わせて 10分",
        "中央の値で 2.0秒",
    ):
        assert text in page, text
    assert ["1分から10分", "1"] in rows_of(keeper, "waits")
    assert rows_of(keeper, "outages")[1][:3] == ["11/3 10:00", "11/3 10:10", "10分"]


def test_no_file_names_a_patient(keeper: Client) -> None:
    names = ("name", "name_kana", "address", "birthdate", "insurer_number", "insured_identification_number")
    found = [one for person in ("p01", "p02", "p03") for one in people.person(person).qualifications]
    told = {getattr(one, name) or "" for one in found for name in names}
    identifiers = {one for one in told if len(one) > 3}
    assert len(identifiers) > len(names)
    for key in TABLES:
        text = "\n".join(",".join(row) for row in rows_of(keeper, key))
        assert not [one for one in identifiers if one in text], key


def test_the_official_figure_is_the_administrators_and_stands_beside_ours(
    november: Desk, keeper: Client, reception: Client
) -> None:
    form = {"month": MONTH, "official-claims": "47.26", "official-checks": ""}
    assert reception.post(f"{PAGE}/figures/rates", form).status_code == 403
    assert keeper.post(f"{PAGE}/figures/rates", form).status_code == 303
    assert ["患者で数える", "60.0%", "3 / 5人", "47.2%"] in [row[:4] for row in rows_of(keeper, "use-rate")]
    entered = [row for row in audit.latest(november.ledger, 9) if row.action == "enter-figure"]
    assert [(row.actor, row.subject, row.detail) for row in entered] == [
        ("administrator", f"{MONTH} official-claims", "None -> 47.26")
    ]
    assert keeper.post(f"{PAGE}/figures/rates", form | {"official-claims": ""}).status_code == 303
    assert Figure.OFFICIAL_CLAIMS not in figures.of_month(november.ledger, MONTH)


@pytest.mark.parametrize("value", ["x", "100.5", "-1", "1e999", "nan"])
def test_a_wrong_figure_is_refused_with_its_field_and_nothing_is_kept(
    november: Desk, keeper: Client, value: str
) -> None:
    form = {"month": MONTH, "official-claims": value, "official-checks": "50"}
    answer = keeper.post(f"{PAGE}/figures/rates", form, Accept="text/html")
    assert answer.status_code == 422
    assert "INPUT-001" in answer.text
    assert 'id="wrong-official-claims"' in answer.text
    assert f'value="{value}"' in answer.text
    assert figures.of_month(november.ledger, MONTH) == {}


@pytest.mark.parametrize(
    "query", ["?month=2026-13", "?month=x", "?month=2030-01", "/points?day=x", "/points?day=2026-10-31"]
)
def test_no_month_that_is_none(keeper: Client, query: str) -> None:
    path = query if "month" in query else f"{query}&month={MONTH}"
    answer = keeper.get(PAGE + path, Accept="application/json")
    assert (answer.status_code, answer.json["error"]["code"]) == (422, "INPUT-001")


def test_points_ask_first_and_then_say_what_is_left(november: Desk, keeper: Client) -> None:
    path = f"{PAGE}/points?month={MONTH}"
    assert "初診と再診の回数は、この装置ではわかりません" in keeper.get(path).text
    visits = {"month": MONTH, "first-visits": "1,000", "repeat-visits": "600", "running-cost": "12000"}
    assert keeper.post(f"{PAGE}/figures/visits", visits).status_code == 303
    assert keeper.post(f"{PAGE}/figures/clinic", {"month": MONTH, "has-linked": "1"}).status_code == 303
    # Six visits, one of them the second of its patient: 5/6 of 4 points and 5/6 of 2 points.
    rows = {row[0]: row for row in rows_of(keeper, "income")[1:]}
    assert rows["初診"][3:] == ["3,333点", "33,330円"]
    assert rows["再診"][3:] == ["1,000点", "10,000円"]
    assert rows["差し引き"][4] == "31,330円"
    assert ["初診", "電子的診療情報連携体制整備加算３（確認中）", "4点", "5", "1"] in rows_of(
        keeper, "claims"
    )
    assert any("(8)〜(10)のすべてを満たす" in row[3] for row in rows_of(keeper, "lacks"))
    assert len(rows_of(keeper, "visits")) == 7
    assert "11/2" in keeper.get(f"{path}&day=2026-11-02").text
    figures.enter(november.ledger, MONTH, dict.fromkeys(Figure), "test", november.now())


def test_a_file_of_no_table_is_none(keeper: Client) -> None:
    assert keeper.get(f"{PAGE}/export/patients?month={MONTH}").status_code == 404
    assert keeper.post(f"{PAGE}/figures/none", {"month": MONTH}).status_code == 404


def test_quotes_stand_side_by_side_harmless_and_can_be_deleted(
    november: Desk, keeper: Client, reception: Client
) -> None:
    form = {
        "vendor": "=1+1",
        "can_do": "yes",
        "terminal_yen": "350,000",
        "line_yen": "３００００",
        "lead_weeks": "8",
    }
    assert reception.post(f"{PAGE}/quotes", form).status_code == 403
    assert keeper.post(f"{PAGE}/quotes", form).status_code == 303
    assert (
        keeper.post(f"{PAGE}/quotes", form | {"vendor": "みどり商会", "terminal_yen": "450000"}).status_code
        == 303
    )
    text = keeper.get(f"{PAGE}/quotes/export").data.decode("utf-8-sig")
    table = {row[0]: row[1:] for row in csv.reader(io.StringIO(text))}
    assert table["項目"] == ["'=1+1", "みどり商会"]
    assert table["初期費用の合計"] == ["380,000円", "480,000円"]
    assert table["補助の上限を超える額（終了した制度）"] == ["上限 429,000円以内", "51,000円超"]
    assert table["納期"] == ["8週間", "8週間"]
    for one in quotes.everything(november.ledger):
        assert keeper.post(f"{PAGE}/quotes/{one.id}/delete").status_code == 303
    assert quotes.everything(november.ledger) == ()
    assert keeper.post(f"{PAGE}/quotes/none/delete").status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("vendor", " "),
        pytest.param("vendor", "あ" * 61, id="long vendor"),
        ("can_do", "maybe"),
        ("yearly_yen", "-1"),
        ("lead_weeks", "1.5"),
    ],
)
def test_a_wrong_quote_is_refused(november: Desk, keeper: Client, field: str, value: str) -> None:
    form = {"vendor": "みどり商会", "can_do": "yes"} | {field: value}
    answer = keeper.post(f"{PAGE}/quotes", form, Accept="text/html")
    assert answer.status_code == 422
    assert "INPUT-001" in answer.text
    assert quotes.everything(november.ledger) == ()


def test_the_archive_says_that_it_is_over_and_what_it_was(keeper: Client) -> None:
    page = keeper.get(f"{PAGE}/archive?site=clinic&applied=2021-04-01&cost=429000").text
    assert "締切済み" in page
    assert "321,000円" in page
    page = keeper.get(f"{PAGE}/archive?site=clinic&applied=2023-01-01&cost=1").text
    assert "この日に申し込んだ場合の補助金はありません" in page
    page = keeper.get(f"{PAGE}/archive?used=2024-02-01&before=5&now=17.5&uses=300").text
    assert "12,000円" in page
    assert "締切済み" in page
    assert "対象ではありません" in keeper.get(f"{PAGE}/archive?used=2024-02-01&before=5&now=4&uses=300").text
    assert 'id="wrong-uses"' in keeper.get(f"{PAGE}/archive?uses=many").text


def test_a_chart_has_neither_script_nor_style_and_escapes_what_it_is_told() -> None:
    drawn = charts.bars("<b>", [("<script>", 3), ("い", 1)])
    drawn += charts.columns("あ", [("1", 5), ("2", 0)])
    drawn += charts.lines("う", ["1月", "2月"], [Line("え", [1, 2]), Line("お", [None, 3])])
    assert drawn.count("<svg") == 3
    assert "<script" not in drawn
    assert "style" not in drawn
    assert "&lt;script&gt;" in drawn
    assert 'aria-label="&lt;b&gt;"' in drawn
    assert "お" not in drawn, "one value is no line"
    assert charts.columns("あ", []) == charts.bars("あ", [("い", 0)]) == charts.lines("う", [], []) == ""


def test_a_limit_of_three_months_looks_into_the_months_before(november: Desk, keeper: Client) -> None:
    """By the rules of 2026-05 a repeat visit brings its point once in three calendar months."""
    with november.ledger.write() as db:
        for day in ("2026-03-02", "2026-05-29"):
            check_id = f"{day}-limit"
            db.execute(
                """INSERT INTO checks (id, revision, state, origin, institution_code, received_at, day, card_mark)
                   VALUES (?, 0, 'answered', 'card', '1319999999', ?, ?, 'a mark')""",
                [check_id, f"{day}T01:00:00.000Z", day],
            )
    figures.enter(november.ledger, "2026-03", {Figure.STANDARD: 1}, "test", november.now())
    text = keeper.get(f"{PAGE}/export/visits?month=2026-05").data.decode("utf-8-sig")
    (row,) = list(csv.reader(io.StringIO(text)))[1:]
    assert row[:5] == ["5/29", "10:00", "マイナ保険証（カード）", "1点", "0点"]
    assert "前の受付で算定していれば" in row[5]
    figures.enter(november.ledger, "2026-03", {Figure.STANDARD: None}, "test", november.now())
