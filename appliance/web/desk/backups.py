"""Backups: when the last one was made, a new one as an encrypted download, and what to do with it when a box is dead."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime

from flask import Response, make_response, render_template, request

from appliance.eligibility.trouble import Trouble
from appliance.ledger import backups
from appliance.ledger.backup import writing
from appliance.ledger.backup.phrase import FEWEST_KINDS, LONGEST, SHORTEST, checked
from appliance.ledger.backup.writing import Backup
from appliance.ledger.backups import DRILLED, FRESH, Made
from appliance.ledger.database import Ledger
from appliance.ledger.times import JAPAN
from appliance.web import errors, guard
from appliance.web.desk.area import ADMINISTRATORS, blueprint
from appliance.web.desk.reader_words import moment
from appliance.web.room import here


@blueprint.get("/desk/backups")
@guard.allow(*ADMINISTRATORS)
def backup_page() -> str:
    """The last one, the form for a new one, the way back."""
    return _page(None)


@blueprint.post("/desk/backups")
@guard.allow(*ADMINISTRATORS)
def write_backup() -> Response:
    """A new one. It leaves piece by piece while it is sealed; one that was broken off does not count as made."""
    room, by = here(), guard.signed_in().name
    now = room.clock()
    try:
        phrase = checked(request.form.get("passphrase", ""), request.form.get("again", ""))
    except Trouble as trouble:
        if not errors.wants_page():
            raise
        return make_response(_page(trouble), errors.status_of(trouble))
    backups.begin(room.ledger, by, now)
    made = writing.backup(room.box, room.ledger, phrase, now)
    response = Response(_noted(made, room.ledger, by, room.clock), mimetype="application/octet-stream")
    response.call_on_close(made.close)  # when not even its first piece was asked for
    response.content_length = made.size  # so that the browser knows when it was cut off
    name = f"madoguchi-{now.astimezone(JAPAN):%Y%m%d-%H%M}.backup"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _noted(made: Backup, ledger: Ledger, by: str, clock: Callable[[], datetime]) -> Iterator[bytes]:
    with closing(made):
        yield from made.pieces
    backups.note(ledger, Made(made.header.made_at, by, made.size), clock())


def _page(trouble: Trouble | None) -> str:
    room = here()
    last, drill = backups.latest(room.ledger), backups.latest_drill(room.ledger)
    return render_template(
        "desk/backups.html",
        entry=trouble.entry if trouble else None,
        detail=trouble.detail if trouble else "",
        last=last,
        is_fresh=last is not None and last.is_fresh(room.clock()),
        fresh_days=FRESH.days,
        drill=drill,
        is_drilled=drill is not None and drill.is_fresh(room.clock()),
        drill_days=DRILLED.days,
        moment=moment,
        shortest=SHORTEST,
        longest=LONGEST,
        kinds=FEWEST_KINDS,
    )
