"""The rows of the board: words and tones of every state, who is on top, what falls off."""

from datetime import timedelta

import pytest

from appliance.demo import people
from appliance.eligibility.codes import QualificationValidity
from appliance.eligibility.message import Qualification
from appliance.ledger import audit, board, checks, deliveries, results, terminal
from appliance.ledger.checks import CheckState, NewCheck, Origin
from appliance.ledger.times import clinic_day
from appliance.web.reception.rows import Row, row_of
from appliance.web.reception.states import Tone, needs_person_now, state_of
from tests.web.desk_world import Client, Desk

EACH_RESULT = {person.qualification_validity: person.id for person in reversed(people.people())}


def row(desk: Desk, check_id: str) -> Row:
    check = checks.find(desk.ledger, check_id)
    assert check is not None
    return row_of(desk.ledger, check, desk.now())


def on_board(desk: Desk) -> list[str]:
    return [check.id for check in board.on_board(desk.ledger, clinic_day(desk.now()))]


@pytest.mark.parametrize(
    ("validity", "word", "tone", "needs"),
    [
        (QualificationValidity.VALID, "有効", Tone.GOOD, False),
        (QualificationValidity.INVALID, "無効", Tone.STOP, True),
        (QualificationValidity.INVALID_NEWER_EXISTS, "無効（新しい資格あり）", Tone.STOP, True),
        (QualificationValidity.NONE, "該当資格なし", Tone.STOP, True),
        (QualificationValidity.SEVERAL, "複数該当", Tone.STOP, True),
        (QualificationValidity.VALID_UNREGISTERED, "有効（未登録）", Tone.GOOD, False),
    ],
)
def test_each_result_has_its_word(
    desk: Desk, validity: QualificationValidity, word: str, tone: Tone, needs: bool
) -> None:
    state = row(desk, desk.person(EACH_RESULT[validity])).state
    assert (state.word, state.tone, state.needs_person) == (word, tone, needs)


@pytest.mark.parametrize(("validity", "word"), [("7", "不明なコード（7）"), (None, "結果を確認")])
def test_a_result_nobody_knows_needs_a_person(desk: Desk, validity: str | None, word: str) -> None:
    found = row(desk, desk.answered(desk.typed(), validity))
    assert (found.state.word, found.needs_person) == (word, True)


def test_a_card_at_a_terminal_names_the_terminal_and_no_reader(desk: Desk) -> None:
    new = NewCheck(origin=Origin.CARD, institution_code="1319999999", reader=terminal.READER, source_mark="m")
    check_id = terminal.take_face(
        desk.ledger,
        "file",
        new,
        desk.now(),
        xml=b"<XmlMsg/>",
        qualification_validity="1",
        refusal=None,
        now=desk.now(),
    )
    assert check_id is not None
    found = row(desk, check_id)
    assert (found.origin, found.reader) == ("マイナ保険証", "資格確認端末")


def test_words_before_and_without_an_answer(desk: Desk) -> None:
    refused = desk.answered(desk.typed(), None, refusal="CENTER-004")
    offline = desk.offline("LINE-001")
    closed = desk.offline("CENTER-003")
    withdrawn = desk.typed()
    assert results.withdraw(desk.ledger, withdrawn, desk.now())
    fresh = desk.typed()
    words = {name: row(desk, name).state.word for name in (refused, offline, closed, withdrawn, fresh)}
    assert list(words.values()) == [
        "照会エラー",
        "照会待ち（オフライン）",
        "照会待ち",
        "取り下げ",
        "照会待ち",
    ]
    assert row(desk, offline).reason == "センターに接続できません"


def test_every_state_of_a_check_has_a_word(desk: Desk) -> None:
    check = checks.find(desk.ledger, desk.typed())
    assert check is not None
    from dataclasses import replace  # noqa: PLC0415

    for state in CheckState:
        assert state_of(replace(check, state=state)).word


def test_a_row_says_who_and_from_where(desk: Desk) -> None:
    found = row(desk, desk.person("p01"))
    somebody = people.person("p01")
    assert (found.person.name, found.person.kana) == (somebody.name, somebody.name_kana)
    assert found.person.born.endswith("歳）")
    assert (found.origin, found.reader, found.day) == ("マイナ保険証", "窓口1", "")
    assert [(mark.consumer, mark.word) for mark in found.marks] == [
        ("電子カルテ", "送信中"),
        ("レセコン", "送信中"),
    ]


@pytest.mark.parametrize(("person", "share"), [("p12", "2割"), ("p13", "3割"), ("p14", "1割"), ("p09", "")])
def test_the_share_is_on_the_row(desk: Desk, person: str, share: str) -> None:
    assert row(desk, desk.person(person)).person.share == share


def test_the_share_of_an_insurance_that_is_over_is_not_shown(desk: Desk, client: Client) -> None:
    desk.person("p04")
    assert 'class="share"' not in client.get("/").text
    desk.person("p12")
    assert '<b class="share">2割</b>' in client.get("/").text


def test_a_typed_check_shows_what_was_typed_until_the_center_says_a_name(desk: Desk) -> None:
    found = row(desk, desk.typed())
    assert found.person.name == ""
    assert found.person.name_missing == "氏名は照会のあとに出ます"
    assert found.person.insurer == "保険者番号 06139992"
    assert found.person.born.startswith("昭和54年3月5日（")


def test_marks_follow_the_deliveries(desk: Desk) -> None:
    check_id = desk.person("p01")
    mqtt, folder = deliveries.of_check(desk.ledger, check_id)
    deliveries.acknowledge(desk.ledger, mqtt.id, mqtt.consumer, desk.now())
    deliveries.failed(desk.ledger, folder.id, "BOX-004", desk.now())
    assert [mark.word for mark in row(desk, check_id).marks] == ["受取済", "再送中"]


def test_what_needs_a_person_is_on_top_until_somebody_has_seen_it(desk: Desk, client: Client) -> None:
    needing = desk.person("p04")
    valid = desk.person("p01")

    def order() -> list[str]:
        page = client.get("/").text
        return sorted((needing, valid), key=lambda check_id: page.index(f"check-{check_id}"))

    assert order() == [needing, valid]
    assert client.post(f"/reception/checks/{needing}/seen").json == {"id": needing}
    assert order() == [valid, needing]
    assert "確認済み" in client.get("/").text
    assert [(entry.action, entry.subject) for entry in audit.latest(desk.ledger, 1)] == [
        ("see-check", needing)
    ]


def test_seeing_twice_is_written_down_once(desk: Desk, client: Client) -> None:
    check_id = desk.person("p04")
    for _ in range(2):
        assert client.post(f"/reception/checks/{check_id}/seen").status_code == 200
    assert [entry.action for entry in audit.latest(desk.ledger, 10)].count("see-check") == 1
    check = checks.find(desk.ledger, check_id)
    assert check is not None
    assert check.seen_by == "reception"
    assert not needs_person_now(check)


def test_an_open_check_cannot_be_seen(desk: Desk) -> None:
    assert not board.mark_seen(desk.ledger, desk.typed(), "sakura", desk.now())


def test_yesterday_stays_only_while_it_is_not_done(desk: Desk) -> None:
    desk.shift = timedelta(days=-1)
    valid, needing, seen = desk.person("p01"), desk.person("p04"), desk.person("p04")
    waiting = desk.offline()
    board.mark_seen(desk.ledger, seen, "sakura", desk.now())
    assert set(on_board(desk)) == {valid, needing, seen, waiting}
    desk.shift = timedelta()
    assert on_board(desk) == [waiting, needing]
    assert row(desk, waiting).day.endswith("日")
    desk.shift = timedelta(days=40)
    assert on_board(desk) == []


def test_names_are_text_and_not_markup(desk: Desk, client: Client) -> None:
    desk.answered(desk.typed(), "1", Qualification(name="<script>alert(1)</script>"))
    page = client.get("/").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
