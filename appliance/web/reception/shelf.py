"""Rows of the board as they were last drawn. A full day has two hundred, of which few have changed since somebody last looked."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from flask import current_app
from flask.sansio.app import App
from jinja2 import Template
from markupsafe import Markup

from appliance.eligibility.visit import Language
from appliance.ledger import board, checks, local_certificates, readers
from appliance.ledger.checks import Check, CheckState
from appliance.ledger.database import Ledger
from appliance.web.reception.awaiting import Today
from appliance.web.reception.rows import row_of
from appliance.web.texts.choice import LANGUAGES, language

_EXTENSION = "madoguchi-rows"
_Beside = tuple[object, ...]


@dataclass(frozen=True)
class Drawn:
    """One row, and what decides where it stands."""

    html: Markup
    seq: int
    revision: int
    needs_person: bool
    came: str
    may_be_kept: bool


class RowShelf:
    """Keeps what is drawn in this process's memory, no longer than it is on the board. May be used from any thread."""

    def __init__(self) -> None:
        self._kept: tuple[_Beside, dict[str, Drawn]] = ((), {})

    def rows(self, ledger: Ledger, now: datetime, today: Today, template: Template) -> tuple[Drawn, ...]:
        """The rows of the board at `now`: who needs a person first, then the newest."""
        beside = _beside(ledger, today)
        before, kept = self._kept
        known = kept if before == beside else {}
        found = {}
        for check_id, revision in board.standing(ledger, today.day).items():
            drawn = known.get(check_id)
            if drawn is None or drawn.revision < revision:
                check = checks.find(ledger, check_id)
                drawn = _drawn(ledger, check, now, today, template) if check else None
            if drawn is not None:
                found[check_id] = drawn
        self._kept = beside, {name: one for name, one in found.items() if one.may_be_kept}
        return tuple(sorted(found.values(), key=lambda one: (not one.needs_person, -one.seq)))


def put_up(app: App) -> None:
    """Give `app` a shelf for each language."""
    app.extensions[_EXTENSION] = {one: RowShelf() for one in LANGUAGES}


def shelf() -> RowShelf:
    """The shelf of the app that serves this request, in its language."""
    shelves = cast(dict[Language, RowShelf], current_app.extensions[_EXTENSION])
    return shelves[language()]


def _beside(ledger: Ledger, today: Today) -> _Beside:
    """What stands on rows without being a change of their checks."""
    labels = tuple((one.name, one.label) for one in readers.all_readers(ledger))
    return today.day, today.lists, local_certificates.latest_change(ledger), labels


def _drawn(ledger: Ledger, check: Check, now: datetime, today: Today, template: Template) -> Drawn:
    row = row_of(ledger, check, now, today)
    # What is known meanwhile of whom nobody could ask about is no change of their own check.
    is_settled = check.state in (CheckState.ANSWERED, CheckState.WITHDRAWN) and row.last is None
    return Drawn(
        html=Markup(template.render(row=row)),  # noqa: S704 - the template has escaped it
        seq=row.seq,
        revision=check.revision,
        needs_person=row.needs_person,
        came=row.came,
        may_be_kept=is_settled,
    )
