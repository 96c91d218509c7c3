"""The asset register: written down, changed, struck off; what the box knows by itself; what ends next."""

from datetime import date, timedelta

import pytest

from appliance.ledger import assets, audit, readers
from appliance.ledger.accounts import Role
from appliance.ledger.assets import Asset, AssetKind
from appliance.ledger.times import clinic_day
from tests.web.desk_world import HTML, Client, Desk, client_of
from tests.web.test_desk_certificate import in_use

PAGE = "/desk/assets"
LINE = {"kind": "line", "name": "光回線", "place": "受付の下", "note": "お客様ID CAF123", "valid_until": ""}


@pytest.fixture
def keeper(desk: Desk) -> Client:
    return client_of(desk, Role.MAINTENANCE)


def soon(page: str) -> str:
    return page.partition('id="soon"')[2].partition("</section>")[0]


def test_a_line_with_its_customer_number_is_kept_changed_and_struck_off(desk: Desk, keeper: Client) -> None:
    assert keeper.post(PAGE, LINE).status_code == 303
    page = keeper.get(PAGE).text
    for words in ("光回線", "受付の下", "お客様ID CAF123"):
        assert words in page
    (one,) = assets.every(desk.ledger)
    assert keeper.post(f"{PAGE}/{one.id}", LINE | {"valid_until": "2030-03-31"}).status_code == 303
    kept = Asset(AssetKind.LINE, "光回線", "受付の下", date(2030, 3, 31), "お客様ID CAF123", one.id)
    assert assets.every(desk.ledger) == (kept,)
    assert "2030/03/31" in keeper.get(PAGE).text
    assert keeper.post(f"{PAGE}/{one.id}/remove").status_code == 303
    assert assets.every(desk.ledger) == ()
    actions = [row.action for row in audit.latest(desk.ledger, 3)]
    assert actions == ["asset-removed", "asset-changed", "asset-added"]
    assert keeper.post(f"{PAGE}/{one.id}/remove").status_code == 404
    assert keeper.post(f"{PAGE}/{one.id}", LINE).status_code == 404


def test_what_ends_next_stands_first_and_what_is_over_is_said(desk: Desk, keeper: Client) -> None:
    today = clinic_day(desk.now())
    for name, days in (("over", -1), ("today", 0), ("in time", 90), ("later", 91)):
        keeper.post(PAGE, LINE | {"name": name, "valid_until": f"{today + timedelta(days=days)}"})
    keeper.post(PAGE, LINE | {"name": "without end"})
    page = keeper.get(PAGE).text
    listed = soon(page)
    assert [name for name in ("over", "today", "in time", "later", "without end") if name in listed] == [
        "over",
        "today",
        "in time",
    ]
    assert listed.index("over") < listed.index("today") < listed.index("in time")
    assert "過ぎています" in listed
    assert "あと0日" in listed


def test_the_box_adds_what_it_knows_itself(desk: Desk, keeper: Client) -> None:
    in_use(desk, 20)
    said = {"label": "内科", "profile": "cps-100w", "institution_code": None}
    delivered = clinic_day(desk.now()) - timedelta(days=540)
    readers.set_up(desk.ledger, "serial-1", delivered_on=delivered, **said)  # type: ignore[arg-type]
    page = keeper.get(PAGE).text
    assert "医院の電子証明書 1319999999" in soon(page)
    assert "内科の保証（アルメックス" in soon(page)
    assert "窓口2の保証" in page
    assert "窓口2の保証" not in soon(page)
    assert page.count("その画面へ") == 3


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"name": " "}, "名前を入れて"),
        ({"kind": "car"}, "種類を選び"),
        ({"valid_until": "soon"}, "期限を日付で"),
        ({"note": "x" * 201}, "200文字まで"),
    ],
)
def test_what_cannot_be_is_refused_and_kept_in_the_form(
    desk: Desk, keeper: Client, changes: dict[str, str], why: str
) -> None:
    data = LINE | changes | {"csrf_token": keeper.csrf}
    refused = keeper.flask.post(PAGE, data=data, base_url="https://localhost", headers=HTML)
    assert refused.status_code == 422
    assert why in refused.text
    assert 'value="受付の下"' in refused.text
    assert assets.every(desk.ledger) == ()


def test_nobody_else_keeps_the_register(desk: Desk) -> None:
    client = client_of(desk)
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, LINE).status_code == 403
