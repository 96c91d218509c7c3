"""Results as FHIR, over whichever way they go. `contract/fhir.md` says what lies where."""

import json
from typing import Any

from appliance.eligibility import message_xml
from appliance.eligibility.fhir.about import About
from appliance.eligibility.fhir.bundle import bundle
from appliance.eligibility.trouble import Trouble
from appliance.ledger.checks import Check
from appliance.ledger.deliveries import Delivery

SCHEMA = "urn:madoguchi:1:eligibility-fhir"

_INSIDE_THE_BUNDLE = ("family", "header", "body", "results", "unknown")


def bundle_of(delivery: Delivery, check: Check) -> dict[str, Any]:
    """The Bundle of one delivery, the same at every call. Raises `Trouble` CENTER-002 when the answer cannot be read."""
    if check.result_xml is None:
        raise Trouble("CENTER-002", "結果がありません")
    try:
        message = message_xml.read_result(check.result_xml)
    except Trouble as trouble:
        raise Trouble("CENTER-002", trouble.code) from trouble
    about = About(
        check_id=check.id,
        delivery_id=delivery.id,
        institution_code=check.institution_code,
        received_at=check.received_at,
        answered_at=check.answered_at,
        trouble_code=check.trouble_code,
    )
    return bundle(message, about)


def as_fhir(payload: bytes, delivery: Delivery, check: Check) -> bytes:
    """An `eligibility` message with a Bundle in place of what it says in JSON; all else that it says stays.

    Raises `Trouble` CENTER-002 when the answer cannot be read.
    """
    said = {name: value for name, value in json.loads(payload).items() if name not in _INSIDE_THE_BUNDLE}
    values = {**said, "schema": SCHEMA, "bundle": bundle_of(delivery, check)}
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()
