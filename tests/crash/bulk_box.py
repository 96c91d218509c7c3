"""A bulk run led and answered inside one process, which dies before its Nth statement; the center is a function."""

from datetime import timedelta
from pathlib import Path

from appliance.eligibility import message_xml
from appliance.eligibility.appointments import Appointment
from appliance.eligibility.message_bulk import (
    BulkConfirmUnit,
    BulkRequestMessage,
    BulkResultBody,
    BulkResultHeader,
    BulkResultMessage,
    FetchMessage,
    ReceiptBody,
    ReceiptMessage,
)
from appliance.ledger import bulk_runs, checks, results
from appliance.ledger.bulk_runs import NewRun, RunKind
from appliance.ledger.checks import Check
from appliance.ledger.database import Ledger
from appliance.settings import Settings
from appliance.sync.bulk_lane import BulkLane
from tests.crash.dying_box import MortalLedger
from tests.ledger.desk import LEASE, NOW

SETTINGS = Settings(institution_code="1319999999", bulk_poll=1.0)
MOST_TURNS = 40


class WritingLedger(MortalLedger):
    """Counts what writes alone: between two of these nothing changes on the disk."""

    def _step(self, statement: str) -> None:
        if not statement.lstrip().upper().startswith(("SELECT", "PRAGMA")):
            super()._step(statement)


def prepare(state: Path) -> str:
    """A state folder with a run of three people in two chunks that may go; its id."""
    (state / "bell").mkdir(parents=True)
    ledger = Ledger(state / "ledger.db", state / "bell")
    people = tuple(
        Appointment(line=n, insurer_number="06139992", number=str(n), birthdate="19800217", patient=str(n))
        for n in range(1, 4)
    )
    new = NewRun(kind=RunKind.APPOINTMENTS, made_by="test", people=people, chunk_size=2)
    run_id = bulk_runs.create(ledger, new, NOW) or ""
    bulk_runs.release(ledger, run_id, at_night=False)
    ledger.close()
    return run_id


def lead(state: Path, run_id: str, lives: int | None = None) -> None:
    """Lead the run to its end. With `lives` the process dies before that many statements that write have run."""
    ledger = WritingLedger(state / "ledger.db", state / "bell")
    if lives is not None:
        ledger.lives = lives
    checks.release_all(ledger)
    lane = BulkLane(SETTINGS, ledger, lambda: NOW)
    for turn in range(MOST_TURNS):
        now = NOW + timedelta(seconds=2 * turn)
        lane.turn(now)
        claimed = checks.claim(ledger, f"owner-{turn}", now, LEASE)
        if claimed is not None:
            xml = message_xml.write(_answer(ledger, claimed))
            results.record(
                ledger,
                claimed.id,
                f"owner-{turn}",
                xml=xml,
                qualification_validity=None,
                refusal=None,
                now=now,
            )
        run = bulk_runs.find(ledger, run_id)
        if run is not None and run.state.is_over:
            break
    ledger.close()


def _answer(ledger: Ledger, check: Check) -> ReceiptMessage | BulkResultMessage:
    """The job's number is the check that handed it in; everybody's insurance is valid."""
    if not check.family.is_fetch:
        return ReceiptMessage(message_body=ReceiptBody(reception_number=check.id))
    number = message_xml.read_as(FetchMessage, check.request_xml or b"").message_body.reception_number or ""
    handed_in = checks.find(ledger, number)
    assert handed_in is not None
    asked = message_xml.read_as(BulkRequestMessage, handed_in.request_xml or b"").message_body
    units = tuple(
        BulkConfirmUnit(
            qualification_confirm_search_info=one, processing_result_status="1", qualification_validity="1"
        )
        for one in asked.qualification_confirm_search_info
    )
    return BulkResultMessage(
        message_header=BulkResultHeader(segment_of_result="1"),
        message_body=BulkResultBody(bulk_confirm_unit=units),
    )
