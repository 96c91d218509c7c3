"""Who may set up a box that has no ledger yet: who has typed the code that is shown at the box itself."""

import hmac
import secrets
import threading

from appliance.eligibility.trouble import Trouble
from appliance.ledger import shown_code, typed_codes
from appliance.settings import Box

MOST_FAILURES = 10
"""So many wrong ones, and another code is shown."""

_LENGTH = 12


class Door:
    """One process's code and the one browser that has typed it. May be used by many threads."""

    def __init__(self, box: Box) -> None:
        self._box = box
        self._lock = threading.Lock()
        self._ticket = ""
        self._show_new()

    @property
    def code(self) -> str:
        """The code that is shown now."""
        return self._code

    def open(self, typed: str) -> str:
        """A pass for the browser that typed the code; the one before is let in no more. Raises `Trouble` ACCOUNT-003, `OSError`."""
        with self._lock:
            is_right = hmac.compare_digest(
                typed_codes.plain(typed).encode(), typed_codes.plain(self._code).encode()
            )
            if not is_right:
                self._failures += 1
                if self._failures >= MOST_FAILURES:
                    self._show_new()
                raise Trouble("ACCOUNT-003")
            self._ticket = secrets.token_urlsafe(32)
            return self._ticket

    def lets_in(self, given: str) -> bool:
        """Whether this is the pass."""
        with self._lock:
            return bool(self._ticket) and hmac.compare_digest(given.encode(), self._ticket.encode())

    def _show_new(self) -> None:
        self._code, self._failures = typed_codes.new(_LENGTH), 0
        shown_code.show(self._box, self._code)
