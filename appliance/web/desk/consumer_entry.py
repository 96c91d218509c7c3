"""What the forms of the consumers' pages say, and its way into the ledger."""

from flask import request

from appliance.eligibility.trouble import Trouble
from appliance.eligibility.xml_source import Encoding
from appliance.ledger import account_wishes, audit, consumer_forms, consumers
from appliance.ledger.consumer_forms import Form
from appliance.ledger.consumers import Consumer, ConsumerKind, FolderTerms, Lists, ListTerms
from appliance.ledger.folder_terms import check_apart, folder_of
from appliance.web import guard, house
from appliance.web.desk.consumer_words import LIST_LABELS
from appliance.web.room import here


def put(
    name: str, kind: ConsumerKind, terms: FolderTerms, form: Form | None = None, *, anew: bool = True
) -> None:
    """Write down a consumer with the lists of the form; with `anew` one over MQTT gets a new password. Raises `Trouble` INPUT-001."""
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
        detail = "名前は英小文字・数字・- で40文字までです。前に別の種類で使った名前は使えません"
        raise Trouble("INPUT-001", detail) from error


def new_name() -> str:
    """A name that no consumer has. Raises `Trouble` INPUT-001."""
    name = request.form.get("name", "").strip()
    if consumers.find(here().ledger, name) is not None:
        raise Trouble("INPUT-001", "その名前の連携先はもうあります")
    return name


def chosen_kind() -> ConsumerKind:
    """Raises `Trouble` INPUT-001 for none."""
    try:
        return ConsumerKind(request.form.get("kind", ""))
    except ValueError as error:
        raise Trouble("INPUT-001", "つなぎ方を選んでください") from error


def chosen_form() -> Form:
    """Raises `Trouble` INPUT-001 for none that we know."""
    try:
        return Form(request.form.get("payload", Form.JSON))
    except ValueError as error:
        raise Trouble("INPUT-001", "結果の形式を選んでください") from error


def _list_terms() -> ListTerms:
    lists, code = request.form.get("lists", ""), request.form.get("institution_code", "")
    if lists not in LIST_LABELS:
        raise Trouble("INPUT-001", "予約の一覧の扱いを選んでください")
    return ListTerms(Lists(lists) if lists else None, house.chosen(code) if code else None)


def folder_terms(name: str, kind: ConsumerKind) -> FolderTerms:
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
