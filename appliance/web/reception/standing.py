"""How a certificate with a period stands today: runs, ends soon, is over, has not begun."""

from dataclasses import dataclass
from datetime import date

from appliance.eligibility.message import (
    Block,
    ElderlyRecipientCertificate,
    LimitApplicationCertificate,
    MedicalTicket,
    SpecificDiseasesCertificate,
)
from appliance.eligibility.said import said
from appliance.eligibility.wording import day_of
from appliance.web.reception.states import Tone

SOON = 31
"""Days before the end from which it is said."""

_PERIODS: dict[type[Block], tuple[str, str]] = {
    ElderlyRecipientCertificate: ("elderly_recipient_valid_start_date", "elderly_recipient_valid_end_date"),
    LimitApplicationCertificate: (
        "limit_application_certificate_valid_start_date",
        "limit_application_certificate_valid_end_date",
    ),
    SpecificDiseasesCertificate: ("specific_diseases_valid_start_date", "specific_diseases_valid_end_date"),
    MedicalTicket: ("medical_ticket_valid_date", "medical_ticket_expiration_date"),
}


@dataclass(frozen=True)
class Standing:
    """A word with its tone and icon."""

    word: str
    tone: Tone
    icon: str


def standing_on(first: date | None, last: date | None, today: date) -> Standing | None:
    """How a period stands on `today`; None when no day of it is known."""
    if last is not None:
        return standing_until(first, last, today)
    return standing_until(first, date.max, today) if first is not None else None


def standing_until(first: date | None, last: date, today: date) -> Standing:
    """How a period with an end stands on `today`."""
    if first is not None and today < first:
        return Standing(said("{month}月{day}日から", month=first.month, day=first.day), Tone.WAIT, "clock")
    left = (last - today).days
    if left < 0:
        return Standing("期限切れ", Tone.STOP, "cross")
    if left == 0:
        return Standing("今日まで", Tone.WAIT, "clock")
    return (
        Standing(said("あと{left}日", left=left), Tone.WAIT, "clock")
        if left <= SOON
        else Standing("有効", Tone.GOOD, "check")
    )


def standing_of(block: Block, today: date) -> Standing | None:
    """How a certificate of an answer stands; None for a block that is none."""
    names = _PERIODS.get(type(block))
    if names is None:
        return None
    first, last = (day_of(getattr(block, name)) for name in names)
    return standing_on(first, last, today)
