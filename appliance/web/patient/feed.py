"""What the page at one reader hears: its screen, drawn on this side, whenever the ledger's row changes."""

import json
from collections.abc import Callable

from appliance.ledger import readers
from appliance.ledger.bell import EVERYTHING, Topic
from appliance.ledger.database import Ledger
from appliance.web.live import Event
from appliance.web.patient.screen import Screen, screen_of

LAST_SEEN = "Last-Event-ID"


class ReaderFeed:
    """The hub's feed of the reader called `name`. `render` draws a screen's fragment outside of any request.

    A screen on which there is only waiting is held back for a moment: often the next one is there by then, and a page
    that flashes up helps nobody.
    """

    def __init__(self, ledger: Ledger, name: str, render: Callable[[Screen], str]) -> None:
        self._ledger = ledger
        self._name = name
        self._render = render
        self._told = self._screen()
        self.is_behind = False

    def opening(self, _last_seen: str) -> list[Event]:
        """The screen as it is now: a page that comes back has only this to catch up on."""
        return [self._event(self._screen())]

    def news(self, topics: Topic) -> list[Event]:
        """The screen if it is another one than before."""
        if Topic.READERS not in topics:
            return []
        screen = self._screen()
        self.is_behind = screen.is_waiting and screen != self._told and topics != EVERYTHING
        if screen == self._told or self.is_behind:
            return []
        self._told = screen
        return [self._event(screen)]

    def _screen(self) -> Screen:
        return screen_of(readers.find(self._ledger, self._name))

    def _event(self, screen: Screen) -> Event:
        drawn = {
            "key": screen.key,
            "revision": screen.revision,
            "staff_called": screen.staff_called,
            "html": self._render(screen),
        }
        return Event("screen", json.dumps(drawn), screen.revision)
