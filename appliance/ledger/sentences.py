"""Sentences in the ledger: with their form and what stands in it, so that a page in another language can say them."""

import json

from appliance.eligibility.said import Joined, Said, joined, said


def taken_apart(text: str) -> tuple[str, str]:
    """A sentence as its form and, as JSON, what stands in its places; a plain text has nothing there."""
    match text:
        case Joined():
            return text.form, json.dumps([taken_apart(one) for one in text.parts], ensure_ascii=False)
        case Said():
            return text.form, json.dumps(text.values, ensure_ascii=False)
    return text, ""


def put_together(form: str, terms: str) -> str:
    """The sentence that `taken_apart` took apart."""
    if not terms:
        return form
    found = json.loads(terms)
    if isinstance(found, list):
        return joined(form, (put_together(*one) for one in found))
    return said(form, **found)
