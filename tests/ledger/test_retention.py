"""What was kept long enough goes from every table and from the file; what is still needed stays; a wrong clock removes nothing."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from appliance.demo import people
from appliance.eligibility.local_certificate import LocalFacts
from appliance.eligibility.message import Qualification
from appliance.eligibility.outage import NoteFacts, Reason, ReceivedAs
from appliance.eligibility.retention import Ending, rules
from appliance.ledger import (
    audit,
    checks,
    consumers,
    history,
    local_certificates,
    outage_notes,
    patient_numbers,
    tasks,
)
from appliance.ledger.consumers import ConsumerKind
from appliance.ledger.database import Ledger
from appliance.ledger.outage_notes import Ending as NoteEnding
from appliance.ledger.retention import applying, clock, proofs, rewriting
from appliance.ledger.retention.removing import REMOVERS
from appliance.ledger.tasks import TaskKind
from appliance.ledger.times import to_text, utc_now
from appliance.settings import Settings
from tests.ledger.desk import NOW
from tests.web.desk_world import CODE, Desk, desk_in

LONG_AGO = timedelta(days=-2500)
GONE = ("去野　花子", "ｻﾘﾉ ﾊﾅｺ", "去野県去野市一丁目", "77001122")
BACK = "来野　二度"


@pytest.fixture
def desk(box_dir: Path) -> Iterator[Desk]:
    """A box that has worked for years: somebody who came long ago, somebody who came then and now, and many others now."""
    with desk_in(box_dir) as desk:
        desk.shift = LONG_AGO
        _came_once(desk)
        came_back = _somebody("p02", name=BACK, name_kana="ｷﾀﾉ ﾆﾄﾞ", insured_identification_number="8800")
        _link(desk, desk.answered(desk.carded(), "1", came_back), "K-2")
        desk.shift = timedelta()
        desk.answered(desk.carded(), "1", came_back)
        for number in range(20):
            desk.answered(
                desk.typed(),
                "1",
                _somebody("p03", name=f"今野{number}", insured_identification_number=f"{number}"),
            )
        yield desk


def _came_once(desk: Desk) -> None:
    """Everything that reception may have written down about one patient."""
    name, kana, address, number = GONE
    one = _somebody("p01", name=name, name_kana=kana, address=address, insured_identification_number=number)
    ledger, now = desk.ledger, desk.now()
    check_id = desk.answered(desk.typed(number=number), "1", one)
    _link(desk, check_id, "K-1")
    check = checks.find(ledger, check_id)
    assert check is not None
    facts = LocalFacts("こども医療費", "80139991", number, now.date(), now.date() + timedelta(days=300), name)
    assert local_certificates.add(ledger, check, facts, "sakura", now)
    note = NoteFacts(
        name=name,
        kana=kana,
        sex="2",
        birthdate=date(1979, 3, 5),
        address=address,
        visited_on=now.date(),
        reason=Reason.POWER,
        reason_text=name,
        received_as=ReceivedAs.KNOWN,
        institution_code=CODE,
    )
    note_id = outage_notes.write(ledger, note, "sakura", now)
    outage_notes.close(ledger, note_id, 1, NoteEnding.BY_PERSON, name, "sakura", now)
    task = tasks.raise_(ledger, TaskKind.UNRESOLVED, check_id, "LINE-001", now)
    assert task is not None
    with ledger.write() as db:
        row = {"run_id": "run", "place": 1, "chunk": 1, "asked": name, "found": number}
        db.execute(
            """INSERT INTO bulk_runs (id, revision, kind, state, made_by, made_at, terms, problems, ended_at)
               VALUES ('run', 1, 'appointments', 'done', 'sakura', :now, '{}', '[]', :now)""",
            {"now": to_text(now)},
        )
        db.table("bulk_people").insert(row)
        db.table("known_insurances").insert({"mark": "m", "facts": number, "answered_at": to_text(now)})


def _somebody(person_id: str, **changes: Any) -> Qualification:
    return replace(people.person(person_id).qualifications[0], **changes)


def _link(desk: Desk, check_id: str, number: str) -> None:
    check = checks.find(desk.ledger, check_id)
    assert check is not None
    assert patient_numbers.link(desk.ledger, check, number, "sakura", desk.now())


def on_disk(ledger: Ledger, folder: Path) -> bytes:
    """All the bytes of the ledger: the file, the log, the index of the log."""
    return b"".join(path.read_bytes() for path in folder.glob("ledger.db*"))


def lies_there(text: str, data: bytes) -> bool:
    return any(text.encode(code) in data for code in ("utf-8", "cp932"))


def test_what_is_due_is_gone_from_every_table_and_from_the_file(desk: Desk) -> None:
    ledger, folder = desk.ledger, desk.box.root
    ledger.empty_log()
    assert all(lies_there(text, on_disk(ledger, folder)) for text in (*GONE, BACK, "今野7"))
    now = utc_now()
    days = applying.days_of(desk.settings)
    removed = applying.apply(ledger, days, now)
    assert removed == {
        "bulk": 1,
        "outage-notes": 1,
        "local-certificates": 1,
        "known-insurances": 1,
        "checks": 2,
        "errands": 1,  # the task of the outage note
    }
    assert applying.apply(ledger, days, now) == {}
    assert not proofs.cleaned(ledger).is_emptied
    assert rewriting.clean(ledger, now)
    left = on_disk(ledger, folder)
    assert [text for text in GONE if lies_there(text, left)] == []
    assert all(lies_there(text, left) for text in (BACK, "今野7"))
    assert ledger.read.execute("PRAGMA foreign_key_check").fetchall() == []
    assert tasks.open_tasks(ledger) == ()
    _expect_proofs(ledger, removed)


def _expect_proofs(ledger: Ledger, removed: dict[str, int]) -> None:
    assert {rule: one.total for rule, one in proofs.proofs(ledger).items()} == removed
    rows = {row.subject: row for row in audit.latest(ledger, 20) if row.action == proofs.REMOVED}
    assert {rule: int(row.detail.split()[0]) for rule, row in rows.items()} == removed
    assert not any(text in row.detail for row in rows.values() for text in GONE)
    file = proofs.cleaned(ledger)
    assert file.is_emptied
    assert audit.latest(ledger, 1)[0].detail == ("rewritten" if file.is_rewritten else "log emptied")


def test_who_came_again_keeps_number_and_history_as_far_as_they_are_kept(desk: Desk) -> None:
    def newest() -> checks.Check:
        return next(one for one in checks.recent(desk.ledger, 50) if one.evidence is not None)

    known = patient_numbers.known_for(desk.ledger, newest()).link
    assert known is not None
    assert len(history.before(desk.ledger, newest(), 9)) == 1
    applying.apply(desk.ledger, applying.days_of(desk.settings), utc_now())
    kept = patient_numbers.known_for(desk.ledger, newest()).link
    assert kept == replace(known, check_id=newest().id)
    assert history.before(desk.ledger, newest(), 9) == ()


def test_an_open_check_and_one_with_an_open_outage_note_stay(desk: Desk) -> None:
    desk.shift = LONG_AGO
    waiting = desk.offline()
    noted = desk.answered(desk.typed(), "1")
    with desk.ledger.write() as db:
        db.execute("UPDATE outage_notes SET state = 'open', check_id = ?", [noted])
    removed = applying.apply(desk.ledger, applying.days_of(desk.settings), utc_now())
    assert removed["checks"] == 2
    assert checks.find(desk.ledger, waiting) is not None
    assert checks.find(desk.ledger, noted) is not None


def test_work_with_what_was_owed_of_a_check_goes_with_it(desk: Desk) -> None:
    desk.shift = LONG_AGO
    consumers.add(desk.ledger, "emr", ConsumerKind.MQTT, desk.now())
    check_id = desk.answered(desk.typed(), "1")
    delivery = desk.ledger.read.execute("SELECT id FROM deliveries WHERE check_id = ?", [check_id]).fetchone()
    tasks.raise_(desk.ledger, TaskKind.DEAD_LETTER, delivery["id"], "QUEUE-001", desk.now())
    applying.apply(desk.ledger, applying.days_of(desk.settings), utc_now())
    assert checks.find(desk.ledger, check_id) is None
    assert tasks.open_tasks(desk.ledger) == ()


def test_it_ends_between_two_steps_when_it_is_told_to(desk: Desk) -> None:
    days = applying.days_of(desk.settings)
    assert applying.apply(desk.ledger, days, utc_now(), lambda: True) == {"bulk": 1}


def test_a_clock_that_leapt_is_believed_after_two_weeks_and_one_set_back_too(ledger: Ledger) -> None:
    day = timedelta(days=1)
    assert clock.is_believed(ledger, NOW)
    assert clock.is_believed(ledger, NOW + clock.LEAP)
    leapt = NOW + clock.LEAP + 2000 * day
    assert not clock.is_believed(ledger, leapt)
    assert not clock.is_believed(ledger, leapt + 13 * day)
    assert clock.held_until(ledger, leapt) == leapt + clock.HELD
    back = NOW + clock.LEAP + day
    assert not clock.is_believed(ledger, back)
    assert not clock.is_believed(ledger, back + 13 * day)
    assert clock.is_believed(ledger, back + 14 * day)
    assert clock.held_until(ledger, back + 14 * day) is None


def test_a_box_that_first_looks_under_a_wrong_clock_waits_too(desk: Desk) -> None:
    ahead = utc_now() + timedelta(days=3000)
    assert not clock.is_believed(desk.ledger, ahead)
    assert not clock.is_believed(desk.ledger, ahead + timedelta(days=13))


def test_the_whole_file_is_written_anew_once_a_day(ledger: Ledger) -> None:
    clock.is_believed(ledger, NOW)
    assert rewriting.clean(ledger, NOW)
    for hours, is_whole in ((1, False), (24, True)):
        later = NOW + timedelta(hours=hours)
        rewriting.clean(ledger, later)
        assert (proofs.cleaned(ledger).rewritten_at == later) is is_whole
        assert proofs.cleaned(ledger).emptied_at == later
    assert rewriting.is_good_moment(ledger, NOW), "a clock that was set back"


def test_a_large_file_is_written_anew_so_seldom_that_no_day_writes_much_of_it(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.is_believed(ledger, NOW)
    assert rewriting.clean(ledger, NOW)
    monkeypatch.setattr(rewriting, "A_DAY", ledger.size / 3)
    assert not rewriting.is_good_moment(ledger, NOW + timedelta(hours=71))
    assert rewriting.is_good_moment(ledger, NOW + timedelta(hours=73))


def test_each_rule_that_counts_days_can_be_applied(ledger: Ledger) -> None:
    counted = [rule.id for rule in rules() if rule.ending is Ending.DAYS]
    assert counted == list(REMOVERS)
    days = applying.days_of(Settings(institution_code=CODE, check_days=1100))
    assert days["checks"] == 1100
    assert applying.apply(ledger, days, NOW) == {}
