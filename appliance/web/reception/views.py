"""The pages and actions of reception."""

from flask import Blueprint, render_template

from appliance.web import guard

blueprint = Blueprint(
    "reception",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/reception/static",
)


@blueprint.get("/")
@guard.allow(*guard.STAFF)
def board() -> str:
    """The departure board of today."""
    return render_template("reception/board.html")
