"""One delivery as the message a consumer gets, the same over whichever way it comes."""

from enum import StrEnum

from appliance.eligibility.trouble import Trouble
from appliance.ledger import (
    bulk_payloads,
    checks,
    consumer_answers,
    consumer_extras,
    consumer_forms,
    fhir_payloads,
    payloads,
)
from appliance.ledger.consumer_extras import Extra
from appliance.ledger.consumer_forms import Form
from appliance.ledger.database import Ledger
from appliance.ledger.deliveries import Delivery
from appliance.ledger.replaced import replaced_by


class Word(StrEnum):
    """What a message is: the last word of its topic, the name of its event, its schema."""

    ELIGIBILITY = "eligibility"
    BULK_RESULT = "bulk-result"
    OUTCOME = "outcome"


def message_of(ledger: Ledger, delivery: Delivery) -> tuple[Word, bytes]:
    """What `delivery` hands over. Raises `Trouble` INPUT-005 or CENTER-002 for what cannot be made into a message."""
    check = checks.find(ledger, delivery.check_id)
    if check is None:
        raise Trouble("INPUT-005", "照会がありません")
    if consumer_answers.is_outcome(delivery, check):
        return Word.OUTCOME, payloads.outcome(delivery, check)
    if check.family.is_bulk:
        return Word.BULK_RESULT, bulk_payloads.result_of(ledger, delivery, check)
    is_whole = consumer_extras.has_in(ledger.read, delivery.consumer, Extra.RAW)
    replaced = replaced_by(ledger, check)
    payload = payloads.eligibility(delivery, check, replaced, with_xml=is_whole)
    if consumer_forms.form_of(ledger, delivery.consumer) is Form.FHIR:
        payload = fhir_payloads.as_fhir(payload, delivery, check)
    return Word.ELIGIBILITY, payload
