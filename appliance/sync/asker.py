"""Asks the center: workers that take checks from the ledger, one owner each, and write down what came back.

While the link is up every worker asks. While it is down new checks are made to wait without being asked, and one
worker at a time looks whether it is back: by asking the oldest check, or the center's health when none waits.

Of the idle workers one listens at the bell. When it finds something to do the next one takes its place; who is done looks
for more before it queues up again. So a new check wakes one thread and not all of them.
"""

import logging
import secrets
import sqlite3
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from appliance.eligibility import center_reading
from appliance.eligibility.trouble import Trouble
from appliance.ledger import checks, conditions, dead_letters, line, line_log, replays, results
from appliance.ledger.bell import LONGEST_WAIT, Topic
from appliance.ledger.checks import Check, Lane
from appliance.ledger.conditions import Link, LinkState
from appliance.ledger.database import Ledger
from appliance.ledger.dead_letters import Failed, Patience
from appliance.ledger.disk import trouble_of
from appliance.ledger.line import Phase
from appliance.ledger.line_log import Asked
from appliance.ledger.times import Clock
from appliance.settings import Settings
from appliance.sync import answers, questions, sealed_asking
from appliance.sync.center_link import OF_THE_CERTIFICATE, CenterLink, LinkTrouble
from appliance.sync.lane import log_bug
from appliance.sync.line import timing
from appliance.sync.line.pulse import Pulse, terms_of
from appliance.sync.outlook import Jitter, Outlook, three_quarters_to_all
from appliance.sync.until_written import until_written

_LEASE_SLACK = 30.0
_SUSPECT_TRIES = 3
_HELD_LOOK = timedelta(days=1)
"""How long a held check is put off at a time; a release makes all of them due."""
_BUGS = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError)
_MAY_BE_THE_CHECK = ("LINE-002", "LINE-003", "CENTER-006")

Job = Callable[[], None]
T = TypeVar("T")

_log = logging.getLogger(__name__)


def _slowest_lane(idle: int, workers: int) -> Lane:
    """Which lanes may be taken while `idle` of the `workers` are: of several, the last is kept for our desk."""
    return Lane.BULK if idle == workers else Lane(min(idle - 1, Lane.BULK))


class Asker:
    """Runs `center_workers` threads from `start` to `stop`. There is one in a box: it takes over what another left."""

    def __init__(
        self,
        settings: Settings,
        ledger: Ledger,
        link: CenterLink,
        clock: Clock,
        jitter: Jitter = three_quarters_to_all,
        pulse: Pulse | None = None,
        *,
        repeat_is_harmless: bool = center_reading.REPEAT_IS_HARMLESS,
    ) -> None:
        self._pulse = pulse or Pulse(ledger, clock, terms_of(settings))
        self._repeat_is_harmless = repeat_is_harmless
        self._held = threading.Event()
        self._code = settings.institution_code
        self._give_up_after = settings.give_up_after
        self._evidence_lasts = timedelta(minutes=settings.card_evidence_minutes)
        self._ledger = ledger
        self._link = link
        self._clock = clock
        # A worker that outlives its lease is no worker any more: twice everything a question may take.
        self._lease = timedelta(seconds=2 * settings.center_total_timeout + _LEASE_SLACK)
        self._outlook = Outlook(settings.retry_first, settings.retry_longest, jitter)
        self._looking = threading.Lock()
        self._claiming = threading.Lock()
        self._busy: set[str] = set()
        self._listening = threading.Lock()
        self._bell = ledger.listen(Topic.QUESTIONS)
        self._stopping = threading.Event()
        name = secrets.token_hex(8)
        self._threads = [
            threading.Thread(
                target=self._work, args=(f"{name}-{number}",), name=f"asker-{number}", daemon=True
            )
            for number in range(1, settings.center_workers + 1)
        ]

    def start(self) -> None:
        """Take over what a dead process left and begin; returns at once."""
        self._pulse.forget()
        # What it asked may have arrived: nobody knows.
        checks.release_all(self._ledger, None if self._repeat_is_harmless else self._clock() + timing.RESEND)
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Cut what is under way and end all workers. What was not answered is taken over at the next start."""
        self._stopping.set()
        self._link.close()
        self._ledger.ring()
        for thread in self._threads:
            thread.join()
        self._bell.close()
        self._pulse.forget()

    def _work(self, owner: str) -> None:
        while not self._stopping.is_set():
            job = self._job(owner) or self._awaited(owner)
            if job is not None:
                self._guarded(job)
            self._busy.discard(owner)

    def _awaited(self, owner: str) -> Job | None:
        """The next job, listened for when it is this worker's turn to listen; None when the asker stops."""
        with self._listening:
            while not self._stopping.is_set():
                job = self._job(owner)
                if job is not None:
                    return job
                self._bell.wait(self._guarded(self._pause) or LONGEST_WAIT)
        return None

    def _guarded(self, step: Callable[[], T]) -> T | None:
        try:
            return step()
        except Exception as error:
            log_bug(_log, error)
            return None

    def _job(self, owner: str) -> Job | None:
        return self._guarded(partial(self._due, owner))

    def _due(self, owner: str) -> Job | None:
        """What there is to do now: nothing at all while a person treats the line as down."""
        now = self._clock()
        if self._is_held(now):
            return None
        if self._outlook.state is LinkState.UP:
            check = self._claim(owner, now)
            if check is not None:
                return partial(self._ask, check, owner, looking=False)
        elif self._outlook.state is LinkState.DOWN:
            self._put_off_new()
        if self._outlook.is_look_due(now) and not self._looking.locked():
            return partial(self._look, owner)
        return None

    def _is_held(self, now: datetime) -> bool:
        self._pulse.look()
        if line.is_held(self._ledger):
            self._hold(now)
        elif self._held.is_set():
            self._held.clear()
            self._outlook.forget()
            self._pulse.forget(Phase.CONFIRMING)
            checks.make_all_due(self._ledger)
        return self._held.is_set()

    def _hold(self, now: datetime) -> None:
        # Each time: an answer that was under way when the person said so may have called the line up after that.
        conditions.note(self._ledger, Link.CENTER, LinkState.DOWN, line.HELD_CODE, now)
        if not self._held.is_set():
            self._held.set()
            checks.put_off_all(self._ledger, line.HELD_CODE, now + _HELD_LOOK)
        elif checks.is_any_received(self._ledger):
            checks.put_off_all(self._ledger, line.HELD_CODE, now + _HELD_LOOK)

    def _claim(self, owner: str, now: datetime) -> Check | None:
        """A check for this worker. One at a time, because the lanes open to it depend on how many others are busy."""
        with self._claiming:
            idle = len(self._threads) - len(self._busy - {owner})
            slowest = _slowest_lane(idle, len(self._threads))
            check = checks.claim(self._ledger, owner, now, self._lease, slowest)
            if check is not None:
                self._busy.add(owner)
            return check

    def _put_off_new(self) -> None:
        until = self._outlook.next_look
        if until is not None and checks.is_any_received(self._ledger):
            checks.put_off_all(self._ledger, self._outlook.code, until)

    def _look(self, owner: str) -> None:
        """Find out how the link is, unless another worker is at it."""
        if not self._looking.acquire(blocking=False):
            return
        try:
            now = self._clock()
            if not self._outlook.is_look_due(now):
                return
            check = self._claim(owner, now)
            if check is not None:
                self._ask(check, owner, looking=True)
            else:
                self._busy.add(owner)
                self._is_healthy()
        finally:
            self._looking.release()

    def _pause(self) -> float:
        now = self._clock()
        if self._held.is_set():
            return LONGEST_WAIT
        moments = [self._outlook.until_look(now)]
        if self._outlook.state is LinkState.UP:
            due = checks.next_due(self._ledger)
            moments.append((due - now).total_seconds() if due else LONGEST_WAIT)
        # What is due and was not taken waits for another worker, who looks for more when it is done.
        return min((seconds for seconds in moments if seconds > 0), default=LONGEST_WAIT)

    def _ask(self, check: Check, owner: str, *, looking: bool) -> None:
        try:
            self._put_question(check, owner, looking=looking)
        except _BUGS as error:
            # A check that no code of ours gets through must not come back for ever.
            log_bug(_log, error)
            until = self._outlook.later(self._clock(), check.tries)
            self._put_back(check, owner, Failed("BOX-005", type(error).__name__, until), counts=True)
        except sqlite3.Error as error:
            # Whatever could not be written, the check must not wait for the end of its lease.
            log_bug(_log, error)
            self._put_back(check, owner, Failed(trouble_of(error).code, "", self._clock()), counts=False)

    def _put_question(self, check: Check, owner: str, *, looking: bool) -> None:
        if self._is_too_old(check):
            self._ask_otherwise(check, owner)
            return
        try:
            question = questions.question(sealed_asking.to_ask(self._ledger, check, self._clock()))
        except Trouble as trouble:
            self._close(check, owner, answers.refused_here(check, trouble, self._clock()))
            return
        watch = self._pulse.begin(check)
        try:
            verdict = answers.read(self._link.ask(question), question)
        except Trouble as trouble:
            asked = self._pulse.end(watch, trouble)
            _log.info("check %s %s after %.3f s", check.id, trouble.code, asked.seconds)
            if self._stopping.is_set():
                line_log.write(self._ledger, asked)
            else:
                self._not_answered(check, owner, trouble, asked, looking=looking)
        else:
            asked = self._pulse.end(watch)
            _log.info("check %s answered after %.3f s", check.id, asked.seconds)
            if verdict.is_too_old:
                self._ask_otherwise(check, owner, asked)
            else:
                self._close(check, owner, verdict, asked)
            self._reached(asked.seconds)

    def _is_too_old(self, check: Check) -> bool:
        """Whether we need not even try to ask by the card."""
        is_by_card = check.evidence is not None and check.request_xml is None
        age = self._clock() - check.received_at
        return is_by_card and timedelta() < self._evidence_lasts < age

    def _ask_otherwise(self, check: Check, owner: str, asked: Asked | None = None) -> None:
        goes_on = replays.ask_otherwise(self._ledger, check.id, owner, self._clock(), asked)
        _log.info("check %s: its card is too old%s", check.id, ", numbers instead" if goes_on else "")

    def _close(self, check: Check, owner: str, verdict: answers.Verdict, asked: Asked | None = None) -> None:
        verdict = sealed_asking.to_keep(self._ledger, check, verdict)

        def record() -> bool:
            return results.record(
                self._ledger,
                check.id,
                owner,
                xml=verdict.xml,
                qualification_validity=verdict.qualification_validity,
                refusal=verdict.refusal,
                now=self._clock(),
                asked=asked,
            )

        if not until_written(record, self._stopping):
            _log.info("check %s was answered by another owner", check.id)

    def _not_answered(
        self, check: Check, owner: str, trouble: Trouble, asked: Asked, *, looking: bool
    ) -> None:
        was_up = self._outlook.state is LinkState.UP
        is_its_own = self._is_its_own(check, trouble)
        if is_its_own:
            self._reached(asked.seconds)
            now = self._clock()
            # The line may have come back just after the question: then the oldest check is still the first to go.
            until = self._outlook.later(now, check.tries) if was_up else now
        else:
            until = self._lost(trouble, looking=looking)
        again = timing.resend_after(trouble, self._clock(), repeat_is_harmless=self._repeat_is_harmless)
        failed = Failed(trouble.code, trouble.detail, max(until, again or until), again, asked)
        # A certificate that is renewed answers all checks of its code: none of them is to blame.
        self._put_back(check, owner, failed, counts=is_its_own and trouble.code not in OF_THE_CERTIFICATE)

    def _put_back(self, check: Check, owner: str, failed: Failed, *, counts: bool) -> None:
        now = self._clock()
        if counts:
            patience = Patience(self._give_up_after, partial(self._outlook.much_later, now))
            count = partial(dead_letters.check_failed, self._ledger, check.id, owner, failed, patience, now)
            if until_written(count, self._stopping):
                _log.warning("check %s is given up: %s", check.id, failed.code)
            return
        put_back = partial(
            checks.put_back,
            self._ledger,
            check.id,
            owner,
            failed.code,
            failed.detail,
            failed.until,
            resend_after=failed.resend_after,
            asked=failed.asked,
        )
        until_written(put_back, self._stopping)

    def _is_its_own(self, check: Check, trouble: Trouble) -> bool:
        """Whether the check is the reason, not the link: one check the center chokes on must not stop all others."""
        if trouble.code == "CENTER-002":
            return True
        suspect = trouble.code in _MAY_BE_THE_CHECK and check.tries >= _SUSPECT_TRIES
        # Another code of the house has a certificate of its own; without a good one it must not stop ours.
        foreign = trouble.code in OF_THE_CERTIFICATE and check.institution_code != self._code
        return (suspect or foreign) and self._is_healthy()

    def _is_healthy(self) -> bool:
        watch = self._pulse.begin(None)
        try:
            self._link.probe()
        except Trouble as trouble:
            # Only those that failed: a healthy one every half minute proves nothing and fills the disk.
            line_log.write(self._ledger, self._pulse.end(watch, trouble))
            if not self._stopping.is_set():
                self._lost(trouble, looking=True, growing=False)
            return False
        self._reached(self._pulse.end(watch).seconds)
        return True

    def _reached(self, seconds: float) -> None:
        now = self._clock()
        self._pulse.answered(seconds)
        if self._held.is_set():
            return
        if self._outlook.up(now, self._pulse.look_within):
            _log.info("center up")
            try:
                conditions.note(self._ledger, Link.CENTER, LinkState.UP, None, now)
                checks.make_all_due(self._ledger)
            except sqlite3.Error:
                self._outlook.forget()  # so that the next look tells of it
                raise
            self._ledger.ring(Topic.QUESTIONS)

    def _lost(self, trouble: Trouble, *, looking: bool, growing: bool = True) -> datetime:
        now = self._clock()
        wait = trouble.retry_after if isinstance(trouble, LinkTrouble) else None
        if looking or self._outlook.state is not LinkState.DOWN:  # all others are echoes of one failure
            self._pulse.failed(trouble.code)
        until = self._outlook.down(trouble.code, now, wait, looking=looking, growing=growing)
        if conditions.note(self._ledger, Link.CENTER, LinkState.DOWN, trouble.code, now):
            _log.warning("center down: %s", trouble.code)
        checks.put_off_all(self._ledger, trouble.code, until)
        return until
