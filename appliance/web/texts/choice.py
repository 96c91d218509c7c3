"""In which language a page of the staff is: what this browser chose in the menu, and Japanese before that."""

import re
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, Response, current_app, has_request_context, make_response, redirect, request

from appliance.eligibility.visit import Language
from appliance.web import guard
from appliance.web.texts.catalogue import in_english

COOKIE = "__Host-madoguchi-language"
LANGUAGES = {Language.JAPANESE: "日本語", Language.ENGLISH: "English"}
"""The languages of the staff's pages, each in its own word."""

blueprint = Blueprint("texts", __name__)
_YEAR = 365 * 24 * 3600
_JAPANESE_ROOM = "patient"
_JAPANESE = "is_japanese"
_OURS = re.compile(r"/(?![/\\])[^\x00-\x20\x7f\\]*")
"""A path of ours. A browser leaves out tabs and line ends, and takes a backslash for a slash: then it could lead anywhere."""

View = TypeVar("View", bound=Callable[..., Any])


def in_japanese(view: View) -> View:
    """Keep a view in Japanese: sheets for patients, the wall and offices, whose words are prescribed or known."""
    setattr(view, _JAPANESE, True)
    return view


def language() -> Language:
    """The language of this answer. The patient screen has words of its own; outside of a request it is Japanese."""
    if not has_request_context() or request.cookies.get(COOKIE) != Language.ENGLISH:
        return Language.JAPANESE
    view = current_app.view_functions.get(request.endpoint or "")
    stays = request.blueprint == _JAPANESE_ROOM or getattr(view, _JAPANESE, False)
    return Language.JAPANESE if stays else Language.ENGLISH


def in_words(value: str) -> str:
    """`value` in the language of this answer: for what is drawn before a template shows it."""
    return str(in_english(value)) if language() is Language.ENGLISH else value


@blueprint.post("/language")
@guard.public
def choose() -> Response:
    """Remember the language for this browser, and show the same page in it."""
    then = request.form.get("then", "")
    chosen = request.form.get("language", "")
    response = make_response(redirect(then if _OURS.fullmatch(then) else "/", 303))
    if chosen in LANGUAGES:
        response.set_cookie(
            COOKIE, chosen, max_age=_YEAR, secure=True, httponly=True, samesite="Strict", path="/"
        )
    return response
