"""The institution codes of one house, 医科 beside 歯科: which there are to choose from, and which was chosen."""

from flask import Response, request

from appliance.eligibility.institutions import spoken_institution
from appliance.eligibility.trouble import Trouble
from appliance.web.room import here

COOKIE = "__Host-madoguchi-house"
"""What this browser asked under last: a dental desk stays one."""

_YEAR = 365 * 24 * 3600


def choices() -> dict[str, str]:
    """Code → what people call it; empty where there is nothing to choose."""
    codes = here().settings.institution_codes
    return {code: spoken_institution(code) for code in codes} if len(codes) > 1 else {}


def usual() -> str:
    """The code that is proposed at this browser."""
    codes = here().settings.institution_codes
    last = request.cookies.get(COOKIE, "")
    return last if last in codes else codes[0]


def chosen(text: str) -> str:
    """The code of the house that was chosen; the box's own when nothing was. Raises `Trouble` INPUT-004."""
    settings = here().settings
    if text and text not in settings.institution_codes:
        raise Trouble("INPUT-004")
    return text or settings.institution_code


def remember(answer: Response, code: str) -> Response:
    """`answer`, with what was chosen as the proposal of the next time at this browser."""
    if choices():
        answer.set_cookie(
            COOKIE, code, max_age=_YEAR, secure=True, httponly=True, samesite="Strict", path="/"
        )
    return answer


def names() -> dict[str, str]:
    """`choices`, and the box's own once more under the empty code that stands for it in the ledger."""
    found = choices()
    return {"": next(iter(found.values())), **found} if found else {}


def name_of(code: str) -> str:
    """What people call this code; empty where the house has only one."""
    return choices().get(code, "")
