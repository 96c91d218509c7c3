"""In which form a consumer wants its results: the box's own JSON, or FHIR."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from appliance.ledger import audit
from appliance.ledger.database import Ledger


class Form(StrEnum):
    """The form of a result."""

    JSON = "json"
    FHIR = "fhir"


def form_of(ledger: Ledger, consumer: str) -> Form:
    """The form `consumer` wants. A word of a later version of the box counts as the box's own JSON."""
    row = ledger.read.execute("SELECT form FROM consumers WHERE name = ?", [consumer]).fetchone()
    return _form(row["form"]) if row is not None else Form.JSON


def all_forms(ledger: Ledger) -> Mapping[str, Form]:
    """The form each consumer wants, by name."""
    return {
        row["name"]: _form(row["form"]) for row in ledger.read.execute("SELECT name, form FROM consumers")
    }


def set_form(ledger: Ledger, consumer: str, form: Form, by: str, now: datetime) -> bool:
    """Give `consumer` its results in `form` from now on, those that are still pending too; False when it has it already."""
    with ledger.write() as db:
        done = db.execute(
            "UPDATE consumers SET form = :form WHERE name = :name AND form != :form",
            {"form": "" if form is Form.JSON else form, "name": consumer},
        )
        if done.rowcount:
            audit.insert(db, by, "consumer-form", consumer, now, form)
        return bool(done.rowcount)


def _form(word: str) -> Form:
    return Form.FHIR if word == Form.FHIR else Form.JSON
