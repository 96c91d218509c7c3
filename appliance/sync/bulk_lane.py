"""The bulk lane: leads every bulk run from step to step. It asks nobody itself.

Each step is a check in the slowest lane, asked by whoever asks all others: so a patient at the desk always goes first,
an outage is waited out, and after a restart everything goes on where the ledger says it stood.
"""

import logging
import secrets
import sys
import time
from collections.abc import Mapping
from datetime import datetime, timedelta

from appliance.eligibility import bulk_requests, message_xml
from appliance.eligibility.appointments import Appointment
from appliance.eligibility.message import Block, RequestHeader
from appliance.eligibility.night_window import NightWindow
from appliance.eligibility.trouble import Trouble
from appliance.ledger import bulk_runs, bulk_steps, checks, known_insurances
from appliance.ledger.bell import LONGEST_WAIT, Topic
from appliance.ledger.bulk_runs import NewRun, RunKind
from appliance.ledger.bulk_steps import UNDER_WAY, Chunk, ChunkState
from appliance.ledger.checks import OPEN_STATES, Check, CheckState, NewCheck, Origin
from appliance.ledger.database import Ledger
from appliance.ledger.times import JAPAN, Clock, clinic_day
from appliance.settings import Settings
from appliance.sync import bulk_results
from appliance.sync.lane import ListeningLane

BY_ITSELF = "madoguchi"
"""Who made the runs that nobody made."""

_SHORT_TURN = 0.0005
_LEAST_WATCHED = 600.0
"""Seconds for which this very process must have found a job unfinished before it gives the job up."""

_log = logging.getLogger(__name__)


class BulkLane(ListeningLane):
    """There is one in a box."""

    def __init__(self, settings: Settings, ledger: Ledger, clock: Clock) -> None:
        super().__init__("bulk-lane", ledger, Topic.CHECKS)
        self._settings = settings
        self._clock = clock
        self._window = NightWindow.of(settings.bulk_from, settings.bulk_until)
        self._poll = timedelta(seconds=settings.bulk_poll)
        self._ticket_days = {int(day) for day in settings.bulk_ticket_days.split(",") if day}
        self._tickets_seen = ""
        self._watched: dict[str, float] = {}
        self._pause = LONGEST_WAIT

    def start(self) -> None:
        """Begin; returns at once."""
        # A bulk result keeps this process busy for a second. At Python's own 5 ms a turn, a check at the desk, which
        # changes threads some ten times, would wait that often.
        sys.setswitchinterval(_SHORT_TURN)
        super().start()

    def _turn(self) -> None:
        self._pause = LONGEST_WAIT  # after a turn that breaks off, too
        self._pause = self.turn(self._clock())

    def _seconds(self) -> float:
        return self._pause

    def turn(self, now: datetime) -> float:
        """Do what is due; seconds until something may be due again."""
        self._begin_tickets(now)
        pauses = [LONGEST_WAIT]
        chunks = bulk_steps.open_chunks(self._ledger)
        free = self._settings.bulk_at_once - sum(one.state in UNDER_WAY for one in chunks)
        for chunk in chunks:
            if self._stopping.is_set():
                break
            if chunk.state in (ChunkState.SENDING, ChunkState.FETCHING):
                self._look_at(chunk)
            elif chunk.state is ChunkState.ACCEPTED:
                pauses.append(self._fetch_when_due(chunk, now))
            elif free > 0 and self._may_hand_in(chunk, now):
                free -= 1
                self._hand_in(chunk, now)
        return min(pauses)

    def _may_hand_in(self, chunk: Chunk, now: datetime) -> bool:
        return not chunk.at_night or self._window.holds(now.astimezone(JAPAN))

    def _hand_in(self, chunk: Chunk, now: datetime) -> None:
        people = bulk_steps.asked(self._ledger, chunk)
        header = self._header(chunk, f"{clinic_day(now):%Y%m%d}")
        message = bulk_requests.hand_in(chunk.kind.family, header, people.items(), chunk.terms)
        bulk_steps.hand_in(self._ledger, chunk, self._check(message, chunk), now)

    def _fetch_when_due(self, chunk: Chunk, now: datetime) -> float:
        """Fetch, or seconds until it is time to. A moment too far away means that the clock was set back."""
        if chunk.fetch_at is not None and now < chunk.fetch_at <= now + self._poll:
            return (chunk.fetch_at - now).total_seconds()
        message = bulk_requests.fetch(self._header(chunk, None), chunk.reception_number or "")
        bulk_steps.fetch(self._ledger, chunk, self._check(message, chunk), now)
        return LONGEST_WAIT

    def _header(self, chunk: Chunk, day: str | None) -> RequestHeader:
        return RequestHeader(
            qualification_confirmation_date=day,
            medical_institution_code=self._code(chunk),
            arbitrary_file_identifier=secrets.token_hex(8),
        )

    def _code(self, chunk: Chunk) -> str:
        return chunk.institution_code or self._settings.institution_code

    def _check(self, message: Block, chunk: Chunk) -> NewCheck:
        is_fetch = chunk.state is ChunkState.ACCEPTED
        return NewCheck(
            origin=Origin.BULK,
            institution_code=self._code(chunk),
            request_xml=message_xml.write(message),
            family=chunk.kind.fetched_by if is_fetch else chunk.kind.family,
        )

    def _look_at(self, chunk: Chunk) -> None:
        check = checks.find(self._ledger, chunk.check_id or "")
        if check is not None and check.state in OPEN_STATES:
            return
        now = self._clock()
        if check is None or check.state is not CheckState.ANSWERED:
            code = check.trouble_code if check is not None and check.trouble_code else "BULK-007"
            self._fail(chunk, code, now)
            return
        try:
            self._take(chunk, check, now)
        except Trouble as trouble:
            _log.warning("bulk run %s, chunk %s: %s", chunk.run_id, chunk.number, trouble.code)
            self._fail(chunk, "BULK-007", now)

    def _take(self, chunk: Chunk, check: Check, now: datetime) -> None:
        xml = check.result_xml or b""
        if chunk.state is ChunkState.SENDING:
            number = bulk_results.reception_number(xml)
            if not number:
                raise Trouble("BULK-007")
            bulk_steps.accept(self._ledger, chunk, number, now + self._poll, now)
            return
        self._learn(now)
        asked = bulk_steps.asked(self._ledger, chunk)
        result = bulk_results.chunk_result(xml, chunk.kind.family, asked, self._known)
        if result is not None:
            if bulk_steps.finish(self._ledger, chunk, result.outcomes, result.others, now):
                found = ((asked[place], one) for place, one in result.outcomes.items())
                known_insurances.learn(self._ledger, found, now)
        elif self._is_hopeless(chunk, now):
            self._fail(chunk, "BULK-006", now)
        else:
            bulk_steps.not_ready(self._ledger, chunk, now + self._poll, now)

    def _is_hopeless(self, chunk: Chunk, now: datetime) -> bool:
        """Whether the center has been at it for too long. The clock alone cannot say so, for it may have been set."""
        ticks = time.monotonic()
        watched = ticks - self._watched.setdefault(chunk.reception_number or "", ticks)
        age = (now - chunk.accepted_at).total_seconds() if chunk.accepted_at else 0.0
        patience = self._settings.bulk_patience
        return watched > patience or (age > patience and watched >= min(patience, _LEAST_WATCHED))

    def _learn(self, now: datetime) -> None:
        while not self._stopping.is_set() and known_insurances.catch_up(self._ledger, now):
            pass

    def _known(self, one: Appointment) -> Mapping[str, str]:
        """What the list says comes first, for it is the chart; what we know adds to it, of the same insurer alone."""
        said = {
            "insurer_number": one.insurer_number,
            "symbol": one.symbol,
            "number": one.number,
            "branch": one.branch,
            "name": one.name,
            "ratio": one.ratio,
            "valid_until": one.valid_until,
        }
        listed = {name: value for name, value in said.items() if value}
        known = known_insurances.of_person(self._ledger, one)
        same = known.get("insurer_number") == one.insurer_number
        return {**known, **listed} if same else listed

    def _fail(self, chunk: Chunk, code: str, now: datetime) -> None:
        _log.warning("bulk run %s, chunk %s failed: %s", chunk.run_id, chunk.number, code)
        bulk_steps.fail(self._ledger, chunk, code, now)

    def _begin_tickets(self, now: datetime) -> None:
        """On the days that are set, ask after the month's 医療扶助 under each code, once a day however often we start."""
        day = clinic_day(now)
        if day.day not in self._ticket_days or self._tickets_seen == day.isoformat():
            return
        for code in self._settings.institution_codes:
            is_own = code == self._settings.institution_code
            new = NewRun(
                kind=RunKind.TICKETS,
                made_by=BY_ITSELF,
                terms={"month": f"{day:%Y%m}"},
                mark=f"tickets-{day.isoformat()}{'' if is_own else f'-{code}'}",
                institution_code="" if is_own else code,
                at_night=True,
            )
            bulk_runs.create(self._ledger, new, now)
        self._tickets_seen = day.isoformat()
