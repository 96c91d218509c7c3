"""Setting up the device that shows one-time codes. What is secret is shown in one answer and never again."""

from flask import Response
from markupsafe import Markup
from segno import make as qr_code

from appliance.eligibility.trouble import Trouble
from appliance.ledger import second_factor
from appliance.web import guard
from appliance.web.room import here
from appliance.web.second.area import (
    blueprint,
    braked,
    check_may_set_up,
    given_up,
    known,
    mine,
    page,
    proving,
    typed,
)
from appliance.web.second.offered import standing

_GROUP = 4


@blueprint.get("/second/new")
@guard.before_second
@guard.allow(*guard.STAFF)
def begin() -> Response:
    """What there is to choose from, and what is needed for it."""
    check_may_set_up()
    return page("begin.html", passkey=standing())


@blueprint.post("/second/new")
@guard.before_second
@guard.allow(*guard.STAFF)
def show() -> Response:
    """Make a secret and show it, as a QR code and as text."""
    check_may_set_up()
    return _setting_up(second_factor.begin(*mine()))


@blueprint.post("/second/confirm")
@guard.before_second
@guard.allow(*guard.STAFF)
def confirm() -> Response:
    """Set it up with the first code, and show the recovery codes this once; or show the secret again with the reason."""
    check_may_set_up()
    try:
        codes = braked(lambda: proving(_confirm))
    except Trouble as trouble:
        secret = second_factor.pending(*mine())
        if secret is None:
            raise
        return given_up(trouble, lambda why: _setting_up(secret, why))
    return known(page("recovery.html", codes=codes))


def _confirm() -> tuple[str, ...]:
    return second_factor.confirm(*mine(), typed(), guard.token(), here().clock())


def _setting_up(secret: str, trouble: Trouble | None = None) -> Response:
    clinic = here().settings.clinic_name or "madoguchi"
    uri = second_factor.address(secret, guard.signed_in().name, clinic)
    return page(
        "set_up.html",
        trouble,
        # On white in the dark as well: not every camera reads it the other way round.
        picture=Markup(qr_code(uri, error="m").svg_inline(scale=5, dark="#000", light="#fff")),  # noqa: S704 - segno draws it
        secret=" ".join(secret[at : at + _GROUP] for at in range(0, len(secret), _GROUP)),
    )
