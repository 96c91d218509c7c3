"""After a start: the new version stays when it is well, gives way when it is not, and no power cut leads to a third end."""

from dataclasses import replace
from pathlib import Path

import pytest

from appliance.cli.updating import self_test
from appliance.cli.updating.confirming import confirm
from appliance.updates.record import Record, State
from tests.cli.updating.two_slots import Slots, keys_in, slots_in

OLD, NEW = "0.1.0+202611010000", "0.1.0+202612010000"
STAYS = ["mark-good booted", "mark-active booted"]


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return keys_in(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def slots(tmp_path: Path, keys: Path) -> Slots:
    """A box that was told to start B with a new version in it."""
    found = slots_in(tmp_path / "box", keys)
    found.updater.note(Record(State.ARMED, OLD, NEW, slot="B", running="A", versions={"A": OLD, "B": NEW}))
    return found


def well() -> tuple[str, ...]:
    return ()


def unwell() -> tuple[str, ...]:
    return ("web", "sync")


def not_asked() -> tuple[str, ...]:
    raise AssertionError("no self-test was due")


def test_a_new_version_that_is_well_stays(slots: Slots) -> None:
    slots.run_version(NEW, "B")
    now = confirm(slots.updater, well)
    assert (now.state, now.from_version, now.to_version, now.running) == (State.CONFIRMED, OLD, NEW, "B")
    assert now.idle_version == OLD
    assert slots.marks == STAYS
    assert slots.deeds == []
    # The next start has nothing to prove.
    assert confirm(slots.updater, not_asked).state is State.CONFIRMED


def test_one_that_is_not_gives_way_and_says_why(slots: Slots) -> None:
    slots.run_version(NEW, "B")
    now = confirm(slots.updater, unwell)
    assert (now.state, now.reason, now.failed) == (State.GOING_BACK, "UPDATE-011", ("web", "sync"))
    assert slots.marks == ["mark-bad booted"]
    assert slots.deeds == ["restart"]
    slots.run_version(OLD, "A")
    now = confirm(slots.updater, not_asked)
    assert (now.state, now.reason, now.failed) == (State.ROLLED_BACK, "UPDATE-011", ("web", "sync"))
    assert slots.marks[1:] == STAYS
    assert slots.deeds == ["restart"]


def test_a_version_that_never_started_is_told(slots: Slots) -> None:
    """The boot loader gave up after three times; this is the first start from A again."""
    now = confirm(slots.updater, not_asked)
    assert (now.state, now.reason) == (State.ROLLED_BACK, "UPDATE-012")
    assert slots.marks == STAYS


def test_with_no_way_back_it_stays_up_and_says_so(slots: Slots) -> None:
    slots.run_version(NEW, "B")
    slots.says_of_other("bad")
    now = confirm(slots.updater, unwell)
    assert (now.state, now.reason) == (State.UNWELL, "UPDATE-011")
    assert slots.marks == STAYS
    assert slots.deeds == []


def test_a_self_test_that_breaks_counts_as_not_passed(slots: Slots) -> None:
    slots.run_version(NEW, "B")

    def breaks() -> tuple[str, ...]:
        raise ZeroDivisionError

    assert confirm(slots.updater, breaks).failed == ("confirm",)
    assert slots.deeds == ["restart"]


@pytest.mark.parametrize("state", [State.ARMED, State.TRYING, State.GOING_BACK])
def test_power_cuts_on_trial_end_in_another_trial(slots: Slots, state: State) -> None:
    slots.updater.note(replace(slots.updater.read(), state=state))
    slots.run_version(NEW, "B")
    assert confirm(slots.updater, well).state is State.CONFIRMED


def test_a_power_cut_while_it_was_written_is_told(slots: Slots) -> None:
    slots.updater.note(replace(slots.updater.read(), state=State.INSTALLING))
    now = confirm(slots.updater, not_asked)
    assert (now.state, now.reason, now.failed) == (State.REFUSED, "UPDATE-008", ("interrupted",))


@pytest.mark.parametrize("state", [State.NONE, State.INSTALLED, State.REFUSED, State.UNWELL])
def test_an_ordinary_start_is_counted_anew_and_restarts_nothing(slots: Slots, state: State) -> None:
    slots.updater.note(replace(slots.updater.read(), state=state, restart_at="22:00"))
    now = confirm(slots.updater, not_asked)
    assert (now.state, now.restart_at) == (state, "")
    assert slots.marks == STAYS
    assert slots.deeds == []


def test_a_record_that_cannot_be_read_is_no_reason_to_go_anywhere(slots: Slots) -> None:
    slots.place.record_file.write_text('{"state": "armed"')
    assert confirm(slots.updater, not_asked).state is State.NONE
    assert slots.deeds == []


def test_each_part_is_asked_until_it_has_passed_or_time_is_up() -> None:
    asked = {"quick": 0, "slow": 0, "never": 0}
    now = [0.0]

    def part(name: str, passes_at: int) -> self_test.Part:
        def ask() -> None:
            asked[name] += 1
            if asked[name] < passes_at:
                raise ConnectionError

        return ask

    def wait(seconds: float) -> None:
        now[0] += seconds

    parts = {"quick": part("quick", 1), "slow": part("slow", 4), "never": part("never", 1000)}
    assert self_test.run(parts, 20, wait, lambda: now[0]) == ("never",)
    assert (asked["quick"], asked["slow"]) == (1, 4)
    assert asked["never"] == 11
    assert self_test.run({"quick": part("quick", 1)}, 0, wait, lambda: now[0]) == ()
