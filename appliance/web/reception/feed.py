"""What every open board hears: rows that changed, readers, links, a new day. Rendered once for all of them."""

import json
from collections.abc import Mapping

from jinja2 import Environment

from appliance.ledger import attending, board, bulk_runs, checks, tasks
from appliance.ledger.bell import EVERYTHING, Topic
from appliance.ledger.checks import Check, CheckState
from appliance.ledger.database import Ledger
from appliance.ledger.times import Clock, clinic_day
from appliance.web.live import Event, revision_in
from appliance.web.reception.awaiting import Today, TodayLook
from appliance.web.reception.expected_rows import morning_of, rows_of
from appliance.web.reception.rows import row_of
from appliance.web.reception.tiles import center_tile, reader_tiles, small_links

_UNDER_WAY = (CheckState.RECEIVED, CheckState.ASKING)


class BoardFeed:
    """The feed of the reception board. Ids of events are revisions of the ledger's checks.

    What is only under way (a reader's tile, a check that is being asked) changes several times in a visit and is held
    back for a moment, so that a result need not wait behind the drawing of all that.
    """

    def __init__(
        self,
        ledger: Ledger,
        clock: Clock,
        templates: Environment,
        names: Mapping[str, str] | None = None,
        own_code: str = "",
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._templates = templates
        self._names = names or {}
        self._revision = checks.latest_revision(ledger)
        self._day = clinic_day(clock())
        self._look = TodayLook(ledger, own_code)
        self._told = self._look.at(clock())
        self._tiles = self._rendered_tiles(EVERYTHING)
        self.is_behind = False

    def opening(self, last_seen: str) -> list[Event]:
        """Rows changed after revision `last_seen`, the tiles, and which day it is."""
        seen = revision_in(last_seen)
        revision = self._revision if seen is None else seen
        changed = checks.changed_since(self._ledger, revision)
        events = [self._row_event(check) for check in changed if check.revision <= self._revision]
        events += [Event(name, html) for name, html in self._tiles.items()]
        if bulk_runs.latest_revision(self._ledger) > revision:
            events.append(self._expected_event(self._told))
        return [*events, Event("day", self._day.isoformat(), str(self._revision))]

    def news(self, topics: Topic) -> list[Event]:
        """What changed since the last call."""
        may_wait = topics != EVERYTHING
        self.is_behind = may_wait and (self.is_behind or Topic.READERS in topics)
        events = self._row_events(may_wait=may_wait) if Topic.CHECKS in topics else []
        events += self._expected_news() if Topic.CHECKS in topics else []
        tiles = self._rendered_tiles(topics & ~Topic.READERS if may_wait else topics)
        events += [Event(name, html) for name, html in tiles.items() if html != self._tiles[name]]
        self._tiles |= tiles
        today = clinic_day(self._clock())
        if today != self._day:
            self._day = today
            events.append(Event("day", today.isoformat()))
        return events

    def _row_events(self, *, may_wait: bool) -> list[Event]:
        changed = checks.changed_since(self._ledger, self._revision)
        if may_wait and all(check.state in _UNDER_WAY for check in changed):
            self.is_behind = self.is_behind or bool(changed)
            return []
        self._revision = max([self._revision, *(check.revision for check in changed)])
        return [self._row_event(check) for check in changed]

    def _row_event(self, check: Check) -> Event:
        row = row_of(self._ledger, check, self._clock(), self._look.at(self._clock()))
        html = self._templates.get_template("reception/row.html").render(row=row)
        return Event("row", html, str(check.revision))

    def _expected_news(self) -> list[Event]:
        """The day's people anew when one of the lists has changed what is said of them: a run moves often and says little."""
        now = self._look.at(self._clock())
        before, self._told = self._told, now
        if now.day != before.day or now.people == before.people:
            return []
        return [self._expected_event(now)]

    def _expected_event(self, today: Today) -> Event:
        """All who have not come. Whoever comes later is left out by each page, when the row of their check comes."""
        found = board.on_board(self._ledger, today.day) if today.people else ()
        came = {one.id for check in found if (one := today.of(check)) is not None}
        template = self._templates.get_template("reception/expected.html")
        return Event("expected", template.render(expected=rows_of(today, came)))

    def _rendered_tiles(self, topics: Topic) -> dict[str, str]:
        tiles = {}
        if Topic.TASKS in topics:
            tiles["tasks"] = str(tasks.count_open(self._ledger))
        if Topic.DESKS in topics:
            tiles["attending"] = _attending(self._ledger, self._clock)
        if Topic.READERS in topics:
            readers = self._templates.get_template("reception/readers.html")
            tiles["readers"] = readers.render(readers=reader_tiles(self._ledger, self._names))
        if Topic.CONDITIONS in topics:
            links = self._templates.get_template("reception/links.html")
            center, others = center_tile(self._ledger, self._clock()), small_links(self._ledger)
            morning = morning_of(self._look.at(self._clock()))
            tiles["links"] = links.render(center=center, links=others, morning=morning)
        return tiles


def _attending(ledger: Ledger, clock: Clock) -> str:
    """Whom each page leaves out is itself: it knows its own id."""
    found = attending.current(ledger, clock())
    return json.dumps([[one.check_id, one.page, one.desk] for one in found], ensure_ascii=False)
