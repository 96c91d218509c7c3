"""What a link to the center is: one question out, one answer in. Implementations are adapters behind it.

A link answers while one waits for it. The folders of an official terminal do not: they take a question now and have an
answer some time, so they are no `CenterLink` but a lane of their own (`terminal_lane`), with the same `Question`.
"""

from dataclasses import dataclass, field
from typing import Protocol

from appliance.eligibility.center_reading import Ask
from appliance.eligibility.trouble import Trouble

OF_THE_CERTIFICATE = ("CENTER-005", "CERT-003", "CERT-009", "BOX-002")
"""Troubles that come from the certificate shown; another one may not have them."""


@dataclass(frozen=True)
class Question:
    """One question. `identifier` is the ArbitraryFileIdentifier in `xml`, which the answer must repeat.

    So must it the `reception_number` of the bulk job whose result is fetched. `institution_code` says whose certificate
    goes with it; empty: the box's own.
    """

    check_id: str
    ask: Ask
    xml: bytes = field(repr=False)
    identifier: str | None = field(repr=False)
    reception_number: str | None = field(default=None, repr=False)
    institution_code: str = ""


class LinkTrouble(Trouble):
    """A question got no answer. `retry_after` is how many seconds the center asks to be left alone, if it does."""

    def __init__(self, code: str, detail: str = "", retry_after: float | None = None) -> None:
        super().__init__(code, detail)
        self.retry_after = retry_after


class CenterLink(Protocol):
    """A way to the center. Thread-safe; every call ends within the total timeout of the settings.

    Both calls raise `Trouble`: LINE-001 (no connection), LINE-002 (no answer in time), LINE-003 (cut off in the
    answer), CENTER-001 (not the center), CENTER-002 (no answer we understand), CENTER-003 (out of hours),
    CENTER-005 (the clinic is not accepted), CENTER-006 (the center fails), BOX-002 and BOX-007 (not set up), CERT-009 (the key does not open).
    """

    def ask(self, question: Question) -> bytes:
        """The answer's XML as received. Harmless to repeat: the center answers a check once, however often asked."""

    def probe(self) -> None:
        """Return when the center could be asked now."""

    def close(self) -> None:
        """Cut every connection; calls under way end with a `Trouble`."""
