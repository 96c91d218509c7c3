"""装置の点検: what is wrong with the box and what one can press, all checks with their last word, the morning report."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import render_template

from appliance.eligibility.catalogue import CATALOGUE
from appliance.eligibility.diagnosis import (
    CHECK_LABELS,
    SEVERITY_LABELS,
    SUGGESTION_LABELS,
    Severity,
    Suggestion,
    verdict,
    worst,
)
from appliance.ledger import health, mornings
from appliance.ledger.health import Picture, Standing
from appliance.ledger.times import clinic_day
from appliance.web import guard
from appliance.web.desk.area import KEEPERS, blueprint
from appliance.web.desk.reader_words import moment
from appliance.web.room import here

_NOT_KNOWN = "－"
_WELL = "良好"


@dataclass(frozen=True)
class Press:
    """Where a suggestion leads: to a page, or with `is_act` to what is done at once."""

    path: str
    is_act: bool = False

    @property
    def page(self) -> str:
        """The path without the place on the page."""
        return self.path.partition("#")[0]

    @property
    def method(self) -> str:
        """How it is asked for."""
        return "POST" if self.is_act else "GET"


PRESSES = {
    Suggestion.TEST_READERS: Press("/desk/readers/test", is_act=True),
    Suggestion.OPEN_READERS: Press("/desk/readers"),
    Suggestion.LOOK_AT_LINE: Press("/desk/line/check", is_act=True),
    Suggestion.OPEN_CERTIFICATE: Press("/desk/certificate"),
    Suggestion.OPEN_CONSUMERS: Press("/desk/consumers"),
    Suggestion.OPEN_QUEUE: Press("/queue"),
    Suggestion.OPEN_TLS: Press("/desk/tls"),
    Suggestion.OPEN_RETENTION: Press("/desk/retention"),
    Suggestion.BACK_UP: Press("/desk/backups"),
    Suggestion.DRILL: Press("/desk/backups#drill"),
    Suggestion.OPEN_TRAIL: Press("/desk/audit/state"),
    Suggestion.OPEN_TASKS: Press("/tasks"),
}


@dataclass(frozen=True)
class Button:
    """One suggestion as this account sees it. Without `is_mine` it is somebody else's to press."""

    label: str
    press: Press
    is_mine: bool


@dataclass(frozen=True)
class Row:
    """One check: `mark` is its state in a word, `tone` its colour."""

    label: str
    mark: str
    tone: str
    says: str


@blueprint.get("/desk/health")
@guard.allow(*KEEPERS)
def health_page() -> str:
    """How the box is, as it was last looked at."""
    room = here()
    picture = health.picture(room.ledger, room.clock())
    return render_template(
        "desk/health.html",
        **_seen(picture),
        looked_at=moment(picture.looked_at) if picture.looked_at else "",
        still=CATALOGUE[health.STANDS_STILL] if picture.is_still else None,
        morning=mornings.of(room.ledger, clinic_day(room.clock())),
    )


@blueprint.get("/desk/health/morning")
@guard.allow(*KEEPERS)
def morning_page() -> str:
    """Today's report as it was made before opening; for paper too."""
    room = here()
    found = mornings.of(room.ledger, clinic_day(room.clock()))
    return render_template(
        "desk/morning.html",
        **_seen(found.picture if found else Picture((), (), is_still=False)),
        morning=found,
        test_at=room.settings.reader_test_at,
    )


@dataclass(frozen=True)
class Tile:
    """The box in a line, for the desk's first page."""

    tone: str
    verdict: str
    morning: str


def tile() -> Tile:
    """How the box is now, and when its morning report was made."""
    room = here()
    now = room.clock()
    picture, morning = health.picture(room.ledger, now), mornings.of(room.ledger, clinic_day(now))
    says = "まだ点検していません" if not picture.words else _verdict(picture.standing)
    if picture.is_still:
        says = CATALOGUE[health.STANDS_STILL].title
    tone = "mute" if not picture.words else "wait" if picture.is_still else _tone(picture.severity)
    return Tile(tone, says, moment(morning.at) if morning else "")


def _seen(picture: Picture) -> dict[str, object]:
    return {
        "standing": picture.standing,
        "verdict": _verdict(picture.standing),
        "tone": _tone(picture.severity),
        "rows": tuple(_rows(picture)),
        "labels": SEVERITY_LABELS,
        "tone_of": _tone,
        "buttons": _buttons,
        "moment": moment,
    }


def _verdict(standing: Iterable[Standing]) -> str:
    return verdict(one.finding.severity for one in standing)


def _tone(severity: Severity | None) -> str:
    return severity.value if severity else "good"


def _rows(picture: Picture) -> Iterable[Row]:
    for word in picture.words:
        found = worst(one.finding.severity for one in picture.of(word.check))
        if found is not None:
            yield Row(CHECK_LABELS[word.check], SEVERITY_LABELS[found], _tone(found), word.says)
        elif word.is_known:
            yield Row(CHECK_LABELS[word.check], _WELL, "good", word.says)
        else:
            yield Row(CHECK_LABELS[word.check], _NOT_KNOWN, "mute", word.says)


def _buttons(one: Standing) -> tuple[Button, ...]:
    role = guard.signed_in().role
    return tuple(
        Button(SUGGESTION_LABELS[each], press, guard.is_open_to(role, press.page, press.method))
        for each in one.finding.suggestions
        if (press := PRESSES[each])
    )
