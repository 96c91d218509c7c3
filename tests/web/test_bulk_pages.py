"""The pages of bulk runs: lists in, progress that can be left and found again, results by urgency, CSV out."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from appliance.demo.people import person
from appliance.eligibility.bulk_outcome import outcome_of
from appliance.eligibility.list_text import MOST_BYTES
from appliance.eligibility.message_bulk import BulkConfirmUnit
from appliance.eligibility.night_window import NightWindow
from appliance.ledger import audit, bulk_runs, bulk_steps, line
from appliance.ledger.accounts import Role
from appliance.ledger.bell import EVERYTHING, Topic
from appliance.ledger.bulk_runs import RunKind, RunState
from appliance.ledger.bulk_steps import Chunk
from appliance.ledger.checks import NewCheck, Origin
from appliance.ledger.line import Phase
from appliance.ledger.times import clinic_day, utc_now
from appliance.web.bulk.feed import BulkFeed
from appliance.web.guard import COOKIE
from tests.bulk_lists import as_list, row
from tests.web.desk_world import CODE, Client, Desk, client_of, served

NIGHT = NightWindow.of("20:00", "06:00")
PEOPLE = ("p01", "p04", "p08", "p09", "p10", "p12")


def upload(client: Client, *rows: str, kind: str = "appointments") -> str:
    today = clinic_day(utc_now()).isoformat()
    answer = client.post(f"/bulk/lists/{kind}?day={today}", data=as_list(*rows))
    assert answer.status_code == 200, answer.text
    return str(answer.json["id"])


def only_chunk(desk: Desk, run_id: str, number: int = 0) -> Chunk:
    return next(
        one for one in bulk_steps.open_chunks(desk.ledger) if (one.run_id, one.number) == (run_id, number)
    )


def answer(desk: Desk, run_id: str, number: int = 0) -> None:
    """Bring one chunk to its end as the bulk lane would, with what the demo's center says."""
    new = NewCheck(
        origin=Origin.BULK, institution_code=CODE, family=RunKind.APPOINTMENTS.family, request_xml=b"x"
    )
    bulk_steps.hand_in(desk.ledger, only_chunk(desk, run_id, number), new, desk.now())
    bulk_steps.accept(desk.ledger, only_chunk(desk, run_id, number), "R1", desk.now(), desk.now())
    bulk_steps.fetch(desk.ledger, only_chunk(desk, run_id, number), new, desk.now())
    chunk = only_chunk(desk, run_id, number)
    outcomes = {}
    for place, asked in bulk_steps.asked(desk.ledger, chunk).items():
        who = person(asked.patient)
        unit = BulkConfirmUnit(
            processing_result_status="1",
            qualification_validity=who.qualification_validity,
            result_of_qualification_confirmation=who.qualifications,
        )
        outcomes[place] = outcome_of(unit, {"ratio": asked.ratio} if asked.ratio else {})
    assert bulk_steps.finish(desk.ledger, chunk, outcomes, (), desk.now())


def run_of(desk: Desk, run_id: str) -> bulk_runs.Run:
    found = bulk_runs.find(desk.ledger, run_id)
    assert found is not None
    return found


def test_a_list_is_reported_on_before_anybody_is_asked(desk: Desk, client: Client) -> None:
    wrong = row("p02", birthdate="S99.1.1")
    run_id = upload(client, row("p01"), wrong)
    page = client.get(f"/bulk/{run_id}").text
    assert "照会できない行 1" in page
    assert re.search(r'<td class="number">3</td><td class="sort">照会できません</td><td>生年月日: ', page)
    assert run_of(desk, run_id).state is RunState.CHECKED
    assert "読み込み済み" in client.get("/bulk").text


@pytest.mark.parametrize(
    ("data", "status", "code", "detail"),
    [
        (b"", 422, "BULK-001", "何も書かれていません"),
        ("保険者番号,番号\n06139992,1".encode(), 422, "BULK-002", "生年月日"),
        ("保険者番号,番号,生年月日,マイナンバー\n".encode(), 422, "BULK-003", "マイナンバーの列があります"),
        (b"x" * (MOST_BYTES + 1), 422, "BULK-004", "4MBまでです"),
        (as_list(row("p01", birthdate="")), 422, "BULK-005", ""),
    ],
)
def test_a_list_that_is_refused_leaves_nothing(
    desk: Desk, client: Client, data: bytes, status: int, code: str, detail: str
) -> None:
    refused = client.post("/bulk/lists/appointments", data=data)
    assert (refused.status_code, refused.json["error"]["code"], refused.json["error"]["detail"]) == (
        status,
        code,
        detail,
    )
    assert bulk_runs.recent(desk.ledger, 9) == ()


def test_a_list_may_be_larger_than_any_other_request(desk: Desk, client: Client) -> None:
    run_id = upload(client, *(row("p01", number=str(n)) for n in range(2500)))
    assert run_of(desk, run_id).people == 2500
    second = client.get(f"/bulk/{run_id}?page=13").text
    assert second.count('<td class="urgency">') == 100


def test_tonight_now_stop_and_again(desk: Desk, client: Client) -> None:
    run_id = upload(client, row("p01"))
    for act, when, state in (
        ("release", "night", "waiting"),
        ("release", "now", "waiting"),
        ("stop", "", "stopped"),
    ):
        assert client.post(f"/bulk/{run_id}/{act}", data={"when": when}).status_code == 200
        assert run_of(desk, run_id).state.value == state
    assert client.post(f"/bulk/{run_id}/release", data={}).json["error"]["code"] == "INPUT-006"
    assert client.post(f"/bulk/{run_id}/repeat").status_code == 200
    assert (run_of(desk, run_id).state, run_of(desk, run_id).at_night) == (RunState.WAITING, False)
    assert [one.action for one in audit.latest(desk.ledger, 5)] == [
        "repeat-bulk-run",
        "stop-bulk-run",
        "release-bulk-run",
        "release-bulk-run",
        "make-bulk-run",
    ]


def test_the_result_stands_by_urgency_with_before_beside_after(desk: Desk, client: Client) -> None:
    run_id = upload(client, *(row(one, ratio="1" if one == "p12" else "") for one in PEOPLE))
    client.post(f"/bulk/{run_id}/release", data={"when": "now"})
    answer(desk, run_id)
    page = client.get(f"/bulk/{run_id}").text
    words = re.findall(r'<td class="urgency">.*?<b>(.*?)</b>', page, re.DOTALL)
    assert words == ["無効", "無効（新しい資格あり）", "該当なし", "複数該当", "変更あり", "有効"]
    assert "<dt>負担割合</dt><dd><s>1割</s> → <b>2割</b></dd>" in page
    only = client.get(f"/bulk/{run_id}?urgency=6").text
    assert re.findall(r'<td class="urgency">.*?<b>(.*?)</b>', only, re.DOTALL) == ["変更あり"]
    assert "喪失の事由 死亡" in page


@pytest.mark.parametrize(("query", "codec"), [("", "utf-8-sig"), ("?encoding=cp932", "cp932")])
def test_the_result_as_csv(desk: Desk, client: Client, query: str, codec: str) -> None:
    run_id = upload(client, row("p26", name="𠮷田　見本"), row("p04", name="=1+1"))
    client.post(f"/bulk/{run_id}/release", data={"when": "now"})
    answer(desk, run_id)
    got = client.get(f"/bulk/{run_id}/export{query}")
    table = list(csv.DictReader(io.StringIO(got.data.decode(codec))))
    name = "𠮷田　見本" if codec == "utf-8-sig" else "●田　見本"
    assert [(one["区分"], one["患者番号"], one["氏名（一覧）"]) for one in table] == [
        ("無効", "p04", "'=1+1"),
        ("有効", "p26", name),
    ]
    assert got.headers["Content-Disposition"].startswith('attachment; filename="ikkatsu-2')
    assert audit.latest(desk.ledger, 1)[0].action == "export-bulk-run"


def test_runs_for_a_month_or_a_period(desk: Desk, client: Client) -> None:
    month = client.post("/bulk/periods/tickets", data={"month": "2026-11"}).json["id"]
    home = client.post("/bulk/periods/home", data={"first": "2026-11-01", "last": "2026-11-30"}).json["id"]
    assert run_of(desk, month).terms == {"month": "202611"}
    assert run_of(desk, home).terms == {"first": "20261101", "last": "20261130"}
    assert "令和8年11月（2026/11）" in client.get(f"/bulk/{month}").text
    wrong = client.post("/bulk/periods/home", data={"first": "2026-11-30", "last": "2026-11-01"})
    assert wrong.json["error"]["code"] == "BULK-005"
    assert client.post("/bulk/periods/appointments").status_code == 404


def test_the_remaining_time_is_that_of_what_was(desk: Desk, client: Client) -> None:
    desk.settings = replace(desk.settings, bulk_people=1)
    small = client_of(desk, Role.ADMINISTRATOR)
    run_id = upload(small, row("p01"), row("p04"), row("p08"), row("p09"))
    small.post(f"/bulk/{run_id}/release", data={"when": "now"})
    answer(desk, run_id, 0)
    desk.shift += timedelta(minutes=4)
    page = small.get(f"/bulk/{run_id}").text
    assert "1 / 4人" in page
    assert "残り 約12分" in page


def test_a_run_says_that_the_line_holds_it_up_and_when_it_no_longer_does(desk: Desk, client: Client) -> None:
    run_id = upload(client, row("p01"))
    client.post(f"/bulk/{run_id}/release", data={"when": "now"})
    feed = BulkFeed(desk.ledger, NIGHT, desk.now, desk.app().jinja_env, {})
    line.note(desk.ledger, Phase.STOPPED, "LINE-001", desk.now())
    assert "回線が停止しています" in client.get(f"/bulk/{run_id}").text
    assert ["回線が停止しています" in event.data for event in feed.news(Topic.CONDITIONS)] == [True]
    assert feed.news(Topic.CONDITIONS) == []
    line.hold(desk.ledger, "sakura", desk.now())
    assert "「停止扱い」の間は待ちます" in client.get("/bulk").text
    line.release(desk.ledger, "sakura", desk.now())
    assert ["まもなく始まります" in event.data for event in feed.news(EVERYTHING)] == [True]


def test_who_may_see_it(desk: Desk, client: Client) -> None:
    run_id = upload(client, row("p01"))
    screen = client_of(desk, Role.PATIENT_SCREEN)
    for path in ("/bulk", f"/bulk/{run_id}", f"/bulk/{run_id}/export", "/bulk/events"):
        assert screen.get(path, Accept="application/json").status_code == 403
    assert client.get("/bulk/0123").status_code == 404


@pytest.fixture
def page(browser: Browser, desk: Desk) -> Iterator[Page]:
    with served(desk) as address:
        context = browser.new_context(base_url=address, locale="ja-JP")
        context.set_default_timeout(15_000)
        host = address.replace("http:", "https:")
        context.add_cookies(
            [{"name": COOKIE, "value": desk.sign_in(), "url": host, "secure": True, "sameSite": "Strict"}]
        )
        failures: list[str] = []
        made = context.new_page()
        made.on("pageerror", lambda error: failures.append(str(error)))
        yield made
        context.close()
        assert failures == []


def test_a_morning_with_a_pasted_list(desk: Desk, page: Page) -> None:
    """Paste, look at the report, let go, leave, come back, see it end by itself."""
    page.goto("/")
    page.click("text=予約・一括照会")
    page.wait_for_url("**/bulk")
    page.click("#read")
    expect(page.locator("#refusal")).to_contain_text("ファイルを選ぶか、表を貼り付けてください。")
    page.fill("#paste", "番号だけ")
    page.click("#read")
    expect(page.locator("#refusal")).to_contain_text("BULK-002")
    page.fill("#paste", as_list(row("p01"), row("p04"), row("p02", insurer="1")).decode().replace(",", "\t"))
    page.click("#read")
    expect(page.locator(".report")).to_contain_text("保険者番号は8桁、国保は6桁の数字です。")
    page.wait_for_load_state("load")
    with page.expect_navigation():
        page.click("text=今すぐ照会する")
    expect(page.locator(".run .state")).to_contain_text("順番待ち")
    run_id = page.url.rpartition("/")[2]
    page.goto("/bulk")
    expect(page.locator(f"#run-{run_id}")).to_contain_text("0 / 2人")
    page.click(f"#run-{run_id} a")
    answer(desk, run_id)
    expect(page.locator(".run .state")).to_contain_text("完了")
    expect(page.locator(".people tbody tr")).to_have_count(2)
    expect(page.locator(".people .urgency").first).to_have_text("無効")


def test_the_board_leads_to_this_mornings_list_while_it_is_fresh(desk: Desk, client: Client) -> None:
    assert "今日の予約" not in client.get("/").text
    run_id = upload(client, *(row(one) for one in PEOPLE))
    assert "今日の予約" not in client.get("/").text
    bulk_runs.release(desk.ledger, run_id, at_night=False)
    answer(desk, run_id)
    page = client.get("/").text
    assert "要対応 4人" in page
    assert f'href="/bulk/{run_id}"' in page
    desk.shift = timedelta(days=2)
    assert "今日の予約" not in client_of(desk).get("/").text
