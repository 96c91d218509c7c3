"""What is printed on the front of a My Number card, as far as 照合番号B is made of it, and when it may be believed."""

import re
from dataclasses import dataclass, field
from datetime import date

from appliance.eligibility.eras import era_of, first_year, parse_date

LONGEST_YEARS = 10
"""A card is valid up to the tenth birthday after its issue."""

_OLDEST_YEARS = 130
_CODE = re.compile(r"[0-9]{4}")
_BIRTH = re.compile(r"(?P<day>(?:明治|大正|昭和|平成|令和)(?:元|\d{1,2})年\d{1,2}月\d{1,2}日)生")
_EXPIRY = re.compile(r"(?P<day>\d{4}年\d{1,2}月\d{1,2}日)まで有効")


@dataclass(frozen=True)
class CardFace:
    """The three things. They open the photo in the card, so they are in no repr."""

    birthdate: date = field(repr=False)
    expires: date = field(repr=False)
    code: str = field(repr=False)

    @property
    def number_b(self) -> str:
        """照合番号B, 14 digits: birth date in 和暦 YYMMDD, expiry year YYYY, security code."""
        year = self.birthdate.year - first_year(era_of(self.birthdate)) + 1
        return f"{year:02d}{self.birthdate:%m%d}{self.expires.year:04d}{self.code}"

    def is_plausible(self, today: date) -> bool:
        """Whether a valid card can say so: born before today, not expired, and valid up to a birthday within ten years.

        A card ends on a birthday of its holder; so a misread month or day is found out. One born on 29 February may have
        any of the days beside it.
        """
        born, ends = self.birthdate, self.expires
        if _CODE.fullmatch(self.code) is None or not born < today <= ends:
            return False
        if today.year - born.year > _OLDEST_YEARS or ends.year - today.year > LONGEST_YEARS:
            return False
        same_day = (born.month, born.day) == (ends.month, ends.day)
        leap = (born.month, born.day) == (2, 29) and (ends.month, ends.day) in {(2, 28), (3, 1)}
        return same_day or leap


def birthdate_in(text: str) -> date | None:
    """The day of 「昭和60年3月5日生」, which stands in `text` exactly once; a 西暦 birth date is not taken. None otherwise."""
    return _only_day(_BIRTH, text)


def expiry_in(text: str) -> date | None:
    """The day of 「2028年3月5日まで有効」, as `birthdate_in`."""
    return _only_day(_EXPIRY, text)


def _only_day(shape: re.Pattern[str], text: str) -> date | None:
    found = [match["day"] for match in shape.finditer(text)]
    if len(found) != 1:
        return None
    try:
        return parse_date(found[0])
    except ValueError:
        return None
