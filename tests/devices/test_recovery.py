"""What is done about failing readers: wishes in the folder, rungs in the ledger, bounds on both."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance import wanted
from appliance.devices.ladder import Pauses
from appliance.devices.recovery import Recovery
from appliance.eligibility.reader_recovery import Rung
from appliance.eligibility.visit import Phase
from appliance.ledger import readers
from appliance.ledger.database import Ledger
from appliance.ledger.times import utc_now
from appliance.settings import Box

FIRST, SECOND = "Model (SN1) 00", "Model (SN2) 00"


class Bench:
    """Two readers, a clock that is turned by hand, a bus with the first one at port 1-2.3."""

    def __init__(self, box: Box, ledger: Ledger, sysfs: Path) -> None:
        self.box = box
        self.ledger = ledger
        self.sysfs = sysfs
        self.now = 1000.0
        self.renewed = 0
        self.recovery = Recovery(box, ledger, utc_now, self._renew, Pauses(), lambda: self.now, sysfs)

    def _renew(self) -> None:
        self.renewed += 1

    def passes(self, seconds: float) -> list[str]:
        """Let time pass a second at a time; what was wished for meanwhile."""
        wishes: list[str] = []
        for _ in range(int(seconds)):
            self.now += 1
            self.recovery.tick()
            wishes += wanted.take(wanted.folder_of(self.box.run_dir))
        return wishes

    def mute(self, times: int, key: str = FIRST) -> list[str]:
        wishes: list[str] = []
        for _ in range(times):
            self.recovery.failed(key, "CARD-001")
            wishes += self.passes(60)
        return wishes

    def rung(self, key: str = FIRST) -> Rung:
        found = readers.find_by_key(self.ledger, key)
        assert found is not None
        return found.recovery


@pytest.fixture
def bench(box_dir: Path, tmp_path: Path) -> Iterator[Bench]:
    box = Box(box_dir)
    box.create()
    ledger = Ledger.of(box)
    for key in (FIRST, SECOND):
        readers.adopt(ledger, key, utc_now())
    (tmp_path / "1-2.3").mkdir()
    (tmp_path / "1-2.3" / "serial").write_text("SN1\n")
    (tmp_path / "1-2.3" / "authorized").write_text("1")
    yield Bench(box, ledger, tmp_path)
    ledger.close()


def test_a_mute_reader_gets_a_restart_then_its_port_then_a_person(bench: Bench) -> None:
    assert bench.mute(12) == [wanted.RESTART_PCSCD, "power-cycle-1-2.3"]
    assert bench.rung() is Rung.PERSON
    assert bench.rung(SECOND) is Rung.NONE
    bench.recovery.worked(FIRST)
    assert bench.rung() is Rung.NONE


def test_a_card_that_is_refused_shows_that_the_reader_works(bench: Bench) -> None:
    bench.mute(3)
    bench.recovery.failed(FIRST, "CARD-002")
    assert bench.rung() is Rung.NONE
    assert bench.mute(4) == []


def test_a_reader_without_a_port_of_its_own_is_not_cycled(bench: Bench) -> None:
    assert bench.mute(12, SECOND) == [wanted.RESTART_PCSCD]
    assert bench.rung(SECOND) is Rung.PERSON


def test_a_restart_waits_for_the_patient_at_another_reader_and_is_then_left_out(bench: Bench) -> None:
    readers.show(bench.ledger, SECOND, utc_now(), phase=Phase.PIN, visit="abc")
    for _ in range(5):
        bench.recovery.failed(FIRST, "CARD-001")
    assert bench.passes(60) == []
    assert bench.rung() is Rung.NEW_CONTEXT
    assert bench.passes(70) == ["power-cycle-1-2.3"]


def test_a_restart_comes_when_the_other_patient_has_gone(bench: Bench) -> None:
    readers.show(bench.ledger, SECOND, utc_now(), phase=Phase.PIN, visit="abc")
    for _ in range(5):
        bench.recovery.failed(FIRST, "CARD-001")
    assert bench.passes(30) == []
    readers.show(bench.ledger, SECOND, utc_now(), phase=Phase.IDLE)
    assert bench.passes(2) == [wanted.RESTART_PCSCD]


def test_restarts_are_few_in_an_hour_however_often_the_reader_works_between(bench: Bench) -> None:
    wishes: list[str] = []
    for _ in range(6):
        wishes += bench.mute(5)
        bench.recovery.worked(FIRST)
    assert wishes.count(wanted.RESTART_PCSCD) == 3


def test_a_reader_that_is_missing_is_brought_back_by_its_port(bench: Bench) -> None:
    bench.recovery.back(FIRST)
    bench.recovery.back(SECOND)
    bench.recovery.gone(FIRST)
    assert bench.passes(10) == []
    assert (bench.rung(), bench.renewed) == (Rung.NEW_CONTEXT, 1)
    assert bench.passes(40) == [wanted.RESTART_PCSCD, "power-cycle-1-2.3"]
    bench.recovery.back(FIRST)
    assert bench.rung() is Rung.NONE


def test_a_reader_that_comes_and_goes_is_not_taken_for_well_while_it_is_there(bench: Bench) -> None:
    for _ in range(4):
        bench.recovery.gone(FIRST)
        bench.recovery.back(FIRST)
        bench.passes(1)
    assert bench.passes(5) == []
    assert bench.rung() is Rung.NEW_CONTEXT
    assert bench.passes(30) == [wanted.RESTART_PCSCD]
    assert bench.passes(50)[:1] == ["power-cycle-1-2.3"]
    assert bench.rung() is Rung.NONE


def test_a_dead_service_shows_on_every_reader_and_none_is_called_missing(bench: Bench) -> None:
    for key in (FIRST, SECOND):
        bench.recovery.gone(key)
    bench.recovery.service_down()
    assert bench.passes(24) == [wanted.RESTART_PCSCD]
    assert [bench.rung(key) for key in (FIRST, SECOND)] == [Rung.RESTART] * 2
    bench.recovery.service_up()
    for key in (FIRST, SECOND):
        bench.recovery.back(key)
    assert [bench.rung(key) for key in (FIRST, SECOND)] == [Rung.NONE] * 2
    assert bench.passes(600) == []


def test_a_service_that_never_comes_back_is_restarted_once_and_left_to_a_person(bench: Bench) -> None:
    bench.recovery.service_down()
    assert bench.passes(7200) == [wanted.RESTART_PCSCD]
    assert bench.rung() is Rung.PERSON


def test_a_service_that_hangs_is_noticed_without_an_error(bench: Bench) -> None:
    bench.recovery.tick(silent_for=11)
    bench.now += 3
    bench.recovery.tick(silent_for=14)
    assert bench.rung() is Rung.NEW_CONTEXT
    bench.recovery.tick(silent_for=0.5)
    assert bench.rung() is Rung.NONE


def test_a_new_process_forgets_wishes_and_rungs_of_the_one_before(bench: Bench) -> None:
    for _ in range(5):
        bench.recovery.failed(FIRST, "CARD-001")
    assert bench.rung() is Rung.RESTART
    again = Bench(bench.box, bench.ledger, bench.sysfs)
    assert again.rung() is Rung.NONE
    assert wanted.take(wanted.folder_of(bench.box.run_dir)) == ()


def test_a_broken_conversation_counts_at_once_only_while_the_card_lies_there(bench: Bench) -> None:
    assert bench.recovery.failed(FIRST, "CARD-003") is Rung.NONE
    assert bench.recovery.failed(SECOND, "CARD-003", lies=True) is Rung.REOPEN
