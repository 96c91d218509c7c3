"""Patient: who a qualification is of, as the center writes the person."""

from typing import Any

from appliance.eligibility.fhir import systems
from appliance.eligibility.fhir.taken import Json, Taken, filled
from appliance.eligibility.message import Qualification

FIELDS = (
    "name",
    "name_kana",
    "name_of_other",
    "name_of_other_kana",
    "sex1",
    "sex2",
    "birthdate",
    "address",
    "post_number",
    "reference_number",
)

GENDERS = {"1": "male", "2": "female", "3": "unknown"}


def patient(qualification: Qualification) -> Json:
    """A Patient with at least one member, or an empty object when the center says nothing of the person.

    Names are one text, as they come: where a family name ends is not told.
    """
    taken = Taken(qualification, FIELDS)
    names = [
        _name("official", "IDE", taken.text("name")),
        _name("official", "SYL", taken.text("name_kana")),
        _name("usual", "IDE", taken.text("name_of_other")),
        _name("usual", "SYL", taken.text("name_of_other_kana")),
    ]
    number = taken.text("reference_number")
    address = filled(text=taken.text("address"), postalCode=taken.text("post_number"))
    found = filled(
        identifier=[{"system": systems.REFERENCE_NUMBER, "value": number}] if number else None,
        name=[one for one in names if one],
        gender=taken.one_of("sex1", GENDERS),
        birthDate=taken.day("birthdate"),
        address=[address] if address else None,
    )
    if extension := taken.rest():
        found = {"extension": extension, **found}
    return {"resourceType": "Patient", **found} if found else {}


def _name(use: str, representation: str, text: str | None) -> dict[str, Any] | None:
    if text is None:
        return None
    kind = {"url": systems.NAME_REPRESENTATION, "valueCode": representation}
    return {"extension": [kind], "use": use, "text": text}
