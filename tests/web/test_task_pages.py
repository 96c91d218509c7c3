"""What there is to do, live; the list of a month's end, for the screen, for paper and for a spreadsheet."""

import csv
import io
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from appliance.eligibility.after_outage import Finding, Reason
from appliance.eligibility.rules.claims import ClaimBy
from appliance.ledger import assumptions, audit, checks, deliveries, findings, month_end, outage_notes, tasks
from appliance.ledger.accounts import Role
from appliance.ledger.bell import Topic
from appliance.ledger.tasks import Outcome, TaskKind
from appliance.ledger.times import JAPAN, clinic_day
from appliance.web.guard import COOKIE
from appliance.web.reception.finding_words import finding_words
from tests.ledger.late import NONE, VALID, answer, insurance
from tests.ledger.test_outage_notes import FACTS
from tests.web.desk_world import Client, Desk, client_of, served


def difference(desk: Desk, ratio: str = "020") -> str:
    """A task: received with 3割, answered with another share."""
    check_id = desk.typed()
    assert assumptions.say(desk.ledger, check_id, ClaimBy.CURRENT, 30, "uketsuke", desk.now())
    assert answer(desk.ledger, check_id, VALID, insurance(ratio), now=desk.now())
    return next(task.id for task in tasks.of_subject(desk.ledger, check_id))


def unknown(desk: Desk, by: ClaimBy = ClaimBy.UNKNOWN) -> str:
    """A visit of the month's end."""
    check_id = desk.typed()
    assert assumptions.say(desk.ledger, check_id, by, 30, "uketsuke", desk.now())
    assert answer(desk.ledger, check_id, NONE, now=desk.now())
    return check_id


def month(desk: Desk) -> str:
    return f"{clinic_day(desk.now()):%Y-%m}"


def test_a_task_says_what_happened_and_what_to_do(desk: Desk, client: Client) -> None:
    task_id = difference(desk)
    page = client.get("/tasks").text
    assert f'id="task-{task_id}"' in page
    assert "負担割合が違いました（返金）" in page
    assert "金額は本機ではわかりません" in page
    assert "次回の来院で精算" in page


def test_a_task_of_each_kind_has_its_words_and_its_way(desk: Desk, client: Client) -> None:
    delivered = desk.person("p01")
    card, typed = desk.offline(), desk.typed()
    (delivery, _) = deliveries.of_check(desk.ledger, delivered)
    for kind, subject, code in (
        (TaskKind.NOTE_NEEDED, card, "CENTER-008"),
        (TaskKind.NOTE_OPEN, "note", "line"),
        (TaskKind.DEAD_LETTER, delivery.id, "CENTER-002"),
        (TaskKind.UNRESOLVED, typed, "waiting"),
        (TaskKind.DIFFERENCE, typed, "found"),
    ):
        assert tasks.raise_(desk.ledger, kind, subject, code, desk.now())
    page = client.get("/tasks").text
    order = [
        f"/tasks/month?month={month(desk)}#case-{typed}",
        f"/outage/notes/new?check={card}",
        f"/reception/checks/{typed}",
        "/outage/notes/note",
        f"/reception/checks/{delivered}",
    ]
    places = [page.index(f'href="{path}"') for path in order]
    assert places == sorted(places)
    assert "回線が通じない" in page
    assert "「照会待ち」のまま" in page


def test_a_task_names_whom_only_the_note_knows(desk: Desk, client: Client) -> None:
    card = desk.offline()
    note_id = outage_notes.write(desk.ledger, FACTS, "sakura", desk.now(), card)
    for kind, subject in ((TaskKind.NOTE_OPEN, note_id), (TaskKind.DEAD_LETTER, card)):
        tasks.raise_(desk.ledger, kind, subject, "QUEUE-001", desk.now())
    page = client.get("/tasks").text
    assert page.count(f'<b>{FACTS.name}</b> <span class="quiet">昭和54年3月5日') == 2
    assert "何度照会しても回答が得られませんでした" in page


@pytest.mark.parametrize(
    ("finding", "words"),
    [
        (Finding(Reason.INVALID, "2", 30, None), ("資格を確認できませんでした", "「無効」", "3割で受け付け")),
        (Finding(Reason.INVALID, "", None, None), ("資格を確認できませんでした", "照会エラー")),
        (Finding(Reason.CHARGE, "1", 20, 30), ("負担割合が違いました（追加）", "受付では2割")),
        (Finding(Reason.CHARGE, "1", 100, 30), ("（返金）", "受付では10割、センターの回答は3割")),
        (Finding(Reason.FOUND, "1", 30, 30), ("請求に使える資格がわかりました", "負担割合は3割です。")),
        (Finding(Reason.INSURER, "1", 30, 30, (), "確かめて"), ("保険が変わっていました", "確かめて")),
    ],
)
def test_findings_in_words(finding: Finding, words: tuple[str, ...]) -> None:
    found = finding_words(finding)
    said = found.title + "".join(found.facts)
    assert all(word in said for word in words)
    assert found.steps


def test_who_ended_a_task_and_how_is_kept(desk: Desk, client: Client) -> None:
    task_id = difference(desk)
    for outcome, status in (("", 422), ("by-itself", 422), ("settled", 200), ("dealt-with", 200)):
        assert client.post(f"/tasks/{task_id}/done", data={"outcome": outcome}).status_code == status
    task = tasks.find(desk.ledger, task_id)
    assert task is not None
    assert (task.outcome, task.done_by) == (Outcome.SETTLED, "reception")
    assert [row.subject for row in audit.latest(desk.ledger, 20) if row.action == "end-task"] == [task_id]
    assert client.post("/tasks/nobody/done", data={"outcome": "settled"}).status_code == 404
    page = client.get("/tasks").text
    assert "いま、することはありません。" in page
    assert "精算した" in page


def test_a_touch_display_sees_none_of_it(desk: Desk) -> None:
    client = client_of(desk, Role.PATIENT_SCREEN)
    for path in ("/tasks", "/tasks/month", "/tasks/month/export", "/tasks/events"):
        assert client.get(path).status_code == 403


def test_the_month_by_kind_with_its_claim_date(desk: Desk, client: Client) -> None:
    unknown(desk, ClaimBy.FORMER)
    check_id = unknown(desk)
    page = client.get("/tasks/month").text
    assert page.index("<b>不詳</b>") < page.index("<b>旧資格</b>")
    assert f'href="/?enter={check_id}"' in page
    assert "請求の期限: " in page
    assert "毎日 08:30 から自動で再照会" in page
    assert "この月の受付で、残っている方はいません。" in client.get("/tasks/month?month=2021-04").text
    assert client.get("/tasks/month?month=2021-13").status_code == 422


def test_who_waits_on_the_month_s_list_is_called_as_on_the_board(desk: Desk, client: Client) -> None:
    desk.person("p01", card=False)
    check_id = desk.typed(symbol="架空１２", number="3456", branch="00", birthdate="S55.2.17")
    assert checks.claim(desk.ledger, "owner", desk.now(), timedelta(minutes=1)) is not None
    checks.put_back(desk.ledger, check_id, "owner", "LINE-001", "", desk.now() + timedelta(hours=1))
    page = client.get("/tasks/month").text
    assert "<b>見本　太郎</b>" in page
    received = desk.now().astimezone(JAPAN)
    assert f"{received.month}/{received.day} {received.hour}:" in page


def test_after_the_claim_date_nothing_is_promised(desk: Desk) -> None:
    unknown(desk)
    visited = month(desk)
    desk.shift += timedelta(days=70)
    page = client_of(desk).get(f"/tasks/month?month={visited}").text
    assert "過ぎています" in page
    assert "から自動で再照会<" not in page


def test_a_visit_is_taken_off_with_a_reason(desk: Desk, client: Client) -> None:
    check_id = unknown(desk)
    path = f"/tasks/month/{check_id}/close"
    for how, status in (("", 422), ("found", 422), ("claimed", 200), ("paid", 409)):
        assert client.post(path, data={"how": how}).status_code == status
    assert client.post("/tasks/month/nobody/close", data={"how": "paid"}).status_code == 404
    assert month_end.find(desk.ledger, check_id, clinic_day(desk.now())) is None
    (row,) = [row for row in audit.latest(desk.ledger, 20) if row.action == "close-visit"]
    assert (row.subject, row.detail) == (check_id, "claimed")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp932"])
def test_the_month_as_a_table(desk: Desk, client: Client, encoding: str) -> None:
    unknown(desk)
    answered = client.get(f"/tasks/month/export?encoding={encoding}")
    (row,) = csv.DictReader(io.StringIO(answered.data.decode(encoding)))
    assert (row["区分"], row["受け付け方"], row["センターの回答"]) == ("不詳", "不詳・3割", "該当資格なし")
    assert (row["保険者番号"], row["記号・番号"], row["再照会の回数"]) == ("06139992", "12・345", "0")
    assert row["生年月日"] == "19790305"
    assert f"getsumatsu-{month(desk).replace('-', '')}.csv" in answered.headers["Content-Disposition"]


def test_pages_say_nothing_of_a_finding_that_is_gone(desk: Desk, client: Client) -> None:
    check_id = desk.typed()
    assert tasks.raise_(desk.ledger, TaskKind.DIFFERENCE, check_id, "charge", desk.now())
    assert findings.of_check(desk.ledger.read, check_id) is None
    assert "受付のあとに回答が届きました" in client.get("/tasks").text


def signed_in(desk: Desk, browser: Browser, url: str, path: str) -> Page:
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="ja-JP")
    context.add_cookies([{"name": COOKIE, "value": desk.sign_in(), "url": url.replace("http:", "https:")}])
    page = context.new_page()
    page.goto(url + path)
    return page


def test_two_receptions_see_the_same_list(desk: Desk, browser: Browser) -> None:
    task_id = difference(desk)
    with served(desk) as url:
        one, other = (signed_in(desk, browser, url, "/tasks") for _ in range(2))
        one.locator(f"#task-{task_id}").get_by_role("button", name="精算した").click()
        for page in (one, other):
            expect(page.locator("#list")).to_contain_text("いま、することはありません。")
        later = difference(desk, "010")
        for page in (one, other):
            expect(page.locator(f"#task-{later}")).to_contain_text("センターの回答は1割です")
            page.context.close()


def test_numbers_that_were_found_go_into_the_form(desk: Desk, browser: Browser) -> None:
    check_id = unknown(desk)
    with served(desk) as url:
        page = signed_in(desk, browser, url, "/tasks/month")
        page.get_by_role("link", name="番号がわかった").click()
        number = page.locator("#manual-number")
        expect(number).to_have_value("345")
        number.fill("346")
        with desk.ledger.listen(Topic.QUESTIONS) as ear:
            page.keyboard.press("Enter")
            while checks.recent(desk.ledger, 1)[0].id == check_id:
                ear.wait()
        later = checks.recent(desk.ledger, 1)[0]
        assert answer(desk.ledger, later.id, VALID, insurance(number="346"), now=desk.now())
        page.goto(url + "/tasks/month")
        expect(page.locator(".nobody")).to_be_visible()
        page.goto(url + "/tasks")
        expect(page.locator(".task h3")).to_have_text("請求に使える資格がわかりました")
        page.context.close()
