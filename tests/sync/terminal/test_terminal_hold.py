"""The switch beside an official terminal: while the line is held, nothing is dropped into its folders."""

from appliance.ledger import line
from appliance.ledger.checks import CheckState
from appliance.ledger.conditions import LinkState
from appliance.ledger.line import Phase
from tests.sync.terminal.guest import FIRST, Guest, request


def phase(guest: Guest) -> Phase | None:
    state = line.current(guest.ledger)
    return state.phase if state else None


def test_nothing_is_dropped_until_a_person_releases_the_line(guest: Guest) -> None:
    guest.start()
    guest.until_line(LinkState.UP)
    guest.until(lambda: phase(guest) is Phase.NORMAL)
    assert line.hold(guest.ledger, "sakura", guest.clock())
    check_id = guest.by_numbers()
    guest.until_state(CheckState.WAITING, check_id)
    assert guest.check(check_id).trouble_code == line.HELD_CODE
    assert guest.names("req") == []
    assert guest.aside() == []
    assert phase(guest) is Phase.HELD
    assert line.release(guest.ledger, "sakura", guest.clock())
    guest.until(lambda: guest.names("req") == [request(FIRST)])
    guest.until(lambda: phase(guest) is Phase.NORMAL)
    guest.stop()
    assert phase(guest) is Phase.UNKNOWN


def test_what_waited_before_the_line_was_held_waits_on(guest: Guest) -> None:
    """A process ended while the folder was gone; the next one finds the folder there and the line held."""
    (guest.folders / "req").rmdir()
    check_id = guest.by_numbers()
    guest.start()
    guest.until_line(LinkState.DOWN, "TERMINAL-001")
    guest.stop()
    line.hold(guest.ledger, "sakura", guest.clock())
    (guest.folders / "req").mkdir()
    guest.start()
    guest.until_line(LinkState.UP)
    assert guest.check(check_id).state is CheckState.WAITING
    assert (guest.names("req"), guest.aside()) == ([], [])
    line.release(guest.ledger, "sakura", guest.clock())
    guest.until(lambda: guest.names("req") == [request(FIRST)])
