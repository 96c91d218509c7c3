"""公費の証 in reception's words: beside a check, and in the list by expiry."""

from dataclasses import dataclass
from datetime import date

from appliance.eligibility.local_certificate import TypedLocal
from appliance.eligibility.said import joined, said
from appliance.eligibility.wording import spoken_date, spoken_day
from appliance.ledger import local_certificates
from appliance.ledger.checks import Check
from appliance.ledger.database import Ledger
from appliance.ledger.local_certificates import Certificate
from appliance.web.reception.sections import Line
from appliance.web.reception.standing import Standing, standing_until


@dataclass(frozen=True)
class LocalCard:
    """One certificate as it is shown; `doubt` is set where the holder's name is another than the patient's."""

    id: str
    programme: str
    holder: str
    standing: Standing
    lines: tuple[Line, ...]
    doubt: str


def cards_of(ledger: Ledger, check: Check, today: date) -> tuple[LocalCard, ...]:
    """The certificates of whom `check` is about."""
    return tuple(
        card_of(held.certificate, today, is_sure=held.is_sure)
        for held in local_certificates.of_check(ledger, check)
    )


def card_of(one: Certificate, today: date, *, is_sure: bool = True) -> LocalCard:
    """One certificate on `today`."""
    facts = one.facts
    since = said("{valid_from} から ", valid_from=spoken_day(facts.valid_from)) if facts.valid_from else ""
    lines = [
        Line("公費負担者番号", facts.payer_number),
        Line("受給者番号", facts.beneficiary_number),
        Line(
            "有効期間",
            said("{since}{valid_until} まで", since=since, valid_until=spoken_day(facts.valid_until)),
        ),
        Line("自己負担", facts.pays),
    ]
    return LocalCard(
        id=one.id,
        programme=facts.programme,
        holder=joined("　", (one.name, spoken_date(one.birthdate))),
        standing=standing_until(facts.valid_from, facts.valid_until, today),
        lines=tuple(line for line in lines if line.value),
        doubt=""
        if is_sure
        else said("証のお名前は「{name}」です。ご本人の証か確かめてください。", name=one.name),
    )


def typed_of(one: Certificate) -> TypedLocal:
    """The form filled with a certificate, to be put right."""
    facts = one.facts
    return TypedLocal(
        programme=facts.programme,
        payer_number=facts.payer_number,
        beneficiary_number=facts.beneficiary_number,
        valid_from=_written(facts.valid_from),
        valid_until=_written(facts.valid_until),
        pays=facts.pays,
    )


def _written(day: date | None) -> str:
    return spoken_day(day).partition("（")[0] if day else ""
