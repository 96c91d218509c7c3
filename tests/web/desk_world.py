"""A box at reception with accounts, readers and consumers, and checks as devices and sync would have written them."""

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from appliance.demo import people
from appliance.eligibility import message_xml
from appliance.eligibility.evidence import CardEvidence, CertificateStatus, HolderVerification
from appliance.eligibility.message import Qualification, ResultBody, ResultHeader, ResultMessage
from appliance.eligibility.visit import ALL_CONSENTS, Consents
from appliance.ledger import accounts, checks, consumers, maintenance, readers, results
from appliance.ledger.accounts import Role
from appliance.ledger.bell import Topic
from appliance.ledger.checks import NewCheck, Origin
from appliance.ledger.consumers import ConsumerKind
from appliance.ledger.database import Ledger
from appliance.ledger.times import clinic_day, utc_now
from appliance.settings import Box, Settings
from appliance.web.app import create_app
from appliance.web.guard import COOKIE
from appliance.web.reception.manual import Typed, request_of
from appliance.web.room import EXTENSION
from tests.web.audited import watched
from tests.web.page_server import page_server

CODE = "1319999999"
PASSWORD = "a long enough password"
ORIGIN = "https://localhost"
HTML = {"Accept": "text/html"}


@dataclass
class Desk:
    """One box. `shift` moves its clock."""

    box: Box
    ledger: Ledger
    settings: Settings
    shift: timedelta = field(default_factory=timedelta)

    def now(self) -> datetime:
        return utc_now() + self.shift

    def app(self) -> Flask:
        return watched(create_app(self.box, self.ledger, self.settings, self.now), self.ledger)

    def sign_in(self, role: Role = Role.RECEPTION, name: str = "") -> str:
        """The cookie of a new account of this role; who keeps the box has given the second factor, a doctor has not."""
        if not accounts.is_known(self.ledger, name or role.value):
            # A second page of the same person: a new password would sign the first one out.
            accounts.add(self.ledger, name or role.value, role, PASSWORD, self.now())
        if role is Role.MAINTENANCE:
            maintenance.approve(
                self.ledger, name or role.value, "点検", maintenance.MOST, "kanri", self.now()
            )
        cookie = accounts.sign_in(self.ledger, name or role.value, PASSWORD, self.now())
        return self.prove(cookie) if role in (Role.ADMINISTRATOR, Role.MAINTENANCE) else cookie

    def prove(self, cookie: str) -> str:
        """The same cookie, whose sign-in has given its second factor."""
        with self.ledger.write(Topic.OTHER) as db:
            accounts.second_given(db, cookie, self.now())
        return cookie

    def typed(self, **changes: Any) -> str:
        """A manual check that waits for sync."""
        typed = Typed(
            **{"insurer_number": "06139992", "symbol": "12", "number": "345", "birthdate": "S54.3.5"}
            | changes
        )
        request = message_xml.write(request_of(typed, CODE, clinic_day(self.now())))
        new = NewCheck(origin=Origin.MANUAL, institution_code=CODE, request_xml=request)
        return checks.open_check(self.ledger, new, self.now())

    def carded(
        self,
        status: CertificateStatus = CertificateStatus.VALID,
        evidence: CardEvidence | None = None,
        consents: Consents = ALL_CONSENTS,
    ) -> str:
        """A check by card that waits for sync; without `evidence` of one whose certificate nobody can read."""
        evidence = evidence or CardEvidence(
            certificate_der=b"certificate",
            challenge=b"challenge",
            signature=b"signature",
            algorithm="rsa-sha256",
            holder_verification=HolderVerification.PIN,
            certificate_status=status,
            expires_on=clinic_day(self.now()) + timedelta(days=40),
        )
        new = NewCheck(
            origin=Origin.CARD, institution_code=CODE, reader="1", evidence=evidence, consents=consents
        )
        return checks.open_check(self.ledger, new, self.now())

    def answered(
        self,
        check_id: str,
        validity: str | None,
        *found: Qualification,
        refusal: str | None = None,
        **body: Any,
    ) -> str:
        """Answer the open check as sync would; returns its id."""
        claimed = checks.claim(self.ledger, "owner", self.now(), timedelta(minutes=1))
        assert claimed is not None
        assert claimed.id == check_id
        message = ResultMessage(
            message_header=ResultHeader(segment_of_result="1", medical_institution_code=CODE),
            message_body=ResultBody(qualification_validity=validity, result_list=found, **body),
        )
        xml = message_xml.write(message)
        assert results.record(
            self.ledger,
            check_id,
            "owner",
            xml=xml,
            qualification_validity=validity,
            refusal=refusal,
            now=self.now(),
        )
        return check_id

    def person(self, person_id: str, *, card: bool = True) -> str:
        """A check of a person of the demo, answered as the demo's center would."""
        somebody = people.person(person_id)
        check_id = self.carded() if card else self.typed()
        return self.answered(check_id, somebody.qualification_validity, *somebody.qualifications)

    def offline(self, code: str = "LINE-001") -> str:
        """A check by card that waits because of trouble `code`."""
        check_id = self.carded()
        claimed = checks.claim(self.ledger, "owner", self.now(), timedelta(minutes=1))
        assert claimed is not None
        checks.put_back(self.ledger, check_id, "owner", code, "", self.now() + timedelta(hours=1))
        return check_id


@dataclass
class Client:
    """A Flask client that is signed in and sends what the page sends."""

    flask: FlaskClient
    csrf: str = ""

    def get(self, path: str, **headers: str) -> Any:
        return self.flask.get(path, base_url=ORIGIN, headers=headers or HTML)

    def post(self, path: str, data: Any = None, **headers: str) -> Any:
        given = {"X-CSRF-Token": self.csrf, "Accept": "application/json"} | headers
        return self.flask.post(path, data=data, base_url=ORIGIN, headers=given)


def client_of(desk: Desk, role: Role = Role.RECEPTION) -> Client:
    """A signed-in client of a new app on `desk`; one of a clinician has given the second factor."""
    flask = desk.app().test_client()
    flask.set_cookie(COOKIE, desk.prove(desk.sign_in(role)), domain="localhost", secure=True)
    client = Client(flask)
    # Who may not see the board is sent to a page of their own.
    first = flask.get("/", base_url=ORIGIN, headers=HTML, follow_redirects=True)
    client.csrf = csrf_of(first.text)
    return client


def csrf_of(page: str) -> str:
    """The token that the forms of a page send."""
    return page.partition('name="csrf-token" content="')[2].partition('"')[0]


def sign_in_given(answer: Any) -> str:
    """The sign-in's token that an answer puts into the browser; empty for one that leaves it as it is."""
    given = (cookie.partition(f"{COOKIE}=") for cookie in answer.headers.getlist("Set-Cookie"))
    return next((rest.partition(";")[0] for before, mark, rest in given if mark and not before), "")


@contextlib.contextmanager
def desk_in(root: Path) -> Iterator[Desk]:
    """A desk in `root`, with two readers and one consumer of each kind."""
    box = Box(root)
    box.create()
    ledger = Ledger.of(box)
    for key in ("serial-1", "serial-2"):
        readers.adopt(ledger, key, utc_now())
    consumers.add(ledger, "emr", ConsumerKind.MQTT, utc_now())
    consumers.add(ledger, "receipt", ConsumerKind.FOLDER, utc_now())
    # Pages that stand untouched for hours under a clock of the test are not covered: that is test_lock's.
    settings = Settings(institution_code=CODE, clinic_name="みどり内科", lock_after_minutes=0)
    box.save(settings)
    try:
        yield Desk(box, ledger, settings)
    finally:
        ledger.close()


@contextlib.contextmanager
def served(desk: Desk, port: int = 0) -> Iterator[str]:
    """The address of the desk's pages while they are served on loopback."""
    app = desk.app()
    server = page_server(app, port)
    thread = threading.Thread(target=server.serve_forever, name="web", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        app.extensions[EXTENSION].hub.close()
        server.shutdown()
        thread.join()
        server.server_close()
        _let_end()


def _let_end() -> None:
    """What a page says while it is closed is still being answered, and the ledger goes next.

    A connection over which nothing is said yet keeps its thread: it touches no ledger and is not waited for.
    """
    for one in threading.enumerate():
        if "process_request" in one.name:
            one.join(1.0)
