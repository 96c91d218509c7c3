"""The desk's settings: bounds, who changed what from what, taken back, in use or not, and the file stays the engineer's."""

import json
from dataclasses import fields, replace

import pytest

from appliance.ledger import audit, settings_in_use
from appliance.ledger.accounts import Role
from appliance.settings import Settings
from appliance.web.desk.setting_fields import FIELDS, SERVICE_LABELS, Kind
from tests.web.desk_world import CODE, HTML, Client, Desk, client_of

PAGE = "/desk/settings"


@pytest.fixture
def keeper(desk: Desk) -> Client:
    return client_of(desk, Role.ADMINISTRATOR)


def article(page: str, key: str) -> str:
    return page.partition(f'data-setting="{key}"')[2].partition("</article>")[0]


def test_every_field_is_a_setting_and_takes_its_own_default() -> None:
    default = Settings(CODE)
    kinds = {item.name: item.type for item in fields(Settings)}
    for key, field in FIELDS.items():
        value = getattr(default, key)
        assert field.parse(field.typed(value)) == value, key
        assert isinstance(field.parse(field.typed(value)), kinds[key]), key  # type: ignore[arg-type]
        assert set(field.services) <= SERVICE_LABELS.keys()
        assert field.says.endswith("。")
        assert field.spoken(value)


def test_a_change_is_written_with_comments_kept_and_shows_who_and_from_what(
    desk: Desk, keeper: Client
) -> None:
    file = desk.box.settings_file
    file.write_text("# 2階のリーダーは遅い\n" + file.read_text("utf-8"), "utf-8")
    assert keeper.post(f"{PAGE}/visit_timeout", {"value": "90", "seen": "60"}).status_code == 303
    assert desk.box.load() == replace(desk.settings, visit_timeout=90.0)
    assert file.read_text("utf-8").startswith("# 2階のリーダーは遅い\n")
    said = article(keeper.get(PAGE).text, "visit_timeout")
    assert "90秒" in said
    assert "administratorさんが「60秒」から変えました" in said
    (row,) = audit.latest(desk.ledger, 1)
    assert (row.action, row.subject, json.loads(row.detail)) == (
        "setting-changed",
        "visit_timeout",
        {"before": 60.0, "after": 90.0},
    )
    assert keeper.post(f"{PAGE}/visit_timeout", {"value": "90"}).status_code == 303
    assert audit.latest(desk.ledger, 9)[0] == row, "nothing was changed"


def test_a_change_is_taken_back_once(desk: Desk, keeper: Client) -> None:
    keeper.post(f"{PAGE}/pin_shuffled", {"value": "yes"})
    assert desk.box.load().pin_shuffled
    seq = settings_in_use.last_changes(desk.ledger)["pin_shuffled"].seq
    assert keeper.post(f"{PAGE}/pin_shuffled/undo", {"change": str(seq)}).status_code == 303
    assert not desk.box.load().pin_shuffled
    assert keeper.post(f"{PAGE}/pin_shuffled/undo", {"change": str(seq)}).status_code == 422
    assert not desk.box.load().pin_shuffled
    said = article(keeper.get(PAGE).text, "pin_shuffled")
    assert "「はい」に戻す" in said
    desk.box.change(pin_shuffled=True)  # by hand, in the file
    assert "に戻す" not in article(keeper.get(PAGE).text, "pin_shuffled")


def test_whoever_comes_second_is_told(desk: Desk, keeper: Client) -> None:
    keeper.post(f"{PAGE}/bulk_from", {"value": "21:00", "seen": "20:00"})
    second = keeper.post(f"{PAGE}/bulk_from", {"value": "22:00", "seen": "20:00"})
    assert second.status_code == 422
    assert desk.box.load().bulk_from == "21:00"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("visit_timeout", "0"),
        ("visit_timeout", "nan"),
        ("visit_timeout", "long"),
        ("outage_note_days", "1.5"),
        ("outage_note_days", "4000"),
        ("pin_shuffled", "perhaps"),
        ("reader_test_at", "8:00"),
        ("follow_up_from", ""),
        ("bulk_ticket_days", "1,32"),
        ("clinic_name", "あ" * 61),
    ],
)
def test_what_cannot_be_is_refused_with_what_can(desk: Desk, keeper: Client, key: str, value: str) -> None:
    before = desk.box.settings_file.read_text("utf-8")
    data = {"value": value, "csrf_token": keeper.csrf}
    refused = keeper.flask.post(f"{PAGE}/{key}", data=data, base_url="https://localhost", headers=HTML)
    assert refused.status_code == 422
    assert FIELDS[key].label in refused.text.partition('class="refusal"')[2].partition("</div>")[0]
    assert "<details open>" in article(refused.text, key)
    assert desk.box.settings_file.read_text("utf-8") == before
    assert settings_in_use.last_changes(desk.ledger) == {}


def test_only_what_the_page_shows_can_be_changed_there(desk: Desk, keeper: Client) -> None:
    for key in ("institution_code", "center_url", "without_pin", "nothing"):
        assert keeper.post(f"{PAGE}/{key}", {"value": "x"}).status_code == 404
    assert {field.kind for field in FIELDS.values()} == set(Kind)


def test_a_setting_says_which_service_has_not_begun_with_it_yet(desk: Desk, keeper: Client) -> None:
    for service in SERVICE_LABELS:
        settings_in_use.begun(desk.ledger, service, desk.settings, desk.now())
    assert "まだ効いていない" not in keeper.get(PAGE).text
    keeper.post(f"{PAGE}/reader_test_at", {"value": "07:30"})
    page = keeper.get(PAGE).text
    assert "カードを読むサービス、画面のサービスの再起動を待っています" in article(page, "reader_test_at")
    assert "まだ効いていません" not in article(page, "visit_timeout")
    settings_in_use.begun(desk.ledger, "devices", desk.box.load(), desk.now())
    said = article(keeper.get(PAGE).text, "reader_test_at")
    assert "画面のサービスの再起動を待っています" in said
    assert "カードを読むサービス" not in said
    settings_in_use.begun(desk.ledger, "web", desk.box.load(), desk.now())
    assert "まだ効いていない" not in keeper.get(PAGE).text


def test_a_file_that_cannot_be_written_leaves_no_trace_of_a_change(desk: Desk, keeper: Client) -> None:
    desk.box.settings_file.with_suffix(".toml.new").mkdir()
    assert keeper.post(f"{PAGE}/visit_timeout", {"value": "90"}).status_code == 503
    assert settings_in_use.last_changes(desk.ledger) == {}
    assert desk.box.load() == desk.settings


def test_nobody_else_changes_settings(desk: Desk) -> None:
    client = client_of(desk)
    assert client.get(PAGE).status_code == 403
    assert client.post(f"{PAGE}/visit_timeout", {"value": "90"}).status_code == 403
