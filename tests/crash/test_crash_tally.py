"""What counts the crash suite's losses must see one when there is one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from appliance.eligibility.message import RequestBody, RequestHeader, RequestMessage, SearchInfo
from appliance.eligibility.message_xml import write
from appliance.eligibility.request_families import Family
from appliance.ledger import bulk_runs, checks, consumers, deliveries
from appliance.ledger.bulk_runs import NewRun, RunKind
from appliance.ledger.checks import NewCheck, Origin
from appliance.ledger.consumers import ConsumerKind
from appliance.ledger.database import Ledger
from appliance.settings import Box
from tests.crash import tally
from tests.crash.load import Said
from tests.ledger.desk import NOW, answered, claimed

CODE = "1319999999"


@dataclass
class Evening:
    """Everything that is counted, of a day on which one entry and one request were answered."""

    ledger: Ledger
    said: Said
    inbox: list[dict[str, Any]]
    asked: dict[str, dict[str, int]]

    @property
    def entry(self) -> str:
        return self.said.entries["E1"]

    def change(self, statement: str, *values: str) -> None:
        with self.ledger.write() as db:
            db.execute("PRAGMA defer_foreign_keys = ON")
            db.execute(statement, list(values))


@pytest.fixture
def evening(box_dir: Path) -> Iterator[Evening]:
    box = Box(box_dir)
    box.create()
    ledger = Ledger.of(box)
    consumers.add(ledger, "emr", ConsumerKind.MQTT, NOW)
    consumers.add(ledger, "house", ConsumerKind.FOLDER, NOW)
    ids = [checks.open_check(ledger, new, NOW) for new in (_typed(), _dropped())]
    inbox = []
    for check_id in ids:
        assert answered(ledger, claimed(ledger).id)
        for one in deliveries.of_check(ledger, check_id):
            deliveries.acknowledge(ledger, one.id, one.consumer, NOW)
            if one.kind is ConsumerKind.MQTT:
                inbox.append({"delivery_id": one.id, "check_id": check_id})
    said = Said(entries={"E1": ids[0]}, dropped={"1"}, imported={"OQSsiquc01res_1.xml": {b"1"}})
    yield Evening(ledger, said, inbox, {one: {"worked_out": 1} for one in ids})
    ledger.close()


def _typed() -> NewCheck:
    info = SearchInfo(insured_card_symbol="E1")
    message = RequestMessage(
        message_header=RequestHeader(medical_institution_code=CODE),
        message_body=RequestBody(qualification_confirm_search_info=info),
    )
    return NewCheck(origin=Origin.MANUAL, institution_code=CODE, request_xml=write(message))


def _dropped() -> NewCheck:
    return NewCheck(origin=Origin.FOLDER, institution_code=CODE, asked_by="house", source_name="1")


def _found(evening: Evening) -> tally.Tally:
    return tally.count(evening.ledger, evening.said, evening.inbox, evening.asked)


def test_a_good_day_counts_nothing(evening: Evening) -> None:
    assert _found(evening).line == "lost 0 twice 0"


def _forget_answer(evening: Evening) -> None:
    evening.change("DELETE FROM results WHERE check_id = ?", evening.entry)


def _forget_debt(evening: Evening) -> None:
    evening.change("DELETE FROM deliveries WHERE check_id = ?", evening.entry)


def _leave_undelivered(evening: Evening) -> None:
    evening.change("UPDATE deliveries SET state = 'pending' WHERE check_id = ?", evening.entry)


def _leave_open(evening: Evening) -> None:
    checks.open_check(evening.ledger, _dropped(), NOW)


def _acknowledge_unstored(evening: Evening) -> None:
    evening.inbox.clear()


def _never_write_down(evening: Evening) -> None:
    evening.said.entries["E2"] = "nothing"


def _never_import(evening: Evening) -> None:
    evening.said.imported.clear()


def _ask_for_stranger(evening: Evening) -> None:
    evening.asked["stranger"] = {"worked_out": 1}


def _leave_run(evening: Evening) -> None:
    run_id = bulk_runs.create(evening.ledger, NewRun(kind=RunKind.TICKETS, made_by="test"), NOW)
    evening.said.runs[run_id or ""] = 0


@pytest.mark.parametrize(
    "harm",
    [
        _forget_answer,
        _forget_debt,
        _leave_undelivered,
        _leave_open,
        _acknowledge_unstored,
        _never_write_down,
        _never_import,
        _ask_for_stranger,
        _leave_run,
    ],
)
def test_what_is_missing_is_lost(evening: Evening, harm: Callable[[Evening], None]) -> None:
    harm(evening)
    assert _found(evening).lost


def _enter_twice(evening: Evening) -> None:
    checks.open_check(evening.ledger, _typed(), NOW)


def _take_in_twice(evening: Evening) -> None:
    checks.open_check(evening.ledger, _dropped(), NOW)


def _work_out_twice(evening: Evening) -> None:
    evening.asked[evening.entry]["worked_out"] = 2


def _give_twice(evening: Evening) -> None:
    evening.inbox.append({**evening.inbox[0], "delivery_id": "another"})


def _place_two_contents(evening: Evening) -> None:
    evening.said.imported["OQSsiquc01res_1.xml"].add(b"2")


def _hand_in_twice(evening: Evening) -> None:
    job = NewCheck(origin=Origin.BULK, institution_code=CODE, family=Family.BULK)
    checks.open_check(evening.ledger, job, NOW)


@pytest.mark.parametrize(
    "harm",
    [_enter_twice, _take_in_twice, _work_out_twice, _give_twice, _place_two_contents, _hand_in_twice],
)
def test_what_is_there_twice_is_counted(evening: Evening, harm: Callable[[Evening], None]) -> None:
    harm(evening)
    assert _found(evening).twice
