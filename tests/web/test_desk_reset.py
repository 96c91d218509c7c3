"""The page on which a box is told to forget all: an administrator alone, with the clinic's name and the password anew."""

from pathlib import Path
from typing import Any

import pytest

from appliance import reset_wish
from appliance.ledger import audit
from appliance.ledger.accounts import Role
from tests.web.desk_world import HTML, ORIGIN, PASSWORD, Client, Desk, client_of

PAGE = "/desk/reset"
GOOD = {"name": "みどり内科", "password": PASSWORD}


@pytest.fixture
def keeper(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(reset_wish.is_obeyed, "__defaults__", (Path(__file__),))
    return client_of(desk, Role.ADMINISTRATOR)


def pressed(keeper: Client, given: dict[str, str]) -> Any:
    """The answer to the form of the page, as a browser sends it."""
    return keeper.flask.post(PAGE, base_url=ORIGIN, headers=HTML, data=given | {"csrf_token": keeper.csrf})


def wish(desk: Desk) -> Path:
    return desk.box.run_dir / "factory-reset"


def test_it_is_asked_for_once_everything_is_right(desk: Desk, keeper: Client) -> None:
    page = keeper.get(PAGE).text
    assert "バックアップが一度もありません" in page
    wrong = [
        (GOOD | {"name": "みどり"}, "RESET-002"),
        (GOOD | {"password": "another password"}, "AUTH-001"),
        ({}, "RESET-002"),
    ]
    for given, code in wrong:
        refused = pressed(keeper, given)
        assert (refused.status_code >= 400, f'data-code="{code}"' in refused.text) == (True, True)
        assert not wish(desk).exists()
    done = pressed(keeper, GOOD)
    assert (done.status_code, "初期化を始めました" in done.text) == (200, True)
    assert wish(desk).read_bytes() == b""
    assert audit.latest(desk.ledger, 1)[0].action == "reset-wanted"


def test_where_nobody_obeys_the_page_names_the_command(
    desk: Desk, keeper: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reset_wish.is_obeyed, "__defaults__", (desk.box.root / "nobody",))
    page = keeper.get(PAGE).text
    assert ("madoguchi reset --yes-wipe" in page, 'name="password"' in page) == (True, False)
    assert keeper.post(PAGE, GOOD).status_code == 404
    assert not wish(desk).exists()
