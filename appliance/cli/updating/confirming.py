"""After a start: is this the new version's trial, has it passed its self-test, and if not, the way back.

The boot loader counts starts and passes over a slot that was tried three times. What is decided here is written down first and done
then, so that a power cut between the two leads to the same end at the next start.
"""

import logging
from collections.abc import Callable
from dataclasses import replace

from appliance.cli.updating.installing import Updater
from appliance.cli.updating.judging import version_of
from appliance.updates.record import Record, State

_log = logging.getLogger(__name__)
_TRIAL = frozenset({State.ARMED, State.TRYING, State.GOING_BACK})
OTHERWISE = "confirm"
"""What has failed when the self-test itself did."""

SelfTest = Callable[[], tuple[str, ...]]
"""The parts that did not pass, after as much patience as they are due."""


def confirm(updater: Updater, self_test: SelfTest) -> Record:
    """To be called once after each start. Restarts the machine when a trial has failed and there is a version to go back to."""
    now = replace(updater.read(), running=updater.slot, restart_at="")
    known = {**now.versions, updater.slot: version_of(updater.os_release)}
    now = replace(now, versions=known)
    if now.state in _TRIAL and now.slot == updater.slot:
        return _try(updater, now, self_test)
    if now.state in _TRIAL:
        # A version that never came as far as its self-test has said nothing of itself.
        now = replace(now, state=State.ROLLED_BACK, reason=now.reason or "UPDATE-012")
    elif now.state is State.INSTALLING:
        # Cut off while it was written: the other slot is marked bad until it is written again.
        now = replace(now, state=State.REFUSED, reason="UPDATE-008", failed=("interrupted",))
    _stay(updater)
    return updater.note(now)


def _try(updater: Updater, now: Record, self_test: SelfTest) -> Record:
    updater.note(replace(now, state=State.TRYING))
    try:
        failed = self_test()
    except Exception:
        _log.exception("the self-test itself failed")
        failed = (OTHERWISE,)
    if not failed:
        _stay(updater)
        return updater.note(replace(now, state=State.CONFIRMED, reason="", failed=()))
    now = replace(now, reason="UPDATE-011", failed=failed)
    if not updater.rauc.is_other_good():
        # No slot is better than this one: it stays up and says so, instead of starting again and again.
        _stay(updater)
        return updater.note(replace(now, state=State.UNWELL))
    now = updater.note(replace(now, state=State.GOING_BACK))
    updater.rauc.mark("mark-bad", "booted")
    updater.machine.restart()
    return now


def _stay(updater: Updater) -> None:
    """This slot is the one to start from, and its count begins anew."""
    updater.rauc.mark("mark-good", "booted")
    updater.rauc.mark("mark-active", "booted")
