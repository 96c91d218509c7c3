"""What every page of the staff says at its top: how long the clinic's certificates last, once that matters."""

from flask import Flask

from appliance.eligibility.certificate import Standing, standings
from appliance.identity import clinic
from appliance.identity.clinic import ClinicServerCertificate
from appliance.ledger import certificates
from appliance.ledger.accounts import Role
from appliance.rulebook import rulebook_of
from appliance.web import guard
from appliance.web.room import here


def install(app: Flask) -> None:
    """Let the base template ask `certificate_notices()` and `ending_server_certificate()`."""
    app.context_processor(
        lambda: {
            "certificate_notices": certificate_notices,
            "ending_server_certificate": ending_server_certificate,
            "is_staff": is_staff,
            "may_board": may_board,
        }
    )


def all_standings() -> tuple[Standing, ...]:
    """How the certificates of the house stand now."""
    room = here()
    return standings(
        room.settings.institution_codes,
        certificates.held(room.ledger),
        rulebook_of(room.box),
        room.clock(),
        needed=room.settings.needs_certificate,
    )


def is_staff() -> bool:
    """Whether somebody of the staff looks at this page; not the patients' displays, not before sign-in is complete, nor while locked."""
    account = guard.account()
    if account is None or account.role is Role.PATIENT_SCREEN:
        return False
    return not account.is_locked and not guard.owes_second(account)


def may_board() -> bool:
    """Whether whoever looks may see the board, and with it patients."""
    account = guard.account()
    return account is not None and account.role in guard.CLINIC


def certificate_notices() -> tuple[Standing, ...]:
    """What there is to say on this page; nothing on the patients' displays and before sign-in."""
    if not is_staff():
        return ()
    return tuple(one for one in all_standings() if one.sentence)


def ending_server_certificate() -> ClinicServerCertificate | None:
    """The clinic's own certificate of the pages once it is near its end, or over; for those alone who can do something."""
    account = guard.account()
    if account is None or account.role not in (Role.ADMINISTRATOR, Role.MAINTENANCE):
        return None
    found = clinic.held(here().box)
    return found if found is not None and found.is_ending(here().clock()) else None
