"""The page of those who get results: 電子カルテ over MQTT with one file to hand over, レセコン with a folder each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Response, jsonify, make_response, redirect, render_template, request, url_for

from appliance.eligibility.trouble import Trouble
from appliance.eligibility.xml_source import Encoding
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
from appliance.ledger.consumer_forms import Form
from appliance.ledger.consumers import Consumer, ConsumerKind, FolderTerms, Lists, ListTerms
from appliance.ledger.delivery_counts import NONE, DeliveryCounts
from appliance.ledger.folder_terms import Folder, check_apart, folder_of
from appliance.web import errors, guard, house
from appliance.web.desk.area import ADMINISTRATORS, KEEPERS, blueprint
from appliance.web.desk.consumer_rights import TERM_LABELS
from appliance.web.desk.reader_words import LONG, moment
from appliance.web.room import here

KIND_LABELS = {
    ConsumerKind.MQTT: "電子カルテなど（MQTT）",
    ConsumerKind.API: "電子カルテなど（HTTP API）",
    ConsumerKind.FOLDER: "レセコン（共有フォルダ）",
}
LIST_LABELS = {
    "": "受け取らない",
    Lists.NIGHT.value: "受け取り、夜に照会する",
    Lists.NOW.value: "受け取り、すぐに照会する",
}
EXTRA_LABELS = {
    Extra.TASKS: "対応が必要なこと（差額、不詳など）",
    Extra.RAW: "センターの電文（XML）",
    Extra.MEDICAL: "薬剤・診療・健診の情報",
}
SCOPE_LABELS = {
    "": "渡さない",
    Scope.OWN.value: "この相手が照会した分だけ渡す",
    Scope.ALL.value: "「診療」の画面で照会した分も渡す",
}
FORM_LABELS = {Form.JSON.value: "JSON（この装置の形式）", Form.FHIR.value: "FHIR R4"}


@dataclass(frozen=True)
class ConsumerCard:
    """One consumer as the page shows it. `wish` is what sync has still to do for it; `has_file`: to be taken once.

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


@blueprint.get("/desk/consumers")
@guard.allow(*KEEPERS)
def consumer_page() -> str:
    """Who gets results, how they stand, and the form for another."""
    return _page(None)


@blueprint.get("/desk/consumers/state")
@guard.allow(*KEEPERS)
def consumer_state() -> Response:
    """Whether sync has still something to do, for the page that waits."""
    return jsonify({"waiting": bool(account_wishes.wanted(here().ledger))})


@blueprint.post("/desk/consumers")
@guard.allow(*KEEPERS)
def add_consumer() -> Response:
    """Another one. A name that was given up before comes back under the new terms."""
    try:
        name, kind = _new_name(), _kind()
        form = Form.JSON if kind is ConsumerKind.FOLDER else _form()
        _put(name, kind, _folder_terms(name, kind), form)
    except Trouble as trouble:
        return _refused(trouble)
    return _back()


@blueprint.post("/desk/consumers/<name>/lists")
@guard.allow(*KEEPERS)
def change_lists(name: str) -> Response:
    """Whether it may hand in lists, and in whose name. Its password stays."""
    one = _named(name)
    try:
        _put(name, one.kind, one.folder, anew=False)
    except Trouble as trouble:
        return _refused(trouble)
    return _back()


@blueprint.post("/desk/consumers/<name>/extras")
@guard.allow(*KEEPERS)
def change_extras(name: str) -> Response:
    """What it gets beside results, but for medical information."""
    room, one = here(), _named(name)
    now, by = room.clock(), guard.signed_in().name
    try:
        with room.ledger.together():
            for extra in (Extra.TASKS, Extra.RAW):
                _set_extra(one.name, extra, wanted=extra.value in request.form, by=by, now=now)
            account_wishes.want(room.ledger, one.name, by, now, anew=False)
    except Trouble as trouble:
        return _refused(trouble)
    return _back()


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
    room, one = here(), _named(name)
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
        return _refused(trouble)
    return _back()


def _medical_scope() -> Scope | None:
    scope = request.form.get("scope", "")
    if scope not in SCOPE_LABELS:
        raise Trouble("INPUT-001", "渡す範囲を選んでください")
    if scope and "sure" not in request.form:
        raise Trouble("INPUT-001", "利用目的を確かめた印を付けてください")
    return Scope(scope) if scope else None


@blueprint.post("/desk/consumers/<name>/form")
@guard.allow(*KEEPERS)
def change_form(name: str) -> Response:
    """In which form it gets results, those that wait included."""
    if _named(name).kind is ConsumerKind.FOLDER:
        raise Trouble("INPUT-005")
    room = here()
    try:
        form = _form()
    except Trouble as trouble:
        return _refused(trouble)
    consumer_forms.set_form(room.ledger, name, form, guard.signed_in().name, room.clock())
    return _back()


@blueprint.post("/desk/consumers/<name>/file")
@guard.allow(*KEEPERS)
def new_file(name: str) -> Response:
    """A new password and a new file; the old password is good no more."""
    if _named(name).kind is not ConsumerKind.MQTT:
        raise Trouble("INPUT-005")
    _note(name, "consumer-file-wanted")
    return _back()


@blueprint.post("/desk/consumers/<name>/file/take")
@guard.allow(*KEEPERS)
def take_file(name: str) -> Response:
    """The file for the vendor. It is gone from the box afterwards, so that it cannot be taken a second time unnoticed."""
    room = here()
    one = _named(name)
    content = account_wishes.take_handover(room.box, one.name)
    if content is None:
        return _refused(
            Trouble("INPUT-005", "このファイルはもう渡されています。新しいファイルを作ってください")
        )
    audit.write(room.ledger, guard.signed_in().name, "consumer-file-taken", one.name, room.clock())
    answer = make_response(content)
    answer.mimetype = "application/zip"
    answer.headers["Content-Disposition"] = f'attachment; filename="madoguchi-{one.name}.zip"'
    return answer


@blueprint.post("/desk/consumers/<name>/remove")
@guard.allow(*KEEPERS)
def remove_consumer(name: str) -> Response:
    """Serve it no more; what it has not taken is given up."""
    room, one = here(), _named(name)
    now, by = room.clock(), guard.signed_in().name
    with room.ledger.together():
        consumers.remove(room.ledger, one.name)
        api_tokens.revoke_all(room.ledger, one.name, by, now)
        audit.write(room.ledger, by, "consumer-removed", one.name, now)
        if one.kind is ConsumerKind.MQTT:
            account_wishes.want(room.ledger, one.name, by, now, anew=False)
    return _back()


def _put(
    name: str, kind: ConsumerKind, terms: FolderTerms, form: Form | None = None, *, anew: bool = True
) -> None:
    room = here()
    now, by, handing_in = room.clock(), guard.signed_in().name, _list_terms()
    try:
        with room.ledger.together():
            consumers.put(room.ledger, name, kind, terms, now, handing_in)
            audit.write(room.ledger, by, "consumer-set", name, now, f"{kind} {handing_in.lists or '-'}")
            if form is not None:
                consumer_forms.set_form(room.ledger, name, form, by, now)
            if kind is ConsumerKind.MQTT:
                account_wishes.want(room.ledger, name, by, now, anew=anew)
    except ValueError as error:
        detail = "名前は英小文字・数字・- です。前に別の種類で使った名前は使えません"
        raise Trouble("INPUT-001", detail) from error


def _form() -> Form:
    try:
        return Form(request.form.get("payload", Form.JSON))
    except ValueError as error:
        raise Trouble("INPUT-001", "結果の形式を選んでください") from error


def _note(name: str, action: str) -> None:
    room = here()
    now, by = room.clock(), guard.signed_in().name
    with room.ledger.together():
        account_wishes.want(room.ledger, name, by, now, anew=True)
        audit.write(room.ledger, by, action, name, now)


def _page(trouble: Trouble | None) -> str:
    room = here()
    now = room.clock()
    wishes = {one.consumer: one for one in account_wishes.wanted(room.ledger)}
    counts = delivery_counts.by_consumer(room.ledger)
    found = consumers.all_consumers(room.ledger)
    given = consumer_extras.of_all(room.ledger)
    return render_template(
        "desk/consumers.html",
        entry=trouble.entry if trouble else None,
        detail=trouble.detail if trouble else "",
        cards=[
            _card(one, counts.get(one.name, NONE), wishes.get(one.name), given.get(one.name, {}), now)
            for one in found
            if one.enabled
        ],
        gone=[one for one in found if not one.enabled],
        wishes=wishes,
        kinds=KIND_LABELS,
        lists=LIST_LABELS,
        term_labels=TERM_LABELS,
        terms=consumer_terms.all_terms(room.ledger),
        extras=EXTRA_LABELS,
        scopes=SCOPE_LABELS,
        purpose_notice=consumer_extras.PURPOSE_NOTICE,
        longest_purpose=consumer_extras.LONGEST_PURPOSE,
        may_medical=guard.signed_in().role in ADMINISTRATORS,
        payloads=FORM_LABELS,
        payload_of=consumer_forms.all_forms(room.ledger),
        encodings=tuple(Encoding),
        houses=house.choices(),
        looked_at=delivery_counts.LOOKED_AT,
        form=request.form if trouble else {},
        moment=moment,
    )


def _card(
    one: Consumer,
    counts: DeliveryCounts,
    wish: AccountWish | None,
    given: Mapping[Extra, Given],
    now: datetime,
) -> ConsumerCard:
    room = here()
    is_folder = one.kind is ConsumerKind.FOLDER
    return ConsumerCard(
        consumer=one,
        counts=counts,
        folder=folder_of(one, room.box, room.settings) if is_folder else None,
        wish=wish,
        waits_long=wish is not None and now - wish.wanted_at >= LONG,
        has_file=one.kind is ConsumerKind.MQTT and handover_file(room.box, one.name).exists(),
        house=house.name_of(one.handing_in.institution_code or room.settings.institution_code),
        given=given,
        owed_beside=notices.waiting(room.ledger).get(one.name, 0),
    )


def _refused(trouble: Trouble) -> Response:
    if not errors.wants_page():
        raise trouble
    return make_response(_page(trouble), errors.status_of(trouble))


def _named(name: str) -> Consumer:
    found = consumers.find(here().ledger, name)
    if found is None:
        raise Trouble("INPUT-005")
    return found


def _new_name() -> str:
    name = request.form.get("name", "").strip()
    if consumers.find(here().ledger, name) is not None:
        raise Trouble("INPUT-001", "その名前の連携先はもうあります")
    return name


def _kind() -> ConsumerKind:
    try:
        return ConsumerKind(request.form.get("kind", ""))
    except ValueError as error:
        raise Trouble("INPUT-001", "つなぎ方を選んでください") from error


def _list_terms() -> ListTerms:
    lists, code = request.form.get("lists", ""), request.form.get("institution_code", "")
    if lists not in LIST_LABELS:
        raise Trouble("INPUT-001", "予約の一覧の扱いを選んでください")
    return ListTerms(Lists(lists) if lists else None, house.chosen(code) if code else None)


def _folder_terms(name: str, kind: ConsumerKind) -> FolderTerms:
    """A folder of its own beside the ledger: where folders of the box may lie at all is an engineer's business."""
    if kind is not ConsumerKind.FOLDER:
        return FolderTerms()
    room = here()
    encoding = request.form.get("encoding", "")
    if encoding and encoding not in set(Encoding):
        raise Trouble("INPUT-001", "文字コードを選んでください")
    terms = FolderTerms(root=str(room.box.root / "folders" / name), encoding=encoding or None)
    check_apart(
        room.ledger,
        folder_of(Consumer(name, kind, True, terms), room.box, room.settings),
        room.box,
        room.settings,
    )
    return terms


def _back() -> Response:
    return make_response(redirect(url_for("desk.consumer_page"), 303))
