"""The yearly checklist: filled in from how the box stands, open where only the clinic knows, two sheets of A4 on paper."""

import re
import socket
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Browser

from appliance.ledger import accounts, assets, audit, backups, second_factor
from appliance.ledger.accounts import Role
from appliance.ledger.assets import Asset, AssetKind
from appliance.ledger.audit_search import LONGEST
from appliance.ledger.backups import Drill, Made
from appliance.ledger.second_seal import SecondSeal
from appliance.ledger.times import JAPAN, clinic_day
from appliance.ledger.trail import reviews
from appliance.web.desk import listening
from appliance.web.desk.listening import Port
from tests.web.at_page import at
from tests.web.desk_world import Client, Desk, client_of
from tests.web.pdf_pages import page_texts

PAGE = "/desk/security-checklist"
REAL_PORTS = listening.ports
CLINICS = {"1-1", "2-3", "2-6", "2-8", "2-9", "2-13", "2-14", "3-1", "3-3", "4-1"}


@pytest.fixture(autouse=True)
def quiet_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever else listens on the machine of the tests is not the matter."""
    monkeypatch.setattr(listening, "ports", lambda: (Port(8443, is_reachable=True),))


@pytest.fixture
def chief(desk: Desk) -> Client:
    return client_of(desk, Role.ADMINISTRATOR)


def standings(client: Client) -> dict[str, str]:
    return dict(re.findall(r'data-point="([^"]+)" data-standing="(\w+)"', client.get(PAGE).text))


def test_a_box_that_nobody_looks_after_says_so(chief: Client) -> None:
    found = standings(chief)
    assert {number for number, word in found.items() if word == "clinic"} == CLINICS
    assert {number for number, word in found.items() if word == "look"} == {"2-1", "2-10", "2-11", "3-2"}
    page = chief.get(PAGE).text
    assert "公式の様式ではありません" in page
    assert "バックアップはまだ一度もありません" in page
    assert "戻す練習はまだしていません" in page


def test_what_was_done_is_seen(desk: Desk, chief: Client) -> None:
    now = desk.now()
    assets.add(desk.ledger, Asset(AssetKind.LINE, "光回線"), "administrator", now)
    backups.note(desk.ledger, Made(now, "administrator", 10), now)
    backups.note_drill(desk.ledger, Drill(now, "administrator", now, 0, 1))
    for role in (Role.CLINICIAN, Role.ADMINISTRATOR):
        desk.sign_in(role, role.value)
        second_factor.install(desk.ledger, SecondSeal.of(desk.box), role.value, "JBSWY3DPEHPK3PXP", now)
    found = standings(chief)
    assert {number for number, word in found.items() if word == "look"} == set()
    page = chief.get(PAGE).text
    assert "2人のうち2人が設定済み" in page
    assert "見直しの遅れている月はありません" in page


def test_a_month_that_nobody_has_gone_through_is_named(desk: Desk) -> None:
    before = reviews.previous(clinic_day(desk.now()).replace(day=1))
    audit.write(
        desk.ledger, "sakura", "sign-in", "", datetime(before.year, before.month, 15, 10, tzinfo=JAPAN)
    )
    desk.shift = timedelta(days=max(0, 11 - clinic_day(desk.now()).day))  # after the tenth
    client = client_of(desk, Role.ADMINISTRATOR)
    assert standings(client)["2-11"] == "look"
    assert f"見直しの済んでいない月: {before.year}年{before.month}月" in client.get(PAGE).text


def test_an_account_nobody_uses_is_named(desk: Desk, chief: Client) -> None:
    long_ago = desk.now() - LONGEST - timedelta(days=1)
    accounts.add(desk.ledger, "kaede", Role.RECEPTION, "a long enough password", long_ago)
    accounts.add(desk.ledger, "sumire", Role.RECEPTION, "a long enough password", long_ago)
    audit.write(desk.ledger, "sumire", "sign-in", "", desk.now())
    # Somebody who tries in vain uses nothing.
    audit.write(desk.ledger, "kaede", "sign-in-refused", "", desk.now(), "AUTH-001")
    assert standings(chief)["2-5"] == "look"
    assert "サインインしていないアカウント: kaede<" in re.sub(r"\s*<", "<", chief.get(PAGE).text)


@pytest.mark.parametrize("role", [Role.RECEPTION, Role.CLINICIAN, Role.MAINTENANCE])
def test_nobody_else_reads_it(desk: Desk, role: Role) -> None:
    assert client_of(desk, role).get(PAGE).status_code == 403


def test_a_port_that_is_not_of_the_box_is_named(chief: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    open_ports = (Port(22, is_reachable=True), Port(631, is_reachable=False), Port(8443, is_reachable=True))
    monkeypatch.setattr(listening, "ports", lambda: open_ports)
    assert standings(chief)["2-12"] == "look"
    page = chief.get(PAGE).text
    assert "ほかの機器から届くポート: 22、8443" in page
    assert "以外の 22 が要るものか" in page


def test_the_kernel_says_what_listens() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as near,
        socket.create_server(("::1", 0), family=socket.AF_INET6) as six,
    ):
        found = {one.number: one.is_reachable for one in REAL_PORTS()}
        assert found[near.getsockname()[1]] is False
        assert found[six.getsockname()[1]] is False


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("0100007F", "127.0.0.1"),
        ("00000000", "0.0.0.0"),  # noqa: S104 - compared, not bound
        ("00000000000000000000000001000000", "::1"),
        ("0000000000000000FFFF00000100007F", "127.0.0.1"),
    ],
)
def test_an_address_as_the_kernel_writes_it(text: str, address: str) -> None:
    assert str(listening.address_of(text)) == address


def test_it_names_no_patient(desk: Desk, chief: Client) -> None:
    desk.person("p01")
    page = chief.get(PAGE).text
    assert all(name not in page for name in ("サンプル", "06139992"))


def test_on_paper_it_has_room_for_the_clinics_hand(desk: Desk, browser: Browser) -> None:
    with at(browser, desk, PAGE, Role.ADMINISTRATOR) as page:
        page.emulate_media(media="print")
        sheets = page_texts(page.pdf(prefer_css_page_size=True))
    assert len(sheets) == 2
    assert "".join(sheets).count("いいえ") == 19
    assert "装置の仕様" in sheets[1]
    assert "確認した人" in sheets[1]
