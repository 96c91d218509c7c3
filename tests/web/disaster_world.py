"""災害時モード at a desk: a mode that is on, and a center that answers searches without a line between."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from appliance.demo.center_disaster import Asked, DisasterDesk
from appliance.demo.people import people_on
from appliance.eligibility import message_xml
from appliance.ledger import checks, disaster_searches, results
from appliance.ledger.accounts import Role
from appliance.ledger.times import clinic_day
from tests.ledger.disaster_desk import WEEK, opened_mode
from tests.web.desk_world import CODE, HTML, Client, Desk, client_of

NAME = "見本太郎"
FORM = {
    "way": "identity",
    "name": NAME,
    "sex": "1",
    "birthdate": "S55.2.17",
    "address": "架空県",
    "consent": "oral",
    "purpose": "1",
}


@dataclass
class Disaster:
    """A clinician at a desk with the mode on. `where` collects every address an answer has led to."""

    desk: Desk
    center: DisasterDesk
    mode_id: str
    client: Client
    where: list[str] = field(default_factory=list)

    def post(self, path: str, data: dict[str, str], client: Client | None = None) -> Any:
        """What the browser sends with a form."""
        asking = client or self.client
        found = asking.flask.post(
            path, data=data | {"csrf_token": asking.csrf}, base_url="https://localhost", headers=HTML
        )
        self.where.append(found.headers.get("Location", ""))
        return found

    def answer(self) -> None:
        """Answer the open question as sync and the center would."""
        ledger, now = self.desk.ledger, self.desk.now()
        check = checks.claim(ledger, "owner", now, timedelta(minutes=1))
        assert check is not None
        request = disaster_searches.question(ledger, check).request_xml or b""
        message: Any = message_xml.read_as(check.family.request, request)
        asked = Asked(message, CODE, now, people_on(clinic_day(now)))
        xml = message_xml.write(self.center.answer(asked))
        sealed = disaster_searches.sealed_answer(ledger, check, xml)
        refusal = "CENTER-004" if b"<SegmentOfResult>9<" in xml else None
        results.record(
            ledger, check.id, "owner", xml=sealed, qualification_validity=None, refusal=refusal, now=now
        )

    def search(self, **changes: str) -> str:
        """The address of an answered search."""
        done = self.post("/disaster/searches", FORM | changes)
        assert done.status_code == 303, done.text
        self.answer()
        return str(done.headers["Location"])

    def open(self, where: str, kind: str, place: str = "0") -> str:
        """The address of an answered opening."""
        done = self.post(f"{where}/open", {"kind": kind, "place": place})
        assert done.status_code == 303, done.text
        self.answer()
        return str(done.headers["Location"])


def disaster_at(desk: Desk, lasting: timedelta = WEEK) -> Disaster:
    """The mode on, here and at the center."""
    center = DisasterDesk()
    center.switch(())
    return Disaster(
        desk, center, opened_mode(desk.ledger, desk.now(), lasting), client_of(desk, Role.CLINICIAN)
    )
