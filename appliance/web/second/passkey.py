"""Passkeys (WebAuthn): what a browser is asked to sign, and whether what came back is good."""

import hashlib
import json
from typing import Any

from flask import Response, jsonify, make_response, redirect, request, url_for
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from appliance.eligibility.trouble import Trouble
from appliance.ledger import passkeys, second_factor
from appliance.ledger.passkeys import LONGEST_NAME, Passkey
from appliance.web import guard
from appliance.web.room import here
from appliance.web.second.area import (
    blueprint,
    braked,
    check_may_set_up,
    check_role,
    given_up,
    known,
    onwards,
    page,
    proving,
)
from appliance.web.second.offered import code_page, possible, standing

# Whatever a browser sends is read by the library, which raises its own kinds and, for what is no such message, these.
_NO_GOOD = (WebAuthnException, ValueError, KeyError, TypeError)
_KEY_NAME = "パスキー"


@blueprint.post("/second/passkey/options")
@guard.before_second
@guard.allow(*guard.STAFF)
def ask_for_new() -> Response:
    """What the browser needs to make a key."""
    check_may_set_up()
    name = guard.signed_in().name
    options = generate_registration_options(
        rp_id=possible(),
        rp_name=here().settings.clinic_name or "madoguchi",
        user_name=name,
        user_id=hashlib.sha256(name.encode()).digest(),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=_described(passkeys.of(here().ledger, name)),
    )
    return _asked(options)


@blueprint.post("/second/passkey/ask")
@guard.before_second
@guard.allow(*guard.STAFF)
def ask_for_one() -> Response:
    """What the browser needs to sign with a key that was set up under this address."""
    check_role()
    return _asked(
        generate_authentication_options(rp_id=possible(), allow_credentials=_described(standing().usable))
    )


@blueprint.post("/second/passkey/new")
@guard.before_second
@guard.allow(*guard.STAFF)
def keep() -> Response:
    """`credential`, `name`: set the new key up. Whoever had no second factor before is shown recovery codes, this once."""
    check_may_set_up()
    room, account = here(), guard.signed_in().name
    is_first = not second_factor.is_set(room.ledger, account)
    try:
        key = braked(_judged_new)
        proving(lambda: passkeys.add(room.ledger, key, guard.token(), room.clock()))
    except Trouble as trouble:
        return given_up(trouble, lambda why: page("begin.html", why, passkey=standing()))
    if is_first:
        return known(page("recovery.html", codes=second_factor.new_recovery_codes(room.ledger, account)))
    return known(make_response(redirect(url_for(".ways"), 303)))


@blueprint.post("/second/passkey/prove")
@guard.before_second
@guard.allow(*guard.STAFF)
def prove() -> Response:
    """`credential`: complete the sign-in with a key."""
    check_role()
    room = here()
    try:
        key, count = braked(_judged)
        proving(lambda: passkeys.used(room.ledger, key, count, guard.token(), room.clock()))
    except Trouble as trouble:
        return given_up(trouble, code_page)
    return onwards()


def _judged_new() -> Passkey:
    now = here().clock()
    challenge = passkeys.take_challenge(here().ledger, guard.token(), now)
    try:
        found = verify_registration_response(
            credential=_sent(),
            expected_challenge=challenge,
            expected_rp_id=possible(),
            expected_origin=_origin(),
        )
    except _NO_GOOD as error:
        raise Trouble("AUTH-011") from error
    return Passkey(
        id=bytes_to_base64url(found.credential_id),
        account=guard.signed_in().name,
        name=" ".join(request.form.get("name", "").split())[:LONGEST_NAME] or _KEY_NAME,
        rp_id=possible(),
        public_key=found.credential_public_key,
        sign_count=found.sign_count,
        made_at=now,
        used_at=None,
    )


def _judged() -> tuple[Passkey, int]:
    challenge = passkeys.take_challenge(here().ledger, guard.token(), here().clock())
    try:
        sent = _sent()
        key = next(one for one in standing().usable if one.id == sent["id"])
        found = verify_authentication_response(
            credential=sent,
            expected_challenge=challenge,
            expected_rp_id=key.rp_id,
            expected_origin=_origin(),
            credential_public_key=key.public_key,
            credential_current_sign_count=key.sign_count,
        )
    except (*_NO_GOOD, StopIteration) as error:
        raise Trouble("AUTH-011") from error
    return key, found.new_sign_count


def _sent() -> dict[str, Any]:
    found = json.loads(request.form.get("credential", ""))
    if not isinstance(found, dict):
        raise TypeError
    return found


def _asked(options: Any) -> Response:
    passkeys.ask(here().ledger, guard.token(), options.challenge, here().clock())
    return jsonify(json.loads(options_to_json(options)))


def _described(keys: tuple[Passkey, ...]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(key.id)) for key in keys]


def _origin() -> str:
    return request.host_url.rstrip("/")
