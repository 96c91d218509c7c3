"""The page on which a consumer's folder is served over the network: its address, a password that is shown once, and the end of it."""

import ipaddress

from flask import Response, make_response, redirect, render_template, url_for

from appliance.eligibility.trouble import Trouble
from appliance.identity import names
from appliance.ledger import conditions, folder_shares
from appliance.ledger.conditions import Link
from appliance.ledger.consumers import Consumer, ConsumerKind
from appliance.share_place import ACCOUNT, NAME, expected_place, place
from appliance.web import errors, guard
from appliance.web.desk.area import ADMINISTRATORS, KEEPERS, blueprint
from appliance.web.desk.consumer import named
from appliance.web.desk.reader_words import moment
from appliance.web.room import here


@blueprint.get("/desk/consumers/<name>/share")
@guard.allow(*KEEPERS)
def share_page(name: str) -> str:
    """Whether it is served, and where. Raises `Trouble` INPUT-005 for a consumer that has no folder."""
    return _page(_with_folder(name), None)


@blueprint.post("/desk/consumers/<name>/share")
@guard.allow(*ADMINISTRATORS)
def share_folder(name: str) -> Response:
    """Serve it, or give it another password, on the only page that will ever show it."""
    room, one = here(), _with_folder(name)
    try:
        root = expected_place().folder(one.name)
        password = folder_shares.turn_on(room.ledger, one.name, root, guard.signed_in().name, room.clock())
    except Trouble as trouble:
        if not errors.wants_page():
            raise
        return make_response(_page(one, trouble), errors.status_of(trouble))
    return make_response(_page(one, None, password))


@blueprint.post("/desk/consumers/<name>/share/off")
@guard.allow(*ADMINISTRATORS)
def share_no_more(name: str) -> Response:
    """Nobody reaches it any more. Of two who press at once the second finds it done."""
    room, one = here(), _with_folder(name)
    folder_shares.turn_off(room.ledger, one.name, guard.signed_in().name, room.clock())
    return make_response(redirect(url_for("desk.share_page", name=one.name), 303))


def _with_folder(name: str) -> Consumer:
    found = named(name)
    if found.kind is not ConsumerKind.FOLDER:
        raise Trouble("INPUT-005")
    return found


def _page(one: Consumer, trouble: Trouble | None, shown: str = "") -> str:
    ledger = here().ledger
    share = folder_shares.current(ledger)
    is_ours = share is not None and share.consumer == one.name
    return render_template(
        "desk/consumer_share.html",
        entry=trouble.entry if trouble else None,
        detail=trouble.detail if trouble else "",
        one=one,
        share=share if is_ours else None,
        other=share.consumer if share and not is_ours else "",
        is_possible=place() is not None,
        state=conditions.get(ledger, Link.SHARE).state.value,
        paths=_paths(),
        share_account=ACCOUNT,
        shown=shown,
        may_change=guard.signed_in().role in ADMINISTRATORS,
        moment=moment,
    )


def _paths() -> tuple[str, ...]:
    """How a PC writes the address: the name by mDNS, then the plain addresses, which every Windows understands."""
    name = next(one for one in names.names_of("") if one.endswith(".local"))
    plain = [one for one in names.addresses() if ipaddress.ip_address(one).version == 4]
    return tuple(f"\\\\{one}\\{NAME}" for one in (name, *plain))
