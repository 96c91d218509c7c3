"""A visit's check and its reader's screen change together."""

import pytest

from appliance.eligibility.visit import Phase
from appliance.ledger import checks, readers, visits
from appliance.ledger.bell import Topic
from appliance.ledger.checks import CheckState, NewCheck, Origin
from appliance.ledger.database import Ledger
from tests.ledger.desk import NOW, after

NEW = NewCheck(origin=Origin.CARD, institution_code="1319999999", reader="1")


def test_one_commit_writes_the_check_and_shows_asking(ledger: Ledger) -> None:
    for key in ("serial-1", "serial-2"):
        readers.adopt(ledger, key, NOW)
        readers.show(ledger, key, NOW, phase=Phase.CONSENTS, visit=f"visit at {key}", staff_called=True)
    with ledger.listen() as ear:
        check_id = visits.open_check(ledger, "serial-1", NEW, after(1))
        assert ear.wait(0) == Topic.QUESTIONS | Topic.CHECKS | Topic.READERS
        # What the desk shows afterwards is no news any more.
        readers.show(
            ledger, "serial-1", after(2), phase=Phase.ASKING, visit="visit at serial-1", staff_called=True
        )
        assert not ear.wait(0)
    found = checks.find(ledger, check_id)
    assert found is not None
    assert found.state is CheckState.RECEIVED
    first, second = readers.all_readers(ledger)
    assert (first.phase, first.visit, first.changed_at) == (Phase.ASKING, "visit at serial-1", after(1))
    assert (second.phase, second.changed_at) == (Phase.CONSENTS, NOW)


def test_a_check_that_cannot_be_written_is_not_shown(ledger: Ledger) -> None:
    readers.adopt(ledger, "serial-1", NOW)
    readers.show(ledger, "serial-1", NOW, phase=Phase.CONSENTS, visit="v")
    with ledger.write() as db:
        db.execute("CREATE TRIGGER full BEFORE INSERT ON checks BEGIN SELECT raise(ABORT, 'full'); END")
    with pytest.raises(Exception, match="full"):
        visits.open_check(ledger, "serial-1", NEW, after(1))
    assert readers.all_readers(ledger)[0].phase is Phase.CONSENTS
