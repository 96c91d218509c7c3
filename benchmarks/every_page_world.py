"""A box with 100,000 checks and something of everything that a page can show, and who is signed in there."""

import gzip
import json
from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from appliance.eligibility.bulk_outcome import Outcome, Urgency
from appliance.eligibility.certificate import HeldCertificate, Place, SafeKind
from appliance.eligibility.local_certificate import LocalFacts
from appliance.ledger import (
    accounts,
    bulk_runs,
    certificates,
    checks,
    consumers,
    expected,
    local_certificates,
    outage_lists,
    readers,
    trials,
)
from appliance.ledger.accounts import Role
from appliance.ledger.bell import Topic
from appliance.ledger.bulk_runs import NewRun, RunKind
from appliance.ledger.consumers import ConsumerKind
from appliance.ledger.database import Ledger
from appliance.ledger.times import JAPAN, clinic_day
from appliance.settings import Box, Settings
from appliance.web.guard import COOKIE
from appliance.web.printing.words import POSTERS
from benchmarks import ledger_world
from tests.bulk_lists import listed, row
from tests.web.clinical_world import clinic_at
from tests.web.desk_world import Desk
from tests.web.disaster_world import disaster_at
from tests.web.outage_world import noted

APPOINTMENTS = 60
NOTES = 30
ORIGIN = "https://localhost"
_HTML = {"Accept": "text/html"}
_PIECE = {"Accept": "application/json, text/html;q=0.5"}


@dataclass(frozen=True)
class Answer:
    """What came back, unpacked; `sent` is how many bytes of it went over the line."""

    status: int
    data: bytes
    kind: str
    sent: int


class Visitor:
    """Somebody of each role, each signed in at a browser of their own."""

    def __init__(self, app: Flask, desk: Desk) -> None:
        self._clients = {role: _client(app, desk.prove(desk.sign_in(role))) for role in Role}
        # Who has typed the code for a first second factor, and set none up yet.
        fresh = desk.sign_in(Role.CLINICIAN, "fresh")
        with desk.ledger.write(Topic.OTHER) as db:
            accounts.enrolment_given(db, fresh, desk.now())
        self._clients_by_endpoint = dict.fromkeys(("second.begin", "second.form"), _client(app, fresh))
        self._app = app

    def get(self, endpoint: str, path: str, *, is_piece: bool) -> Answer:
        """Ask as a role that may."""
        return _ask(self._client_for(endpoint), path, _PIECE if is_piece else _HTML)

    def file(self, path: str) -> Answer:
        """Ask for a style sheet or a script, as a browser does that has none of it yet."""
        return _ask(self._app.test_client(), path, {})

    def _client_for(self, endpoint: str) -> FlaskClient:
        own = self._clients_by_endpoint.get(endpoint)
        roles = getattr(self._app.view_functions[endpoint], "allowed_roles", frozenset(Role))
        # Who sees most of a page: an administrator where one may, a touch display where nobody else does.
        order = (Role.ADMINISTRATOR, Role.CLINICIAN, Role.RECEPTION, Role.MAINTENANCE, Role.PATIENT_SCREEN)
        return own or self._clients[next(role for role in order if role in roles)]


def _ask(client: FlaskClient, path: str, headers: dict[str, str]) -> Answer:
    found = client.get(path, base_url=ORIGIN, headers=headers | {"Accept-Encoding": "gzip"})
    sent = found.get_data()
    data = gzip.decompress(sent) if found.content_encoding == "gzip" else sent
    return Answer(found.status_code, data, found.mimetype or "", len(sent))


def _client(app: Flask, token: str) -> FlaskClient:
    client = app.test_client()
    client.set_cookie(COOKIE, token, domain="localhost", secure=True)
    return client


def filled(box: Box, count: int, now: datetime) -> Desk:
    """A desk at a ledger of `count` checks, today's appointments beside them."""
    settings = Settings(ledger_world.CODE, clinic_name="みどり内科", emergency_minutes=15)
    box.create()
    box.save(settings)
    ledger_world.fill(box, count, now)
    desk = Desk(box, Ledger.of(box), settings)
    readers.adopt(desk.ledger, "serial-1", now)
    consumers.add(desk.ledger, "chart", ConsumerKind.API, now)
    consumers.add(desk.ledger, "receipt", ConsumerKind.FOLDER, now)
    return desk


def examples_of(desk: Desk, check_id: str) -> dict[str, str]:
    """What stands in the addresses of `page_examples`, all but what needs 災害時モード."""
    ledger, now = desk.ledger, desk.now()
    today = clinic_day(now)
    notes = [noted(desk, who=f"p{number % 9 + 1:02d}") for number in range(NOTES)]
    clinic = clinic_at(desk)
    agreed = clinic.patient()
    clinic.opened(agreed, "drugs")
    return {
        "run": _appointments(ledger, now),
        "check": check_id,
        "agreed": agreed,
        "fingerprint": certificates.add(ledger, _certificate(now)).fingerprint,
        "trial": str(trials.begin(ledger, "bench", "bench", now)),
        "note": notes[0].id,
        "list": outage_lists.make(ledger, today, today, "bench", now) or "",
        "poster": next(iter(POSTERS)),
        "certificate": _local(ledger, check_id, now),
        "month": f"{today.replace(day=1) - timedelta(days=1):%Y-%m}",
    }


def disaster_examples(desk: Desk) -> dict[str, str]:
    """The same for pages of 災害時モード, which is on from here."""
    disaster = disaster_at(desk)
    search = disaster.search()
    return {"search": search, "opening": disaster.open(search, "drugs")}


def _appointments(ledger: Ledger, now: datetime) -> str:
    """Today's list with a result for everybody, as a run leaves it."""
    ids = ("p01", "p02", "p03", "p04", "p05", "p06", "p12", "p13")
    rows = [
        row(ids[place % len(ids)], time=f"{9 + place // 8}:{place % 8 * 7:02d}", number=str(7000 + place))
        for place in range(APPOINTMENTS)
    ]
    people = listed(*rows).people
    terms = {"day": f"{clinic_day(now):%Y%m%d}"}
    new = NewRun(kind=RunKind.APPOINTMENTS, made_by="bench", people=people, terms=terms, at_night=True)
    run_id = bulk_runs.create(ledger, new, now) or ""
    with ledger.write(Topic.OTHER) as db:
        for place, one in enumerate(people):
            urgency = Urgency.INVALID if place % 9 == 0 else Urgency.VALID
            facts: dict[str, Any] = {
                "insurer_number": one.insurer_number,
                "number": one.number,
                "name": one.name,
            }
            found = Outcome(urgency, validity="1", facts=(facts,))
            values = [urgency, json.dumps(asdict(found), ensure_ascii=False), run_id, place]
            db.execute("UPDATE bulk_people SET urgency = ?, found = ? WHERE run_id = ? AND place = ?", values)
        db.execute("UPDATE bulk_runs SET state = 'done' WHERE id = ?", [run_id])
    if (
        len(expected.of_day(ledger, clinic_day(now), expected.lists_of(ledger, clinic_day(now))))
        != APPOINTMENTS
    ):
        raise RuntimeError("the list is not today's")
    return run_id


def _local(ledger: Ledger, check_id: str, now: datetime) -> str:
    check = checks.find(ledger, check_id)
    facts = LocalFacts("こども医療費", "80139991", "1234566", None, clinic_day(now) + timedelta(days=30))
    made = local_certificates.add(ledger, check, facts, "bench", now) if check else None
    if made is None:
        raise RuntimeError("the check names nobody")
    return made


def _certificate(now: datetime) -> HeldCertificate:
    return HeldCertificate(
        fingerprint="ab" * 32,
        institution_code=ledger_world.CODE,
        place=Place.OFFERED,
        subject="見本医院",
        issuer="見本認証局",
        chain="",
        anchored=True,
        not_before=now - timedelta(days=1),
        not_after=datetime.combine(clinic_day(now) + timedelta(days=900), time(23, 59), JAPAN),
        added_by="bench",
        added_at=now,
        kept=SafeKind.FILE,
    )
