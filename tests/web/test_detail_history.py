"""The pane tells what was answered about the same patient before, and nothing of anybody else."""

from datetime import timedelta
from html import unescape

from appliance.ledger.times import clinic_day
from tests.web.desk_world import Client, Desk

FETCH = {"Accept": "application/json"}


def pane(client: Client, check_id: str) -> str:
    return unescape(client.get(f"/reception/checks/{check_id}", **FETCH).text)


def test_earlier_answers_stand_below_the_newest_first(desk: Desk, client: Client) -> None:
    desk.shift = timedelta(days=-40)
    first = desk.person("p04", card=False)
    desk.shift = timedelta(days=-10)
    stranger = desk.person("p01", card=False)
    second = desk.person("p04", card=False)
    desk.shift = timedelta(0)
    page = pane(client, desk.person("p04", card=False))
    days = [f"{clinic_day(desk.now()) - timedelta(days=ago):%Y/%m/%d}" for ago in (10, 40)]
    assert "これまでの照会" in page
    assert page.index(days[0]) < page.index(days[1])
    assert page.count("無効") >= 3
    for alone in (first, stranger):
        assert "これまでの照会" not in pane(client, alone)
    assert "これまでの照会" in pane(client, second)
