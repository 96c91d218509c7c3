"""Looking through the audit trail: by day, person and deed, a page at a time, exported, and written down itself."""

import csv
import io
import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest

from appliance.ledger import audit, audit_search
from appliance.ledger.accounts import Role
from appliance.ledger.audit_search import Looked
from appliance.ledger.retention.proofs import BY_THE_CLOCK, REMOVED
from appliance.ledger.times import clinic_day
from appliance.web.desk.audit_words import ACTION_LABELS
from tests.ledger.test_no_full_reads import heard
from tests.web.desk_world import Client, Desk, client_of

PAGE = "/desk/audit"
APPLIANCE = Path(__file__).parents[2] / "appliance"


@pytest.fixture
def chief(desk: Desk) -> Client:
    return client_of(desk, Role.ADMINISTRATOR)


def shown(page: str) -> list[tuple[str, str]]:
    return re.findall(r'<tr data-action="([^"]+)"><td[^>]*>[^<]+</td><td>([^<]*)', page)


def test_by_day_person_and_deed(desk: Desk, chief: Client) -> None:
    yesterday = desk.now() - timedelta(days=1)
    audit.write(desk.ledger, "sakura", "open-check", "c1", yesterday)
    audit.write(desk.ledger, "sakura", "open-check", "c2", desk.now())
    audit.write(desk.ledger, "hana", "manual-check", "c3", desk.now(), "<b>")
    day, before = clinic_day(desk.now()), clinic_day(yesterday)
    found = shown(chief.get(PAGE).text)
    assert ("open-check", "sakura") in found
    assert ("manual-check", "hana") in found
    assert len(found) == 3  # the look itself is the third
    assert shown(chief.get(f"{PAGE}?first={day}&last={day}&actor=hana").text) == [("manual-check", "hana")]
    assert shown(chief.get(f"{PAGE}?subject=c1&first={before}").text) == [("open-check", "sakura")]
    both = chief.get(f"{PAGE}?first={before}&last={day}&action=open-check").text
    assert shown(both) == [("open-check", "sakura")] * 2
    assert "受付の詳細を開いた" in both
    assert "&lt;b&gt;" in chief.get(PAGE).text
    none = chief.get(f"{PAGE}?first={before}&last={before}&actor=nobody").text
    assert "当てはまる記録はありません" in none


def test_looking_and_exporting_are_written_down_with_what_was_looked_for(desk: Desk, chief: Client) -> None:
    day = clinic_day(desk.now())
    chief.get(f"{PAGE}?actor=hana")
    answer = chief.post(f"{PAGE}/export", {"first": f"{day}", "last": f"{day}"})
    assert answer.status_code == 200
    rows = [(row.actor, row.action, row.detail) for row in audit.latest(desk.ledger, 2)]
    assert rows == [
        ("administrator", "audit-exported", f"{day}..{day}"),
        ("administrator", "audit-viewed", f"{day}..{day} hana"),
    ]


def test_a_patients_number_typed_for_a_rows_stays_out_of_the_trail(desk: Desk, chief: Client) -> None:
    audit.write(desk.ledger, "sakura", "open-check", "c1", desk.now())
    day = clinic_day(desk.now())
    for subject in ("c1", "患者 0012345"):
        chief.get(f"{PAGE}?subject={quote(subject)}")
        chief.post(f"{PAGE}/export", {"subject": subject})
    said = [row.detail for row in reversed(audit.latest(desk.ledger, 4))]
    assert said == [f"{day}..{day} c1"] * 2 + [f"{day}..{day} ?"] * 2


def test_the_export_holds_every_row_and_no_formula(desk: Desk, chief: Client) -> None:
    for number in range(3):
        audit.write(desk.ledger, "=SUM(A1)", "open-check", f"c{number}", desk.now())
    day = clinic_day(desk.now())
    data = {"first": f"{day}", "last": f"{day}", "action": "open-check"}
    answer = chief.post(f"{PAGE}/export", data)
    table = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [row[4] for row in table[1:]] == ["c0", "c1", "c2"]
    assert table[1][1:4] == ["'=SUM(A1)", "受付の詳細を開いた", "open-check"]
    assert "kiroku-" in answer.headers["Content-Disposition"]
    assert "受付" in chief.post(f"{PAGE}/export", data | {"encoding": "cp932"}).data.decode("cp932")


def test_what_the_clock_writes_every_hour_is_one_line_a_day(desk: Desk, chief: Client) -> None:
    today, yesterday = desk.now(), desk.now() - timedelta(days=1)
    rules = ("checks", "wishes", "line-log")
    for at, rule in [(yesterday, rules[0]), *((today, rule) for rule in rules)]:
        audit.write(desk.ledger, BY_THE_CLOCK, REMOVED, rule, at, f"7 of {rule}")
        audit.write(desk.ledger, "sakura", "open-check", "c1", at)
    page = chief.get(f"{PAGE}?first={clinic_day(yesterday)}").text
    assert [line for line in shown(page) if line[1] == BY_THE_CLOCK] == [(REMOVED, BY_THE_CLOCK)] * 2
    assert len([line for line in shown(page) if line[1] == "sakura"]) == 4
    assert "この日のほかの記録 2件" in page
    assert all(f"7 of {rule}" in page for rule in rules)
    day = f"{clinic_day(yesterday)}"
    whole = chief.post(f"{PAGE}/export", {"first": day, "last": f"{clinic_day(today)}"}).data.decode(
        "utf-8-sig"
    )
    assert whole.count(REMOVED) == 4


def test_many_rows_come_a_page_at_a_time(desk: Desk, chief: Client) -> None:
    with desk.ledger.together():
        for number in range(205):
            audit.write(desk.ledger, "sakura", "open-check", f"c{number}", desk.now())
    first = chief.get(f"{PAGE}?actor=sakura").text
    assert len(shown(first)) == 200
    href = first.partition('href="/desk/audit?')[2].partition('"')[0].replace("&amp;", "&")
    assert len(shown(chief.get(f"{PAGE}?{href}").text)) == 5


def test_the_days_are_found_by_their_index(desk: Desk) -> None:
    day = clinic_day(desk.now())
    looked = Looked(day, day, "sakura", "open-check")
    with heard(desk.ledger) as statements:
        audit_search.found(desk.ledger, looked, 10)
        list(audit_search.every(desk.ledger, looked))
        audit_search.choices(desk.ledger, looked)
    assert len(statements) == 4
    for one in statements:
        (plan, *_) = desk.ledger.read.execute(f"EXPLAIN QUERY PLAN {one}").fetchall()
        assert "USING INDEX audit_at (at>? AND at<?)" in plan["detail"]


@pytest.mark.parametrize(
    "query",
    [
        "first=x",
        "first=2026-01-02&last=2026-01-01",
        "first=2020-01-01",
        "first=0001-01-01&last=0001-01-01",
        "first=9999-12-31&last=9999-12-31",
    ],
)
def test_days_that_cannot_be_are_refused(desk: Desk, chief: Client, query: str) -> None:
    assert chief.get(f"{PAGE}?{query}").status_code == 422
    assert audit.latest(desk.ledger, 1) == ()


@pytest.mark.parametrize("role", [Role.RECEPTION, Role.CLINICIAN, Role.MAINTENANCE])
def test_nobody_else_looks(desk: Desk, role: Role) -> None:
    client = client_of(desk, role)
    assert client.get(PAGE).status_code == 403
    assert client.post(f"{PAGE}/export").status_code == 403


def test_every_deed_that_is_written_down_has_words() -> None:
    """As far as source text shows it: the action is a literal in the call."""
    call = re.compile(
        r'(?:audit\.(?:write|insert)|note_down|_note)\([^()]*(?:\([^()]*\)[^()]*)*?"([a-z]+[-.][a-z-]+)"'
    )
    written = {one for file in APPLIANCE.rglob("*.py") for one in call.findall(file.read_text("utf-8"))}
    assert len(written) > 25
    assert written - ACTION_LABELS.keys() == set(), "give them words in web/desk/audit_words.py"
