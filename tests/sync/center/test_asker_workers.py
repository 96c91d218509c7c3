"""Who takes a check: one worker is woken for it, and the last idle one is kept for our own desk."""

from appliance.demo.center_client import RunningCenter
from appliance.ledger.checks import CheckState, Origin
from appliance.ledger.conditions import LinkState
from tests.sync.center.conftest import ClinicMaker


def test_workers_share_one_ear(make_clinic: ClinicMaker) -> None:
    clinic = make_clinic(center_workers=4)
    clinic.start_asker()
    assert len(list(clinic.box.bell_dir.glob("*.bell"))) == 1
    clinic.stop_asker()
    assert list(clinic.box.bell_dir.iterdir()) == []


def test_the_last_idle_worker_is_kept_for_our_desk(make_clinic: ClinicMaker, center: RunningCenter) -> None:
    # The longest wait is also how long a quiet link is left alone: no worker shall be busy looking at it.
    clinic = make_clinic(center_workers=3, retry_longest=60.0)
    clinic.start_asker()
    clinic.until_line(LinkState.UP)
    center.fault("slow", seconds=30)
    ids = [clinic.by_numbers(one, origin=Origin.FOLDER) for one in ("p01", "p02", "p03")]
    clinic.until_state(CheckState.ASKING, *ids[:2])
    at_desk = clinic.by_numbers("p12")
    clinic.until_state(CheckState.ASKING, at_desk)
    assert clinic.check(ids[2]).state is CheckState.RECEIVED
    center.heal()
    clinic.until_state(CheckState.ANSWERED, *ids, at_desk)


def test_whoever_is_done_takes_what_is_left(make_clinic: ClinicMaker, center: RunningCenter) -> None:
    clinic = make_clinic(center_workers=1, retry_longest=60.0)
    clinic.start_asker()
    clinic.until_line(LinkState.UP)
    center.fault("slow", seconds=30)
    ids = [clinic.by_numbers(one) for one in ("p01", "p02", "p03")]
    clinic.until_state(CheckState.ASKING, ids[0])
    assert [clinic.check(one).state for one in ids[1:]] == [CheckState.RECEIVED] * 2
    center.heal()
    clinic.until_state(CheckState.ANSWERED, *ids)
