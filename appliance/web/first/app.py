"""The application of a box that has no clinic: its code, then one question a page, then the box itself takes over."""

import logging
import sqlite3
import tempfile
from collections.abc import Callable
from dataclasses import replace
from typing import IO, Any, BinaryIO, cast

from flask import (
    Blueprint,
    Flask,
    Request,
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
)
from werkzeug.exceptions import HTTPException

from appliance.eligibility.catalogue import CATALOGUE
from appliance.eligibility.trouble import Trouble
from appliance.ledger.backup.phrase import LONGEST
from appliance.ledger.disk import trouble_of
from appliance.ledger.own_copy import lost
from appliance.ledger.times import JAPAN, Clock
from appliance.settings import Box, Settings
from appliance.web import errors, guard, texts
from appliance.web.first import making
from appliance.web.first.door import Door
from appliance.web.texts.pages import Pages
from appliance.web.texts.pages import install as install_texts

LARGEST_BACKUP = 8 * 2**30
PASS_COOKIE = "__Host-madoguchi-first"  # noqa: S105 - a cookie's name
CODE_COOKIE = "__Host-madoguchi-code"
"""The code once more for the page of the first administrator, which the same browser opens next."""

_EXTENSION = "madoguchi-first"
_LARGEST_FORM = 64 * 1024
_MINUTES = 60
_LOG = logging.getLogger(__name__)

blueprint = Blueprint("first", __name__, template_folder="templates")


class _Room:
    def __init__(self, box: Box, settings: Settings, clock: Clock, made: Callable[[], None]) -> None:
        self.box, self.settings, self.clock, self.made = box, settings, clock, made
        self.door = Door(box)
        self.lost_since = lost.since(box.root)
        """Since when a box that was set up once has no ledger; None for a new one."""


def create_app(box: Box, settings: Settings, clock: Clock, made: Callable[[], None]) -> Flask:
    """The application. `settings` are a new box's but for its clinic. Raises `OSError`.

    `made` is called whenever an answer has left that says that the box has its clinic.
    """
    app = Pages("appliance.web")

    class Upload(Request):
        """A backup is as large as the ledger: on its way in it lies on the disk without a name, and not in memory."""

        def _get_file_stream(self, *_args: Any, **_named: Any) -> IO[bytes]:
            return tempfile.TemporaryFile("rb+", dir=box.root)

    app.request_class = Upload
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.extensions[_EXTENSION] = _Room(box, settings, clock, made)
    install_texts(app)
    app.before_request(_admit)
    app.after_request(_dress)
    # The disk gets its room back at once.
    app.teardown_request(lambda _error: request.close())
    app.register_error_handler(HTTPException, _lead_back)
    app.register_error_handler(Exception, _broken)
    app.register_blueprint(texts.blueprint)
    app.register_blueprint(blueprint)
    return app


@blueprint.get("/health")
def health() -> Response:
    """200: the process answers, and the box waits to be set up. 503 where it waits for a backup and nobody can be received."""
    if _room().lost_since:
        return make_response({"ok": False, "code": lost.CODE}, 503)
    return make_response({"ok": True, "set_up": False})


@blueprint.get("/start")
def start() -> Response | str:
    """The code; whoever has typed it goes on."""
    return _to("/start/way") if _is_let_in() else _page("code")


@blueprint.post("/start")
def type_code() -> Response:
    """Let this browser in."""
    try:
        given = _room().door.open(request.form.get("code", "")[:64])
    except Trouble as trouble:
        return _again("code", trouble)
    return _with_cookie(_to("/start/way"), PASS_COOKIE, given)


@blueprint.get("/start/way")
def way() -> Response | str:
    """A new box, or one in the place of another; one that has lost its ledger has no choice."""
    return _to("/start/backup") if _room().lost_since else _page("way")


@blueprint.get("/start/clinic")
def clinic() -> str:
    """The clinic's code and name."""
    return _page("clinic")


@blueprint.post("/start/clinic")
def make_clinic() -> Response:
    """Make the box."""
    room = _room()
    code, name = request.form.get("institution_code", "").strip(), request.form.get("clinic_name", "").strip()
    set_up_code = room.door.code
    try:
        settings = replace(room.settings, institution_code=code, clinic_name=name)
        making.new_clinic(room.box, settings, set_up_code, room.clock())
    except (Trouble, OSError, sqlite3.Error) as error:
        if not making.is_set_up(room.box):
            return _again("clinic", _trouble(error))
        # Pressed twice: what the browser shows is the answer to the second.
    return _with_cookie(_made("clinic"), CODE_COOKIE, set_up_code)


@blueprint.get("/start/backup")
def backup() -> str:
    """The file, its pass phrase, and that the other box is off."""
    return _page("backup")


@blueprint.post("/start/backup")
def restore() -> Response:
    """Be the box that wrote the file."""
    room = _room()
    try:
        phrase = request.form.get("passphrase", "")[:LONGEST]
        making.from_backup(room.box, _uploaded(), phrase, room.clock())
    except (Trouble, OSError, sqlite3.Error) as error:
        if not making.is_set_up(room.box):
            return _again("backup", _trouble(error))
    return _made("backup")


def _uploaded() -> BinaryIO:
    """The file, once somebody has said that the box which wrote it is off. Raises `Trouble` BACKUP-007, BACKUP-001."""
    file = request.files.get("file")
    if not request.form.get("is_off") and not _room().lost_since:
        raise Trouble("BACKUP-007")
    if file is None or not file.filename:
        raise Trouble("BACKUP-001")
    return cast("BinaryIO", file.stream)


def _admit() -> Response | None:
    """From our own pages alone, and beyond the code with the pass alone; every other address leads to the code."""
    is_let_in = _is_let_in()
    is_upload = is_let_in and request.path == "/start/backup"
    request.max_content_length = LARGEST_BACKUP if is_upload else _LARGEST_FORM
    if request.method not in guard.SAFE_METHODS and not guard.comes_from_our_page():
        return make_response("", 403)  # and nothing of what was sent is read
    if request.method == "GET" and request.endpoint != "static" and making.is_set_up(_room().box):
        # By a stick, or by another browser: the box itself takes over.
        return _made("clinic")
    is_inside = request.path.startswith("/start/")
    return _to("/start") if is_inside and not is_let_in else None


def _dress(response: Response) -> Response:
    response.headers.update(guard.HEADERS)
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response


def _lead_back(error: HTTPException) -> Response:
    """Whatever page of a box somebody opens: it is not set up yet, and this is where."""
    is_too_large = error.code == 413
    return _again("code", Trouble("INPUT-001"), 413) if is_too_large else _to("/start")


def _broken(error: Exception) -> Response:
    _LOG.error("%s in a first start", type(error).__name__)
    return _again("code", _trouble(error))


def _trouble(error: Exception) -> Trouble:
    if isinstance(error, Trouble):
        return error
    return trouble_of(error) if isinstance(error, OSError | sqlite3.Error) else Trouble("BOX-005")


def _page(name: str, trouble: Trouble | None = None) -> str:
    return render_template(
        f"first/{name}.html",
        entry=trouble.entry if trouble else None,
        detail=trouble.detail if trouble and trouble.code.startswith("INPUT") else "",
        typed=request.form,
        lost=_lost(),
        longest_name=making.LONGEST_NAME,
    )


def _lost() -> dict[str, Any] | None:
    since = _room().lost_since
    return {"entry": CATALOGUE[lost.CODE], "since": since.astimezone(JAPAN)} if since else None


def _again(name: str, trouble: Trouble, status: int = 0) -> Response:
    return make_response(_page(name, trouble), status or errors.status_of(trouble))


def _made(way: str) -> Response:
    response = make_response(render_template("first/made.html", way=way, lost=_lost()))
    response.call_on_close(_room().made)
    return response


def _is_let_in() -> bool:
    return _room().door.lets_in(request.cookies.get(PASS_COOKIE, ""))


def _with_cookie(response: Response, name: str, value: str) -> Response:
    response.set_cookie(
        name, value, max_age=_MINUTES * 60, secure=True, httponly=True, samesite="Strict", path="/"
    )
    return response


def _to(path: str) -> Response:
    return make_response(redirect(path, 303))


def _room() -> _Room:
    room: _Room = current_app.extensions[_EXTENSION]
    return room
