"""Lists of people that consumers hand in, whichever way they come: read, allowed or refused, and made into runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from appliance.eligibility import appointments
from appliance.eligibility.appointments import Problem
from appliance.eligibility.night_window import NightWindow
from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit, bulk_runs, consumers
from appliance.ledger.bulk_payloads import MOST_PEOPLE_A_RESULT, Request, request_id_of, request_of
from appliance.ledger.bulk_runs import NewRun, Run, RunKind
from appliance.ledger.consumers import Consumer, Lists
from appliance.ledger.database import Ledger
from appliance.ledger.times import JAPAN, clinic_day
from appliance.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What became of a list: its run, or the trouble by which it is refused, with what is wrong person by person.

    `starts_at` is when a run of the night begins; None when it does or did already.
    """

    request_id: str | None = None
    run: Run | None = None
    repeated: bool = False
    starts_at: datetime | None = None
    trouble: Trouble | None = None
    problems: tuple[Problem, ...] = ()


class ListDesk:
    """Takes lists in. Thread-safe: who repeats a request while it is being taken gets the one run there is."""

    def __init__(self, settings: Settings, ledger: Ledger) -> None:
        self._settings = settings
        self._ledger = ledger
        self._window = NightWindow.of(settings.bulk_from, settings.bulk_until)

    def take(self, name: str, values: Mapping[str, Any], insurers: Mapping[str, str], now: datetime) -> Taken:
        """The list in `values`, which the consumer `name` hands in; `insurers` are the 法別番号 of the day.

        Never raises for what a consumer may send: a refusal is an answer too.
        """
        request_id = None
        try:
            request_id = request_id_of(values)
            request = request_of(values)
            consumer = self._allowed(name, request)
            return self._known(consumer, request, now) or self._new(consumer, request, insurers, now)
        except Trouble as trouble:
            return Taken(request_id=request_id, trouble=trouble)

    def _allowed(self, name: str, request: Request) -> Consumer:
        """Raises `Trouble` BULK-010 for what the consumer may not do, INPUT-004 for a code that is not its own."""
        consumer = consumers.find(self._ledger, name)
        terms = consumer.handing_in if consumer else None
        if consumer is None or terms is None or terms.lists is None:
            raise Trouble("BULK-010")
        if terms.lists is Lists.NIGHT and not request.at_night:
            raise Trouble("BULK-010", "夜間の照会だけです")
        codes = (terms.institution_code,) if terms.institution_code else self._settings.institution_codes
        if request.institution_code is not None and request.institution_code not in codes:
            raise Trouble("INPUT-004")
        return consumer

    def _known(self, consumer: Consumer, request: Request, now: datetime) -> Taken | None:
        run = bulk_runs.by_mark(self._ledger, _mark(consumer, request))
        if run is None:
            return None
        if run.digest != request.digest:
            raise Trouble("BULK-011")
        return Taken(
            request_id=request.request_id, run=run, repeated=True, starts_at=self._starts_at(run, now)
        )

    def _new(self, consumer: Consumer, request: Request, insurers: Mapping[str, str], now: datetime) -> Taken:
        needed = appointments.REGISTERING if request.kind is RunKind.REFERENCES else appointments.ASKING
        found = appointments.read_people(request.people, needed, clinic_day(now), insurers)
        if not found.people:
            return Taken(
                request_id=request.request_id, trouble=Trouble("BULK-005"), problems=tuple(found.problems)
            )
        new = NewRun(
            kind=request.kind,
            made_by=consumer.name,
            people=found.people,
            problems=found.problems,
            chunk_size=min(self._settings.bulk_people, MOST_PEOPLE_A_RESULT),
            mark=_mark(consumer, request),
            institution_code=request.institution_code or consumer.handing_in.institution_code or "",
            at_night=request.at_night,
            consumer=consumer.name,
            request_id=request.request_id,
            digest=request.digest,
        )
        run_id = bulk_runs.create(self._ledger, new, now)
        if run_id is None:
            # The same request came twice at once; the other one has made the run.
            return self._known(consumer, request, now) or Taken(
                request_id=request.request_id, trouble=Trouble("BULK-011")
            )
        audit.write(self._ledger, consumer.name, "make-bulk-run", run_id, now)
        run = bulk_runs.find(self._ledger, run_id)
        return Taken(
            request_id=request.request_id, run=run, starts_at=self._starts_at(run, now) if run else None
        )

    def _starts_at(self, run: Run, now: datetime) -> datetime | None:
        if run.sent_at is not None or run.state.is_over:
            return None
        local = now.astimezone(JAPAN)
        return self._window.next_opening(local) if run.at_night and not self._window.holds(local) else None


def _mark(consumer: Consumer, request: Request) -> str:
    # Every name has one way of its own, so this tells requests of other ways apart too; runs of before are called so.
    return f"mqtt {consumer.name} {request.request_id}"
