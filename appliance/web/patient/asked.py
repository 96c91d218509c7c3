"""What a patient is asked on the reader's screen today: dated rules decide what may be asked, the site what is."""

from dataclasses import dataclass, fields
from datetime import date

from appliance.eligibility.rules.book import Rulebook
from appliance.eligibility.rules.consents import Where, consent_items
from appliance.eligibility.visit import Consents
from appliance.settings import Settings

_CONSENTS = tuple(field.name for field in fields(Consents))
_DISEASES, _PRESCRIPTION, _SUBSIDY = (
    "specific_diseases_certificate_related",
    "prescription_issue_select",
    "medical_subsidy",
)


@dataclass(frozen=True)
class Asked:
    """`items` by the field names of `Consents`, in their order; `choices` are `prescription` and `medical_subsidy`, if any.

    `all_at_once`: one press may answer all items (since 2024-10-07).
    """

    items: tuple[str, ...]
    choices: tuple[str, ...]
    all_at_once: bool


def asked_on(book: Rulebook, day: date, settings: Settings) -> Asked:
    """What is asked on `day` with these settings."""
    may = {row.item for row in consent_items(book, day, Where.READER)}
    left_out = set() if settings.ask_specific_diseases else {_DISEASES}
    choices = {
        "prescription": settings.ask_prescription and _PRESCRIPTION in may,
        "medical_subsidy": settings.ask_medical_subsidy and _SUBSIDY in may,
    }
    return Asked(
        items=tuple(name for name in _CONSENTS if name in may - left_out),
        choices=tuple(name for name, is_asked in choices.items() if is_asked),
        all_at_once="all_medical_info" in may,
    )
