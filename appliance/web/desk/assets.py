"""The asset register: what was written down and what the box knows by itself, with a list of what ends next."""

from dataclasses import dataclass
from datetime import date, timedelta

from flask import Response, make_response, redirect, render_template, request, url_for

from appliance.eligibility import reader_profiles
from appliance.eligibility.certificate import Place
from appliance.eligibility.said import said
from appliance.eligibility.trouble import Trouble
from appliance.ledger import assets, certificates, readers
from appliance.ledger.assets import ASSET_LABELS, LONGEST, Asset, AssetKind
from appliance.ledger.times import clinic_day
from appliance.web import errors, guard
from appliance.web.desk.area import KEEPERS, blueprint
from appliance.web.room import here

SOON = timedelta(days=90)
"""From when on before its end a thing is in the list of what ends next."""

EXAMPLES = "例: 光回線（お客様IDを備考に）、資格確認端末、マスタアカウントの通知書、保守契約、注文した品（届く予定の日まで）、猶予届出書の控え（猶予の終わる日まで）"


@dataclass(frozen=True)
class AssetRow:
    """One thing as the page shows it. `href` leads to the page of one that the box knows by itself."""

    asset: Asset
    label: str
    days_left: int | None
    tone: str
    word: str
    href: str = ""


@blueprint.get("/desk/assets")
@guard.allow(*KEEPERS)
def asset_page() -> str:
    """All of it, what ends next first."""
    return _page(None, "")


@blueprint.post("/desk/assets")
@guard.allow(*KEEPERS)
def add_asset() -> Response:
    """Write one down."""
    room = here()
    try:
        assets.add(room.ledger, _asset(0), guard.signed_in().name, room.clock())
    except Trouble as trouble:
        return _refused(trouble, "new")
    return _back()


@blueprint.post("/desk/assets/<int:asset_id>")
@guard.allow(*KEEPERS)
def change_asset(asset_id: int) -> Response:
    """Say it anew."""
    room = here()
    try:
        assets.change(room.ledger, _asset(asset_id), guard.signed_in().name, room.clock())
    except Trouble as trouble:
        return _refused(trouble, str(asset_id))
    return _back()


@blueprint.post("/desk/assets/<int:asset_id>/remove")
@guard.allow(*KEEPERS)
def remove_asset(asset_id: int) -> Response:
    """Strike it off."""
    room = here()
    assets.remove(room.ledger, asset_id, guard.signed_in().name, room.clock())
    return _back()


def _page(trouble: Trouble | None, typed_for: str) -> str:
    today = clinic_day(here().clock())
    rows = [_row(one, today) for one in assets.every(here().ledger)] + _seen(today)
    rows.sort(key=lambda row: (row.asset.valid_until or date.max, row.asset.name))
    return render_template(
        "desk/assets.html",
        entry=trouble.entry if trouble else None,
        detail=trouble.detail if trouble else "",
        rows=rows,
        soon=[row for row in rows if row.days_left is not None and row.days_left <= SOON.days],
        soon_days=SOON.days,
        kinds=ASSET_LABELS,
        longest=LONGEST,
        examples=EXAMPLES,
        typed_for=typed_for,
        form=request.form,
        today=today,
    )


def _seen(today: date) -> list[AssetRow]:
    """What the box knows without being told: its certificates and the warranties of its readers."""
    room = here()
    held = [one for one in certificates.held(room.ledger) if one.place is Place.ACTIVE]
    found = [
        _row(
            Asset(
                AssetKind.CERTIFICATE,
                said("医院の電子証明書 {institution_code}", institution_code=one.institution_code),
                "この装置",
                one.last_day,
            ),
            today,
            "/desk/certificate",
        )
        for one in held
    ]
    for reader in readers.all_readers(room.ledger):
        model = reader_profiles.profile(reader.profile)
        end = model.warranty_end(reader.delivered_on) if model and reader.delivered_on else None
        name = (
            said("{label}の保証（{model}）", label=reader.label, model=model.name)
            if model
            else said("{label}の保証", label=reader.label)
        )
        found.append(_row(Asset(AssetKind.READER, name, reader.label, end), today, "/desk/readers"))
    return found


def _row(asset: Asset, today: date, href: str = "") -> AssetRow:
    days = (asset.valid_until - today).days if asset.valid_until else None
    label = ASSET_LABELS[asset.kind]
    if days is None:
        return AssetRow(asset, label, None, "mute", "-", href)
    if days < 0:
        return AssetRow(asset, label, days, "stop", "過ぎています", href)
    is_soon = days <= SOON.days
    return AssetRow(asset, label, days, "wait" if is_soon else "good", said("あと{days}日", days=days), href)


def _asset(asset_id: int) -> Asset:
    form = request.form
    try:
        kind = AssetKind(form.get("kind", ""))
        until = date.fromisoformat(form["valid_until"]) if form.get("valid_until") else None
    except ValueError as error:
        raise Trouble("INPUT-001", "種類を選び、期限を日付で入れてください") from error
    name, place, note = (" ".join(form.get(key, "").split()) for key in ("name", "place", "note"))
    return Asset(kind, name, place, until, note, asset_id)


def _refused(trouble: Trouble, typed_for: str) -> Response:
    if not errors.wants_page():
        raise trouble
    return make_response(_page(trouble, typed_for), errors.status_of(trouble))


def _back() -> Response:
    return make_response(redirect(url_for("desk.asset_page"), 303))
