"""Cards that cannot be asked any more: their evidence is too old. The numbers known for the card are asked, or a note is needed."""

from datetime import datetime

from sqlite_utils import Database

from appliance.eligibility import message_xml
from appliance.eligibility.message import RequestBody, RequestMessage, SearchInfo
from appliance.ledger import dead_letters, last_answers, line_log
from appliance.ledger.bell import Topic
from appliance.ledger.checks import Check, touch
from appliance.ledger.database import Ledger
from appliance.ledger.line_log import Asked

TOO_OLD = "CENTER-008"
"""The reason: the center does not take a card's evidence of that age."""


def has_numbers(ledger: Ledger, check: Check) -> bool:
    """Whether a check by card could be asked by numbers in its place."""
    return (
        check.evidence is not None and last_answers.numbers_of_card(ledger.read, check.card_mark) is not None
    )


def ask_otherwise(
    ledger: Ledger, check_id: str, owner: str, now: datetime, asked: Asked | None = None
) -> bool:
    """Make a claimed check by card one by the numbers known for that card, or close it as one that needs an outage note.

    One transaction, in which `asked` goes into the log of requests. Whether it goes on by numbers; False as well when
    `owner` no longer holds it.
    """
    topics = Topic.QUESTIONS | Topic.CHECKS | Topic.CONDITIONS | Topic.TASKS
    with ledger.write(topics) as db:
        if asked is not None:
            line_log.insert(db, asked)
        row = db.execute(
            "SELECT card_mark FROM checks WHERE id = ? AND state = 'asking' AND owner = ?", [check_id, owner]
        ).fetchone()
        if row is None:
            return False
        numbers = last_answers.numbers_of_card(db, row["card_mark"])
        if numbers is None:
            dead_letters.give_up_in(db, check_id, dead_letters.NOTE_NEEDED, TOO_OLD, now)
            return False
        _go_on_by(db, check_id, numbers)
        return True


def _go_on_by(db: Database, check_id: str, numbers: SearchInfo) -> None:
    """The card's evidence stays on record; from now on `request_xml` is what is asked, and it carries no consents."""
    message = RequestMessage(message_body=RequestBody(qualification_confirm_search_info=numbers))
    db.execute(
        """UPDATE checks SET state = 'waiting', owner = NULL, owned_until = NULL, next_try_at = NULL, trouble_code = NULL,
                  trouble_detail = NULL, resend_after = NULL, request_xml = ? WHERE id = ?""",
        [message_xml.write(message), check_id],
    )
    touch(db, check_id)
