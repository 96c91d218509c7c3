"""Ages as the law counts them: a year older at the end of the day before the birthday."""

from datetime import date, timedelta
from enum import StrEnum

SCHOOL_AGE = 6
SEVENTY = 70
ELDERLY_AGE = 75


class AgeGroup(StrEnum):
    """The age groups that 一部負担金 goes by."""

    PRESCHOOL = "preschool"
    STANDARD = "standard"
    SEVENTIES = "seventies"
    ELDERLY = "elderly"


AGE_GROUP_LABELS = {
    AgeGroup.PRESCHOOL: "未就学児",
    AgeGroup.STANDARD: "就学後〜69歳",
    AgeGroup.SEVENTIES: "70〜74歳",
    AgeGroup.ELDERLY: "75歳以上",
}


def reaches(birth: date, years: int) -> date:
    """The day on which somebody born on `birth` reaches an age: the day before the birthday.

    Born on February 29th: February 28th, in leap years too.
    """
    year = birth.year + years
    try:
        birthday = birth.replace(year=year)
    except ValueError:
        birthday = date(year, 3, 1)
    return birthday - timedelta(days=1)


def legal_age(birth: date, day: date) -> int:
    """Full years on `day`, as the law counts; negative before the birth."""
    years = day.year - birth.year
    return years if reaches(birth, years) <= day < reaches(birth, years + 1) else _beside(birth, day, years)


def _beside(birth: date, day: date, years: int) -> int:
    # A birthday on January 1st is reached in the year before.
    return years - 1 if day < reaches(birth, years) else years + 1


def preschool_until(birth: date) -> date:
    """The last day of 未就学: the first March 31st on or after the day on which six is reached."""
    six = reaches(birth, SCHOOL_AGE)
    return date(six.year if six <= date(six.year, 3, 31) else six.year + 1, 3, 31)


def seventies_from(birth: date) -> date:
    """The first day of the share of the seventies: the first of the month after seventy is reached."""
    seventy = reaches(birth, SEVENTY)
    return (seventy.replace(day=1) + timedelta(days=31)).replace(day=1)


def elderly_from(birth: date) -> date:
    """The first day of 後期高齢者医療 by age: the 75th birthday itself."""
    return reaches(birth, ELDERLY_AGE) + timedelta(days=1)


def age_group(birth: date, day: date) -> AgeGroup:
    """The age group on `day`. Somebody younger in 後期高齢者医療 (65 and disabled) is not known by age."""
    if day >= elderly_from(birth):
        return AgeGroup.ELDERLY
    if day >= seventies_from(birth):
        return AgeGroup.SEVENTIES
    return AgeGroup.PRESCHOOL if day <= preschool_until(birth) else AgeGroup.STANDARD
