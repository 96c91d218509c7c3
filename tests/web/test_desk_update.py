"""The page of updates: sends a file in pieces, lets an administrator say when to restart, and shows how it went."""

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from appliance.ledger import audit
from appliance.ledger.accounts import Role
from appliance.ledger.times import utc_now
from appliance.updates import record
from appliance.updates.drop import INSTALL, Drop
from appliance.updates.record import PLACE_VARIABLE, Place, Record, State
from tests.web.at_page import at
from tests.web.desk_world import Client, Desk, client_of

PAGE = "/desk/update"
OLD, NEW = "0.1.0+202611010000", "0.1.0+202612010000"
READY = Record(State.INSTALLED, OLD, NEW, slot="B", running="A", percent=100, versions={"A": OLD, "B": NEW})


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    found = Place(tmp_path / "update")
    found.drop.mkdir(parents=True)
    monkeypatch.setenv(PLACE_VARIABLE, str(found.root))
    return found


@pytest.fixture
def keeper(desk: Desk) -> Client:
    return client_of(desk, Role.ADMINISTRATOR)


def stands(place: Place, now: Record) -> None:
    record.write(place, now, utc_now())


def begun(client: Client, size: object) -> object:
    return client.post(f"{PAGE}/begin", {"size": str(size), "mark": "a"}).get_json()


def test_a_machine_without_two_slots_says_so(keeper: Client) -> None:
    page = keeper.get(PAGE)
    assert page.status_code == 200
    assert 'data-code="UPDATE-010"' in page.text
    assert "更新ファイルを入れる" not in page.text
    assert keeper.get(f"{PAGE}/state").status_code == 409
    assert (
        keeper.post(f"{PAGE}/begin", {"size": "10", "mark": "a"}).get_json()["error"]["code"] == "UPDATE-010"
    )


def test_a_file_is_taken_in_pieces_and_handed_to_root(desk: Desk, keeper: Client, place: Place) -> None:
    assert begun(keeper, 10) == {"have": 0, "piece": 4 * 1024 * 1024}
    assert keeper.post(f"{PAGE}/piece?offset=0", b"01234").get_json() == {"have": 5}
    # Its answer was lost, so it comes again.
    again = keeper.post(f"{PAGE}/piece?offset=0", b"01234")
    assert again.get_json()["error"]["code"] == "UPDATE-007"
    assert keeper.post(f"{PAGE}/finish").status_code >= 400
    assert begun(keeper, 10) == {"have": 5, "piece": 4 * 1024 * 1024}
    assert keeper.post(f"{PAGE}/piece?offset=5", b"56789").get_json() == {"have": 10}
    assert keeper.post(f"{PAGE}/finish").status_code == 200
    assert Drop(place.drop).bundle.read_bytes() == b"0123456789"
    assert keeper.get(f"{PAGE}/state").get_json()["waiting"] is True
    assert begun(keeper, 10)["error"]["code"] == "UPDATE-009"  # type: ignore[index]
    assert Drop(place.drop).take() == (INSTALL,)
    row = audit.latest(desk.ledger, 1)[0]
    assert (row.actor, row.action) == ("administrator", "update-uploaded")


@pytest.mark.parametrize("size", ["", "x", "-1", "9" * 30, "1500000001", "²"])
def test_a_size_that_cannot_be_is_refused(keeper: Client, place: Place, size: str) -> None:
    assert begun(keeper, size)["error"]["code"] == "UPDATE-006"  # type: ignore[index]


@pytest.mark.parametrize("offset", ["", "x", "-1", "9" * 30])
def test_a_place_that_cannot_be_is_refused(keeper: Client, place: Place, offset: str) -> None:
    begun(keeper, 10)
    answer = keeper.post(f"{PAGE}/piece?offset={offset}", b"01234")
    assert answer.get_json()["error"]["code"] == "UPDATE-007"


def test_a_piece_that_is_too_large_is_refused(keeper: Client, place: Place) -> None:
    begun(keeper, 5 * 1024 * 1024)
    assert keeper.post(f"{PAGE}/piece?offset=0", bytes(4 * 1024 * 1024 + 1)).status_code == 413


def test_a_restart_now_at_an_hour_or_not_at_all(desk: Desk, keeper: Client, place: Place) -> None:
    assert keeper.post(f"{PAGE}/restart", {"when": "now"}).get_json()["error"]["code"] == "UPDATE-009"
    stands(place, READY)
    page = keeper.get(PAGE).text
    assert "約2分間止まります" in page
    assert NEW in page
    assert OLD in page
    for hour in ("", "25:00", "9:00", "x"):
        wrong = keeper.post(f"{PAGE}/restart", {"when": "at", "hour": hour})
        assert wrong.get_json()["error"]["code"] == "INPUT-001"
    assert keeper.post(f"{PAGE}/restart", {"when": "at", "hour": "22:30"}).status_code == 303
    assert Drop(place.drop).take() == ("restart-2230",)
    assert audit.latest(desk.ledger, 1)[0].detail == f"{NEW} 22:30"
    stands(place, replace(READY, restart_at="22:30"))
    page = keeper.get(PAGE).text
    assert "22:30 に再起動します" in page
    assert keeper.post(f"{PAGE}/cancel").status_code == 303
    assert Drop(place.drop).take() == ("cancel",)
    assert keeper.post(f"{PAGE}/restart", {"when": "now"}).status_code == 303
    assert Drop(place.drop).take() == ("restart",)


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (Record(), ("更新はありません",)),
        (replace(READY, state=State.CONFIRMED, running="B"), ("成功しました", NEW, OLD)),
        (
            replace(READY, state=State.ROLLED_BACK, reason="UPDATE-011", failed=("web", "sync")),
            ("元に戻しました", "UPDATE-011", "自己点検に通らず", "画面、照会と連携の処理"),
        ),
        (replace(READY, state=State.REFUSED, reason="UPDATE-002"), ("入れませんでした", "署名")),
        (replace(READY, state=State.INSTALLING, percent=40), ("書き込んでいます", 'value="40"')),
    ],
    ids=lambda one: one.state.value if isinstance(one, Record) else "",
)
def test_how_it_went_is_said(keeper: Client, place: Place, now: Record, words: tuple[str, ...]) -> None:
    stands(place, now)
    page = keeper.get(PAGE).text
    assert [word for word in words if word not in page] == []


@pytest.mark.parametrize("role", [Role.MAINTENANCE, Role.RECEPTION, Role.CLINICIAN])
def test_nobody_else_updates_the_box(desk: Desk, place: Place, role: Role) -> None:
    client = client_of(desk, role)
    assert client.get(PAGE).status_code == 403
    for path in ("begin", "piece?offset=0", "finish", "restart", "cancel"):
        assert client.post(f"{PAGE}/{path}", {"size": "10"}).status_code == 403, path
    assert f'href="{PAGE}"' not in client.get("/").text


def test_a_browser_sends_it_and_follows_it_to_its_end(browser: Browser, desk: Desk, place: Place) -> None:
    content = bytes(range(256)) * 20_000  # two pieces
    with at(browser, desk, PAGE, Role.ADMINISTRATOR) as page:
        page.get_by_label("更新ファイル（").set_input_files(
            {"name": "update.raucb", "mimeType": "application/octet-stream", "buffer": content}
        )
        page.get_by_role("button", name="送る").click()
        expect(page.locator('#update[data-waiting="true"]')).to_be_visible()
        assert Drop(place.drop).bundle.read_bytes() == content
        # Root takes it, writes it, and has written it.
        stands(place, replace(READY, state=State.INSTALLING, percent=40))
        Drop(place.drop).take()
        expect(page.locator("#written")).to_have_attribute("value", "40")
        stands(place, READY)
        expect(page.get_by_role("button", name="いますぐ再起動する")).to_be_visible()
