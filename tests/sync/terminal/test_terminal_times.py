"""How long a terminal took goes into the log of requests, and a long wait of a person makes the line slow."""

from appliance.ledger import line, line_log
from appliance.ledger.checks import CheckState
from appliance.ledger.conditions import LinkState
from appliance.ledger.line import Phase
from tests.sync.terminal.guest import FIRST, Guest, answer_to, request, result


def phase(guest: Guest) -> Phase | None:
    state = line.current(guest.ledger)
    return state.phase if state else None


def test_an_answer_is_in_the_log_with_its_time(guest: Guest) -> None:
    check_id = guest.by_numbers()
    guest.start()
    guest.until(lambda: guest.names("req") == [request(FIRST)])
    guest.later(4)
    guest.answer()
    guest.until_state(CheckState.ANSWERED, check_id)
    (asked,) = line_log.of_check(guest.ledger, check_id)
    assert (asked.seconds, asked.family, asked.is_answered) == (4.0, "OQSsiquc01", True)
    assert (asked.ended - asked.begun).total_seconds() == 4.0


def test_what_the_terminal_gives_back_is_no_answer_of_the_center(guest: Guest) -> None:
    check_id = guest.by_numbers()
    guest.start()
    data = guest.take()
    guest.put(request(FIRST), data)
    guest.put(request(FIRST).replace(".xml", ".err"), b"X")
    guest.until_state(CheckState.REFUSED, check_id, "TERMINAL-004")
    (asked,) = line_log.of_check(guest.ledger, check_id)
    assert (asked.code, asked.is_answered) == ("TERMINAL-004", False)


def test_a_long_wait_makes_the_line_slow_until_a_calm_after_it(guest: Guest) -> None:
    check_id = guest.by_numbers()
    guest.start()
    guest.until_line(LinkState.UP)
    data = guest.take()
    guest.until(lambda: phase(guest) is Phase.NORMAL)
    guest.later(guest.settings.line_slow + 1)
    guest.until(lambda: phase(guest) is Phase.SLOW)
    guest.put(result(FIRST), answer_to(data, guest.now))
    guest.until_state(CheckState.ANSWERED, check_id)
    guest.some_looks()
    assert phase(guest) is Phase.SLOW
    guest.later(guest.settings.line_calm + 1)
    guest.until(lambda: phase(guest) is Phase.NORMAL)


def test_what_nobody_expects_any_more_makes_no_line_slow(guest: Guest) -> None:
    check_id = guest.by_numbers()
    guest.start()
    guest.take()
    guest.later(guest.settings.terminal_patience + 1)
    guest.until_state(CheckState.WAITING, check_id, "TERMINAL-002")
    guest.later(guest.settings.line_calm + 1)
    guest.until(lambda: phase(guest) is Phase.NORMAL)
