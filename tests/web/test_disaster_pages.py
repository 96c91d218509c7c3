"""災害時モード on the pages: who may open and who may look, what each search needs, what it leaves behind."""

import logging
import re
from datetime import timedelta

import pytest

from appliance.ledger import audit, checks, conditions, disaster, line
from appliance.ledger.accounts import Role
from appliance.ledger.checks import CheckState
from appliance.ledger.conditions import Link, LinkState
from appliance.settings import Settings
from appliance.web.disaster.words import field_moment
from tests.ledger.disaster_desk import WEEK
from tests.web.desk_world import CODE, Client, Desk, client_of
from tests.web.disaster_world import FORM, NAME, Disaster, disaster_at

OTHERS = [Role.RECEPTION, Role.ADMINISTRATOR, Role.MAINTENANCE, Role.PATIENT_SCREEN]
HOUR = timedelta(hours=1)


@pytest.fixture
def world(desk: Desk) -> Disaster:
    return disaster_at(desk)


def wanted(desk: Desk, **changes: str) -> dict[str, str]:
    """The administrator's form."""
    now = desk.now()
    return {
        "area": "架空県",
        "codes": "13",
        "reason": "大雨",
        "notice": "事務連絡 第1号",
        "begins_at": field_moment(now - HOUR),
        "ends_at": field_moment(now + WEEK),
    } | changes


@pytest.mark.parametrize("role", OTHERS)
def test_only_medical_staff_may_look(world: Disaster, role: Role) -> None:
    where = world.search()
    other = client_of(world.desk, role)
    assert other.get("/disaster").status_code == 403
    for path in (where, "/disaster/openings/0"):
        assert other.get(path).status_code == 403
    for path in ("/disaster/searches", f"{where}/open", "/disaster/openings/0/print"):
        assert other.post(path, FORM).status_code == 403
    assert len(checks.recent(world.desk.ledger, 9)) == 1


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_only_an_administrator_may_open_extend_and_end(desk: Desk, role: Role) -> None:
    world = disaster_at(desk)
    other = client_of(desk, role)
    assert other.get("/desk/disaster").status_code == 403
    form = wanted(desk) | {"confirmed": "1", "mode": world.mode_id}
    for step in ("check", "open", "extend", "end"):
        assert other.post(f"/desk/disaster/{step}", form).status_code == 403
    mode = disaster.current(desk.ledger, desk.now())
    assert mode is not None
    assert mode.ends_at < desk.now() + WEEK


def test_it_is_opened_in_two_steps_and_not_without_the_second(desk: Desk) -> None:
    keeper = client_of(desk, Role.ADMINISTRATOR)
    world = Disaster(desk, None, "", keeper)  # type: ignore[arg-type]
    page = world.post("/desk/disaster/check", wanted(desk)).text
    assert "災害時モードを開きますか" in page
    assert "地域のコードにありません" not in page
    assert "地域のコードにありません" in world.post("/desk/disaster/check", wanted(desk, codes="17")).text
    refused = world.post("/desk/disaster/open", wanted(desk))
    assert (refused.status_code, "通知を確かめた印" in refused.text) == (422, True)
    assert disaster.latest(desk.ledger) is None
    assert world.post("/desk/disaster/open", wanted(desk) | {"confirmed": "1"}).status_code == 303
    mode = disaster.current(desk.ledger, desk.now())
    assert mode is not None
    assert (mode.area, mode.codes, mode.opened_by) == ("架空県", ("13",), "administrator")


@pytest.mark.parametrize(
    "changes",
    [{"area": " "}, {"codes": "99"}, {"ends_at": ""}, {"ends_at": "2020-01-01T00:00"}, {"ends_at": "あした"}],
)
def test_a_wrong_form_keeps_what_was_typed(desk: Desk, changes: dict[str, str]) -> None:
    world = Disaster(desk, None, "", client_of(desk, Role.ADMINISTRATOR))  # type: ignore[arg-type]
    answer = world.post("/desk/disaster/check", wanted(desk, **changes))
    assert answer.status_code == 422
    assert "事務連絡 第1号" in answer.text
    assert 'data-code="DISASTER-008"' in answer.text


def test_extended_and_ended_by_the_administrator(desk: Desk) -> None:
    world = disaster_at(desk)
    world.search()
    keeper = client_of(desk, Role.ADMINISTRATOR)
    form = {"mode": world.mode_id, "ends_at": field_moment(desk.now() + 2 * WEEK), "confirmed": "1"}
    assert world.post("/desk/disaster/extend", form, keeper).status_code == 303
    assert disaster.current(desk.ledger, desk.now() + WEEK) is not None
    assert world.post("/desk/disaster/end", {"mode": world.mode_id}, keeper).status_code == 303
    assert disaster.current(desk.ledger, desk.now()) is None
    assert desk.ledger.read.execute("SELECT count(*) FROM disaster_keys").fetchone()[0] == 0
    page = keeper.get("/desk/disaster").text
    assert "終わりました" in page
    assert "clinician" in page  # who looked, in the review


def test_every_page_of_the_staff_says_so_until_the_clock_ends_it(desk: Desk) -> None:
    world = disaster_at(desk, HOUR)
    pages = {
        Role.RECEPTION: ("/", "/bulk", "/desk/line", "/nowhere", "/disaster/banner"),
        Role.CLINICIAN: ("/", "/disaster"),
        Role.ADMINISTRATOR: ("/desk/disaster", "/desk/certificate"),
        Role.MAINTENANCE: ("/desk/certificate",),
    }
    clients = {role: client_of(desk, role) for role in (*pages, Role.PATIENT_SCREEN)}
    banner = f'data-mode="{world.mode_id}"'
    for role, paths in pages.items():
        assert [path for path in paths if banner not in clients[role].get(path).text] == []
    assert "災害時モード" not in clients[Role.PATIENT_SCREEN].get("/patient").text
    desk.shift = HOUR
    for role, paths in pages.items():
        found = {path: clients[role].get(path) for path in paths}
        assert [path for path, page in found.items() if banner in page.text or page.status_code == 302] == []
    assert clients[Role.RECEPTION].get("/disaster/banner").text.strip() == ""
    assert "開いていません" in world.client.get("/disaster").text
    assert "終わりました" in clients[Role.ADMINISTRATOR].get("/desk/disaster").text


@pytest.mark.parametrize("lacking", ["purpose", "consent"])
def test_each_search_needs_purpose_and_consent(world: Disaster, lacking: str) -> None:
    answer = world.post("/disaster/searches", {key: value for key, value in FORM.items() if key != lacking})
    assert answer.status_code == 422
    assert 'data-code="DISASTER-007"' in answer.text
    assert NAME in answer.text  # typed once is enough
    assert 'name="purpose" value="1" checked' not in answer.text
    assert checks.recent(world.desk.ledger, 9) == ()


@pytest.mark.parametrize("changes", [{"birthdate": "13月"}, {"name": "123456789018"}, {"sex": ""}])
def test_what_cannot_be_searched_is_said_and_not_asked(world: Disaster, changes: dict[str, str]) -> None:
    answer = world.post("/disaster/searches", FORM | changes)
    assert answer.status_code == 422
    assert "まだ検索していません" in answer.text
    assert checks.recent(world.desk.ledger, 9) == ()


def test_found_opened_read_printed_and_nothing_of_it_in_addresses_logs_or_audit(
    world: Disaster, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    where = world.search()
    found = world.client.get(where)
    assert "この方でよろしいですか" in found.text
    assert "ミホン タロウ" in found.text
    assert "06139992" not in found.text  # numbers are opened, not listed
    told = {
        "drugs": ("カプセル", "見本薬局"),
        "treatments": ("再診料",),
        "checkups": ("HbA1c",),
        "insurance": ("06139992", "架空１２", "3456"),
    }
    openings = {kind: world.open(where, kind) for kind in told}
    for kind, texts in told.items():
        page = world.client.get(openings[kind])
        assert page.headers["Cache-Control"] == "no-store"
        for text in (*texts, "見本　太郎"):
            assert text in page.text, (kind, text)
    assert "再診料" not in world.client.get(openings["drugs"]).text
    assert "カプセル" not in world.client.get(openings["treatments"]).text
    assert world.client.post(f"{openings['drugs']}/print").status_code == 204
    assert found.headers["Cache-Control"] == "no-store"

    rows = audit.latest(world.desk.ledger, 50)
    actions = [row.action for row in rows if row.actor == "clinician"]
    assert actions.count("disaster-search") == 1
    assert actions.count("disaster-open") == 4
    assert actions.count("disaster-view") == 6
    assert actions[0] == "disaster-print"
    left = repr(rows) + caplog.text + " ".join(world.where)
    for secret in ("見本", "太郎", "ミホン", "19800217", "S55", "3456", "06139992", "%E8"):
        assert secret not in left, secret


def test_a_kind_is_asked_for_once(world: Disaster) -> None:
    where = world.search()
    first = world.open(where, "drugs")
    again = world.post(f"{where}/open", {"kind": "drugs", "place": "0"})
    assert again.headers["Location"] == first
    assert len(checks.recent(world.desk.ledger, 9)) == 2


@pytest.mark.parametrize(
    ("place", "kind"), [("1", "drugs"), ("-1", "drugs"), ("x", "drugs"), ("0", "everything")]
)
def test_what_was_not_found_cannot_be_opened(world: Disaster, place: str, kind: str) -> None:
    where = world.search()
    answer = world.client.post(f"{where}/open", {"place": place, "kind": kind})
    assert answer.json["error"]["code"] == "INPUT-001"


def test_several_are_told_apart_and_the_right_one_opened(
    world: Disaster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "appliance.demo.center_disaster._is_sought", lambda _, person: person.id in ("p01", "p02")
    )
    where = world.search()
    page = world.client.get(where).text
    assert "2人が当てはまります" in page
    assert page.index("見本　太郎") < page.index("見本　花子")
    assert "見本　花子" in world.client.get(world.open(where, "drugs", "1")).text


def test_nobody_found_is_no_error(world: Disaster) -> None:
    page = world.client.get(world.search(name="だれでもない"))
    assert (page.status_code, "当てはまる方が見つかりません" in page.text) == (200, True)


def test_a_closed_center_says_so_with_its_own_code(world: Disaster) -> None:
    world.center.switch(None)
    page = world.client.get(world.search()).text
    assert 'data-code="DISASTER-003"' in page


def test_one_persons_search_is_not_anothers(world: Disaster) -> None:
    where = world.search()
    opened = world.open(where, "drugs")
    stranger = world.desk.app().test_client()
    stranger.set_cookie(
        "__Host-madoguchi",
        world.desk.prove(world.desk.sign_in(Role.CLINICIAN, "other")),
        domain="localhost",
        secure=True,
    )
    other = Client(stranger)
    for path in (where, opened):
        assert other.get(path, Accept="application/json").json["error"]["code"] == "INPUT-005"


@pytest.mark.parametrize("later", [timedelta(hours=8), WEEK])
def test_what_is_over_is_not_shown_even_before_it_is_deleted(world: Disaster, later: timedelta) -> None:
    where = world.search()
    opened = world.open(where, "drugs")
    if later == WEEK:
        disaster.end(world.desk.ledger, world.mode_id, "kanri", world.desk.now())
    else:
        with world.desk.ledger.write() as db:
            db.execute("UPDATE disaster_searches SET made_at = '2020-01-01T00:00:00.000Z'")
    for path in (where, opened):
        answer = world.client.get(path, Accept="application/json")
        assert (answer.status_code, answer.json["error"]["code"]) == (404, "DISASTER-005")
    assert world.client.post(f"{opened}/print").status_code == 404


def test_without_the_line_it_is_said_at_once_and_nothing_is_written(world: Disaster) -> None:
    ledger, now = world.desk.ledger, world.desk.now()
    conditions.note(ledger, Link.CENTER, LinkState.DOWN, "LINE-001", now)
    down = world.post("/disaster/searches", FORM)
    conditions.note(ledger, Link.CENTER, LinkState.UP, None, now)
    line.hold(ledger, "sakura", now)
    held = world.post("/disaster/searches", FORM)
    for answer in (down, held):
        assert answer.status_code == 503
        assert 'data-code="DISASTER-004"' in answer.text
        assert NAME in answer.text
    assert checks.recent(ledger, 9) == ()


def test_beside_an_official_terminal_its_own_screen_is_named(world: Disaster) -> None:
    world.desk.settings = Settings(institution_code=CODE, center_kind="terminal")
    world.client = client_of(world.desk, Role.CLINICIAN)
    assert 'data-code="DISASTER-009"' in world.post("/disaster/searches", FORM).text


def test_a_search_nobody_answers_is_waited_for_and_then_given_up(world: Disaster) -> None:
    begun = world.desk.now()
    where = world.post("/disaster/searches", FORM).headers["Location"]
    waiting = world.client.get(where).text
    assert "data-waiting" in waiting
    assert 'http-equiv="refresh"' in waiting
    world.desk.shift = timedelta(seconds=12)
    said = re.search(r"(\d+)秒", world.client.get(where).text)
    assert said is not None
    # The page itself waits a moment, and the machine may be slow: no less than was waited, no more than went by.
    assert 12 <= int(said[1]) <= (world.desk.now() - begun).total_seconds()
    world.desk.shift = timedelta(seconds=26)
    given_up = world.client.get(where).text
    assert 'data-code="DISASTER-004"' in given_up
    assert "refresh" not in given_up
    (check,) = checks.recent(world.desk.ledger, 9)
    assert check.state is CheckState.WITHDRAWN


def test_the_review_counts_searches_openings_and_prints(world: Disaster) -> None:
    where = world.search()
    world.search(consent="unconscious")
    opened = world.open(where, "checkups")
    world.client.post(f"{opened}/print")
    page = client_of(world.desk, Role.ADMINISTRATOR).get("/desk/disaster").text
    row = page.partition("<tbody>")[2].partition("</tbody>")[0]
    for text in ("clinician", "2回", "特定健診 1", "1回"):
        assert text in row
    assert NAME not in page
