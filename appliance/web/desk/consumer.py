"""One consumer's page: how it stands, the file for its vendor, and what it gets."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Response, make_response, redirect, render_template, request, url_for

from appliance.eligibility.trouble import Trouble
from appliance.ledger import (
    account_wishes,
    api_tokens,
    audit,
    consumer_extras,
    consumer_forms,
    consumer_terms,
    consumers,
    delivery_counts,
    notices,
)
from appliance.ledger.account_wishes import AccountWish, handover_file
from appliance.ledger.consumer_extras import Extra, Given, Scope
from appliance.ledger.consumer_terms import Term
from appliance.ledger.consumers import Consumer, ConsumerKind
from appliance.ledger.delivery_counts import NONE, DeliveryCounts
from appliance.ledger.folder_terms import Folder, folder_of
from appliance.web import errors, guard, house
from appliance.web.desk.area import ADMINISTRATORS, KEEPERS, blueprint
from appliance.web.desk.consumer_entry import chosen_form, put
from appliance.web.desk.consumer_words import (
    EXTRA_LABELS,
    FORM_LABELS,
    KIND_LABELS,
    LIST_LABELS,
    SCOPE_LABELS,
    TERM_LABELS,
)
from appliance.web.desk.reader_words import LONG, moment
from appliance.web.room import here


@dataclass(frozen=True)
class ConsumerCard:
    """One consumer as its page shows it. `wish` is what sync has still to do for it; `has_file`: to be taken once.

    `given` is what it gets beside results, `owed_beside` how much of that it has not taken.
    """

    consumer: Consumer
    counts: DeliveryCounts
    folder: Folder | None
    wish: AccountWish | None
    waits_long: bool
    has_file: bool
    house: str
    given: Mapping[Extra, Given]
    owed_beside: int


@blueprint.get("/desk/consumers/<name>")
@guard.allow(*KEEPERS)
def one_consumer(name: str) -> str:
    """How it stands and what can be done. Raises `Trouble` INPUT-005 for one that is not served."""
    return _page(named(name), None)


@blueprint.post("/desk/consumers/<name>/lists")
@guard.allow(*ADMINISTRATORS)
def change_lists(name: str) -> Response:
    """Whether it may hand in lists, and in whose name. Its password stays."""
    one = named(name)
    try:
        put(name, one.kind, one.folder, anew=False)
    except Trouble as trouble:
        return _refused(name, trouble)
    return back(name)


@blueprint.post("/desk/consumers/<name>/extras")
@guard.allow(*ADMINISTRATORS)
def change_extras(name: str) -> Response:
    """What it gets beside results, but for medical information."""
    room, one = here(), named(name)
    now, by = room.clock(), guard.signed_in().name
    try:
        with room.ledger.together():
            for extra in (Extra.TASKS, Extra.RAW):
                _set_extra(one.name, extra, wanted=extra.value in request.form, by=by, now=now)
            account_wishes.want(room.ledger, one.name, by, now, anew=False)
    except Trouble as trouble:
        return _refused(name, trouble)
    return back(name)


def _set_extra(name: str, extra: Extra, *, wanted: bool, by: str, now: datetime) -> None:
    ledger = here().ledger
    if not wanted:
        consumer_extras.take_back(ledger, name, extra, by, now)
    elif extra not in consumer_extras.of(ledger, name):
        consumer_extras.give(ledger, name, extra, by, now)


@blueprint.post("/desk/consumers/<name>/medical")
@guard.allow(*ADMINISTRATORS)
def change_medical(name: str) -> Response:
    """Whether it gets medical information, which, and for what: said by whoever answers for the clinic."""
    room, one = here(), named(name)
    now, by = room.clock(), guard.signed_in().name
    try:
        scope = _medical_scope()
        with room.ledger.together():
            if scope:
                purpose = request.form.get("purpose", "")
                consumer_extras.give(
                    room.ledger, one.name, Extra.MEDICAL, by, now, scope=scope, purpose=purpose
                )
            else:
                consumer_extras.take_back(room.ledger, one.name, Extra.MEDICAL, by, now)
            account_wishes.want(room.ledger, one.name, by, now, anew=False)
    except Trouble as trouble:
        return _refused(name, trouble)
    return back(name)


def _medical_scope() -> Scope | None:
    scope = request.form.get("scope", "")
    if scope not in SCOPE_LABELS:
        raise Trouble("INPUT-001", "渡す範囲を選んでください")
    if scope and "sure" not in request.form:
        raise Trouble("INPUT-001", "利用目的を確かめた印を付けてください")
    return Scope(scope) if scope else None


@blueprint.post("/desk/consumers/<name>/form")
@guard.allow(*ADMINISTRATORS)
def change_form(name: str) -> Response:
    """In which form it gets results, those that wait included."""
    if named(name).kind is ConsumerKind.FOLDER:
        raise Trouble("INPUT-005")
    room = here()
    try:
        form = chosen_form()
    except Trouble as trouble:
        return _refused(name, trouble)
    consumer_forms.set_form(room.ledger, name, form, guard.signed_in().name, room.clock())
    return back(name)


@blueprint.post("/desk/consumers/<name>/file")
@guard.allow(*ADMINISTRATORS)
def new_file(name: str) -> Response:
    """A new password and a new file; the old password is good no more."""
    if named(name).kind is not ConsumerKind.MQTT:
        raise Trouble("INPUT-005")
    _note(name, "consumer-file-wanted")
    return back(name)


@blueprint.post("/desk/consumers/<name>/file/take")
@guard.allow(*ADMINISTRATORS)
def take_file(name: str) -> Response:
    """The file for the vendor. It is gone from the box afterwards, so that it cannot be taken a second time unnoticed."""
    room = here()
    one = named(name)
    content = account_wishes.take_handover(room.box, one.name)
    if content is None:
        return _refused(
            name, Trouble("INPUT-005", "このファイルはもう渡されています。新しいファイルを作ってください")
        )
    audit.write(room.ledger, guard.signed_in().name, "consumer-file-taken", one.name, room.clock())
    answer = make_response(content)
    answer.mimetype = "application/zip"
    answer.headers["Content-Disposition"] = f'attachment; filename="madoguchi-{one.name}.zip"'
    return answer


@blueprint.post("/desk/consumers/<name>/remove")
@guard.allow(*ADMINISTRATORS)
def remove_consumer(name: str) -> Response:
    """Serve it no more; what it has not taken is given up."""
    room, one = here(), named(name)
    now, by = room.clock(), guard.signed_in().name
    with room.ledger.together():
        consumers.remove(room.ledger, one.name)
        api_tokens.revoke_all(room.ledger, one.name, by, now)
        audit.write(room.ledger, by, "consumer-removed", one.name, now)
        if one.kind is ConsumerKind.MQTT:
            account_wishes.want(room.ledger, one.name, by, now, anew=False)
    return make_response(redirect(url_for("desk.consumer_page"), 303))


def _note(name: str, action: str) -> None:
    room = here()
    now, by = room.clock(), guard.signed_in().name
    with room.ledger.together():
        account_wishes.want(room.ledger, name, by, now, anew=True)
        audit.write(room.ledger, by, action, name, now)


def _page(one: Consumer, trouble: Trouble | None) -> str:
    ledger = here().ledger
    return render_template(
        "desk/consumer.html",
        entry=trouble.entry if trouble else None,
        detail=trouble.detail if trouble else "",
        card=_card(one),
        one=one,
        kinds=KIND_LABELS,
        lists=LIST_LABELS,
        term_labels=TERM_LABELS,
        terms=consumer_terms.all_terms(ledger).get(one.name, frozenset[Term]()),
        extras=EXTRA_LABELS,
        scopes=SCOPE_LABELS,
        purpose_notice=consumer_extras.PURPOSE_NOTICE,
        longest_purpose=consumer_extras.LONGEST_PURPOSE,
        may_change=guard.signed_in().role in ADMINISTRATORS,
        payloads=FORM_LABELS,
        payload=consumer_forms.form_of(ledger, one.name),
        houses=house.choices(),
        looked_at=delivery_counts.LOOKED_AT,
        moment=moment,
    )


def _card(one: Consumer) -> ConsumerCard:
    room = here()
    wish = next((wish for wish in account_wishes.wanted(room.ledger) if wish.consumer == one.name), None)
    return ConsumerCard(
        consumer=one,
        counts=delivery_counts.by_consumer(room.ledger).get(one.name, NONE),
        folder=folder_of(one, room.box, room.settings) if one.kind is ConsumerKind.FOLDER else None,
        wish=wish,
        waits_long=wish is not None and room.clock() - wish.wanted_at >= LONG,
        has_file=has_file(one),
        house=house.name_of(one.handing_in.institution_code or room.settings.institution_code),
        given=consumer_extras.of(room.ledger, one.name),
        owed_beside=notices.waiting(room.ledger).get(one.name, 0),
    )


def has_file(one: Consumer) -> bool:
    """Whether a file for its vendor lies ready."""
    return one.kind is ConsumerKind.MQTT and handover_file(here().box, one.name).exists()


def _refused(name: str, trouble: Trouble) -> Response:
    if not errors.wants_page():
        raise trouble
    return make_response(_page(named(name), trouble), errors.status_of(trouble))


def named(name: str) -> Consumer:
    """The consumer of this name. Raises `Trouble` INPUT-005 when there is none."""
    found = consumers.find(here().ledger, name)
    if found is None:
        raise Trouble("INPUT-005")
    return found


def back(name: str) -> Response:
    """To its page, once something has been done."""
    return make_response(redirect(url_for("desk.one_consumer", name=name), 303))
