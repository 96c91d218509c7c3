"""Every way the center can fail, on a real wire: the check waits, reception knows why, and one answer comes in the end."""

import pytest

from appliance.demo.center_client import RunningCenter
from appliance.demo.center_faults import FaultKind
from appliance.ledger.checks import CheckState
from appliance.ledger.conditions import LinkState
from tests.sync.center.clinic import HASTY
from tests.sync.center.conftest import ClinicMaker

LINK_FAULTS = {
    FaultKind.DOWN: "LINE-001",
    FaultKind.SLOW: "LINE-002",
    FaultKind.DRIP: "LINE-002",
    FaultKind.DROP: "LINE-003",
    FaultKind.TRUNCATED: "LINE-003",
    FaultKind.WRONG_CERTIFICATE: "CENTER-001",
    FaultKind.OUT_OF_HOURS: "CENTER-003",
    FaultKind.REJECT_CLIENT: "CENTER-005",
    FaultKind.HTTP_500: "CENTER-006",
}
CHECK_FAULTS = {FaultKind.GARBAGE, FaultKind.PROCESSING}
NEEDS_HASTE = {FaultKind.SLOW, FaultKind.DRIP}


def test_every_fault_is_tried() -> None:
    assert set(LINK_FAULTS) | CHECK_FAULTS | {FaultKind.REFUSE} == set(FaultKind)


@pytest.mark.parametrize(("kind", "code"), LINK_FAULTS.items())
def test_check_waits_and_is_answered_after(
    make_clinic: ClinicMaker, center: RunningCenter, kind: FaultKind, code: str
) -> None:
    clinic = make_clinic(**(HASTY if kind in NEEDS_HASTE else {}))
    center.fault(kind, seconds=0.3 if kind is FaultKind.DRIP else 30)
    clinic.start_asker()
    clinic.until_line(LinkState.DOWN, code)
    check_id = clinic.by_numbers()
    clinic.until_state(CheckState.WAITING, check_id)
    clinic.until(lambda: clinic.check(check_id).tries > 0 and clinic.check(check_id).trouble_code == code)
    assert clinic.check(check_id).result_xml is None

    center.heal()
    clinic.until_state(CheckState.ANSWERED, check_id)
    clinic.until_line(LinkState.UP)
    assert clinic.check(check_id).trouble_code is None
    assert clinic.check(check_id).qualification_validity == "1"
    assert (clinic.results(check_id), clinic.owed(check_id)) == (1, ["emr"])
    assert center.counts(check_id)["worked_out"] == 1


@pytest.mark.parametrize("kind", sorted(CHECK_FAULTS))
def test_an_answer_nobody_understands_is_the_checks_own_trouble(
    make_clinic: ClinicMaker, center: RunningCenter, kind: FaultKind
) -> None:
    clinic = make_clinic()
    center.fault(kind)
    clinic.start_asker()
    check_id = clinic.by_numbers()
    clinic.until(lambda: clinic.check(check_id).trouble_code == "CENTER-002")
    clinic.until_line(LinkState.UP)
    center.heal()
    clinic.until_state(CheckState.ANSWERED, check_id)
    assert clinic.results(check_id) == 1


def test_a_refusal_closes_the_check_and_is_delivered(make_clinic: ClinicMaker, center: RunningCenter) -> None:
    clinic = make_clinic()
    center.fault(FaultKind.REFUSE)
    clinic.start_asker()
    check_id = clinic.by_numbers()
    clinic.until_state(CheckState.REFUSED, check_id)
    check = clinic.check(check_id)
    assert (check.trouble_code, check.qualification_validity) == ("CENTER-004", None)
    assert b"<SegmentOfResult>9<" in (check.result_xml or b"")
    assert clinic.owed(check_id) == ["emr"]
    clinic.until_line(LinkState.UP)


@pytest.mark.parametrize("kind", [FaultKind.DOWN, FaultKind.HTTP_500])
def test_the_state_is_true_with_no_check_at_all(
    make_clinic: ClinicMaker, center: RunningCenter, kind: FaultKind
) -> None:
    clinic = make_clinic()
    clinic.start_asker()
    clinic.until_line(LinkState.UP)
    center.fault(kind)
    clinic.until_line(LinkState.DOWN, LINK_FAULTS[kind])
    center.heal()
    clinic.until_line(LinkState.UP)
