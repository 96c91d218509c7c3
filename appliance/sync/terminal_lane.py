"""The terminal lane: checks go out as files to an official 資格確認端末, its answers and card results come in.

It stands in the asker's place, because a terminal is no line on which a question waits for its answer: an answer comes
when it comes, also after minutes or a restart, and nothing that may have been asked is asked again.
"""

import logging
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from appliance.eligibility.trouble import Trouble
from appliance.ledger import checks, conditions, consumers, line, results, terminal
from appliance.ledger.checks import Check, CheckState
from appliance.ledger.conditions import Link, LinkState
from appliance.ledger.consumers import ConsumerKind
from appliance.ledger.database import Ledger
from appliance.ledger.folder_terms import folder_of
from appliance.ledger.line import Phase
from appliance.ledger.line_log import Asked
from appliance.ledger.terminal import TerminalRequest
from appliance.ledger.times import Clock
from appliance.settings import Box, Settings
from appliance.sync import answers, questions, terminal_replies
from appliance.sync.center_link import Question
from appliance.sync.lane import ListeningLane
from appliance.sync.terminal_face import FaceTray
from appliance.sync.terminal_files import Names
from appliance.sync.terminal_link import Shelf, TerminalLink

_log = logging.getLogger(__name__)


class TerminalLane(ListeningLane):
    """There is one in a box.

    Raises `Trouble` BOX-001 when the terminal's folders are set to the box's own.
    """

    def __init__(self, box: Box, settings: Settings, ledger: Ledger, clock: Clock) -> None:
        _avoid_ourselves(box, settings, ledger)
        super().__init__("terminal-lane", ledger)
        self._settings = settings
        self._clock = clock
        self._link = TerminalLink(settings)
        self._faces = FaceTray(settings, ledger) if settings.terminal_face else None
        self._face_trouble: Trouble | None = None
        self._unreadable: set[str] = set()
        self._late_until: datetime | None = None
        self._look_at = 0.0

    def start(self) -> None:
        """Take over what a dead process left and begin; returns at once."""
        terminal.take_over(self._ledger)
        super().start()

    def stop(self) -> None:
        """Finish what is under way and end. What was sent is waited for again after the next start."""
        super().stop()
        line.note(self._ledger, Phase.UNKNOWN, None, self._clock())

    def _seconds(self) -> float:
        return self._look_at - time.monotonic()

    def _begin(self) -> None:
        _trouble_of(self._link.begin)  # the first look says what is wrong

    def _turn(self) -> None:
        """Look at the folders when it is time to; for a new check, at once."""
        self._refuse_cards()
        is_look = time.monotonic() >= self._look_at
        if not is_look and terminal.next_unsent(self._ledger) is None:
            return
        if is_look:
            self._look_at = time.monotonic() + self._settings.terminal_look
            self._face_trouble = _trouble_of(self._look_at_faces)
        trouble = _trouble_of(lambda: self._see_to_requests(is_look=is_look))
        if trouble is not None:
            self._put_off(trouble)
        self._note(trouble or self._face_trouble)

    def _look_at_faces(self) -> None:
        if self._faces is not None:
            self._faces.look(self._clock())

    def _see_to_requests(self, *, is_look: bool) -> None:
        """Raises `Trouble` TERMINAL-001 or -005 for the folders, TERMINAL-003 when nobody empties them."""
        shelf = self._link.look()
        now = self._clock()
        requests = terminal.pending(self._ledger)
        for request in requests:
            self._go_on(request, shelf, now, is_look=is_look)
        self._link.forget_all_but(frozenset(map(_names, requests)))
        if any(one.is_open and self._overdue(one, shelf, now) == "TERMINAL-003" for one in requests):
            raise Trouble("TERMINAL-003")
        self._watch_for_delay(requests, now)
        if line.is_held(self._ledger):
            self._put_off(Trouble("LINE-010"))
        else:
            self._send_new(shelf)

    def _watch_for_delay(self, requests: Sequence[TerminalRequest], now: datetime) -> None:
        """A person waits too long for an answer: the line is slow until that is over and a calm after it too."""
        slow = timedelta(seconds=self._settings.line_slow)
        is_late = any(
            one.state is CheckState.ASKING
            and not one.family.is_bulk
            and one.sent_at
            and now - one.sent_at > slow
            for one in requests
        )
        if is_late:
            self._late_until = now + timedelta(seconds=self._settings.line_calm)

    def _refuse_cards(self) -> None:
        """The terminal's interface has no request that a card's evidence would fit into."""
        while (check := terminal.next_unsent(self._ledger, by_card=True)) is not None:
            self._refuse(check, Trouble("READER-004"))

    def _refuse(self, check: Check, trouble: Trouble) -> None:
        self._close(check.id, answers.refused_here(check, trouble, self._clock()))

    def _send_new(self, shelf: Shelf) -> None:
        most = self._settings.terminal_at_once
        under_way = sum(one.state is CheckState.ASKING for one in terminal.pending(self._ledger))
        for number in range(under_way, most):
            check = terminal.next_unsent(self._ledger)
            if check is None or self._stopping.is_set():
                return
            if check.family.is_bulk and number >= max(1, most // 2):
                return  # the rest is for people who wait at a desk
            try:
                question = questions.question(check)
            except Trouble as trouble:
                self._refuse(check, trouble)
                continue
            now = self._clock()
            first = self._settings.terminal_first_serial
            suffix = terminal.choose(self._ledger, check.id, now, first, shelf.taken)
            if suffix is not None:
                self._send(Names(check.family, suffix), question, now)

    def _send(self, names: Names, question: Question, now: datetime) -> None:
        self._link.prepare(names, question.xml)
        if terminal.mark_sent(self._ledger, names.suffix, now):
            self._drop(names)

    def _drop(self, names: Names) -> None:
        if not self._link.drop(names):
            self._link.take_prepared_back(names)
            terminal.unchoose(self._ledger, names.suffix)

    def _go_on(self, request: TerminalRequest, shelf: Shelf, now: datetime, *, is_look: bool) -> None:
        """Bring one request a step further, from wherever it was left."""
        check = checks.find(self._ledger, request.check_id)
        if check is None or not request.is_open:
            self._settle(request, now)
            return
        question = questions.question(check)
        is_dropped = request.sent_at is not None and _names(request).request not in shelf.aside
        if not is_dropped and line.is_held(self._ledger):
            return
        if request.sent_at is None:
            self._send(_names(request), question, now)
        elif _names(request).request in shelf.aside:
            self._drop(_names(request))
        elif is_look:
            self._collect(request, check, question, shelf, now)

    def _collect(
        self, request: TerminalRequest, check: Check, question: Question, shelf: Shelf, now: datetime
    ) -> None:
        reply = self._link.collect(_names(request), shelf)
        try:
            verdict = terminal_replies.verdict(reply, question, check, now) if reply else None
        except Trouble as trouble:
            if request.suffix not in self._unreadable:
                _log.warning("check %s: %s", check.id, trouble)
            self._unreadable.add(request.suffix)
            verdict = None
        if verdict is not None:
            self._close(check.id, verdict, _asked(request, verdict, now))
            self._settle(request, now)
        elif code := self._overdue(request, shelf, now):
            terminal.put_aside(self._ledger, check.id, code)

    def _overdue(self, request: TerminalRequest, shelf: Shelf, now: datetime) -> str | None:
        """The code of a request whose result is no longer expected any moment; None while it is."""
        age = (now - request.sent_at).total_seconds() if request.sent_at else 0.0
        if not shelf.is_picked_up(_names(request)):
            return "TERMINAL-003" if age > self._settings.terminal_pickup else None
        if age <= self._settings.terminal_patience:
            return None
        return "TERMINAL-006" if request.suffix in self._unreadable else "TERMINAL-002"

    def _close(self, check_id: str, verdict: answers.Verdict, asked: Asked | None = None) -> None:
        is_ours = results.record(
            self._ledger,
            check_id,
            None,
            xml=verdict.xml,
            qualification_validity=verdict.qualification_validity,
            refusal=verdict.refusal,
            now=self._clock(),
            asked=asked,
        )
        _log.info("check %s %s", check_id, "answered" if is_ours else "was closed before")

    def _settle(self, request: TerminalRequest, now: datetime) -> None:
        """Put away the files of a closed check: what the ledger has, and what nobody wants asked any more."""
        check = checks.find(self._ledger, request.check_id)
        answer = check.result_xml if check is not None else None
        try:
            self._link.discard(_names(request))
            if answer is not None and self._settings.terminal_delete_results:
                self._link.remove_results(_names(request), answer)
        except Trouble as trouble:
            # Somebody holds a file open, perhaps; the next look tries again.
            _log.warning("check %s: its files stay: %s", request.check_id, trouble)
            return
        self._unreadable.discard(request.suffix)
        terminal.settle(self._ledger, request.suffix, now)

    def _put_off(self, trouble: Trouble) -> None:
        """Whoever waits to be sent is told why not."""
        if checks.is_any_received(self._ledger):
            checks.put_off_all(self._ledger, trouble.code, self._clock())
        for request in terminal.pending(self._ledger):
            if request.is_open and request.sent_at is None:
                terminal.put_aside(self._ledger, request.check_id, trouble.code)

    def _note(self, trouble: Trouble | None) -> None:
        state = LinkState.UP if trouble is None else LinkState.DOWN
        if conditions.note(
            self._ledger, Link.CENTER, state, trouble.code if trouble else None, self._clock()
        ):
            _log.info("terminal %s %s", state.value, trouble or "")
        line.note(self._ledger, self._phase(trouble), trouble.code if trouble else None, self._clock())

    def _phase(self, trouble: Trouble | None) -> Phase:
        if trouble is not None:
            return Phase.STOPPED
        is_slow = self._late_until is not None and self._clock() < self._late_until
        return Phase.SLOW if is_slow else Phase.NORMAL


def _asked(request: TerminalRequest, verdict: answers.Verdict, now: datetime) -> Asked:
    """The row for the log. What the terminal itself gave back never reached the center."""
    begun = request.sent_at or now
    code = verdict.refusal if verdict.refusal == "TERMINAL-004" else None
    seconds = max(0.0, (now - begun).total_seconds())
    return Asked(request.check_id, request.family, begun, now, round(seconds, 3), code)


def _names(request: TerminalRequest) -> Names:
    return Names(request.family, request.suffix)


def _trouble_of(step: Callable[[], None]) -> Trouble | None:
    try:
        step()
    except Trouble as trouble:
        return trouble
    return None


def _avoid_ourselves(box: Box, settings: Settings, ledger: Ledger) -> None:
    """The box serves folders of its own to the レセコン; asking itself through them would never end."""
    served = [one for one in consumers.all_consumers(ledger) if one.kind is ConsumerKind.FOLDER]
    roots = {box.folder_root(settings), *(folder_of(one, box, settings).root for one in served)}
    ours = {(root / name).resolve() for root in roots for name in ("req", "res", "face")}
    for key in ("terminal_req", "terminal_res", "terminal_face"):
        if (path := getattr(settings, key)) and Path(path).resolve() in ours:
            raise Trouble("BOX-001", f"装置自身の共有フォルダーです: {key}")
