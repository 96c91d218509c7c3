"""The page of the settings: each with what it changes, who changed it last and from what, and whether it is in use yet."""

from dataclasses import asdict, dataclass
from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for

from appliance.eligibility.trouble import Trouble
from appliance.ledger import settings_in_use
from appliance.ledger.settings_in_use import Change
from appliance.web import errors, guard
from appliance.web.desk.area import ADMINISTRATORS, KEEPERS, blueprint
from appliance.web.desk.reader_words import moment
from appliance.web.desk.setting_fields import FIELDS, GROUPS, SERVICE_LABELS, TECHNICAL, Field
from appliance.web.room import here

_CHANGED_MEANWHILE = "ほかの方が先に変えました。いまの値を確かめてください"


@dataclass(frozen=True)
class Shown:
    """One setting as it stands in the file; `waits_for`: who began before it said so."""

    field: Field
    value: Any
    change: Change | None
    waits_for: tuple[str, ...]


@blueprint.get("/desk/settings")
@guard.allow(*KEEPERS)
def setting_page() -> str:
    """Every setting of the clinic's own; for 保守 those alone that are technical."""
    return _page(None)


@blueprint.post("/desk/settings/<key>")
@guard.allow(*KEEPERS)
def change_setting(key: str) -> Response:
    """Another value. `seen` is what the form showed: whoever comes second is told."""
    field = _field(key)
    try:
        now_says = field.typed(getattr(here().box.load(), key))
        if request.form.get("seen", now_says) != now_says:
            return _refused(Trouble("INPUT-001", _CHANGED_MEANWHILE), "")
        _change(key, field.parse(request.form.get("value", "")))
    except Trouble as trouble:
        return _refused(trouble, key)
    return _back(key)


@blueprint.post("/desk/settings/<key>/undo")
@guard.allow(*KEEPERS)
def undo_setting(key: str) -> Response:
    """Back to what it was before the last change, which is a change too."""
    _field(key)
    last = settings_in_use.last_changes(here().ledger).get(key)
    if last is None or str(last.seq) != request.form.get("change"):
        return _refused(Trouble("INPUT-001", _CHANGED_MEANWHILE), "")
    _change(key, last.before)
    return _back(key)


def _change(key: str, value: Any) -> None:
    room = here()
    settings_in_use.change(room.ledger, room.box, key, value, guard.signed_in().name, room.clock())


def _page(trouble: Trouble | None, typed_for: str = "") -> str:
    room = here()
    values = asdict(room.box.load())
    changes = settings_in_use.last_changes(room.ledger)
    in_use = settings_in_use.in_use(room.ledger)
    shown = {
        name: [_shown(one, values[one.key], changes.get(one.key), in_use) for one in mine]
        for name, fields in GROUPS.items()
        if (mine := [field for field in fields if _may_see(field.key)])
    }
    waiting = {one for group in shown.values() for item in group for one in item.waits_for}
    return render_template(
        "desk/settings.html",
        entry=trouble.entry if trouble else None,
        detail=trouble.detail if trouble else "",
        groups=shown,
        waiting=[label for service, label in SERVICE_LABELS.items() if service in waiting],
        services=SERVICE_LABELS,
        codes=room.settings.institution_codes,
        typed_for=typed_for,
        typed=request.form.get("value", ""),
        may_see_all=guard.signed_in().role in ADMINISTRATORS,
        moment=moment,
    )


def _shown(field: Field, value: Any, change: Change | None, in_use: dict[str, dict[str, Any]]) -> Shown:
    behind = tuple(
        service for service in field.services if service in in_use and in_use[service].get(field.key) != value
    )
    # The file may have been written by hand since: then there is nothing that could be taken back.
    return Shown(field, value, change if change and change.after == value else None, behind)


def _refused(trouble: Trouble, typed_for: str) -> Response:
    if not errors.wants_page():
        raise trouble
    return make_response(_page(trouble, typed_for), errors.status_of(trouble))


def _field(key: str) -> Field:
    if key not in FIELDS:
        raise Trouble("INPUT-005")
    if not _may_see(key):
        raise Trouble("AUTH-003")
    return FIELDS[key]


def _may_see(key: str) -> bool:
    return key in TECHNICAL or guard.signed_in().role in ADMINISTRATORS


def _back(key: str) -> Response:
    return make_response(redirect(url_for("desk.setting_page", _anchor=key), 303))
