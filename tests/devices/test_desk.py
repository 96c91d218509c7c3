"""One reader's desk without its reader: what was meant for one visit never counts in the next."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.devices.desk import Desk
from appliance.devices.holder_ways import HolderWays
from appliance.devices.recovery import Recovery
from appliance.devices.visit_events import ReaderBack, StaffPressed
from appliance.eligibility.visit import Phase
from appliance.hatch import Cancelled, WantedPhone
from appliance.ledger import readers
from appliance.ledger.database import Ledger
from appliance.ledger.times import utc_now
from appliance.settings import Box, Settings
from tests.devices.reader_clinic import CODE, until


@pytest.fixture
def ledger(box_dir: Path) -> Iterator[Ledger]:
    box = Box(box_dir)
    box.create()
    ledger = Ledger.of(box)
    yield ledger
    ledger.close()


def test_a_touch_behind_the_next_patients_card_is_not_theirs(box_dir: Path, ledger: Ledger) -> None:
    box = Box(box_dir)
    reader = readers.adopt(ledger, "no such reader", utc_now())
    recovery = Recovery(box, ledger, utc_now, lambda: None)
    desk = Desk(box, Settings(institution_code=CODE), ledger, utc_now, reader, HolderWays(), recovery)
    desk.tell(ReaderBack())
    desk.phone_reader("no such reader")
    until(ledger, 1, lambda at: at.manner.phone)
    desk.touch(WantedPhone("1", ""))
    first = until(ledger, 1, lambda at: at.phase is Phase.CHOOSE).visit or ""
    with ledger.write():
        # The desk waits with showing the call, the first patient before it; the second one's card is laid meanwhile.
        desk.tell(StaffPressed())
        desk.card_laid("no such reader")
        desk.touch(Cancelled("1", first))
    second = until(ledger, 1, lambda at: at.phase is Phase.FAILED)
    desk.close()
    assert second.visit != first
    assert second.trouble_code != "VISIT-003"
