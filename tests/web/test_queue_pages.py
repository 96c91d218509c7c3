"""What stands still: on the board, in the pane and on a page of its own; and what was known before of who waits."""

from datetime import datetime, timedelta

import pytest

from appliance.eligibility.evidence import CardEvidence
from appliance.eligibility.message import Qualification
from appliance.eligibility.request_families import Family
from appliance.eligibility.visit import ALL_CONSENTS
from appliance.ledger import audit, checks, dead_letters, deliveries, replays, tasks
from appliance.ledger.accounts import Role
from appliance.ledger.checks import CheckState, NewCheck, Origin
from appliance.ledger.dead_letters import Failed, Patience
from appliance.ledger.deliveries import DeliveryState
from appliance.ledger.times import JAPAN
from appliance.web.reception.last_known import when_of
from tests.demo.card_evidence import evidence_of
from tests.web.desk_world import CODE, Client, Desk, client_of

FETCH = {"Accept": "application/json, text/html;q=0.5"}
VALID = Qualification(
    insurer_number="06139998",
    insured_card_symbol="架空12",
    insured_identification_number="0003456",
    name="見本　花子",
    birthdate="19790305",
    insured_partial_contribution_ratio="030",
    insured_card_expiration_date="20200331",
)


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory) -> CardEvidence:
    return evidence_of(tmp_path_factory.mktemp("card"), "p01")


def laid(desk: Desk, card: CardEvidence) -> str:
    """A check by this card that waits for sync."""
    new = NewCheck(
        origin=Origin.CARD, institution_code=CODE, reader="1", evidence=card, consents=ALL_CONSENTS
    )
    return checks.open_check(desk.ledger, new, desk.now())


def waiting(desk: Desk, check_id: str, code: str = "LINE-001") -> str:
    claimed = checks.claim(desk.ledger, "owner", desk.now(), timedelta(minutes=1))
    assert claimed is not None
    checks.put_back(desk.ledger, check_id, "owner", code, "", desk.now() + timedelta(hours=1))
    return check_id


def given_up(desk: Desk, check_id: str, code: str = "CENTER-002") -> str:
    now = desk.now()
    claimed = checks.claim(desk.ledger, "owner", now + timedelta(hours=2), timedelta(minutes=1))
    assert claimed is not None
    patience = Patience(1, lambda failures: now)
    failed = Failed(code, "", now)
    assert dead_letters.check_failed(desk.ledger, check_id, "owner", failed, patience, now)
    return check_id


def note_needed(desk: Desk, check_id: str) -> str:
    claimed = checks.claim(desk.ledger, "owner", desk.now() + timedelta(hours=2), timedelta(minutes=1))
    assert claimed is not None
    assert not replays.ask_otherwise(desk.ledger, check_id, "owner", desk.now())
    return check_id


def pane(client: Client, check_id: str) -> str:
    text: str = client.get(f"/reception/checks/{check_id}", **FETCH).text
    return text


def test_who_was_here_before_is_shown_while_nobody_can_be_asked(
    desk: Desk, client: Client, card: CardEvidence
) -> None:
    desk.shift = timedelta(days=-8)
    desk.answered(laid(desk, card), "1", VALID)
    desk.shift = timedelta()
    check_id = waiting(desk, laid(desk, card))
    board, detail = client.get("/").text, pane(client, check_id)
    assert 'class="before"' in board
    for page in (board, detail):
        assert "見本　花子" in page
        assert "8日前（" in page
        assert "）に有効" in page
    for text in ("今日の結果ではありません", "3割", "0003456", "過ぎています"):
        assert text in detail
    for text in ("確認できないときの順番", "マイナポータル", "口頭で確かめ", "被保険者資格申立書"):
        assert text in detail
    assert "照会待ち" in detail
    assert checks.find(desk.ledger, check_id).qualification_validity is None  # type: ignore[union-attr]


def test_it_goes_when_the_answer_comes(desk: Desk, client: Client, card: CardEvidence) -> None:
    desk.answered(laid(desk, card), "1", VALID)
    check_id = waiting(desk, laid(desk, card))
    assert "前回わかっていること" in pane(client, check_id)
    checks.make_all_due(desk.ledger)
    desk.answered(check_id, "2", VALID)
    assert "前回わかっていること" not in pane(client, check_id)
    assert 'class="before"' not in client.get("/").text


def test_an_earlier_no_is_told_as_such(desk: Desk, client: Client, card: CardEvidence) -> None:
    desk.answered(laid(desk, card), "2", VALID)
    detail = pane(client, waiting(desk, laid(desk, card)))
    assert "の照会では無効" in detail
    assert "に有効" not in detail


def test_a_stranger_has_no_before_and_may_be_noted_down(desk: Desk, client: Client) -> None:
    check_id = desk.offline()
    detail = pane(client, check_id)
    assert "前回わかっていること" not in detail
    assert f'href="/outage/notes/new?check={check_id}"' in detail
    assert "口頭で確かめ" not in detail


@pytest.mark.parametrize(
    ("moment", "says"),
    [
        ("2026-11-22T09:05", "今日の9:05"),
        ("2026-11-21T23:59", "昨日（11/21）"),
        ("2026-11-14T00:00", "8日前（11/14）"),
        ("2025-11-22T09:00", "365日前（2025/11/22）"),
        ("2026-11-23T09:00", "今日の9:00"),
    ],
)
def test_how_long_ago_it_was(moment: str, says: str) -> None:
    now = datetime(2026, 11, 22, 9, 30, tzinfo=JAPAN)
    assert when_of(datetime.fromisoformat(moment).replace(tzinfo=JAPAN), now) == says


def test_a_check_given_up_says_why_and_is_asked_once_more(desk: Desk, client: Client) -> None:
    check_id = given_up(desk, desk.typed())
    detail = pane(client, check_id)
    for text in (
        "照会できず",
        "QUEUE-001",
        "原因: センター",
        "最後の失敗",
        "CENTER-002",
        'data-act="retry"',
        'data-act="seen"',
    ):
        assert text in detail
    assert 'data-act="repeat"' not in detail
    assert "止まっているもの" in client.get("/").text
    assert client.post(f"/reception/checks/{check_id}/retry").json == {"id": check_id}
    check = checks.find(desk.ledger, check_id)
    assert check is not None
    assert check.state is CheckState.RECEIVED
    assert ("reception", "retry-check") in [(row.actor, row.action) for row in audit.latest(desk.ledger, 5)]
    again = client.post(f"/reception/checks/{check_id}/retry")
    assert (again.status_code, again.json["error"]["code"]) == (409, "QUEUE-004")


def test_the_page_lists_what_was_given_up_with_age_tries_and_buttons(desk: Desk, client: Client) -> None:
    desk.shift = timedelta(hours=-3)
    check_id = given_up(desk, desk.typed())
    desk.shift = timedelta()
    noted = note_needed(desk, desk.carded())
    page = client.get("/queue").text
    for text in (check_id, "センターの応答を読み取れません", "<b>3時間</b>", "1回", "QUEUE-001", "もう一度"):
        assert text in page
    assert f'href="/outage/notes/new?check={noted}"' in page
    assert f'action="/queue/checks/{noted}/retry"' not in page
    assert client.post(f"/queue/checks/{check_id}/retry").status_code == 303
    assert client.post(f"/queue/checks/{noted}/seen").status_code == 303
    # Seen or not, nobody has written the note.
    assert [task.subject for task in tasks.open_tasks(desk.ledger)] == [noted]
    assert "止まっているものはありません" in client.get("/queue").text


def test_a_card_that_needed_a_note_may_be_asked_by_numbers_once_they_are_known(
    desk: Desk, client: Client, card: CardEvidence
) -> None:
    check_id = note_needed(desk, laid(desk, card))
    assert 'data-act="retry"' not in pane(client, check_id)
    desk.answered(laid(desk, card), "1", VALID)
    assert 'data-act="retry"' in pane(client, check_id)
    assert ">番号で照会<" in client.get("/queue").text


def test_an_answer_by_numbers_in_place_of_a_card_says_so(
    desk: Desk, client: Client, card: CardEvidence
) -> None:
    desk.answered(laid(desk, card), "1", VALID)
    check_id = laid(desk, card)
    claimed = checks.claim(desk.ledger, "owner", desk.now(), timedelta(minutes=1))
    assert claimed is not None
    assert replays.ask_otherwise(desk.ledger, check_id, "owner", desk.now())
    assert "番号で照会します" in client.get("/").text
    desk.answered(check_id, "1", VALID)
    assert "番号で照会しました" in client.get("/").text
    detail = pane(client, check_id)
    assert "同意は付いていません" in detail
    assert "番号での照会には付きません" in detail


def test_a_result_that_could_not_be_handed_over_is_handed_over_once_more(desk: Desk, client: Client) -> None:
    check_id = desk.person("p01")
    dead, live = deliveries.of_check(desk.ledger, check_id)
    now = desk.now()
    for _ in range(2):
        dead_letters.delivery_failed(desk.ledger, dead.id, "INPUT-005", now, 2, now)
    page, detail = client.get("/queue").text, pane(client, check_id)
    assert f'action="/queue/deliveries/{dead.id}/retry"' in page
    assert "INPUT-005" in page
    assert "未送信" in detail
    assert client.post(f"/reception/checks/{check_id}/offer").json == {"id": check_id}
    states = {one.id: one.state for one in deliveries.of_check(desk.ledger, check_id)}
    assert states == {dead.id: DeliveryState.PENDING, live.id: DeliveryState.PENDING}
    assert client.post(f"/reception/checks/{check_id}/offer").json["error"]["code"] == "QUEUE-004"
    for _ in range(2):
        dead_letters.delivery_failed(desk.ledger, dead.id, "INPUT-005", now, 2, now)
    assert client.post(f"/queue/deliveries/{dead.id}/drop").status_code == 303
    assert dead.id not in client.get("/queue").text


def test_what_an_emr_leaves_lying_is_shown_and_who_is_away_is_not(desk: Desk, client: Client) -> None:
    older, younger = desk.person("p01"), desk.person("p02")
    owed = {one.check_id: one.id for one in deliveries.where(desk.ledger, "kind = 'mqtt'", [])}
    for _ in range(dead_letters.LEFT_AFTER):
        deliveries.all_offered(desk.ledger, dict.fromkeys(owed.values(), desk.now()))
    assert "止まっているものはありません" in client.get("/queue").text
    deliveries.acknowledge(desk.ledger, owed[younger], "emr", desk.now())
    assert owed[older] in client.get("/queue").text


def test_a_request_that_went_back_is_not_said_to_be_handed_over(desk: Desk, client: Client) -> None:
    new = NewCheck(
        origin=Origin.FOLDER,
        institution_code=CODE,
        request_xml=b"<XmlMsg/>",
        asked_by="receipt",
        source_name="1",
    )
    check_id = given_up(desk, checks.open_check(desk.ledger, new, desk.now()))
    assert "差し戻し中" in client.get("/").text
    (told,) = deliveries.of_check(desk.ledger, check_id)
    deliveries.all_placed(desk.ledger, "receipt", {told.id: "res/x"}, desk.now())
    detail = pane(client, check_id)
    assert "差し戻し済" in detail
    assert "保存済" not in detail
    assert "レセコンからも照会し直してください" in detail


def test_a_request_of_another_family_is_sent_back_to_its_sender(desk: Desk, client: Client) -> None:
    new = NewCheck(
        origin=Origin.FOLDER,
        institution_code=CODE,
        request_xml=b"<XmlMsg/>",
        asked_by="receipt",
        source_name="1",
        family=Family.DRUGS,
    )
    check_id = given_up(desk, checks.open_check(desk.ledger, new, desk.now()))
    page = client.get("/queue").text
    assert "薬剤情報・診療情報" in page
    assert "レセコンから依頼し直してください" in page
    assert f'action="/queue/checks/{check_id}/retry"' not in page
    assert client.post(f"/queue/checks/{check_id}/retry").json["error"]["code"] == "QUEUE-004"


def test_nobody_but_staff_may(desk: Desk) -> None:
    screen = client_of(desk, Role.PATIENT_SCREEN)
    assert screen.get("/queue").status_code == 403
    assert screen.post("/queue/checks/x/retry").status_code == 403
    assert tasks.open_tasks(desk.ledger) == ()
