"""Which ways of giving the second factor a page can offer.

A passkey belongs to the name in the address bar. A browser gives none to a page that was opened by an IP address, nor to one
whose certificate it does not trust; such a page offers the authenticator's codes.
"""

import ipaddress
from dataclasses import dataclass

from flask import Response, request

from appliance.eligibility.trouble import Trouble
from appliance.ledger import passkeys, second_factor
from appliance.ledger.passkeys import Passkey
from appliance.web import guard
from appliance.web.room import here
from appliance.web.second.area import page


@dataclass(frozen=True)
class Standing:
    """What passkeys can do on this page: `is_possible` by its address, `usable` those set up under it, `others` elsewhere."""

    is_possible: bool
    usable: tuple[Passkey, ...]
    others: tuple[Passkey, ...]


def standing() -> Standing:
    """Of who is signed in, on the page that is asked for."""
    keys, name = passkeys.of(here().ledger, guard.signed_in().name), _name_of_page()
    return Standing(
        name is not None,
        tuple(key for key in keys if key.rp_id == name),
        tuple(key for key in keys if key.rp_id != name),
    )


def possible() -> str:
    """The name that passkeys of this page belong to. Raises `Trouble` AUTH-012 for an address in numbers."""
    found = _name_of_page()
    if found is None:
        raise Trouble("AUTH-012")
    return found


def code_page(trouble: Trouble | None = None) -> Response:
    """The page that asks for the second factor, with all ways that this account has here."""
    ledger, name = here().ledger, guard.signed_in().name
    return page(
        "code.html",
        trouble,
        has_app=second_factor.has_app(ledger, name),
        passkey=standing(),
        codes_left=second_factor.codes_left(ledger, name),
    )


def _name_of_page() -> str | None:
    name = request.host.rpartition(":")[0] if request.host.rpartition(":")[2].isdigit() else request.host
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return name.lower() or None
    return None
