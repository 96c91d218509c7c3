"""Bulk runs with the real virtual center over TLS: from a list to results by urgency, whatever happens between."""

import pytest

from appliance.demo.center_client import RunningCenter
from appliance.eligibility.bulk_outcome import Urgency
from appliance.ledger.bulk_runs import RunState
from tests.bulk_lists import row
from tests.sync.center.bulk_clinic import QUICK, BulkClinic
from tests.sync.center.conftest import ClinicMaker


@pytest.fixture
def bulk(make_clinic: ClinicMaker, center: RunningCenter) -> BulkClinic:
    """A clinic with an asker; the center's jobs take no time."""
    clinic = make_clinic(**QUICK)
    center.ask("bulk-delay", seconds=0)
    clinic.start_asker()
    return BulkClinic(clinic)


def test_a_list_comes_back_by_urgency(bulk: BulkClinic) -> None:
    run_id = bulk.upload(
        *(row(one) for one in ("p01", "p04", "p08", "p09", "p10", "p11")), row("p12", ratio="1")
    )
    assert bulk.run(run_id).state is RunState.CHECKED
    with bulk.lane():
        bulk.go(run_id)
        done = bulk.until(run_id, RunState.DONE, RunState.FAILED)
    assert (done.state, done.people, done.answered) == (RunState.DONE, 7, 7)
    found = [
        (one.asked.patient, one.outcome.urgency) for one in bulk.people(run_id) if one.asked and one.outcome
    ]
    assert found == [
        ("p04", Urgency.INVALID),
        ("p08", Urgency.NEWER_EXISTS),
        ("p09", Urgency.NONE),
        ("p10", Urgency.SEVERAL),
        ("p12", Urgency.CHANGED),
        ("p11", Urgency.UNREGISTERED),
        ("p01", Urgency.VALID),
    ]
