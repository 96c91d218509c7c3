"""The pane: every field of a result, the next step for each answer, and what can be done."""

from dataclasses import fields
from datetime import datetime
from html import unescape
from typing import Any

import pytest

from appliance.eligibility.evidence import CertificateStatus
from appliance.eligibility.labels import field_label
from appliance.eligibility.layout import Kind, layout
from appliance.eligibility.message import Block, Qualification, ResultMessage, SearchInfo
from appliance.eligibility.wording import spoken
from appliance.ledger import audit, checks
from appliance.ledger.checks import CheckState, Origin
from appliance.ledger.times import JAPAN
from appliance.web.reception.message_of import search_of
from appliance.web.reception.sections import Section, result_sections
from tests.web.desk_world import Client, Desk

FETCH = {"Accept": "application/json, text/html;q=0.5"}


def full(kind: type[Block], mark: str) -> Any:
    """A block of this kind with a value in every field, each different, and one element nobody knows."""
    values: dict[str, Any] = {"unknown": (f"<Neu>{mark}</Neu>",)}
    for place, slot in enumerate(layout(kind)):
        if slot.block is None:
            values[slot.name] = f"{mark}{place}"
        elif slot.kind is Kind.BLOCK:
            values[slot.name] = full(slot.block, f"{mark}{place}b")
        else:
            values[slot.name] = tuple(full(slot.block, f"{mark}{place}i{n}") for n in range(2))
    return kind(**values)


def texts(block: Block) -> list[tuple[str, str]]:
    """Label and spoken value of every text below `block`."""
    found = [("未知の項目", raw) for raw in block.unknown]
    for slot in layout(type(block)):
        value = getattr(block, slot.name)
        if slot.kind is Kind.TEXT:
            found.append((field_label(type(block), slot.name), spoken(slot, value)))
        else:
            inner = [value] if slot.kind is Kind.BLOCK else value
            found += [pair for item in inner for pair in texts(item)]
    return found


def lines(sections: tuple[Section, ...]) -> list[tuple[str, str]]:
    found = [(line.label, line.value) for section in sections for line in section.lines]
    return found + [pair for section in sections for pair in lines(section.parts)]


def test_no_field_of_a_result_is_left_out() -> None:
    result = full(ResultMessage, "v")
    shown = lines(result_sections(result, datetime(2026, 11, 22, tzinfo=JAPAN)))
    wanted = texts(result)
    assert len(wanted) > 200
    assert [pair for pair in wanted if pair not in shown] == []


def test_all_of_it_reaches_the_page(desk: Desk, client: Client) -> None:
    found = full(Qualification, "v")
    check_id = desk.answered(
        desk.typed(), "1", found, qualification_confirm_search_info=full(SearchInfo, "w")
    )
    page = unescape(client.get(f"/reception/checks/{check_id}", **FETCH).text)
    missing = [value for _, value in texts(found) if value not in page]
    assert missing == []


@pytest.mark.parametrize(
    ("person", "card", "sentence"),
    [
        ("p04", True, "お亡くなりに"),
        ("p05", True, "医療扶助に切り替わっています"),
        ("p06", True, "新しい保険の資格確認書"),
        ("p08", True, "新しい保険に切り替わっています"),
        ("p09", True, "カードに結び付いた資格が見つかりません"),
        ("p09", False, "もう一度書類と見比べてください"),
        ("p10", False, "枝番を入れて"),
        ("p11", True, "福祉事務所にお問い合わせ"),
        ("p26", True, "センターが扱えない漢字"),
    ],
)
def test_each_answer_names_the_next_step(
    desk: Desk, client: Client, person: str, card: bool, sentence: str
) -> None:
    check_id = desk.person(person, card=card)
    assert sentence in client.get(f"/reception/checks/{check_id}", **FETCH).text


def test_a_simply_valid_answer_asks_for_nothing(desk: Desk, client: Client) -> None:
    page = client.get(f"/reception/checks/{desk.person('p01')}", **FETCH).text
    assert "次にすること" not in page


def test_a_character_no_claim_can_carry_is_explained_and_only_suggested(desk: Desk, client: Client) -> None:
    check_id = desk.answered(desk.typed(), "1", Qualification(name="髙橋　見本", name_kana="ﾀｶﾊｼ ﾐﾎﾝ"))
    page = client.get(f"/reception/checks/{check_id}", **FETCH).text
    assert "氏名の「髙」" in page
    assert "候補は「高」です" in page
    assert "髙橋　見本" in page


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (CertificateStatus.NEARLY_EXPIRED, "期限が近づいています"),
        (CertificateStatus.GRACE, "3か月以内なので資格の確認だけ"),
    ],
)
def test_a_certificate_near_its_end_is_mentioned(
    desk: Desk, client: Client, status: CertificateStatus, sentence: str
) -> None:
    check_id = desk.carded(status)
    assert sentence in client.get(f"/reception/checks/{check_id}", **FETCH).text


def test_an_outage_says_whose_fault_it_is_and_that_care_goes_on(desk: Desk, client: Client) -> None:
    page = client.get(f"/reception/checks/{desk.offline()}", **FETCH).text
    for text in ("センターに接続できません", "原因: 回線", "LINE-001", "このまま診察へご案内できます"):
        assert text in page


def test_how_long_a_consent_still_holds() -> None:
    now = datetime(2026, 11, 22, 9, 0, tzinfo=JAPAN)

    def note(until: str) -> str:
        found = Qualification(pharmacists_info_available_time=until)
        sections = result_sections(
            ResultMessage(message_body=ResultMessage().message_body.__class__(result_list=(found,))), now
        )
        return next(line.note for part in sections[0].parts for line in part.lines)

    assert note("20261123085959") == "あと23時間"
    assert note("20261122093000") == "あと30分"
    assert note("20261122085959") == "期限切れ"
    assert note("20991399000000") == ""


def test_opening_is_written_down_and_refreshing_is_not(desk: Desk, client: Client) -> None:
    check_id = desk.person("p01")
    client.get(f"/reception/checks/{check_id}", **FETCH)
    client.get(f"/reception/checks/{check_id}?refresh=1", **FETCH)
    opened = [row for row in audit.latest(desk.ledger, 10) if row.action == "open-check"]
    assert [(row.actor, row.subject) for row in opened] == [("reception", check_id)]


def test_a_link_to_a_check_opens_the_board_with_it(desk: Desk, client: Client) -> None:
    check_id = desk.person("p01")
    page = client.get(f"/reception/checks/{check_id}").text
    assert f'data-open="{check_id}"' in page
    assert f'id="check-{check_id}"' in page


def test_asking_again_is_a_new_check_with_the_same_numbers(desk: Desk, client: Client) -> None:
    old = desk.person("p09", card=False)
    new = client.post(f"/reception/checks/{old}/repeat").json["id"]
    before, after = checks.find(desk.ledger, old), checks.find(desk.ledger, new)
    assert before is not None
    assert after is not None
    assert after.id != before.id
    assert (after.state, after.origin) == (CheckState.RECEIVED, Origin.MANUAL)
    assert search_of(after) == search_of(before)


@pytest.mark.parametrize("kind", ["card", "open"])
def test_a_card_or_an_open_check_cannot_be_asked_again(desk: Desk, client: Client, kind: str) -> None:
    check_id = desk.person("p01") if kind == "card" else desk.typed()
    answer = client.post(f"/reception/checks/{check_id}/repeat")
    assert (answer.status_code, answer.json["error"]["code"]) == (409, "INPUT-006")


def test_a_waiting_check_can_be_withdrawn_and_an_answered_one_not(desk: Desk, client: Client) -> None:
    waiting = desk.offline()
    assert client.post(f"/reception/checks/{waiting}/withdraw").status_code == 200
    check = checks.find(desk.ledger, waiting)
    assert check is not None
    assert check.state is CheckState.WITHDRAWN
    answered = desk.person("p01")
    assert client.post(f"/reception/checks/{answered}/withdraw").status_code == 409


def test_the_detail_knows_every_consent_of_the_reader(desk: Desk, client: Client) -> None:
    check_id = desk.carded()
    check = checks.find(desk.ledger, check_id)
    assert check is not None
    assert check.consents is not None
    page = client.get(f"/reception/checks/{check_id}", **FETCH).text
    assert page.count("同意あり") == len(fields(check.consents))
