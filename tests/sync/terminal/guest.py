"""A box as guest of a terminal whose folders the test itself empties and fills, at the time the test says."""

import random
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from appliance.demo import terminal_answers
from appliance.eligibility.message_xml import Encoding
from appliance.eligibility.request_families import Family
from appliance.ledger import checks, conditions, consumers, deliveries
from appliance.ledger.checks import Check, CheckState, NewCheck, Origin
from appliance.ledger.conditions import Link, LinkState
from appliance.ledger.database import Ledger
from appliance.settings import Box, Settings
from appliance.sync.terminal_lane import TerminalLane
from appliance.sync.terminal_link import TerminalLink
from tests.sync.center.clinic import request_for
from tests.sync.station import INSTITUTION

NINE = datetime(2026, 11, 22, 0, 0, tzinfo=UTC)
"""Nine in the morning in Japan."""
FIRST = "202611225001"
SECOND = "202611225002"
PATIENCE = 20.0


class Guest:
    """One box and the folders of one terminal. Close it."""

    def __init__(self, root: Path, **changes: Any) -> None:
        self.now = NINE
        self._ticks = 0
        self.folders = root / "terminal"
        for name in ("req", "res", "face"):
            (self.folders / name).mkdir(parents=True)
        self.box = Box(root / "state")
        self.box.create()
        usual = Settings(
            INSTITUTION,
            center_kind="terminal",
            terminal_req=str(self.folders / "req"),
            terminal_res=str(self.folders / "res"),
            terminal_face=str(self.folders / "face"),
            terminal_look=0.05,
        )
        self.settings = replace(usual, **changes)
        self.ledger = Ledger.of(self.box)
        consumers.add(self.ledger, "emr", consumers.ConsumerKind.MQTT, NINE)
        self._lanes: list[TerminalLane] = []

    def link(self) -> TerminalLink:
        """The folders as the box sees them, without its lane."""
        return TerminalLink(self.settings)

    def start(self) -> None:
        """A sync process begins."""
        self._lanes.append(TerminalLane(self.box, self.settings, self.ledger, self.clock))
        self._lanes[-1].start()

    def stop(self) -> None:
        """It ends."""
        self._lanes.pop().stop()

    def close(self) -> None:
        """End everything."""
        while self._lanes:
            self.stop()
        self.ledger.close()

    def later(self, seconds: float) -> None:
        """The clock goes on."""
        self.now += timedelta(seconds=seconds)

    def by_numbers(self, person: str = "p01", **changes: Any) -> str:
        """A check by numbers; its id."""
        new = NewCheck(origin=Origin.MANUAL, institution_code=INSTITUTION, request_xml=request_for(person))
        return checks.open_check(self.ledger, replace(new, **changes), self.now)

    def check(self, check_id: str) -> Check:
        """The check as it stands."""
        found = checks.find(self.ledger, check_id)
        assert found is not None
        return found

    def names(self, folder: str) -> list[str]:
        """What lies in a folder of the terminal."""
        return sorted(path.name for path in (self.folders / folder).iterdir())

    def aside(self) -> list[str]:
        """What lies where requests are written first."""
        return sorted(path.name for path in (self.folders / ".madoguchi-tmp").iterdir())

    def take(self, suffix: str = FIRST) -> bytes:
        """The terminal picks a request up, as soon as it is there."""
        path = self.folders / "req" / request(suffix)
        self.until(path.exists)
        data = path.read_bytes()
        path.unlink()
        return data

    def put(self, name: str, data: bytes) -> Path:
        """The terminal writes into res."""
        path = self.folders / "res" / name
        path.write_bytes(data)
        return path

    def answer(self, suffix: str = FIRST) -> bytes:
        """The terminal picks a request up and writes the answer."""
        data = answer_to(self.take(suffix), self.now)
        self.put(result(suffix), data)
        return data

    def until(self, is_so: Callable[[], bool]) -> None:
        """Wait for something the ledger or a folder will say, not for ever."""
        end = time.monotonic() + PATIENCE
        with self.ledger.listen() as bell:
            while not is_so():
                assert time.monotonic() < end, self._situation()
                bell.wait(0.02)

    def _situation(self) -> object:
        found = [(one.state, one.trouble_code) for one in checks.recent(self.ledger, 9)]
        return found, *(self.names(name) for name in ("req", "res", "face"))

    def until_state(self, state: CheckState, check_id: str, code: str | None = None) -> None:
        """Wait until the check is in `state`, because of `code` if that is given."""
        self.until(
            lambda: (
                self.check(check_id).state is state
                and (code is None or self.check(check_id).trouble_code == code)
            )
        )

    def until_line(self, state: LinkState, code: str | None = None) -> None:
        """Wait until the way to the center is said to be in `state`, because of `code`."""

        def is_so() -> bool:
            line = conditions.get(self.ledger, Link.CENTER)
            return (line.state, line.trouble_code) == (state, code)

        self.until(is_so)

    def clock(self) -> datetime:
        """What time the lane thinks it is."""
        self._ticks += 1
        return self.now

    def some_looks(self) -> None:
        """Let the lane look at the folders a few times: it asks the clock three times a look, or more often."""
        enough = self._ticks + 15
        self.until(lambda: self._ticks >= enough)

    def owed(self, check_id: str) -> list[str]:
        """To whom the result of a check is owed."""
        return [one.consumer for one in deliveries.of_check(self.ledger, check_id)]


def request(suffix: str) -> str:
    """The name of a single request."""
    return f"OQSsiquc01req_{suffix}.xml"


def result(suffix: str) -> str:
    """The name of its answer."""
    return f"OQSsiquc01res_{suffix}.xml"


def answer_to(data: bytes, now: datetime = NINE, encoding: Encoding = Encoding.UTF_8) -> bytes:
    """What a terminal of the field answers to a request."""
    message = terminal_answers.TerminalDesk(INSTITUTION, lambda: now).by_request(Family.SINGLE, data)
    return terminal_answers.in_field_order(message, encoding, random.Random(1))  # noqa: S311 - no secret
