"""Appointment lists of the fictitious people, as reservation systems write them."""

from appliance.demo.people import person
from appliance.eligibility import appointments
from appliance.eligibility.numbers import normal_insurer_number
from appliance.eligibility.rules.laws import LawSide, laws
from appliance.eligibility.rules.packaged_book import packaged_book
from appliance.ledger.times import clinic_day, utc_now

HEADINGS = "患者番号,予約時刻,氏名,保険者番号,記号,番号,枝番,生年月日,負担割合"


def row(person_id: str, **changes: str) -> str:
    """The row of a fictitious person, as a reservation system writes it."""
    who = person(person_id)
    one = who.qualifications[0] if who.qualifications else None
    cells = {
        "patient": person_id,
        "time": "9:00",
        "name": who.name,
        "insurer": normal_insurer_number(one.insurer_number or one.public_expense_number or "")
        if one
        else "06139992",
        "symbol": one.insured_card_symbol or "" if one else "1",
        "number": one.insured_identification_number or one.beneficiary_number or "" if one else "2",
        "branch": one.insured_branch_number or "" if one else "",
        "birthdate": f"{who.birthdate:%Y/%m/%d}",
        "ratio": "",
    }
    return ",".join((cells | changes).values())


def as_list(*rows: str) -> bytes:
    """The file with these rows."""
    return "\n".join((HEADINGS, *rows)).encode()


def listed(*rows: str) -> appointments.AppointmentList:
    """The list with these rows, read."""
    today = clinic_day(utc_now())
    return appointments.read(as_list(*rows), today, laws(packaged_book(), LawSide.INSURER, today))
