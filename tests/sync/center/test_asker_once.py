"""A check asked twice is answered once, whoever dies between the question and the record."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from appliance.demo.center_client import RunningCenter
from appliance.ledger import checks, results
from appliance.ledger.checks import CheckState
from appliance.ledger.conditions import LinkState
from appliance.ledger.times import utc_now
from appliance.sync import questions
from tests.sync.center.clinic import Clinic

ROOT = Path(__file__).parents[3]
LEASE = timedelta(minutes=1)


def record(clinic: Clinic, check_id: str, owner: str, xml: bytes) -> bool:
    return results.record(
        clinic.ledger,
        check_id,
        owner,
        xml=xml,
        qualification_validity="1",
        refusal=None,
        now=utc_now(),
    )


def test_a_second_owner_answers_what_the_first_left(clinic: Clinic, center: RunningCenter) -> None:
    """The first owner has its answer and never comes to write it down; later it does, too late."""
    check_id = clinic.by_numbers()
    claimed = checks.claim(clinic.ledger, "first", utc_now() - 2 * LEASE, LEASE)
    assert claimed is not None
    first = clinic.link().ask(questions.question(claimed))
    taken = checks.claim(clinic.ledger, "second", utc_now(), LEASE)
    assert taken is not None
    second = clinic.link().ask(questions.question(taken))
    assert (taken.id, taken.tries, second) == (check_id, 2, first)
    assert record(clinic, check_id, "second", second)
    assert not record(clinic, check_id, "first", first)
    assert center.counts(check_id) == {"asked": 2, "worked_out": 1, "answered": 2}
    assert (clinic.results(check_id), clinic.owed(check_id)) == (1, ["emr"])


def test_an_asker_that_lost_its_check_drops_the_answer(clinic: Clinic, center: RunningCenter) -> None:
    clinic.start_asker()
    clinic.until_line(LinkState.UP)
    center.fault("slow", seconds=30)
    check_id = clinic.by_numbers()
    clinic.until(lambda: center.counts(check_id)["asked"] == 1)
    later = utc_now() + timedelta(hours=1)
    assert checks.claim(clinic.ledger, "other", later, LEASE) is not None
    assert record(clinic, check_id, "other", b"<XmlMsg/>")
    center.heal()
    clinic.until(lambda: center.counts(check_id)["answered"] == 1)
    following = clinic.by_numbers("p02")
    clinic.until_state(CheckState.ANSWERED, following)
    assert clinic.check(check_id).result_xml == b"<XmlMsg/>"
    assert (clinic.results(check_id), clinic.owed(check_id)) == (1, ["emr"])


def test_a_process_killed_between_question_and_record(clinic: Clinic, center: RunningCenter) -> None:
    center.fault("slow", seconds=30)
    check_id = clinic.by_numbers()
    command = (sys.executable, "-m", "tests.sync.center.asking_process", str(clinic.box.root))
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        clinic.until(lambda: center.counts(check_id)["worked_out"] == 1)
    finally:
        process.kill()
        process.wait()
    assert clinic.check(check_id).state is CheckState.ASKING
    center.heal()
    clinic.start_asker()
    clinic.until_state(CheckState.ANSWERED, check_id)
    assert center.counts(check_id)["worked_out"] == 1
    assert (clinic.results(check_id), clinic.owed(check_id)) == (1, ["emr"])


def test_stopping_cuts_the_question_and_the_next_start_asks_again(
    clinic: Clinic, center: RunningCenter
) -> None:
    clinic.start_asker()
    clinic.until_line(LinkState.UP)
    center.fault("slow", seconds=30)
    check_id = clinic.by_numbers()
    clinic.until(lambda: center.counts(check_id)["asked"] == 1)
    clinic.stop_asker()
    assert clinic.line().state is LinkState.UP
    assert clinic.check(check_id).state is CheckState.ASKING
    center.heal()
    clinic.start_asker()
    clinic.until_state(CheckState.ANSWERED, check_id)
    assert (center.counts(check_id)["worked_out"], clinic.results(check_id)) == (1, 1)
