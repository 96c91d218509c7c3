"""What the virtual center keeps beside its answers: 照会番号, consents given at a reader, and bulk jobs. Forgets when it ends."""

import threading
from dataclasses import dataclass, replace
from datetime import datetime

from appliance.demo.people import Person
from appliance.eligibility.message import Block
from appliance.eligibility.request_families import Family
from appliance.eligibility.visit import NO_CONSENTS, Consents, available_until


@dataclass(frozen=True)
class Job:
    """One bulk job: who handed it in, how and from when on its result can be fetched."""

    clinic: str
    fetched_by: Family
    ready_at: datetime
    result: Block


class Records:
    """Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers: dict[tuple[str, str], str] = {}
        self._consents: dict[str, tuple[Consents, datetime]] = {}
        self._jobs: dict[str, Job] = {}

    def register(self, clinic: str, person_id: str, reference_number: str) -> None:
        """`clinic` calls that person by this number from now on."""
        with self._lock:
            self._numbers[clinic, person_id] = reference_number

    def known_to(self, clinic: str, everybody: tuple[Person, ...]) -> tuple[Person, ...]:
        """`everybody` with the numbers that `clinic` registered in their results."""
        with self._lock:
            return tuple(self._numbered(clinic, person) for person in everybody)

    def _numbered(self, clinic: str, person: Person) -> Person:
        number = self._numbers.get((clinic, person.id))
        if number is None:
            return person
        return replace(person, results=tuple({**one, "reference_number": number} for one in person.results))

    def consented(self, person_id: str, consents: Consents, given_at: datetime) -> None:
        """The person agreed to `consents` at a reader; later ones take the place of earlier ones."""
        with self._lock:
            self._consents[person_id] = consents, given_at

    def consents_of(self, person_id: str, now: datetime) -> Consents:
        """What the person agrees to `now`: nothing without a card check in the last 24 hours."""
        with self._lock:
            consents, given_at = self._consents.get(person_id, (NO_CONSENTS, now))
        return consents if given_at <= now < available_until(given_at) else NO_CONSENTS

    def hand_in(self, job: Job) -> str:
        """Keep a job; its reception number."""
        with self._lock:
            number = f"DEMO{len(self._jobs) + 1:08d}"
            self._jobs[number] = job
            return number

    def job(self, number: str | None) -> Job | None:
        """The job with that reception number."""
        with self._lock:
            return self._jobs.get((number or "").strip())
