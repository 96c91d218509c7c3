"""Which reader reads phones for which: each has one part, also while it is out of service."""

from datetime import UTC, datetime

import pytest

from appliance.eligibility.trouble import Trouble
from appliance.ledger import readers
from appliance.ledger.database import Ledger

NOW = datetime(2026, 11, 22, 0, 30, tzinfo=UTC)


def test_a_reader_out_of_service_keeps_its_part_for_when_it_comes_back(ledger: Ledger) -> None:
    for key in ("one", "two", "three"):
        readers.adopt(ledger, key, NOW)
    readers.read_phones_for(ledger, "2", "1")
    readers.enable(ledger, "two", enabled=False)
    for name, first in (("3", "1"), ("1", "3")):
        with pytest.raises(Trouble, match="INPUT-001"):
            readers.read_phones_for(ledger, name, first)
    with pytest.raises(Trouble, match="INPUT-005"):
        readers.read_phones_for(ledger, "3", "2")
    readers.enable(ledger, "two", enabled=True)
    readers.read_phones_for(ledger, "2", None)
    readers.read_phones_for(ledger, "3", "1")
    assert [one.phone_of for one in readers.all_readers(ledger)] == ["", "", "one"]
