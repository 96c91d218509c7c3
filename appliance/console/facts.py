"""What the page shows, as it is at one moment. Nothing here knows a patient: states, codes, addresses."""

import hashlib
import socket
import sqlite3
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import version

from appliance.eligibility.catalogue import CATALOGUE, Fault
from appliance.eligibility.trouble import Trouble
from appliance.identity.box import CA_FILE
from appliance.identity.names import addresses
from appliance.ledger import conditions, first_start, health, line, readers, shown_code
from appliance.ledger.conditions import Link, LinkState
from appliance.ledger.database import Ledger
from appliance.ledger.disk import trouble_of
from appliance.ledger.line import Phase
from appliance.ledger.own_copy import lost
from appliance.machine.looking import image_version, slot
from appliance.machine.units import units
from appliance.settings import Box, Settings

_HTTP, _HTTPS = 80, 443
_GROUP = 4
NO_SERVICE = "BOX-003"
_PATIENTS_OWN = frozenset({Fault.CARD, Fault.COVERAGE, Fault.INPUT})
"""What is about the one who stands at a reader is nobody's business who passes by the monitor."""


class State(StrEnum):
    """What a person at the box has to know first."""

    READY = "ready"
    LOOK = "look"
    """It works, and something wants a person."""
    OFFLINE = "offline"
    """The center is not reached; the clinic goes on."""
    NEW = "new"
    """It knows no clinic yet."""
    FIRST = "first"
    """Whoever has the set-up code can go on in a browser; it may know its clinic already."""
    STARTING = "starting"
    """Not there yet, and it was switched on a moment ago."""
    LOST = "lost"
    """The ledger is gone and there is no good copy: whoever has the set-up code gives it a backup in a browser."""
    BROKEN = "broken"
    """Settings or ledger cannot be read, or a service does not run."""


@dataclass(frozen=True, order=True)
class Wrong:
    """One code and what it is about: a link, a reader's number, a unit; empty where the code says it."""

    code: str
    where: str = ""


@dataclass(frozen=True)
class Slow:
    """What is asked of the system, and so not at each ring of the bell."""

    host: str
    addresses: tuple[str, ...]
    fingerprint: str
    version: str
    slot: str
    failed: tuple[str, ...]


@dataclass(frozen=True)
class Facts:
    """All of the page but the time. `trust` is the address that the QR code holds, empty without an address.

    `setup_code` is shown to whoever stands at the box until the first administrator is there; empty where none was made.
    """

    state: State
    clinic: str
    institution_code: str
    urls: tuple[str, ...]
    trust: str
    troubles: tuple[Wrong, ...]
    slow: Slow
    setup_code: str = ""


def slow(box: Box) -> Slow:
    """What the system says of the machine now."""
    return Slow(
        host=socket.gethostname().partition(".")[0],
        addresses=tuple(addresses()),
        fingerprint=_fingerprint(box),
        version=image_version() or version("madoguchi"),
        slot=slot(),
        failed=tuple(one.name for one in units() if one.has_failed and one.name.startswith("madoguchi")),
    )


def gather(box: Box, machine: Slow, *, is_starting: bool) -> Facts:
    """The page's facts now. Whatever cannot be read is a state with a code, never an exception."""
    if not box.settings_file.exists():
        code = shown_code.shown(box)
        return Facts(
            State.FIRST if code else State.NEW, "", "", _urls(machine, _HTTPS), "", (), machine, code
        )
    try:
        settings = box.load()
    except Trouble as trouble:
        return Facts(State.BROKEN, "", "", _urls(machine, _HTTPS), "", (Wrong(trouble.code),), machine)
    if lost.since(box.root):
        return Facts(
            State.LOST,
            settings.clinic_name,
            settings.institution_code,
            _urls(machine, settings.web_port),
            _trust(machine, settings),
            (Wrong(lost.CODE),),
            machine,
            shown_code.shown(box),
        )
    try:
        wrong, state = _of_ledger(box)
    except (OSError, sqlite3.Error) as error:
        wrong, state = ((), State.STARTING) if is_starting else ((Wrong(_code_of(error)),), State.BROKEN)
    if machine.failed:
        wrong, state = (*wrong, *(Wrong(NO_SERVICE, one) for one in machine.failed)), State.BROKEN
    return Facts(
        state,
        settings.clinic_name,
        settings.institution_code,
        _urls(machine, settings.web_port),
        _trust(machine, settings),
        tuple(sorted(set(wrong))),
        machine,
        shown_code.shown(box) if state is State.FIRST else "",
    )


def _of_ledger(box: Box) -> tuple[tuple[Wrong, ...], State]:
    ledger = Ledger.seen_at(box)
    try:
        seen = tuple(_wrong(ledger))
        known = {one.code for one in seen}
        wrong = (*seen, *(one for one in _diagnosed(ledger) if one.code not in known))
        stands = line.current(ledger)
        is_first = first_start.is_needed(ledger)
    finally:
        ledger.close()
    if is_first:
        return wrong, State.FIRST
    is_offline = stands is not None and stands.phase in (Phase.STOPPED, Phase.HELD)
    return wrong, State.OFFLINE if is_offline else State.LOOK if wrong else State.READY


def _code_of(error: OSError | sqlite3.Error) -> str:
    """An onlooker cannot open a ledger that nobody works with: then it is not the file that is broken."""
    if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_CANTOPEN:
        return NO_SERVICE
    return trouble_of(error).code


def _wrong(ledger: Ledger) -> Iterator[Wrong]:
    for link in Link:
        known = conditions.get(ledger, link)
        if known.state is LinkState.DOWN and known.trouble_code:
            yield Wrong(known.trouble_code, link.value)
    for reader in readers.all_readers(ledger):
        code = reader.trouble_code
        if reader.enabled and code in CATALOGUE and CATALOGUE[code].fault not in _PATIENTS_OWN:
            yield Wrong(code, f"reader {reader.number}")


def _diagnosed(ledger: Ledger) -> Iterator[Wrong]:
    """What the self-diagnosis has found, some of it up to two minutes ago."""
    numbers = {one.key: f"reader {one.number}" for one in readers.all_readers(ledger)}
    for one in health.standing(ledger):
        if one.finding.entry.fault not in _PATIENTS_OWN:
            yield Wrong(one.finding.code, numbers.get(one.finding.subject, one.finding.subject))


def _urls(machine: Slow, port: int) -> tuple[str, ...]:
    hosts = (f"{machine.host}.local", *machine.addresses)
    return tuple(f"https://{_in_url(one)}{'' if port == _HTTPS else f':{port}'}/" for one in hosts)


def _trust(machine: Slow, settings: Settings) -> str:
    """By address, since not every phone knows names that end in .local."""
    if not machine.addresses:
        return ""
    host, port = _in_url(machine.addresses[0]), settings.trust_port
    if port:
        return f"http://{host}{'' if port == _HTTP else f':{port}'}/trust"
    return f"{_urls(machine, settings.web_port)[1]}trust"


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _fingerprint(box: Box) -> str:
    """SHA-256 of the box's CA in groups, as its trust page shows it; empty before there is one."""
    try:
        certificate = ssl.PEM_cert_to_DER_cert((box.tls_dir / CA_FILE).read_text("ascii"))
    except (OSError, ValueError):
        return ""
    text = hashlib.sha256(certificate).hexdigest().upper()
    return " ".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))
