"""A person of an answer in words: when born, and which share they pay."""

from datetime import date

from appliance.eligibility.eras import wareki
from appliance.eligibility.message import Qualification
from appliance.eligibility.said import said
from appliance.eligibility.wording import age_on, day_of, spoken_ratio


def share_of(found: Qualification) -> str:
    """The patient's share as 「3割」, from the 高齢受給者証 where there is one; empty when the center says none."""
    elderly = found.elderly_recipient_certificate_info
    ratio = elderly.elderly_recipient_contribution_ratio if elderly else None
    return spoken_ratio(ratio or found.insured_partial_contribution_ratio or "")


def born(birthdate: str | None, today: date) -> str:
    """A birth date as 「昭和54年3月5日（47歳）」; as it came when it is no date."""
    day = day_of(birthdate)
    if day is None:
        return birthdate or ""
    try:
        written = wareki(day)
    except ValueError:
        written = day.isoformat()
    return said("{written}（{age}歳）", written=written, age=age_on(day, today)) if day <= today else written
