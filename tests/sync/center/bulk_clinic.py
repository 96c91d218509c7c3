"""A clinic that sends bulk runs: lists of the fictitious people, its bulk lane, and a run as it stands."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from appliance.ledger import bulk_runs, bulk_steps
from appliance.ledger.bulk_runs import NewRun, Run, RunKind, RunState
from appliance.ledger.bulk_steps import Person
from appliance.ledger.times import utc_now
from appliance.sync.bulk_lane import BulkLane
from tests.bulk_lists import listed
from tests.sync.center.clinic import Clinic

QUICK = {"bulk_poll": 0.05, "center_workers": 3}


class BulkClinic:
    """A clinic whose bulk lane can be started, stopped and started again."""

    def __init__(self, clinic: Clinic) -> None:
        self.clinic = clinic
        self.ledger = clinic.ledger

    def upload(self, *rows: str, chunk_size: int = 500, kind: RunKind = RunKind.APPOINTMENTS) -> str:
        """A run of these rows, not let go yet; its id."""
        found = listed(*rows)
        assert found.left_out == 0, found.problems
        new = NewRun(kind=kind, made_by="test", people=found.people, chunk_size=chunk_size)
        return self.make(new)

    def make(self, new: NewRun) -> str:
        run_id = bulk_runs.create(self.ledger, new, utc_now())
        assert run_id is not None
        return run_id

    def go(self, run_id: str, *, at_night: bool = False) -> str:
        assert bulk_runs.release(self.ledger, run_id, at_night=at_night)
        return run_id

    @contextmanager
    def lane(self, now: datetime | None = None, **changes: Any) -> Iterator[BulkLane]:
        """The bulk lane at work; `now` holds its clock still."""
        lane = BulkLane(replace(self.clinic.settings, **changes), self.ledger, lambda: now or utc_now())
        lane.start()
        try:
            yield lane
        finally:
            lane.stop()

    def run(self, run_id: str) -> Run:
        found = bulk_runs.find(self.ledger, run_id)
        assert found is not None
        return found

    def has_chunk_in(self, run_id: str, state: str) -> bool:
        return self.run(run_id).chunks.get(state, 0) > 0

    def until(self, run_id: str, *states: RunState) -> Run:
        self.clinic.until(lambda: self.run(run_id).state in states)
        return self.run(run_id)

    def people(self, run_id: str) -> tuple[Person, ...]:
        return bulk_steps.people(self.ledger, run_id)
