"""The page of those who get results: 電子カルテ over MQTT or the API, レセコン with a folder each; and the form for another."""

from dataclasses import dataclass

from flask import Response, jsonify, make_response, render_template, request

from appliance.eligibility.trouble import Trouble
from appliance.eligibility.xml_source import Encoding
from appliance.ledger import account_wishes, consumers, delivery_counts, notices
from appliance.ledger.consumer_forms import Form
from appliance.ledger.consumers import Consumer, ConsumerKind
from appliance.ledger.delivery_counts import NONE, DeliveryCounts
from appliance.web import errors, guard, house
from appliance.web.desk.area import ADMINISTRATORS, KEEPERS, blueprint
from appliance.web.desk.consumer import back, has_file
from appliance.web.desk.consumer_entry import chosen_form, chosen_kind, folder_terms, new_name, put
from appliance.web.desk.consumer_words import FORM_LABELS, KIND_LABELS, LIST_LABELS
from appliance.web.desk.reader_words import moment
from appliance.web.room import here


@dataclass(frozen=True)
class ConsumerRow:
    """One consumer in the list. `owed_beside` is what it has not taken of what it gets beside results."""

    consumer: Consumer
    counts: DeliveryCounts
    owed_beside: int
    has_file: bool


@blueprint.get("/desk/consumers")
@guard.allow(*KEEPERS)
def consumer_page() -> str:
    """Who gets results, how they stand, and the form for another."""
    return _page(None)


@blueprint.get("/desk/consumer-state")
@guard.allow(*KEEPERS)
def consumer_state() -> Response:
    """Whether sync has still something to do, for the page that waits."""
    return jsonify({"waiting": bool(account_wishes.wanted(here().ledger))})


@blueprint.post("/desk/consumers")
@guard.allow(*ADMINISTRATORS)
def add_consumer() -> Response:
    """Another one. A name that was given up before comes back under the new terms."""
    try:
        name, kind = new_name(), chosen_kind()
        form = Form.JSON if kind is ConsumerKind.FOLDER else chosen_form()
        put(name, kind, folder_terms(name, kind), form)
    except Trouble as trouble:
        if not errors.wants_page():
            raise
        return make_response(_page(trouble), errors.status_of(trouble))
    return back(name)


def _page(trouble: Trouble | None) -> str:
    ledger = here().ledger
    counts, beside = delivery_counts.by_consumer(ledger), notices.waiting(ledger)
    found = consumers.all_consumers(ledger)
    return render_template(
        "desk/consumers.html",
        entry=trouble.entry if trouble else None,
        detail=trouble.detail if trouble else "",
        rows=[
            ConsumerRow(one, counts.get(one.name, NONE), beside.get(one.name, 0), has_file(one))
            for one in found
            if one.enabled
        ],
        gone=[one for one in found if not one.enabled],
        wishes={one.consumer for one in account_wishes.wanted(ledger)},
        kinds=KIND_LABELS,
        lists=LIST_LABELS,
        may_change=guard.signed_in().role in ADMINISTRATORS,
        payloads=FORM_LABELS,
        encodings=tuple(Encoding),
        houses=house.choices(),
        form=request.form if trouble else {},
        moment=moment,
    )
