"""The page of a folder's network share: a password shown once, another one, off, and who may."""

from pathlib import Path
from typing import Any

import pytest

from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit, conditions, consumers, folder_shares
from appliance.ledger.accounts import Role
from appliance.ledger.conditions import Link, LinkState
from appliance.ledger.consumers import ConsumerKind
from appliance.ledger.folder_terms import folder_of
from appliance.share_place import PLACE_VARIABLE
from tests.web.desk_world import HTML, ORIGIN, Client, Desk, client_of

PAGE = "/desk/consumers/receipt/share"


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv(PLACE_VARIABLE, str(tmp_path))
    return tmp_path


@pytest.fixture
def keeper(desk: Desk) -> Client:
    return client_of(desk, Role.ADMINISTRATOR)


def shown(page: str) -> str:
    """The password on a page."""
    return page.partition('id="password" translate="no">')[2].partition("<")[0]


def test_a_folder_is_shared_with_a_password_that_is_shown_once(
    desk: Desk, keeper: Client, place: Path
) -> None:
    assert "共有していません" in keeper.get(PAGE).text
    page = keeper.post(PAGE)
    password = shown(page.text)
    assert (page.status_code, len(password)) == (200, 24)
    assert page.headers["Cache-Control"] == "no-store"
    assert "\\oqs" in page.text
    share = folder_shares.current(desk.ledger)
    assert share is not None
    assert share.nt_hash == folder_shares.nt_hash(password)
    assert share.nt_hash not in page.text + repr(share)
    one = consumers.find(desk.ledger, "receipt")
    assert one is not None
    assert folder_of(one, desk.box, desk.settings).root == place / "folders" / "receipt"
    assert password not in keeper.get(PAGE).text
    for whose in (page.text, keeper.get(PAGE).text):
        assert 'translate="no">madoguchi-share<' in whose
        assert (
            f'<span class="quiet">{Role.ADMINISTRATOR.value}</span>' in whose
        )  # who is signed in, not who the share's user is
    assert "共有しています" in keeper.get("/desk/consumers/receipt").text
    assert shown(keeper.post(PAGE).text) not in ("", password)
    assert keeper.post(f"{PAGE}/off").status_code == 303
    assert folder_shares.current(desk.ledger) is None
    assert keeper.post(f"{PAGE}/off").status_code == 303
    rows = audit.latest(desk.ledger, 3)
    assert [(row.action, row.subject) for row in rows] == [
        ("share-off", "receipt"),
        ("share-password", "receipt"),
        ("share-on", "receipt"),
    ]


def pressed(keeper: Client, path: str) -> Any:
    """What a browser gets that presses the button."""
    given = {"csrf_token": keeper.csrf}
    return keeper.flask.post(path, data=given, base_url=ORIGIN, headers=HTML)


def test_the_page_says_how_it_stands(desk: Desk, keeper: Client, place: Path) -> None:
    keeper.post(PAGE)
    assert "共有の準備をしています" in keeper.get(PAGE).text
    for state, words in ((LinkState.UP, "共有しています"), (LinkState.DOWN, "SHARE-003")):
        conditions.note(desk.ledger, Link.SHARE, state, None, desk.now())
        assert words in keeper.get(PAGE).text


def test_one_folder_at_a_time_and_one_that_is_removed_makes_room(
    desk: Desk, keeper: Client, place: Path
) -> None:
    consumers.add(desk.ledger, "dental", ConsumerKind.FOLDER, desk.now())
    keeper.post(PAGE)
    refused = pressed(keeper, "/desk/consumers/dental/share")
    assert refused.status_code == 409
    assert "SHARE-002" in refused.text
    assert "receipt" in refused.text
    assert keeper.post("/desk/consumers/receipt/remove").status_code == 303
    assert folder_shares.current(desk.ledger) is None
    assert shown(keeper.post("/desk/consumers/dental/share").text)


def test_a_machine_without_a_file_server_says_so(
    desk: Desk, keeper: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(PLACE_VARIABLE, raising=False)
    assert "ファイルサーバー" in keeper.get(PAGE).text
    assert "SHARE-001" in pressed(keeper, PAGE).text
    assert folder_shares.current(desk.ledger) is None


def test_only_an_administrator_shares_and_only_a_folder(desk: Desk, keeper: Client, place: Path) -> None:
    other = client_of(desk, Role.MAINTENANCE)
    assert other.get(PAGE).status_code == 200
    assert "共有を始める" not in other.get(PAGE).text
    for path in (PAGE, f"{PAGE}/off"):
        assert other.post(path).status_code == 403
    assert keeper.post("/desk/consumers/emr/share").status_code == 404
    assert keeper.post("/desk/consumers/nobody/share").status_code == 404
    with pytest.raises(Trouble, match="INPUT-005"):
        folder_shares.turn_on(desk.ledger, "emr", place, "kanri", desk.now())
