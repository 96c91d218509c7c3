"""Line down: new checks wait at once, one probe goes out at a time, and the backlog is answered oldest first."""

from appliance.demo.center_client import RunningCenter
from appliance.ledger.checks import CheckState
from appliance.ledger.conditions import LinkState
from tests.sync.center.clinic import HASTY, request_for
from tests.sync.center.conftest import ClinicMaker

PATIENTS = ("p01", "p02", "p03", "p12", "p18", "p22")


def asked(center: RunningCenter, *check_ids: str) -> list[str]:
    """These checks in the order the center was asked about them."""
    return [check_id for check_id in center.ask("state")["order"] if check_id in check_ids]


def test_the_backlog_is_answered_oldest_first_each_once(
    make_clinic: ClinicMaker, center: RunningCenter
) -> None:
    clinic = make_clinic()
    center.fault("down")
    clinic.start_asker()
    clinic.until_line(LinkState.DOWN, "LINE-001")
    ids = [clinic.by_numbers(one) for one in PATIENTS]
    clinic.until_state(CheckState.WAITING, *ids)
    center.heal()
    clinic.until_state(CheckState.ANSWERED, *ids)
    assert asked(center, *ids) == ids
    assert sorted(ids, key=lambda check_id: clinic.check(check_id).answered_at or 0) == ids
    for check_id in ids:
        assert center.counts(check_id) == {"asked": 1, "worked_out": 1, "answered": 1}
        assert (clinic.results(check_id), clinic.owed(check_id)) == (1, ["emr"])


def test_only_the_oldest_is_tried_while_the_center_fails(
    make_clinic: ClinicMaker, center: RunningCenter
) -> None:
    clinic = make_clinic(retry_longest=0.05)
    # Nobody listens: after a failure that the check itself may be to blame for, it would rightly let the others pass.
    center.fault("down")
    clinic.start_asker()
    clinic.until_line(LinkState.DOWN, "LINE-001")
    ids = [clinic.by_numbers(one) for one in PATIENTS]
    clinic.until(lambda: clinic.check(ids[0]).tries >= 3)
    assert [clinic.check(check_id).tries for check_id in ids[1:]] == [0] * (len(ids) - 1)
    assert {clinic.check(check_id).state for check_id in ids[1:]} == {CheckState.WAITING}
    center.heal()
    clinic.until_state(CheckState.ANSWERED, *ids)
    assert asked(center, *ids) == ids


def test_a_new_check_waits_at_once_without_being_asked(
    make_clinic: ClinicMaker, center: RunningCenter
) -> None:
    clinic = make_clinic(retry_first=600.0, retry_longest=600.0)
    center.fault("down")
    clinic.start_asker()
    clinic.until_line(LinkState.DOWN, "LINE-001")
    center.heal()
    check_id = clinic.by_numbers()
    clinic.until_state(CheckState.WAITING, check_id)
    check = clinic.check(check_id)
    assert (check.tries, check.trouble_code, check.deferred) == (0, "LINE-001", True)


def test_checks_under_way_when_the_line_breaks_come_back(
    make_clinic: ClinicMaker, center: RunningCenter
) -> None:
    # The longest wait is also how long a quiet link is left alone: no worker shall be busy looking at it.
    clinic = make_clinic(center_workers=4, retry_longest=60.0)
    clinic.start_asker()
    clinic.until_line(LinkState.UP)
    center.fault("slow", seconds=30)
    ids = [clinic.by_numbers(one) for one in PATIENTS[:4]]
    clinic.until(lambda: len(asked(center, *ids)) == 4)
    center.fault("down")
    clinic.until_state(CheckState.WAITING, *ids)
    center.heal()
    clinic.until_state(CheckState.ANSWERED, *ids)
    for check_id in ids:
        assert center.counts(check_id)["worked_out"] == 1
        assert clinic.results(check_id) == 1


def test_one_check_the_center_chokes_on_does_not_stop_the_others(
    make_clinic: ClinicMaker, center: RunningCenter
) -> None:
    clinic = make_clinic()
    too_large = request_for("p01").replace(b"</InsurerNumber>", b"</InsurerNumber><Stranger>%s</Stranger>")
    poison = clinic.by_numbers(request_xml=too_large % (b"x" * (1 << 20)))
    ids = [clinic.by_numbers(one) for one in PATIENTS]
    clinic.start_asker()
    clinic.until_state(CheckState.ANSWERED, *ids)
    assert clinic.check(poison).state in (CheckState.WAITING, CheckState.ASKING)
    assert clinic.check(poison).trouble_code == "CENTER-006"
    clinic.until_line(LinkState.UP)


def test_back_and_forth(make_clinic: ClinicMaker, center: RunningCenter) -> None:
    """Faults follow each other while checks keep coming; in the end every one has one answer."""
    clinic = make_clinic(**HASTY)
    clinic.start_asker()
    ids = []
    for number, kind in enumerate(("drop", "http-500", "truncated", "down", "garbage", "reject-client")):
        center.fault(kind)
        ids.append(clinic.by_numbers(PATIENTS[number]))
        clinic.until_state(CheckState.WAITING, ids[-1])
        if number % 2:
            center.heal()
    center.heal()
    clinic.until_state(CheckState.ANSWERED, *ids)
    assert [clinic.results(check_id) for check_id in ids] == [1] * len(ids)
    assert [center.counts(check_id)["worked_out"] for check_id in ids] == [1] * len(ids)
