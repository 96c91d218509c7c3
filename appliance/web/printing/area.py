"""The blueprint of what is printed, and what its views share."""

from datetime import date

from flask import Blueprint, request

from appliance.eligibility.trouble import Trouble
from appliance.eligibility.wording import spoken_day
from appliance.ledger.times import clinic_day
from appliance.web.room import here

blueprint = Blueprint(
    "printing",
    __name__,
    url_prefix="/printing",
    template_folder="templates",
    static_folder="static",
    static_url_path="/static",
)


def shown_day() -> date:
    """The day for which something is to be printed: `day` of the address, else today.

    Raises `Trouble` INPUT-001 for what is no day.
    """
    text = request.args.get("day", "")
    if not text:
        return clinic_day(here().clock())
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Trouble("INPUT-001", "day") from error


def long_day(day: date) -> str:
    """「令和8年11月29日」."""
    return spoken_day(day).partition("（")[0]
