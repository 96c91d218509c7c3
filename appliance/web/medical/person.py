"""A person as the pages of medical information show one."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime

from appliance.eligibility.disaster import SEX_LABELS, Sex
from appliance.eligibility.said import said
from appliance.eligibility.wording import age_on, day_of, spoken_date
from appliance.ledger.times import clinic_day


@dataclass(frozen=True)
class Somebody:
    """Who it is, in words that tell people apart."""

    name: str
    kana: str
    birth: str
    sex: str
    address: str


def somebody(
    *,
    name: str | None,
    kana: str | None,
    birthdate: str | None,
    sex: str | None,
    now: datetime,
    address: str | None = None,
) -> Somebody:
    """A person of an answer of the center; what is not there is said to be missing, or left out."""
    born = day_of(birthdate)
    age = said("・{age}歳", age=age_on(born, clinic_day(now))) if born else ""
    known = sex or ""
    return Somebody(
        name=name or "（氏名なし）",
        kana=unicodedata.normalize("NFKC", kana or ""),
        birth=spoken_date(birthdate or "") + age,
        sex=SEX_LABELS[Sex(known)] if known in set(Sex) else known,
        address=address or "",
    )
