"""The yearly checklist on paper: what the box can say of itself is filled in, what is the clinic's is left to write."""

from importlib.metadata import version
from pathlib import Path

from flask import render_template

from appliance.ledger.times import clinic_day
from appliance.web import guard
from appliance.web.desk.area import ADMINISTRATORS, blueprint
from appliance.web.desk.security_points import STANDING_TONES, STANDING_WORDS, groups
from appliance.web.room import here
from appliance.web.texts.choice import in_japanese

_DEBIAN = Path("/etc/debian_version")


@blueprint.get("/desk/security-checklist")
@guard.allow(*ADMINISTRATORS)
@in_japanese
def security_checklist() -> str:
    """How the box stands today, point by point, and the facts of the box that a vendor's disclosure is made of."""
    room = here()
    now = room.clock()
    return render_template(
        "desk/security_checklist.html",
        groups=groups(room.ledger, room.settings, now),
        words=STANDING_WORDS,
        tones=STANDING_TONES,
        today=clinic_day(now),
        codes=room.settings.institution_codes,
        version=version("madoguchi"),
        debian=_debian(),
        settings=room.settings,
    )


def _debian() -> str:
    """The system's version as it says it itself; "-" on another system."""
    try:
        return _DEBIAN.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return "-"
