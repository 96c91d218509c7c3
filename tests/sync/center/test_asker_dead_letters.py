"""A check that fails for a reason of its own ends; one that fails because of the center or the line does not."""

from functools import partial

import pytest

from appliance.demo.center_client import RunningCenter
from appliance.ledger import dead_letters, tasks
from appliance.ledger.checks import CheckState
from appliance.ledger.conditions import LinkState
from appliance.sync import questions
from tests.sync.center.clinic import Clinic, request_for
from tests.sync.center.conftest import ClinicMaker

HURRIED = {"give_up_after": 2, "retry_first": 0.02, "retry_longest": 0.05}


def poison() -> bytes:
    """A request that the center answers with an error before it has read it."""
    stranger = b"</InsurerNumber><Stranger>%s</Stranger>" % (b"x" * (1 << 20))
    return request_for("p01").replace(b"</InsurerNumber>", stranger)


def answered_one_by_one(clinic: Clinic, is_over: str) -> None:
    """Others come and are answered until the check with that id is given up."""
    while clinic.check(is_over).state is not CheckState.REFUSED:
        clinic.until_state(CheckState.ANSWERED, clinic.by_numbers("p02"))


def test_what_the_center_chokes_on_is_given_up_and_asked_once_more_by_hand(make_clinic: ClinicMaker) -> None:
    clinic = make_clinic(**HURRIED)
    check_id = clinic.by_numbers(request_xml=poison())
    clinic.start_asker()
    answered_one_by_one(clinic, check_id)
    check = clinic.check(check_id)
    assert (check.trouble_code, check.reason_code) == (dead_letters.GIVEN_UP, "CENTER-006")
    assert clinic.results(check_id) == 0
    with clinic.ledger.write() as db:
        db.execute("UPDATE checks SET request_xml = ? WHERE id = ?", [request_for("p01"), check_id])
    assert dead_letters.retry_check(clinic.ledger, check_id, "sakura", check.received_at)
    clinic.until_state(CheckState.ANSWERED, check_id)
    assert clinic.owed(check_id) == ["emr"]
    assert tasks.open_tasks(clinic.ledger) == ()


@pytest.mark.parametrize("fault", ["garbage", "processing", "http-500"])
def test_a_center_that_fails_everybody_makes_no_dead_letters(
    make_clinic: ClinicMaker, center: RunningCenter, fault: str
) -> None:
    clinic = make_clinic(**HURRIED)
    center.fault(fault)
    clinic.start_asker()
    ids = [clinic.by_numbers(one) for one in ("p01", "p02")]
    clinic.until(lambda: clinic.check(ids[0]).tries >= 8)
    assert {clinic.check(one).state for one in ids} <= {CheckState.WAITING, CheckState.ASKING}
    center.heal()
    clinic.until_state(CheckState.ANSWERED, *ids)
    assert dead_letters.counts(clinic.ledger).total == 0


def test_an_outage_does_not_count_however_long(make_clinic: ClinicMaker, center: RunningCenter) -> None:
    clinic = make_clinic(**HURRIED)
    center.fault("down")
    check_id = clinic.by_numbers()
    clinic.start_asker()
    clinic.until(lambda: clinic.check(check_id).tries >= 8)
    center.heal()
    clinic.until_state(CheckState.ANSWERED, check_id)


def test_a_check_that_trips_over_a_bug_of_ours_is_given_up_too(
    make_clinic: ClinicMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic = make_clinic(**HURRIED)
    check_id = clinic.by_numbers()
    ask = questions.question

    def stumbling(check: object) -> object:
        if getattr(check, "id", None) == check_id:
            raise ValueError("patient name")
        return ask(check)  # type: ignore[arg-type]

    monkeypatch.setattr(questions, "question", stumbling)
    clinic.start_asker()
    answered_one_by_one(clinic, check_id)
    assert clinic.check(check_id).reason_code == "BOX-005"


def test_a_certificate_that_is_not_accepted_is_no_fault_of_the_checks(
    make_clinic: ClinicMaker, center: RunningCenter
) -> None:
    """The other code of the house has no certificate; its checks wait for one while ours are answered."""
    clinic = make_clinic(**HURRIED, other_institution_codes=("1329999999",))
    check_id = clinic.by_numbers(institution_code="1329999999")
    clinic.start_asker()
    clinic.until_line(LinkState.UP)
    for tries in range(4):
        clinic.until_state(CheckState.ANSWERED, clinic.by_numbers("p02"))
        clinic.until(partial(_was_tried, clinic, check_id, tries))
    assert clinic.check(check_id).state in (CheckState.WAITING, CheckState.ASKING)


def _was_tried(clinic: Clinic, check_id: str, more_than: int) -> bool:
    return clinic.check(check_id).tries > more_than
