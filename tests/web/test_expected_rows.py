"""予約 on the board: who has not come yet, below who has; and one row as soon as card, paper or レセコン names them."""

import pytest
from playwright.sync_api import Browser, Page, expect

from appliance.demo import people
from appliance.eligibility.message import Qualification
from appliance.ledger import attending, audit, bulk_runs, checks
from appliance.ledger.bell import EVERYTHING
from appliance.ledger.checks import NewCheck, Origin
from appliance.web.reception.feed import BoardFeed
from tests.bulk_lists import row
from tests.web.desk_world import CODE, Client, Desk, client_of, served
from tests.web.test_bulk_pages import answer, upload
from tests.web.test_reception_page import reception

TIMES = {"p01": "9:00", "p12": "9:30", "p04": "10:00", "p10": "10:15"}


def taken_in(desk: Desk, client: Client) -> str:
    """Today's list, which nobody has asked about yet."""
    run_id = upload(client, *(row(one, time=time) for one, time in TIMES.items()))
    assert bulk_runs.release(desk.ledger, run_id, at_night=False)
    return run_id


def listed(desk: Desk, client: Client) -> str:
    """Today's list, answered: p04 is invalid, p10 is several, the others are valid."""
    run_id = taken_in(desk, client)
    answer(desk, run_id)
    return run_id


def not_come(page: Page) -> list[str]:
    return [name.inner_text() for name in page.locator("#expected-rows .row:visible .name").all()]


def names(*ids: str) -> list[str]:
    return [people.person(one).name for one in ids]


@pytest.mark.timeout(90)
def test_the_day_of_an_appointment_from_the_list_to_one_row(
    browser: Browser, desk: Desk, client: Client
) -> None:
    with (
        served(desk) as address,
        reception(browser, desk, address) as page,
        reception(browser, desk, address) as other,
    ):
        run_id = taken_in(desk, client)
        expect(page.locator("#expected-rows .row")).to_have_count(len(TIMES))
        answer(desk, run_id)
        expect(page.locator("#expected-rows .row .word").first).to_have_text("無効")
        # Who needs a word first, then by time; the invalid one is at no counter and does not call for anybody.
        order = not_come(page)
        assert order[0] == people.person("p04").name
        assert sorted(order) == sorted(names(*TIMES))
        expect(page.locator("[data-view=expected] b")).to_have_text("4")
        expect(page.locator("[data-view=needs] b")).to_have_text("0")
        walked_in = desk.person("p03")
        expect(page.locator(f"#check-{walked_in}")).to_be_visible()
        page.keyboard.press("v")
        expect(page.locator(f"#check-{walked_in}")).to_be_hidden()
        page.keyboard.press("ArrowDown")
        expect(page.locator(".detail h2")).to_have_text(order[0])
        expect(page.locator(".detail .steps")).to_contain_text("いらっしゃる前にお電話で")
        expect(other.locator(f"#check-{run_id}-2 [data-attending]")).to_have_text("対応中: reception")
        # Found by what the list knows, in any spelling.
        born = people.person("p12").birthdate
        for text in (f"{born:%Y/%m/%d}", people.person("p12").qualifications[0].name_kana or ""):
            page.locator("#filter").fill(text)
            assert not_come(page) == names("p12")
        page.locator("#filter").fill("")
        # The card makes two rows one, and the open pane goes on with the check.
        came = desk.person("p04")
        expect(page.locator(".detail")).to_have_attribute("data-id", came)
        assert set(not_come(page)) == set(names("p01", "p12", "p10"))
        expect(other.locator(f"#check-{came} .when")).to_contain_text("予約 10:00 →")
        expect(other.locator(f"#check-{came} .when")).to_contain_text("マイナ保険証")
        # R asks with the list's numbers: the new check is the row from now on.
        page.locator("#expected-rows .row-link", has_text=people.person("p01").name).click()
        expect(page.locator(".detail h2")).to_have_text(people.person("p01").name)
        page.keyboard.press("r")
        asked = page.locator("#rows .row", has_text="手入力")
        expect(asked.locator(".when")).to_contain_text("予約 9:00 →")
        assert set(not_come(page)) == set(names("p12", "p10"))
        page.goto("/".join(page.url.split("/")[:3]))
        assert set(not_come(page)) == set(names("p12", "p10"))


def test_the_board_names_a_receipt_computers_row_and_its_appointment(desk: Desk, client: Client) -> None:
    listed(desk, client)
    new = NewCheck(origin=Origin.FOLDER, institution_code=CODE, request_xml=b"<XmlMsg/>", asked_by="receipt")
    who = people.person("p12")
    check_id = checks.open_check(desk.ledger, new, desk.now())
    desk.answered(check_id, who.qualification_validity, *who.qualifications)
    page = client.get("/").text
    ours = page.partition(f'id="check-{check_id}"')[2].partition("</li>")[0]
    assert "予約 9:30 →" in ours
    assert "レセコン" in ours
    assert "receipt" in ours
    assert who.name not in page.partition('id="expected-rows"')[2].partition("</ol>")[0]


def test_somebody_with_a_new_insurance_is_known_by_the_registered_number(desk: Desk, client: Client) -> None:
    listed(desk, client)
    moved = Qualification(
        insurer_number="39139994",
        insured_identification_number="1",
        birthdate="19800217",
        reference_number="p01",
    )
    check_id = desk.answered(desk.carded(), "1", moved)
    assert "予約 9:00 →" in client.get(f"/reception/checks/{check_id}", Accept="text/html").text


def test_a_feed_tells_of_the_list_when_something_is_new_in_it(desk: Desk, client: Client) -> None:
    feed = BoardFeed(desk.ledger, desk.now, client_of(desk).flask.application.jinja_env)
    run_id = upload(client, *(row(one) for one in TIMES))
    assert [event.name for event in feed.news(EVERYTHING)] == []
    assert bulk_runs.release(desk.ledger, run_id, at_night=False)
    assert "expected" in [event.name for event in feed.news(EVERYTHING)]
    desk.person("p12")
    assert "expected" not in [event.name for event in feed.news(EVERYTHING)]
    answer(desk, run_id)
    told = {event.name: event.data for event in feed.news(EVERYTHING)}
    assert people.person("p12").name not in told["expected"]
    assert people.person("p04").name in told["expected"]
    assert "expected" in [event.name for event in feed.opening("1")]
    assert "expected" not in [event.name for event in feed.opening("999999")]


def test_opening_somebody_is_written_down_and_nobody_else_can_be_opened(desk: Desk, client: Client) -> None:
    run_id = listed(desk, client)
    path = f"/reception/expected/{run_id}/0"
    assert client.get(path, Accept="application/json").status_code == 200
    assert client.get(f"{path}?refresh=1", Accept="application/json").status_code == 200
    written = [one for one in audit.latest(desk.ledger, 9) if one.action == "open-expected"]
    assert [one.subject for one in written] == [f"{run_id}-0"]
    assert client.post(f"{path}/attend", {"page": "0" * 32}).status_code == 204
    assert [one.check_id for one in attending.current(desk.ledger, desk.now())] == [f"{run_id}-0"]
    for wrong in (f"/reception/expected/{run_id}/99", "/reception/expected/nothing/0"):
        assert client.get(wrong, Accept="application/json").status_code == 404
        assert client.post(f"{wrong}/repeat").status_code == 404
