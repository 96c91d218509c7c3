"""How consents were given, as the text that stands in the ledger."""

import json

from appliance.eligibility.visit import Choices, ConsentRecord, ConsentWay, Language, PrescriptionForm
from appliance.ledger.times import from_text, to_text


def dump(record: ConsentRecord) -> str:
    """`record` as JSON."""
    return json.dumps(
        {
            "pressed": record.pressed.value,
            "text_version": record.text_version,
            "language": record.language.value,
            "reader": record.reader,
            "given_at": to_text(record.given_at),
            "prescription": record.choices.prescription.value,
            "medical_subsidy": record.choices.medical_subsidy,
        }
    )


def load(text: str) -> ConsentRecord:
    """What `dump` wrote. Raises `ValueError` or `KeyError` for anything else."""
    values = json.loads(text)
    return ConsentRecord(
        pressed=ConsentWay(values["pressed"]),
        text_version=values["text_version"],
        language=Language(values["language"]),
        reader=values["reader"],
        given_at=from_text(values["given_at"]),
        choices=Choices(PrescriptionForm(values.get("prescription", "")), values.get("medical_subsidy")),
    )
