"""確認できないとき: two questions end in one plain instruction; the declaration keeps nothing."""

import json
from datetime import timedelta

import pytest

from appliance.demo.people import person
from appliance.eligibility.fallback import Has
from appliance.eligibility.fallback_causes import CAUSES, Cause
from appliance.eligibility.message import Qualification
from appliance.eligibility.rules.accepted import Scheme
from appliance.eligibility.rules.packaged_book import packaged_book
from appliance.ledger import audit, line_checks
from appliance.ledger.accounts import Role
from appliance.web.fallback import words
from appliance.web.fallback.known import person_of, scheme_of
from tests.web.desk_world import Client, Desk, client_of
from tests.web.outage_world import cut, noted


def ask(client: Client, cause: str, *has: str, check: str = "") -> str:
    asked = "".join(f"&has={one}" for one in has)
    text: str = client.get(f"/fallback/answer?asked=1&cause={cause}{asked}&check={check}").text
    return text


def test_a_check_brings_its_cause_and_what_it_knows(desk: Desk, client: Client) -> None:
    page = client.get(f"/fallback?check={desk.offline()}").text
    assert f'value="{Cause.LINE}" checked' in page
    assert 'value="card" checked' in page
    assert "左の2を選ぶと" in page
    page = client.get(f"/fallback?check={desk.answered(desk.typed(), '4')}").text
    assert f'value="{Cause.NOT_FOUND}" checked' in page
    assert 'value="card" checked' not in page


def test_what_the_look_at_the_line_found_is_the_cause(desk: Desk, client: Client) -> None:
    check_id = desk.offline()
    cut(desk)
    assert f'value="{Cause.LINE}" checked' in client.get(f"/fallback?check={check_id}").text
    look = line_checks.want(desk.ledger, "sync", desk.now())
    line_checks.record(desk.ledger, look, "LINE-016", json.dumps({"verdict": {}, "findings": []}), desk.now())
    assert f'value="{Cause.CENTER}" checked' in client.get(f"/fallback?check={check_id}").text


def test_nothing_is_advised_before_both_questions_are_answered(client: Client) -> None:
    assert "data-document" not in ask(client, "")
    assert "data-document" not in ask(client, "line")
    assert 'data-document="none"' in ask(client, "line", words.NOTHING)


@pytest.mark.parametrize(
    ("cause", "has", "document", "says"),
    [
        ("no-card", ["certificate"], "certificate", "現在の資格"),
        ("invalid", ["card"], "declaration", "不詳"),
        ("invalid", ["card", "known_data"], "known_data", "旧資格"),
        ("line", ["card", "notice"], "notice", "現在の資格"),
        ("line", ["known_data"], "known_data", "現在の資格"),
        ("no-card", ["notice"], "none", "10割"),
        ("card-expired", ["card"], "none", "10割"),
        ("reader", ["ticket"], "ticket", "負担なし"),
    ],
)
def test_the_next_document_the_share_and_the_claim(
    client: Client, cause: str, has: list[str], document: str, says: str
) -> None:
    page = ask(client, cause, *has)
    assert f'data-document="{document}"' in page
    assert says in page


def test_without_a_birth_date_each_age_has_its_share(client: Client) -> None:
    page = ask(client, "line", "card")
    assert "<span>未就学児</span><b>2割</b>" in page
    assert "<span>就学後〜69歳</span><b>3割</b>" in page


def test_a_birth_date_that_is_known_decides_the_share(desk: Desk, client: Client) -> None:
    check_id = desk.answered(desk.typed(birthdate="H30.4.2"), "4")
    born = client.get(f"/fallback/answer?asked=1&cause=not-found&has=card&check={check_id}").text
    assert "<b>3割</b>" in born
    assert "未就学児" not in born


def test_the_memo_is_asked_for_while_the_equipment_is_down(client: Client) -> None:
    assert "障害時メモ（カードの氏名・性別・生年月日・住所）" in ask(client, "center", "card", "portal")
    assert "障害時メモ（カードの" not in ask(client, "not-found", "card", "portal")


def test_who_is_waiting_is_recorded_at_the_check(desk: Desk, client: Client) -> None:
    waiting = desk.offline()
    page = ask(client, "line", "card", check=waiting)
    assert "どのように受け付けましたか" in page
    assert f'href="/fallback/declaration?check={waiting}"' in page
    assert f'href="/outage/notes/new?check={waiting}"' in page


def test_no_cause_and_no_choice_of_documents_ends_in_nothing(client: Client) -> None:
    for cause in CAUSES:
        for has in (words.NOTHING, *Has):
            assert "data-document=" in ask(client, cause, has), (cause, has)


def test_every_document_of_the_rules_has_a_headline() -> None:
    documents = {rule.document for rule in packaged_book().rules if rule.kind == "documents"}  # type: ignore[attr-defined]
    assert documents <= set(words.HEADLINES)


def test_the_board_and_the_detail_lead_to_the_guide(desk: Desk, client: Client) -> None:
    check_id = desk.offline()
    assert 'href="/fallback"' in client.get("/").text
    pane = client.get(f"/reception/checks/{check_id}", Accept="application/json").text
    assert f'href="/fallback?check={check_id}" data-guide' in pane
    valid = client.get(f"/reception/checks/{desk.person('p01')}", Accept="application/json").text
    assert "data-guide" not in valid


def test_a_check_that_is_not_there_has_no_guide(client: Client) -> None:
    assert client.get("/fallback?check=x").status_code == 404
    assert client.get("/fallback/declaration?check=x").status_code == 404
    assert client.get("/fallback/declaration?note=x").status_code == 404


def test_a_blank_declaration_names_nobody_and_offers_every_kind(client: Client) -> None:
    page = client.get("/fallback/declaration").text
    for label in words.SCHEME_CHOICES.values():
        assert label in page
    for label in (
        "氏名",
        "フリガナ",
        "住所",
        "連絡先",
        "勤め先の名称",
        "市区町村",
        "署名",
        "カードの写真と本人を見比べた",
    ):
        assert label in page
    assert "3割、未就学児は2割、70〜74歳は2割または3割" in page
    assert "装置に保存されません" in page
    assert 'name="name" value=""' in page


def test_a_declaration_from_a_check_is_filled_in_and_noted_down(desk: Desk, client: Client) -> None:
    who = person("p04")
    check_id = desk.person("p04")
    page = client.get(f"/fallback/declaration?check={check_id}").text
    for text in (who.name, who.address, f'value="{who.sex}" checked'):
        assert text in page
    # The insurance that is over says nothing about the present one.
    assert 'name="scheme" value="elderly" checked' not in page
    assert '<option value="invalid" selected>' in page
    row = audit.latest(desk.ledger, 1)[0]
    assert (row.action, row.subject) == ("open-declaration", check_id)


def test_a_declaration_from_an_outage_note(desk: Desk, client: Client) -> None:
    note = noted(desk)
    assert f'href="/fallback/declaration?note={note.id}"' in client.get(f"/outage/notes/{note.id}").text
    page = client.get(f"/fallback/declaration?note={note.id}").text
    assert note.facts.name in page
    assert '<option value="line" selected>' in page


def test_an_earlier_answer_fills_the_declaration_of_who_waits(desk: Desk, client: Client) -> None:
    desk.answered(desk.typed(), "1", *person("p01").qualifications)
    first = person("p01").qualifications[0]
    desk.shift = timedelta(hours=2)
    again = desk.typed(
        insurer_number=(first.insurer_number or "").strip(),
        symbol=first.insured_card_symbol or "",
        number=first.insured_identification_number or "",
        branch=first.insured_branch_number or "",
        birthdate=first.birthdate or "",
    )
    assert person("p01").name in client.get(f"/fallback/declaration?check={again}").text
    assert 'value="known_data" checked' in client.get(f"/fallback?check={again}").text


def test_maintenance_sees_no_names(desk: Desk) -> None:
    maintenance = client_of(desk, Role.MAINTENANCE)
    assert maintenance.get("/fallback").status_code == 403
    assert maintenance.get("/fallback/declaration").status_code == 403


@pytest.mark.parametrize(
    ("number", "scheme"),
    [
        ("06139992", Scheme.EMPLOYEE),
        ("39139993", Scheme.ELDERLY),
        ("  139998", Scheme.NATIONAL),
        ("00139998", Scheme.NATIONAL),
        ("12139994", Scheme.ASSISTANCE),
        ("129999", Scheme.NATIONAL),
        ("", None),
    ],
)
def test_the_number_tells_the_kind_of_insurance(number: str, scheme: Scheme | None) -> None:
    assert scheme_of(number) is scheme


def test_an_answer_of_welfare_is_welfare_whatever_its_number() -> None:
    found = Qualification(insured_card_classification="A1", insurer_number="99139994")
    assert person_of(found).scheme is Scheme.ASSISTANCE
