"""Bulk runs with the real virtual center over TLS: from a list to results by urgency, whatever happens between."""

import subprocess
import sys
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from appliance.demo.center_client import RunningCenter
from appliance.eligibility.appointments import Appointment
from appliance.eligibility.bulk_outcome import Difference, Urgency
from appliance.eligibility.request_families import Family
from appliance.ledger import bulk_runs, checks
from appliance.ledger.bulk_runs import NewRun, RunKind, RunState
from appliance.ledger.checks import CheckState, Origin
from appliance.ledger.conditions import LinkState
from appliance.ledger.times import JAPAN, clinic_day, utc_now
from tests.bulk_lists import row
from tests.sync.center.bulk_clinic import QUICK, BulkClinic
from tests.sync.center.clinic import Clinic
from tests.sync.center.conftest import ClinicMaker

ROOT = Path(__file__).parents[3]
EVENING = datetime(2026, 11, 22, 19, 0, tzinfo=JAPAN)
NIGHT = EVENING + timedelta(hours=2)


@pytest.fixture
def idle(make_clinic: ClinicMaker, center: RunningCenter) -> BulkClinic:
    """A clinic where nobody asks yet; the center's jobs take no time."""
    center.ask("bulk-delay", seconds=0)
    return BulkClinic(make_clinic(**QUICK))


@pytest.fixture
def bulk(idle: BulkClinic) -> BulkClinic:
    """A clinic with an asker."""
    idle.clinic.start_asker()
    return idle


def urgencies(bulk: BulkClinic, run_id: str) -> dict[str, Urgency | None]:
    return {
        one.asked.patient: one.outcome.urgency if one.outcome else None
        for one in bulk.people(run_id)
        if one.asked
    }


def families(clinic: Clinic) -> list[Family]:
    """What the bulk lane asked, oldest first."""
    return [one.family for one in reversed(checks.recent(clinic.ledger, 10_000)) if one.origin is Origin.BULK]


def test_a_list_comes_back_by_urgency(bulk: BulkClinic) -> None:
    asked = ("p01", "p04", "p08", "p09", "p10", "p11")
    run_id = bulk.upload(*(row(one) for one in asked), row("p12", ratio="1"))
    assert bulk.run(run_id).state is RunState.CHECKED
    with bulk.lane():
        bulk.go(run_id)
        done = bulk.until(run_id, RunState.DONE, RunState.FAILED)
    assert (done.state, done.people, done.answered) == (RunState.DONE, 7, 7)
    assert list(urgencies(bulk, run_id).items()) == [
        ("p04", Urgency.INVALID),
        ("p08", Urgency.NEWER_EXISTS),
        ("p09", Urgency.NONE),
        ("p10", Urgency.SEVERAL),
        ("p12", Urgency.CHANGED),
        ("p11", Urgency.UNREGISTERED),
        ("p01", Urgency.VALID),
    ]
    changed = bulk.people(run_id)[4].outcome
    assert changed is not None
    assert changed.differences == (Difference("負担割合", "1割", "2割"),)


def test_nobody_is_asked_before_a_word_or_before_the_night(bulk: BulkClinic) -> None:
    unsaid, tonight = bulk.upload(row("p01")), bulk.go(bulk.upload(row("p02")), at_night=True)
    with bulk.lane(now=EVENING):
        now = bulk.go(bulk.upload(row("p03")))
        bulk.until(now, RunState.ACCEPTED)
    assert (bulk.run(unsaid).state, bulk.run(tonight).state) == (RunState.CHECKED, RunState.WAITING)
    with bulk.lane(now=NIGHT):
        # Its clock stands still, so that an accepted job is never due.
        bulk.until(tonight, RunState.ACCEPTED)
    with bulk.lane(now=NIGHT + timedelta(hours=12)):
        bulk.until(tonight, RunState.DONE)
    assert bulk.run(unsaid).state is RunState.CHECKED


def test_what_is_still_processing_is_asked_again_under_new_names(
    bulk: BulkClinic, center: RunningCenter
) -> None:
    center.ask("bulk-delay", seconds=3600)
    run_id = bulk.go(bulk.upload(row("p01")))
    with bulk.lane():
        bulk.clinic.until(lambda: families(bulk.clinic).count(Family.BULK_FETCH) >= 3)
        bulk.until(run_id, RunState.ACCEPTED, RunState.FETCHING)
    asked = [one.request_xml for one in checks.recent(bulk.ledger, 99) if one.family is Family.BULK_FETCH]
    assert len(set(asked)) == len(asked)
    with bulk.lane(bulk_patience=0.0):
        failed = bulk.until(run_id, RunState.FAILED)
    assert failed.trouble_code == "BULK-006"
    center.ask("bulk-delay", seconds=0)
    assert bulk_runs.repeat(bulk.ledger, run_id)
    with bulk.lane():
        bulk.until(run_id, RunState.DONE)


def test_the_line_goes_down_while_results_are_fetched(bulk: BulkClinic, center: RunningCenter) -> None:
    # Longer than handing in three takes on a busy machine: none may be ready before the last was accepted.
    center.ask("bulk-delay", seconds=5)
    run_id = bulk.go(bulk.upload(*(row(f"p0{n}") for n in range(1, 7)), chunk_size=2))
    with bulk.lane():
        bulk.clinic.until(lambda: bulk.run(run_id).chunks.get("accepted", 0) == 3)
        center.fault("down")
        bulk.clinic.until_line(LinkState.DOWN, "LINE-001")
        bulk.until(run_id, RunState.FETCHING)
        center.heal()
        done = bulk.until(run_id, RunState.DONE, RunState.FAILED)
    assert (done.state, done.answered, families(bulk.clinic).count(Family.BULK)) == (RunState.DONE, 6, 3)


def test_a_process_killed_at_each_step_goes_on_where_it_stood(
    make_clinic: ClinicMaker, center: RunningCenter
) -> None:
    """SIGKILL while handing in, waiting, fetching: nothing is handed in twice, each chunk is worked out once."""
    center.ask("bulk-delay", seconds=0)
    clinic = make_clinic(**QUICK | {"bulk_poll": 1.0})
    bulk = BulkClinic(clinic)
    run_id = bulk.go(bulk.upload(*(row(f"p0{n}") for n in range(1, 6)), chunk_size=2))
    command = (sys.executable, "-m", "tests.sync.center.bulk_process", str(clinic.box.root))
    for state in ("sending", "accepted", "fetching"):
        if state != "accepted":
            center.fault("slow", seconds=30)
        process = subprocess.Popen(command, cwd=ROOT)
        try:
            clinic.until(partial(bulk.has_chunk_in, run_id, state))
        finally:
            process.kill()
            process.wait()
        center.heal()
    clinic.start_asker()
    with bulk.lane():
        done = bulk.until(run_id, RunState.DONE, RunState.FAILED)
    assert (done.state, done.answered, done.chunks) == (RunState.DONE, 5, {"done": 3})
    assert [families(clinic).count(one) for one in (Family.BULK, Family.BULK_FETCH)] == [3, 3]
    assert {center.counts(one.id)["worked_out"] for one in checks.recent(bulk.ledger, 99)} == {1}


def test_a_patient_at_the_desk_is_answered_while_a_bulk_step_hangs(
    bulk: BulkClinic, center: RunningCenter
) -> None:
    bulk.clinic.until_line(LinkState.UP)
    center.fault("slow", seconds=30, times=1)
    run_id = bulk.go(bulk.upload(row("p01"), row("p02"), row("p03"), chunk_size=1))
    with bulk.lane():
        bulk.clinic.until(lambda: bulk.run(run_id).chunks.get("sending", 0) == 3)
        asked = [one.id for one in checks.recent(bulk.ledger, 9)]
        bulk.clinic.until(
            lambda: sum(center.counts(one)["asked"] for one in asked if one in _known(center)) >= 1
        )
        check_id = bulk.clinic.by_numbers("p04")
        bulk.clinic.until_state(CheckState.ANSWERED, check_id)
        assert bulk.run(run_id).answered == 0
        center.heal()


def _known(center: RunningCenter) -> set[str]:
    return set(center.ask("state")["checks"])


def test_a_refused_job_fails_with_the_centers_code_and_can_be_repeated(
    bulk: BulkClinic, center: RunningCenter
) -> None:
    center.fault("refuse")
    run_id = bulk.go(bulk.upload(row("p01")))
    with bulk.lane():
        failed = bulk.until(run_id, RunState.FAILED)
        assert (failed.trouble_code, failed.answered) == ("CENTER-004", 0)
        center.heal()
        assert bulk_runs.repeat(bulk.ledger, run_id)
        bulk.until(run_id, RunState.DONE)


def test_a_stopped_run_asks_nothing_more(bulk: BulkClinic, center: RunningCenter) -> None:
    center.ask("bulk-delay", seconds=3600)
    run_id = bulk.go(bulk.upload(row("p01"), row("p02"), chunk_size=1))
    with bulk.lane():
        bulk.clinic.until(lambda: bulk.run(run_id).chunks.get("accepted", 0) > 0)
        assert bulk_runs.stop(bulk.ledger, run_id, utc_now())
        other = bulk.go(bulk.upload(row("p03")))
        center.ask("bulk-delay", seconds=0)
        bulk.clinic.until(lambda: bulk.run(other).chunks.get("accepted", 0) > 0)
    assert bulk.run(run_id).state is RunState.STOPPED
    assert not bulk_runs.stop(bulk.ledger, run_id, utc_now())


def test_the_latest_answered_check_is_what_an_answer_is_compared_with(bulk: BulkClinic) -> None:
    check_id = bulk.clinic.by_numbers("p12")
    bulk.clinic.until_state(CheckState.ANSWERED, check_id)
    xml = (bulk.clinic.check(check_id).result_xml or b"").replace(
        b"<ElderlyRecipientContributionRatio>020", b"<ElderlyRecipientContributionRatio>010"
    )
    with bulk.ledger.write() as db:
        db.execute("UPDATE results SET xml = ? WHERE check_id = ?", [xml, check_id])
    first, second = bulk.upload(row("p12", branch="")), bulk.upload(row("p12"))
    with bulk.lane():
        bulk.until(bulk.go(first), RunState.DONE)
        bulk.until(bulk.go(second), RunState.DONE)
    differences = [
        one.outcome.differences if one.outcome else None
        for run in (first, second)
        for one in bulk.people(run)
    ]
    # By the second run the first one's answer is what is known.
    assert differences == [(Difference("負担割合", "1割", "2割"),), ()]


def test_patients_numbers_are_registered_in_bulk(bulk: BulkClinic) -> None:
    rows = (row("p02", patient="000777"), row("p03", patient="9" * 50), row("p09", patient="000999"))
    run_id = bulk.upload(*rows, kind=RunKind.REFERENCES, chunk_size=2)
    with bulk.lane():
        bulk.until(bulk.go(run_id), RunState.DONE)
    assert urgencies(bulk, run_id) == {
        "000999": Urgency.FAILED,
        "000777": Urgency.REGISTERED,
        "9" * 50: Urgency.REGISTERED,
    }
    check_id = bulk.clinic.by_numbers("p02")
    bulk.clinic.until_state(CheckState.ANSWERED, check_id)
    assert b"<ReferenceNumber>000777" in (bulk.clinic.check(check_id).result_xml or b"")


@pytest.mark.parametrize(
    ("kind", "terms", "least"),
    [
        (RunKind.TICKETS, {"month": f"{clinic_day(utc_now()):%Y%m}"}, 2),
        (RunKind.HOME, {"first": "20261101", "last": "20261130"}, 3),
        (RunKind.ONLINE, {"first": "20261101", "last": "20261130"}, 3),
    ],
)
def test_runs_without_a_list_find_their_people(
    bulk: BulkClinic, kind: RunKind, terms: dict[str, str], least: int
) -> None:
    run_id = bulk.make(NewRun(kind=kind, made_by="test", terms=terms))
    with bulk.lane():
        bulk.until(bulk.go(run_id), RunState.DONE)
    found = bulk.people(run_id)
    assert len(found) >= least
    assert all(one.asked is None and one.outcome and one.outcome.facts[0]["name"] for one in found)


def test_on_set_days_the_tickets_of_the_month_are_asked_for_once(bulk: BulkClinic) -> None:
    on_the_day = datetime(2026, 12, 5, 21, 0, tzinfo=JAPAN)
    for _ in range(2):
        with bulk.lane(now=on_the_day, bulk_ticket_days="1,5"):
            bulk.clinic.until(
                lambda: any(one.state is RunState.ACCEPTED for one in bulk_runs.recent(bulk.ledger, 9))
            )
    with bulk.lane(now=on_the_day + timedelta(days=1), bulk_ticket_days="1,5"):
        (run,) = bulk_runs.recent(bulk.ledger, 9)
        bulk.until(run.id, RunState.DONE)
    assert (run.kind, run.terms, run.made_by) == (RunKind.TICKETS, {"month": "202612"}, "madoguchi")


def test_ten_thousand_people_are_asked_a_chunk_at_a_time(idle: BulkClinic) -> None:
    """So what a run takes in memory does not grow with it."""
    people = tuple(
        Appointment(line=n + 2, insurer_number="06139992", number=str(n), birthdate="19800217")
        for n in range(10_000)
    )
    run_id = idle.make(NewRun(kind=RunKind.APPOINTMENTS, made_by="test", people=people))
    assert idle.run(run_id).chunks == {"waiting": 20}
    idle.go(run_id)
    with idle.lane(bulk_at_once=2):
        idle.clinic.until(lambda: idle.run(run_id).chunks.get("sending", 0) == 2)
    asked = [one.request_xml or b"" for one in checks.recent(idle.ledger, 99)]
    assert [one.count(b"<QualificationConfirmSearchInfo>") for one in asked] == [500, 500]


def test_a_run_asks_under_the_code_it_is_of(idle: BulkClinic) -> None:
    dental = "1339999995"
    people = (Appointment(line=2, insurer_number="06139992", number="1", birthdate="19800217"),)
    new = NewRun(kind=RunKind.APPOINTMENTS, made_by="test", people=people, institution_code=dental)
    run_id = idle.go(idle.make(new))
    with idle.lane():
        idle.until(run_id, RunState.SENDING)
    (asked,) = checks.recent(idle.ledger, 9)
    assert asked.institution_code == dental
    assert f"<MedicalInstitutionCode>{dental}<".encode() in (asked.request_xml or b"")


def test_tickets_are_asked_for_under_each_code(idle: BulkClinic) -> None:
    on_the_day = datetime(2026, 12, 5, 9, 0, tzinfo=JAPAN)
    codes = ("1339999995",)
    for _ in range(2):
        with idle.lane(now=on_the_day, bulk_ticket_days="5", other_institution_codes=codes):
            idle.clinic.until(lambda: len(bulk_runs.recent(idle.ledger, 9)) == 2)
    assert [one.institution_code for one in bulk_runs.recent(idle.ledger, 9)] == ["1339999995", ""]
