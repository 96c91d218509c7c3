"""The blueprint of 災害時モード, and the banner that every page of the staff carries while it is on."""

from flask import Blueprint, Flask, render_template

from appliance.ledger import disaster
from appliance.ledger.accounts import Role
from appliance.ledger.disaster import Mode
from appliance.web import guard
from appliance.web.disaster.words import moment
from appliance.web.notices import is_staff
from appliance.web.room import here

KEEPERS = (Role.ADMINISTRATOR,)
"""Who may open, extend and end the mode, and review who looked. It gives no right to look: that is `guard.medical`."""

blueprint = Blueprint(
    "disaster",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/disaster/static",
)


def install(app: Flask) -> None:
    """Add the pages, and let the base template ask `disaster_mode()`."""
    app.register_blueprint(blueprint)
    app.jinja_env.filters["japan_moment"] = moment
    app.context_processor(lambda: {"disaster_mode": announced, "shows_disaster": is_staff()})


def announced() -> Mode | None:
    """The mode that is on, for the staff; patients' displays and strangers are told nothing."""
    room = here()
    return disaster.current(room.ledger, room.clock()) if is_staff() else None


@blueprint.get("/disaster/banner")
@guard.allow(*guard.STAFF)
def banner() -> str:
    """The banners for pages that stay open all day; empty while the mode is off and nothing is open in an emergency."""
    return render_template("disaster/banner.html")
