"""What comes back from a terminal's folders, read as the verdict on the check it is for."""

import re
import unicodedata
from datetime import datetime

from appliance.eligibility import message_xml
from appliance.eligibility.err_file import ERR_SIZE_LIMIT, read_err
from appliance.eligibility.message import SearchInfo
from appliance.eligibility.request_families import Family
from appliance.eligibility.trouble import Trouble
from appliance.ledger.checks import Check
from appliance.sync import answers
from appliance.sync.answers import Verdict
from appliance.sync.center_link import Question
from appliance.sync.terminal_link import Reply

_LONGEST_TEXT = 1000
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def verdict(reply: Reply, question: Question, check: Check, now: datetime) -> Verdict:
    """The verdict of `reply`. Raises `Trouble` TERMINAL-006 when it is no answer, or another question's."""
    if reply.answer is None:
        text = error_text(reply.error or b"")
        return answers.refused_here(check, Trouble("TERMINAL-004"), now, text)
    try:
        found = answers.read(reply.answer, question)
    except Trouble as trouble:
        raise Trouble("TERMINAL-006", trouble.detail) from trouble
    if check.family is Family.SINGLE and not _is_about(reply.answer, question):
        raise Trouble("TERMINAL-006", "QualificationConfirmSearchInfo")
    return found


def error_text(data: bytes) -> str:
    """What an `.err` says, as far as it may stand in a message."""
    return _NOT_IN_XML.sub("", read_err(data[:ERR_SIZE_LIMIT]).text).strip()[:_LONGEST_TEXT]


def _is_about(xml: bytes, question: Question) -> bool:
    """Whether the numbers the answer repeats are the ones we asked for. File names and identifiers are chosen by whoever
    asks, and another product at the same terminal may have chosen ours."""
    echo = message_xml.read_result(xml).message_body.qualification_confirm_search_info
    asked = message_xml.read_request(question.xml).message_body.qualification_confirm_search_info
    return echo is None or _key(echo) == _key(asked)


def _key(info: SearchInfo) -> tuple[str, ...]:
    return tuple(_folded(text) for text in (info.birthdate, info.insured_identification_number))


def _folded(text: str | None) -> str:
    return "".join(unicodedata.normalize("NFKC", text or "").split())
