"""Models beside each other, and what fits a place, drawn to scale."""

import re

import pytest

from appliance.eligibility.reader_profiles import Size
from appliance.web.desk.drawing import Box, front, plan
from tests.web.desk_world import Client

PAGE = "/desk/readers/compare"


def test_five_models_beside_each_other_and_a_dash_where_nothing_is_known(client: Client) -> None:
    page = client.get(PAGE).text
    for words in ("Caora", "XC-STFR2JMN", "CPS-100W", "UFT-S190S", "EXC-9000", "製品一覧（2022-07-07現在）"):
        assert words in page
    languages = page.partition('data-row="languages"')[2].partition("</tr>")[0]
    assert languages.count('aria-label="資料にありません"') == 4
    assert "日本語、英語、韓国語、中国語" in languages
    assert "その端末のフォルダーだけを使えます" in page


def test_plain_readers_stand_beside_them_when_they_are_chosen(client: Client) -> None:
    page = client.get(f"{PAGE}?model=rc-s300-p&model=cps-100w").text
    head = page.partition("<thead>")[2].partition("</thead>")[0]
    assert head.count("<th") == 3
    assert "この装置で読みます" in page
    sources = page.partition('data-row="source"')[2].partition("</tr>")[0]
    assert "libccid" in sources
    sizes = page.partition('data-row="size"')[2].partition("</tr>")[0]
    assert "354" in sizes
    assert sizes.count('class="nothing"') == 1


def test_what_fits_comes_first_and_what_is_not_known_is_not_called_unfit(client: Client) -> None:
    page = client.get(f"{PAGE}?width=300&depth=200&height=250").text
    found = re.findall(r'data-model="([^"]+)" data-fits="(\w+)"', page)
    assert found[0] == ("uft-s190s", "true")
    assert {fits for _, fits in found[1:]} == {"false"}
    assert len(found) == 6  # one model can stand in two ways
    assert "幅が54 mm足りません" in page
    assert "大きさが資料にありません: SONY RC-S300/P" in page
    assert page.count("<svg viewBox") == 12
    assert "style=" not in page


@pytest.mark.parametrize(
    "query",
    [
        "width=300",
        "width=300&depth=200&height=0",
        "width=300&depth=x&height=1",
        "width=9999&depth=1&height=1",
    ],
)
def test_half_a_place_is_refused(client: Client, query: str) -> None:
    assert client.get(f"{PAGE}?{query}").status_code == 422
    assert client.get(f"{PAGE}?{query}", Accept="application/json").json["error"]["code"] == "INPUT-001"


def test_both_views_are_to_scale_and_stand_on_the_same_edge() -> None:
    place, device = Size(300, 200, 250), Size(100, 260, 150)
    above, ahead = plan(place, device), front(place, device)
    assert above.device == Box(100, 0, 100, 260)
    assert above.place == Box(0, 60, 300, 200)
    assert ahead.device == Box(100, 100, 100, 150)
    assert ahead.place == Box(0, 0, 300, 250)
    assert list(above.rows) == [260, 160, 60]
    assert above.pixels[0] / above.pixels[1] == pytest.approx(360 / 320, rel=0.01)


def test_a_place_as_wide_as_a_room_does_not_shrink_the_device() -> None:
    drawn = plan(Size(3000, 200, 300), Size(100, 100, 100))
    assert (drawn.place.width, drawn.device.width) == (1200, 100)
    assert "幅3000" in drawn.says
