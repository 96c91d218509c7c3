"""The help of one page for the side pane, all of them on one page, and the tour."""

from flask import Response, jsonify, make_response, render_template, request

from appliance.web import guard
from appliance.web.handbook import words
from appliance.web.handbook.area import blueprint


@blueprint.get("")
@guard.allow(*guard.STAFF)
def start() -> str:
    """Everything the help knows, page by page."""
    return render_template("help/start.html", pages=words.PAGES, everywhere=words.EVERYWHERE)


@blueprint.get("/of")
@guard.allow(*guard.STAFF)
def of_page() -> str:
    """The help of the view `page`, as a piece for the side pane of the page that asks."""
    found = words.help_of(request.args.get("page", ""))
    return render_template("help/pane.html", help=found, everywhere=words.EVERYWHERE)


@blueprint.get("/tour")
@guard.allow(*guard.STAFF)
def tour() -> Response:
    """The steps of the tour for a page that is on it; the page that begins it for a person."""
    steps = [{"path": one.path, "title": one.title, "text": one.text} for one in words.TOUR]
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        return jsonify({"steps": steps})
    return make_response(render_template("help/tour.html", steps=words.TOUR))
