"""The box that a consumer is checked against, whatever way it takes results: a real ledger, and what every way needs."""

import secrets
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from appliance.cli.vendor.credentials import FILE
from appliance.cli.vendor.program import Commands, Program
from appliance.cli.vendor.quick_center import QuickCenter
from appliance.cli.vendor.witness import Seen, Sight
from appliance.demo.scenarios import scenario_named, stage
from appliance.eligibility.consumer_requests import Operation, Resend
from appliance.eligibility.rules.laws import LawSide, laws
from appliance.eligibility.trouble import Trouble
from appliance.ledger import (
    bulk_payloads,
    consumer_extras,
    consumer_terms,
    consumers,
    deliveries,
    redelivering,
    results,
    tasks,
)
from appliance.ledger.bell import Topic
from appliance.ledger.consumer_extras import Extra, Scope
from appliance.ledger.consumer_terms import Term
from appliance.ledger.consumers import ConsumerKind, FolderTerms, Lists, ListTerms
from appliance.ledger.database import Ledger
from appliance.ledger.list_desk import ListDesk
from appliance.ledger.request_desk import RequestDesk
from appliance.ledger.tasks import Outcome, TaskKind
from appliance.ledger.times import clinic_day, utc_now
from appliance.rulebook import rulebook_of
from appliance.settings import Box, Settings
from appliance.sync.topics import Topics

NAME = "emr"
INSTITUTION_CODE = "1319999999"
_BY = "vendor-check"


@dataclass(frozen=True)
class Terms:
    """How long to wait for each thing, until a request that got no answer is repeated, and to watch who was told to stop;
    what else the product takes.
    """

    patience: float = 20.0
    repeat_within: float = 75.0
    calm: float = 10.0
    takes: frozenset[str] = frozenset()


class Bench(ABC):
    """One box with one consumer. Belongs to one thread."""

    kind: ConsumerKind
    folder_terms = FolderTerms()

    def __init__(self, root: Path, folder: Path, commands: Commands, terms: Terms) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.terms = terms
        self.credentials = folder / FILE
        self.program = Program(commands, folder, self._words(folder))
        self.box = Box(root)
        self.box.create()
        # Repeats come soon, so that a check takes no longer than it has to; two people make a part of a list.
        self.settings = Settings(
            INSTITUTION_CODE,
            broker_port=0,
            offer_first=2.0,
            offer_longest=4.0,
            bulk_people=2,
            folder_settle=0.2,
            folder_patience=1.0,
        )
        self.box.save(self.settings)
        self.ledger = Ledger.of(self.box)
        self.center = QuickCenter(self.settings, self.ledger)

    @property
    @abstractmethod
    def witness(self) -> Sight:
        """Who sees what passes."""

    @property
    def patience(self) -> float:
        """Seconds to wait for each thing that ought to come."""
        return self.terms.patience

    @property
    def own_topic(self) -> str:
        """Below which the consumer's topics lie."""
        return Topics(INSTITUTION_CODE).eligibility(NAME).rpartition("/")[0]

    def _words(self, folder: Path) -> dict[str, str]:
        """What stands for what in the commands."""
        return {"credentials": str(self.credentials)}

    def has_come(self, seconds: float) -> bool:
        """Whether the consumer is heard of within `seconds`; a result waits for it."""
        self.deliver("valid")
        return self.witness.until(
            lambda: self.witness.count("hello") + self.witness.count("ack") > 0, seconds
        )

    # The box.

    @abstractmethod
    def open(self) -> None:
        """Register the consumer and start all it meets. Raises `Trouble`."""

    @abstractmethod
    def close(self) -> None:
        """End everything."""

    @abstractmethod
    def start_box(self) -> None:
        """Let the box be there for its consumer."""

    @abstractmethod
    def stop_box(self) -> None:
        """Let the box be away."""

    def offer(self, word: str, message: dict[str, object]) -> None:
        """Say a message of which the box knows nothing, as it would. Only for ways by which messages go."""
        raise NotImplementedError

    def register(self) -> None:
        """Take the consumer on, with all that a clinic may allow it."""
        now = utc_now()
        self.allow(*Term)
        for extra in map(Extra, sorted(self.terms.takes)):
            scope, purpose = (Scope.ALL, "確認") if extra is Extra.MEDICAL else (None, "")
            consumer_extras.give(self.ledger, NAME, extra, _BY, now, scope=scope, purpose=purpose)

    def allow(self, *terms: Term) -> None:
        """Let the consumer ask for these things and nothing else, and hand in lists."""
        self._take_on(Lists.NOW)
        consumer_terms.allow(self.ledger, NAME, terms)

    def forbid(self) -> None:
        """Let it ask for nothing, and hand in no lists, until `allow`. The broker is not told: the box itself refuses."""
        consumer_terms.allow(self.ledger, NAME, ())
        self._take_on(None)

    def _take_on(self, lists: Lists | None) -> None:
        consumers.put(self.ledger, NAME, self.kind, self.folder_terms, utc_now(), ListTerms(lists))

    def restart_box(self, requests_a_minute: int, lists_a_minute: int) -> None:
        """Let it come back with other bounds."""
        self.stop_box()
        self.settings = replace(
            self.settings,
            consumer_requests_a_minute=requests_a_minute,
            bulk_requests_a_minute=lists_a_minute,
        )
        self.start_box()

    def deliver(self, *scenarios: str) -> list[str]:
        """Let the center have answered so; the delivery ids, which the box offers from now on."""
        found = []
        for name in scenarios:
            check_id = stage(self.ledger, scenario_named(name), INSTITUTION_CODE, utc_now())
            found += self.deliveries_of(check_id)
        return found

    def deliveries_of(self, check_id: str) -> list[str]:
        """What the consumer is owed of a check."""
        return [one.id for one in deliveries.of_check(self.ledger, check_id) if one.consumer == NAME]

    def owe_again(self, delivery_id: str) -> None:
        """What a clinic does that wants to see a result handed over once more."""
        wanted = Resend(request_id="", digest="", operation=Operation.RESEND, delivery_id=delivery_id)
        with self.ledger.write(Topic.DELIVERIES | Topic.TASKS) as db:
            redelivering.resend_in(db, NAME, wanted, utc_now())

    def parts_of(self, run_id: str) -> list[str]:
        """What the consumer is owed of a list, part by part."""
        found = deliveries.where(
            self.ledger,
            "consumer = ? AND deliveries.check_id IN (SELECT check_id FROM bulk_chunks WHERE run_id = ?)",
            [NAME, run_id],
        )
        return [one.id for one in found]

    def withdraw(self, check_id: str) -> bool:
        """What reception does with a check that nobody wants any more."""
        return results.withdraw(self.ledger, check_id, utc_now())

    def raise_task(self, kind: TaskKind = TaskKind.NOTE_NEEDED, code: str = "LINE-001") -> str:
        """Something to do for reception about a patient's check; the task's id."""
        check_id = stage(self.ledger, scenario_named("valid"), INSTITUTION_CODE, utc_now())
        raised = tasks.raise_(self.ledger, kind, check_id, code, utc_now())
        assert raised is not None  # noqa: S101 - nothing else is open for a check that is new
        return raised

    def close_task(self, task_id: str) -> None:
        """Reception has done it."""
        tasks.done(self.ledger, task_id, "uketsuke", Outcome.DEALT_WITH, utc_now())

    # What it asks for.

    @contextmanager
    def lost_answers(self) -> Iterator[None]:
        """What is asked meanwhile the box does, but each answer is lost on its way, and the line with it."""
        self.stop_box()
        before = len(self.witness.seen)
        try:
            yield
        finally:
            for one in self.witness.seen[before:]:
                self._take_in(one)
            self.start_box()

    def _take_in(self, one: Seen) -> None:
        now = utc_now()
        if one.word == "request":
            desk = RequestDesk(
                self.settings, self.ledger, lambda day: laws(rulebook_of(self.box), LawSide.INSURER, day)
            )
            desk.answered(NAME, one.payload, now)
        if one.word == "bulk-request":
            insurers = laws(rulebook_of(self.box), LawSide.INSURER, clinic_day(now))
            try:
                values = bulk_payloads.opened(one.payload)
            except Trouble:
                return
            ListDesk(self.settings, self.ledger).take(NAME, values, insurers, now)


def new_id() -> str:
    """An id as the box makes them."""
    return secrets.token_hex(16)
