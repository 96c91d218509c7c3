"""Sync and web killed before each step they take for one piece of work, as real processes beside real center and broker.

In each round the process comes up, finishes what the dead one left, comes to rest, and is told to die at the Nth step
from then on; then it gets its work. A round that it survives is the last one.
"""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field

from appliance.eligibility.message import RequestBody, RequestMessage, SearchInfo
from appliance.eligibility.message_xml import write
from appliance.ledger import bulk_runs, checks, conditions
from appliance.ledger.bulk_runs import NewRun, RunKind
from appliance.ledger.checks import NewCheck, Origin
from appliance.ledger.conditions import Link, LinkState
from appliance.ledger.times import utc_now
from tests.bulk_lists import listed, row
from tests.crash import tally
from tests.crash.clinic import Clinic
from tests.crash.load import PEOPLE, Counterpart, Desk, Said
from tests.sync.family_requests import HEADER

MOST_ROUNDS = 400
STILL = 4
_LINKS = (Link.CENTER, Link.BROKER, Link.FOLDER)


@dataclass
class Killing:
    """One process of a clinic, killed again and again. `died_before` names the steps it was killed at."""

    clinic: Clinic
    said: Said = field(default_factory=Said)
    died_before: list[str] = field(default_factory=list)
    _still: int = 0
    _taken: int = 0
    _serial: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.counterpart = Counterpart(self.clinic, self.said)
        self.desk = Desk(self.clinic, self.said)

    def before_every_step(
        self, name: str, work: Callable[[], None], is_done: Callable[[], bool], stride: int = 1
    ) -> int:
        """Kill `name` before each `stride`-th step of `work`, until a process lived to its end; how many deaths."""
        for number in range(1, MOST_ROUNDS, stride):
            self._up(name)
            self.clinic.switches.die_at(number)
            work()
            if not self._has_died(name, is_done):
                self.clinic.switches.die_at(0)
                self.clinic.kill(name)
                return number // stride
        raise AssertionError(MOST_ROUNDS)

    def at_birth(self, name: str, leave: Callable[[], None], is_done: Callable[[], bool], stride: int) -> int:
        """The same with every `stride`-th step of a start that finds what `leave` has left behind."""
        for number in range(1, MOST_ROUNDS, stride):
            leave()
            self.clinic.switches.die_at(number)
            self.clinic.start(name, mortal=True)
            has_died = self._has_died(name, is_done)
            self.clinic.switches.die_at(0)
            if not has_died:
                self.clinic.kill(name)
                return number // stride
            self._up(name)
            self.clinic.kill(name)
        raise AssertionError(MOST_ROUNDS)

    def _up(self, name: str) -> None:
        """Start it; returns when it has found everything and has nothing more to do."""
        conditions.forget(self.clinic.ledger, _LINKS, utc_now())
        self.clinic.start(name, mortal=True)
        self._still = 0
        self.clinic.until(f"{name} at rest", self.desk.is_up if name == "web" else self.is_still)

    def _has_died(self, name: str, is_done: Callable[[], bool]) -> bool:
        self.clinic.until("death or the end", lambda: self.clinic.is_dead(name) or is_done())
        if not self.clinic.is_dead(name):
            return False
        self.clinic.bury(name)
        self.died_before.append(self.clinic.switches.last_words)
        self.expect_sound()
        return True

    def expect_sound(self) -> None:
        db = self.clinic.ledger.read
        assert [one[0] for one in db.execute("PRAGMA integrity_check")] == ["ok"]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        known = {one[0] for one in db.execute("SELECT id FROM checks")}
        assert set(self.said.entries.values()) <= known

    def is_at_rest(self) -> bool:
        """Whether sync reaches everybody and nothing is open."""
        ledger = self.clinic.ledger
        is_up = all(conditions.get(ledger, link).state is LinkState.UP for link in _LINKS)
        self.counterpart.take()
        return is_up and not self.clinic.is_anything_open()

    def is_still(self) -> bool:
        """`is_at_rest`, and no step for some looks in a row: then the next steps are those of the work."""
        taken = self.clinic.switches.taken
        self._still = self._still + 1 if self.is_at_rest() and taken == self._taken else 0
        self._taken = taken
        return self._still >= STILL

    def counted(self) -> tally.Tally:
        """What came of everything, once a sync process that nobody kills has finished it."""
        self._up("sync")
        self.clinic.kill("sync")
        asked = self.clinic.center.ask("state")["checks"]
        return tally.count(self.clinic.ledger, self.said, self.clinic.emr.inbox.messages(), asked)

    # Work

    def enter(self) -> None:
        """A manual entry, written into the ledger as the pages do."""
        mark = f"B{next(self._serial)}"
        info = SearchInfo(
            insurer_number="06139992",
            insured_card_symbol=mark,
            insured_identification_number="3456",
            birthdate="19800217",
        )
        message = RequestMessage(
            message_header=HEADER, message_body=RequestBody(qualification_confirm_search_info=info)
        )
        code = self.clinic.settings.institution_code
        new = NewCheck(origin=Origin.MANUAL, institution_code=code, request_xml=write(message))
        self.said.entries[mark] = checks.open_check(self.clinic.ledger, new, utc_now())

    def enter_to_be_put_back(self) -> None:
        """An entry whose answer does not arrive the first time."""
        self.clinic.center.fault("drop", times=1)
        self.enter()

    def sign_in(self) -> None:
        """As the receptionist, in a web process that lives."""
        self._up("web")
        self.desk.sign_in()
        self.clinic.kill("web")

    def is_answered(self) -> bool:
        """Whether the page's last request was."""
        return self.desk.is_answered

    def enter_by_page(self) -> None:
        """A manual entry through the web process."""
        self.desk.type_in(f"B{next(self._serial)}")

    def ask_list_by_page(self) -> None:
        """A list through the web process, let go."""
        self.desk.ask_list(2)

    def drop(self) -> None:
        """A request of the レセコン."""
        self.counterpart.ask()

    def let_run_go(self) -> None:
        """A bulk run, as the pages write it."""
        people = listed(*(row(one, patient=one) for one in PEOPLE[:2])).people
        new = NewRun(kind=RunKind.APPOINTMENTS, made_by="test", people=people)
        run_id = bulk_runs.create(self.clinic.ledger, new, utc_now()) or ""
        bulk_runs.release(self.clinic.ledger, run_id, at_night=False)
        self.said.runs[run_id] = len(people)

    def leave_under_way(self) -> None:
        """A check that a dead process was asking, and a request in the folder."""
        self.enter()
        self.drop()
        assert checks.claim(self.clinic.ledger, "dead", utc_now(), 10 * utc_now().resolution) is not None
