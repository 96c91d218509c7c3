"""The messages of a check, read."""

from appliance.eligibility import message_xml
from appliance.eligibility.message import ResultMessage, SearchInfo
from appliance.eligibility.trouble import Trouble
from appliance.ledger import answer_text
from appliance.ledger.checks import Check


def result_of(check: Check) -> ResultMessage | None:
    """The answer of the center; None before there is one, or when it cannot be read."""
    return answer_text.read(check.result_xml) if check.result_xml is not None else None


def search_of(check: Check) -> SearchInfo | None:
    """The numbers that were asked for; None for a card."""
    if check.request_xml is None:
        return None
    try:
        return message_xml.read_request(check.request_xml).message_body.qualification_confirm_search_info
    except Trouble:
        return None
