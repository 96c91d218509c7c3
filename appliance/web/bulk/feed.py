"""What every open page of bulk runs hears: the card of each run that changed."""

from collections.abc import Mapping

from jinja2 import Environment

from appliance.eligibility.night_window import NightWindow
from appliance.ledger import bulk_runs, checks, line
from appliance.ledger.bell import Topic
from appliance.ledger.bulk_runs import Run
from appliance.ledger.database import Ledger
from appliance.ledger.times import Clock
from appliance.web.bulk.words import card_of
from appliance.web.live import Event, revision_in

RUNS_SHOWN = 30
"""The newest runs, which the first page lists."""


class BulkFeed:
    """The feed of bulk runs. Ids of events are revisions of the ledger."""

    is_behind = False

    def __init__(
        self,
        ledger: Ledger,
        window: NightWindow,
        clock: Clock,
        templates: Environment,
        names: Mapping[str, str],
    ) -> None:
        self._names = names
        self._ledger = ledger
        self._window = window
        self._clock = clock
        self._template = templates.get_template("bulk/card.html")
        self._revision = checks.latest_revision(ledger)
        self._line = line.current(ledger)

    def opening(self, last_seen: str) -> list[Event]:
        """The runs changed after revision `last_seen`."""
        seen = revision_in(last_seen)
        revision = self._revision if seen is None else seen
        changed = bulk_runs.changed_since(self._ledger, revision)
        return [self._event(run) for run in changed if run.revision <= self._revision]

    def news(self, topics: Topic) -> list[Event]:
        """What changed since the last call; when the line came or went, every run that it holds up."""
        held_up = self._held_up() if Topic.CONDITIONS in topics else ()
        if Topic.CHECKS not in topics:
            return [self._event(run) for run in held_up]
        changed = bulk_runs.changed_since(self._ledger, self._revision)
        if changed:
            self._revision = changed[-1].revision
        told = {run.id for run in changed}
        return [self._event(run) for run in (*changed, *(one for one in held_up if one.id not in told))]

    def _held_up(self) -> tuple[Run, ...]:
        before, self._line = self._line, line.current(self._ledger)
        if before == self._line:
            return ()
        return tuple(run for run in bulk_runs.recent(self._ledger, RUNS_SHOWN) if not run.state.is_over)

    def _event(self, run: Run) -> Event:
        card = card_of(run, self._window, self._clock(), self._names, self._line)
        return Event("run", self._template.render(run=card), str(run.revision))
