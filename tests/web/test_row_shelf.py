"""Rows that were drawn before are shown as they are now: whatever may change on one of them draws it anew."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from jinja2 import Template

from appliance.demo import people
from appliance.eligibility import message_xml
from appliance.eligibility.local_certificate import LocalFacts
from appliance.eligibility.message import ResultBody, ResultMessage
from appliance.ledger import board, checks, local_certificates, readers, results
from appliance.ledger.checks import Check
from appliance.ledger.database import Ledger
from appliance.ledger.times import clinic_day
from appliance.web.reception import shelf
from appliance.web.reception.awaiting import Today, TodayLook
from appliance.web.reception.rows import Row, row_of
from appliance.web.reception.shelf import RowShelf
from appliance.web.texts.choice import COOKIE as LANGUAGE
from tests.web.desk_world import CODE, Client, Desk


def rows_of_page(client: Client) -> str:
    return str(client.get("/").text.partition('<ol id="rows">')[2].partition("</ol>")[0])


def test_the_ids_of_the_board_are_those_of_its_checks(desk: Desk) -> None:
    desk.person("p04")
    desk.offline()
    day = clinic_day(desk.now())
    found = {one.id: one.revision for one in board.on_board(desk.ledger, day)}
    assert list(board.standing(desk.ledger, day).items()) == list(found.items())


def test_only_what_has_changed_is_drawn_again(
    desk: Desk, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []

    def noted(ledger: Ledger, check: Check, now: datetime, today: Today) -> Row:
        drawn.append(check.id)
        return row_of(ledger, check, now, today)

    monkeypatch.setattr(shelf, "row_of", noted)
    first, second = desk.person("p01"), desk.person("p04")
    before = rows_of_page(client)
    assert sorted(drawn) == sorted((first, second))
    assert rows_of_page(client) == before
    assert len(drawn) == 2
    assert client.post(f"/reception/checks/{second}/seen").status_code == 200
    assert "確認済み" in rows_of_page(client)
    assert drawn[2:] == [second]


def test_what_waits_is_drawn_each_time_because_more_may_become_known(desk: Desk) -> None:
    kept = RowShelf()
    desk.offline()
    for _ in range(2):
        (row,) = kept.rows(desk.ledger, desk.now(), a_day(desk), a_template(desk))
        assert not row.may_be_kept


def test_a_reader_that_is_called_otherwise_and_a_new_day_are_seen(desk: Desk, client: Client) -> None:
    desk.person("p04")
    assert "窓口1" in rows_of_page(client)
    readers.describe(desk.ledger, "1", label="正面の読み取り機")
    assert "正面の読み取り機" in rows_of_page(client)
    kept = RowShelf()
    (today,) = kept.rows(desk.ledger, desk.now(), a_day(desk), a_template(desk))
    desk.shift = timedelta(days=1)
    (tomorrow,) = kept.rows(desk.ledger, desk.now(), a_day(desk), a_template(desk))
    assert "日</small>" not in today.html
    assert "日</small>" in tomorrow.html


def test_a_certificate_that_is_taken_or_ended_is_seen_on_every_row_of_its_holder(
    desk: Desk, client: Client
) -> None:
    first, second = desk.person("p01"), desk.person("p01")
    rows_of_page(client)
    check = checks.find(desk.ledger, second)
    assert check is not None
    facts = LocalFacts(
        "こども医療費", "80139991", "1234566", None, clinic_day(desk.now()) + timedelta(days=9)
    )
    made = local_certificates.add(desk.ledger, check, facts, "desk", desk.now())
    assert made is not None
    page = rows_of_page(client)
    assert page.count("こども医療費") == 2
    assert local_certificates.end(desk.ledger, made, "desk", desk.now())
    assert "こども医療費" not in rows_of_page(client)
    assert f"check-{first}" in page


def test_an_earlier_check_that_is_answered_later_is_compared_with(desk: Desk, client: Client) -> None:
    """The later row was drawn, and kept, while nothing was known before it."""
    waits = desk.offline()
    before, now_known = (
        replace(people.person("p01").qualifications[0], insured_partial_contribution_ratio=ratio)
        for ratio in ("030", "020")
    )
    later = desk.carded()
    ledger, now = desk.ledger, desk.now()
    for check_id, found in ((later, now_known), (waits, before)):
        body = ResultBody(qualification_validity="1", result_list=(found,))
        xml = message_xml.write(ResultMessage(message_body=body))
        assert results.record(
            ledger, check_id, None, xml=xml, qualification_validity="1", refusal=None, now=now
        )
        assert ("前回から変更" in rows_of_page(client)) is (check_id == waits)


def test_each_language_has_rows_of_its_own(desk: Desk, client: Client) -> None:
    desk.person("p01")
    japanese = rows_of_page(client)
    client.flask.set_cookie(LANGUAGE, "en", domain="localhost", secure=True)
    english = rows_of_page(client)
    assert "有効" in japanese
    assert "有効" not in english
    client.flask.set_cookie(LANGUAGE, "ja", domain="localhost", secure=True)
    assert rows_of_page(client) == japanese


def a_day(desk: Desk) -> Today:
    return TodayLook(desk.ledger, CODE).at(desk.now())


def a_template(desk: Desk) -> Template:
    return desk.app().jinja_env.get_template("reception/row.html")
