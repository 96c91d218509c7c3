"""Asks the center: workers that take checks from the ledger, one owner each, and write down what came back.

While the link is up every worker asks. While it is down new checks are made to wait without being asked, and one
worker at a time looks whether it is back: by asking the oldest check, or the center's health when none waits.
"""

import logging
import secrets
import threading
import time
import traceback
from datetime import datetime, timedelta

from appliance.eligibility.trouble import Trouble
from appliance.ledger import checks, conditions, results
from appliance.ledger.bell import LONGEST_WAIT
from appliance.ledger.checks import Check, Lane
from appliance.ledger.conditions import Link, LinkState
from appliance.ledger.database import Ledger
from appliance.ledger.times import Clock
from appliance.settings import Settings
from appliance.sync import answers, questions
from appliance.sync.center_link import CenterLink, LinkTrouble
from appliance.sync.outlook import Jitter, Outlook, three_quarters_to_all

_LEASE_SLACK = 30.0
_SUSPECT_TRIES = 3
_MAY_BE_THE_CHECK = ("LINE-002", "LINE-003", "CENTER-006")

_log = logging.getLogger(__name__)


def _slowest_lane(number: int, workers: int) -> Lane:
    """Which lanes a worker takes. Of several, the first is there for our desk alone, the last for everything."""
    return Lane.BULK if number == workers else Lane(min(number - 1, Lane.BULK))


class Asker:
    """Runs `center_workers` threads from `start` to `stop`. There is one in a box: it takes over what another left."""

    def __init__(
        self,
        settings: Settings,
        ledger: Ledger,
        link: CenterLink,
        clock: Clock,
        jitter: Jitter = three_quarters_to_all,
    ) -> None:
        self._ledger = ledger
        self._link = link
        self._clock = clock
        # A worker that outlives its lease is no worker any more: twice everything a question may take.
        self._lease = timedelta(seconds=2 * settings.center_total_timeout + _LEASE_SLACK)
        self._outlook = Outlook(settings.retry_first, settings.retry_longest, jitter)
        self._looking = threading.Lock()
        self._stopping = threading.Event()
        name = secrets.token_hex(8)
        self._threads = [
            threading.Thread(
                target=self._work,
                args=(f"{name}-{number}", _slowest_lane(number, settings.center_workers)),
                name=f"asker-{number}",
                daemon=True,
            )
            for number in range(1, settings.center_workers + 1)
        ]

    def start(self) -> None:
        """Take over what a dead process left and begin; returns at once."""
        checks.release_all(self._ledger)
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Cut what is under way and end all workers. What was not answered is taken over at the next start."""
        self._stopping.set()
        self._link.close()
        self._ledger.ring()
        for thread in self._threads:
            thread.join()

    def _work(self, owner: str, slowest: Lane) -> None:
        with self._ledger.listen() as bell:
            while not self._stopping.is_set():
                bell.wait(self._guarded_turn(owner, slowest))

    def _guarded_turn(self, owner: str, slowest: Lane) -> float:
        try:
            return self._turn(owner, slowest)
        except Exception as error:
            # Its text may quote a message; kind and place do not.
            place = traceback.extract_tb(error.__traceback__)[-1]
            _log.error("BOX-005 %s %s:%s", type(error).__name__, place.filename, place.lineno)
            return LONGEST_WAIT

    def _turn(self, owner: str, slowest: Lane) -> float:
        """Do what is due; seconds until something may be due again."""
        now = self._clock()
        if self._outlook.state is LinkState.UP:
            check = checks.claim(self._ledger, owner, now, self._lease, slowest)
            if check is not None:
                self._ask(check, owner, looking=False)
                return 0.0
        elif self._outlook.state is LinkState.DOWN:
            self._put_off_new()
        if self._outlook.is_look_due(now) and self._look(owner, slowest):
            return 0.0
        return self._pause()

    def _put_off_new(self) -> None:
        until = self._outlook.next_look
        if until is not None and checks.is_any_received(self._ledger):
            checks.put_off_all(self._ledger, self._outlook.code, until)

    def _look(self, owner: str, slowest: Lane) -> bool:
        """Find out how the link is, unless another worker is at it."""
        if not self._looking.acquire(blocking=False):
            return False
        try:
            now = self._clock()
            if not self._outlook.is_look_due(now):
                return False
            check = checks.claim(self._ledger, owner, now, self._lease, slowest)
            if check is not None:
                self._ask(check, owner, looking=True)
            else:
                self._is_healthy()
            return True
        finally:
            self._looking.release()

    def _pause(self) -> float:
        now = self._clock()
        moments = [self._outlook.until_look(now)]
        if self._outlook.state is LinkState.UP:
            due = checks.next_due(self._ledger)
            moments.append((due - now).total_seconds() if due else LONGEST_WAIT)
        # What is due and was not taken is another worker's, whose commit rings the bell.
        return min((seconds for seconds in moments if seconds > 0), default=LONGEST_WAIT)

    def _ask(self, check: Check, owner: str, *, looking: bool) -> None:
        try:
            question = questions.question(check)
        except Trouble as trouble:
            self._close(check, owner, answers.refused_here(check, trouble, self._clock()))
            return
        begun = time.monotonic()
        try:
            verdict = answers.read(self._link.ask(question), question)
        except Trouble as trouble:
            _log.info("check %s %s after %.3f s", check.id, trouble.code, time.monotonic() - begun)
            if not self._stopping.is_set():
                self._not_answered(check, owner, trouble, looking=looking)
        else:
            _log.info("check %s answered after %.3f s", check.id, time.monotonic() - begun)
            self._close(check, owner, verdict)
            self._reached()

    def _close(self, check: Check, owner: str, verdict: answers.Verdict) -> None:
        is_ours = results.record(
            self._ledger,
            check.id,
            owner,
            xml=verdict.xml,
            qualification_validity=verdict.qualification_validity,
            refusal=verdict.refusal,
            now=self._clock(),
        )
        if not is_ours:
            _log.info("check %s was answered by another owner", check.id)

    def _not_answered(self, check: Check, owner: str, trouble: Trouble, *, looking: bool) -> None:
        was_up = self._outlook.state is LinkState.UP
        if self._is_its_own(check, trouble):
            self._reached()
            now = self._clock()
            # The line may have come back just after the question: then the oldest check is still the first to go.
            until = self._outlook.later(now, check.tries) if was_up else now
        else:
            until = self._lost(trouble, looking=looking)
        checks.put_back(self._ledger, check.id, owner, trouble.code, trouble.detail, until)

    def _is_its_own(self, check: Check, trouble: Trouble) -> bool:
        """Whether the check is the reason, not the link: one check the center chokes on must not stop all others."""
        if trouble.code == "CENTER-002":
            return True
        suspect = trouble.code in _MAY_BE_THE_CHECK and check.tries >= _SUSPECT_TRIES
        return suspect and self._is_healthy()

    def _is_healthy(self) -> bool:
        try:
            self._link.probe()
        except Trouble as trouble:
            if not self._stopping.is_set():
                self._lost(trouble, looking=True, growing=False)
            return False
        self._reached()
        return True

    def _reached(self) -> None:
        now = self._clock()
        if self._outlook.up(now):
            _log.info("center up")
            conditions.note(self._ledger, Link.CENTER, LinkState.UP, None, now)
            checks.make_all_due(self._ledger)
            self._ledger.ring()

    def _lost(self, trouble: Trouble, *, looking: bool, growing: bool = True) -> datetime:
        now = self._clock()
        wait = trouble.retry_after if isinstance(trouble, LinkTrouble) else None
        until = self._outlook.down(trouble.code, now, wait, looking=looking, growing=growing)
        if conditions.note(self._ledger, Link.CENTER, LinkState.DOWN, trouble.code, now):
            _log.warning("center down: %s", trouble.code)
        checks.put_off_all(self._ledger, trouble.code, until)
        return until
