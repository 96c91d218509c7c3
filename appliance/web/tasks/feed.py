"""What every open page of tasks hears: the whole list, drawn anew when a task was raised or done."""

from jinja2 import Environment

from appliance.ledger import tasks
from appliance.ledger.bell import Topic
from appliance.ledger.database import Ledger
from appliance.ledger.times import Clock
from appliance.web.live import Event, revision_in
from appliance.web.tasks.words import by_urgency, card_of


class TaskFeed:
    """The feed of tasks. A list is short, so it travels whole; ids of events are the newest revision in it."""

    is_behind = False

    def __init__(self, ledger: Ledger, clock: Clock, templates: Environment) -> None:
        self._ledger = ledger
        self._clock = clock
        self._template = templates.get_template("tasks/list.html")
        self._seen = tasks.latest_revision(ledger)

    def opening(self, last_seen: str) -> list[Event]:
        """The list, for a page that has not seen its last change."""
        seen = revision_in(last_seen)
        return [self._event()] if seen is None or seen < self._seen else []

    def news(self, topics: Topic) -> list[Event]:
        """The list, when it has changed since the last call."""
        if Topic.TASKS not in topics:
            return []
        newest = tasks.latest_revision(self._ledger)
        if newest == self._seen:
            return []
        self._seen = newest
        return [self._event()]

    def _event(self) -> Event:
        now = self._clock()
        cards = [card_of(self._ledger, task, now) for task in by_urgency(tasks.open_tasks(self._ledger))]
        return Event("list", self._template.render(cards=cards), str(self._seen))
