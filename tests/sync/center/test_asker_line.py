"""What the asker makes of the line: states in the ledger, a log of every request, the switch, and when it sends again."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from appliance.demo.center_client import RunningCenter
from appliance.ledger import audit, checks, conditions, line, line_log
from appliance.ledger.bell import Topic
from appliance.ledger.checks import CheckState
from appliance.ledger.conditions import Link, LinkState
from appliance.ledger.line import Phase
from appliance.ledger.times import from_text, to_text, utc_now
from appliance.sync.asker import Asker
from appliance.sync.line.hysteresis import Terms
from appliance.sync.line.pulse import Pulse
from tests.sync.center.clinic import HASTY, Clinic
from tests.sync.center.conftest import ClinicMaker

LIVELY = Terms(slow=0.2, calm=0.1)


def as_kept(moment: datetime) -> datetime:
    """`moment` as the ledger keeps it: in whole milliseconds."""
    return from_text(to_text(moment))


def start(clinic: Clinic, terms: Terms = LIVELY, *, repeat_is_harmless: bool = True) -> None:
    """An asker whose line is judged quickly."""
    asker = Asker(
        clinic.settings,
        clinic.ledger,
        clinic.link(),
        utc_now,
        pulse=Pulse(clinic.ledger, utc_now, terms),
        repeat_is_harmless=repeat_is_harmless,
    )
    asker.start()
    clinic.adopt(asker)


def phases(clinic: Clinic) -> list[Phase]:
    return [state.phase for state in reversed(line.latest(clinic.ledger, 50))]


def until_phase(clinic: Clinic, phase: Phase) -> None:
    clinic.until(lambda: bool(phases(clinic)) and phases(clinic)[-1] is phase)


def test_the_line_goes_down_and_comes_back_in_order(clinic: Clinic, center: RunningCenter) -> None:
    start(clinic)
    until_phase(clinic, Phase.NORMAL)
    center.fault("down")
    until_phase(clinic, Phase.STOPPED)
    center.heal()
    until_phase(clinic, Phase.NORMAL)
    steps = [Phase.NORMAL, Phase.SLOW, Phase.STOPPED, Phase.CONFIRMING, Phase.NORMAL]
    assert phases(clinic) == steps
    clinic.stop_asker()
    assert phases(clinic) == [*steps, Phase.UNKNOWN]


def test_a_question_that_stays_out_is_told_while_it_is_out(clinic: Clinic, center: RunningCenter) -> None:
    start(clinic)
    until_phase(clinic, Phase.NORMAL)
    center.fault("slow", seconds=30)
    check_id = clinic.by_numbers()
    until_phase(clinic, Phase.SLOW)
    assert clinic.check(check_id).state is CheckState.ASKING
    assert clinic.check(check_id).asking_since is not None


def test_every_request_is_logged_with_its_times_and_nothing_about_the_patient(
    make_clinic: ClinicMaker, center: RunningCenter
) -> None:
    clinic = make_clinic(**HASTY)
    start(clinic)
    center.fault("slow", seconds=30)
    check_id = clinic.by_numbers()
    clinic.until(lambda: bool(line_log.of_check(clinic.ledger, check_id)))
    center.heal()
    clinic.until_state(CheckState.ANSWERED, check_id)
    found = line_log.of_check(clinic.ledger, check_id)
    assert found[0].code == "LINE-002"
    assert found[0].layer == "service"
    assert found[0].seconds >= 0.4
    assert found[-1].is_answered
    assert all(one.begun <= one.ended for one in found)
    assert len(found) == clinic.check(check_id).tries


def test_a_refused_connection_is_logged_as_such(clinic: Clinic, center: RunningCenter) -> None:
    # Down before the first look: one that is under way when the connections are cut fails otherwise.
    center.fault("down")
    start(clinic)
    until_phase(clinic, Phase.STOPPED)
    now = utc_now()
    failed = line_log.between(clinic.ledger, now - timedelta(hours=1), now + timedelta(hours=1))
    assert {(one.family, one.code, one.layer) for one in failed} == {("health", "LINE-001", "tcp")}


def test_while_it_is_held_nothing_is_asked_and_a_release_asks_everything(
    clinic: Clinic, center: RunningCenter
) -> None:
    start(clinic)
    until_phase(clinic, Phase.NORMAL)
    assert line.hold(clinic.ledger, "sakura", utc_now())
    clinic.until_line(LinkState.DOWN, line.HELD_CODE)
    ids = [clinic.by_numbers(one) for one in ("p01", "p02", "p03")]
    clinic.until_state(CheckState.WAITING, *ids)
    assert {clinic.check(one).trouble_code for one in ids} == {line.HELD_CODE}
    assert [center.counts(one)["asked"] for one in ids] == [0, 0, 0]
    assert phases(clinic)[-1] is Phase.HELD
    assert line.release(clinic.ledger, "sakura", utc_now())
    clinic.until_state(CheckState.ANSWERED, *ids)
    until_phase(clinic, Phase.NORMAL)
    assert [row for row in center.ask("state")["order"] if row in ids] == ids
    done = [(row.actor, row.action) for row in audit.latest(clinic.ledger, 2)]
    assert done == [("sakura", "release-line"), ("sakura", "hold-line")]


def test_an_answer_that_comes_after_the_hold_does_not_call_the_line_up(clinic: Clinic) -> None:
    """A look that was under way when a person held the line ends with its own word; the hold has the last one."""
    start(clinic)
    until_phase(clinic, Phase.NORMAL)
    assert line.hold(clinic.ledger, "sakura", utc_now())
    clinic.until_line(LinkState.DOWN, line.HELD_CODE)
    assert conditions.note(clinic.ledger, Link.CENTER, LinkState.UP, None, utc_now())
    clinic.ledger.ring(Topic.QUESTIONS)
    clinic.until_line(LinkState.DOWN, line.HELD_CODE)


def test_a_hold_outlives_a_restart_and_cannot_be_talked_over(clinic: Clinic) -> None:
    assert line.hold(clinic.ledger, "sakura", utc_now())
    assert not line.hold(clinic.ledger, "kanri", utc_now())
    start(clinic)
    clinic.until_line(LinkState.DOWN, line.HELD_CODE)
    clinic.stop_asker()
    assert phases(clinic) == [Phase.HELD]
    assert line.release(clinic.ledger, "sakura", utc_now())
    assert not line.release(clinic.ledger, "sakura", utc_now())


@pytest.mark.parametrize(("fault", "tries"), [("drop", 1), ("down", None)])
def test_where_a_repeat_could_count_twice_only_what_never_left_is_sent_again_soon(
    make_clinic: ClinicMaker, center: RunningCenter, fault: str, tries: int | None
) -> None:
    clinic = make_clinic()
    center.fault(fault)
    check_id = clinic.by_numbers()
    asked_at = utc_now()
    start(clinic, repeat_is_harmless=False)
    clinic.until_state(CheckState.WAITING, check_id)
    center.heal()
    if tries is None:
        clinic.until_state(CheckState.ANSWERED, check_id)
        return
    other = clinic.by_numbers("p02")
    clinic.until_state(CheckState.ANSWERED, other)
    clinic.until_line(LinkState.UP)
    check = clinic.check(check_id)
    assert (check.state, check.tries) == (CheckState.WAITING, tries)
    assert checks.next_due(clinic.ledger) is not None
    assert (checks.next_due(clinic.ledger) or asked_at) >= as_kept(asked_at) + timedelta(seconds=90)


def test_what_a_dead_process_had_asked_waits_too_where_a_repeat_could_count_twice(
    clinic: Clinic, center: RunningCenter
) -> None:
    check_id = clinic.by_numbers()
    assert checks.claim(clinic.ledger, "dead", utc_now(), timedelta(minutes=1)) is not None
    begun = utc_now()
    start(clinic, repeat_is_harmless=False)
    clinic.until_line(LinkState.UP)
    assert (checks.next_due(clinic.ledger) or begun) >= as_kept(begun) + timedelta(seconds=90)
    assert center.counts(check_id)["asked"] == 0


def test_the_log_is_pruned_and_the_state_that_still_holds_stays(clinic: Clinic) -> None:
    now = utc_now()
    old = line_log.Asked("a", "OQSsiquc01", now - timedelta(days=500), now - timedelta(days=500), 1.0)
    line_log.write(clinic.ledger, old)
    line_log.write(clinic.ledger, replace(old, check_id="b", begun=now))
    for days, phase in ((600, Phase.NORMAL), (500, Phase.STOPPED), (1, Phase.NORMAL)):
        line.note(clinic.ledger, phase, None, now - timedelta(days=days))
    assert line_log.prune(clinic.ledger, now - timedelta(days=400)) == 1
    assert phases(clinic) == [Phase.STOPPED, Phase.NORMAL]
    assert [row.check_id for row in line_log.between(clinic.ledger, now - timedelta(days=900), now)] == []
    assert len(line_log.of_check(clinic.ledger, "b")) == 1
