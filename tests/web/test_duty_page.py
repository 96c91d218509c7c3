"""義務と経過措置: what holds on the day of the page, and links that whoever reads may follow."""

import re
from datetime import UTC, datetime

import pytest

from appliance.eligibility.rules.duty import Lead
from appliance.ledger.accounts import Role
from appliance.ledger.times import utc_now
from appliance.web.handbook import duty
from tests.web.desk_world import Client, Desk, client_of

PAGE = "/help/duty"
OWN = """
[[duties]]
id = "institution-2026"
from = 2026-10-01
site = "institution"
bound = "duty"
text = "新しい決まりです。"
source = "試験"
replaces = ["institution-2023"]

[[duties]]
id = "no-source"
from = 2026-10-01
"""


def card(page: str, heading: str) -> str:
    """The text of the card under a heading: the first with it, since the delays have the same."""
    found, *_delays = re.findall(rf"<h3>{re.escape(heading)}</h3>(.*?)</article>", page, re.DOTALL)
    return re.sub(r"<[^>]+>|\s+", " ", found)


def on(desk: Desk, year: int, month: int, day: int) -> Client:
    """Somebody at the desk on that day."""
    desk.shift = datetime(year, month, day, 3, tzinfo=UTC) - utc_now()
    return client_of(desk)


def test_the_page_follows_the_day(desk: Desk) -> None:
    before = card(on(desk, 2023, 3, 31).get(PAGE).text, "病院・診療所・薬局")
    assert "義務ではない" in before
    assert "それまでの決まり" not in before
    page = on(desk, 2023, 9, 30).get(PAGE).text
    assert "それまでの決まり" in card(page, "病院・診療所・薬局")
    assert "終わりました" not in page
    assert "今日の決まりはありません" in card(page, "訪問看護ステーション")
    assert on(desk, 2023, 10, 1).get(PAGE).text.count("終わりました") == 1


def test_a_row_of_the_clinics_own_takes_its_place(desk: Desk) -> None:
    desk.box.rules_dir.mkdir(exist_ok=True)
    (desk.box.rules_dir / "ours.toml").write_text(OWN, "utf-8")
    now = card(on(desk, 2026, 11, 22).get(PAGE).text, "病院・診療所・薬局").partition("それまでの決まり")
    assert "新しい決まりです。" in now[0]
    assert "マイナ保険証での確認を求められたら" in now[2]


@pytest.mark.parametrize("role", [Role.RECEPTION, Role.ADMINISTRATOR])
def test_only_links_that_open_are_shown(desk: Desk, role: Role) -> None:
    client = client_of(desk, role)
    main = client.get(PAGE).text.partition("<main>")[2].partition("</main>")[0]
    links = set(re.findall(r'href="(/[^"]*)"', main))
    assert links == {place.path for place in duty.PLACES.values() if role in place.roles}
    assert {client.get(link).status_code for link in links} == {200}
    assert set(duty.PLACES) == set(Lead)
