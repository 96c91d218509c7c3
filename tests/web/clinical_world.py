"""The clinical viewer at a desk: a patient who has agreed, a doctor, and a center that answers without a line between."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from appliance.demo.center_families import FamilyDesk, read
from appliance.demo.center_records import Records
from appliance.demo.people import person
from appliance.eligibility import message_xml
from appliance.eligibility.evidence import CardEvidence
from appliance.eligibility.medical_access import CONSENT_OF
from appliance.eligibility.message import Qualification
from appliance.eligibility.visit import ALL_CONSENTS, Consents, available_until
from appliance.ledger import checks, medical_questions, results
from appliance.ledger.accounts import Role
from appliance.ledger.times import JAPAN
from tests.web.desk_world import CODE, HTML, Client, Desk, client_of

_TIME = "%Y%m%d%H%M%S"


@dataclass
class Clinic:
    """A desk with a doctor who is signed in with both factors."""

    desk: Desk
    records: Records
    client: Client

    def patient(
        self,
        person_id: str = "p01",
        consents: Consents = ALL_CONSENTS,
        evidence: CardEvidence | None = None,
    ) -> str:
        """Somebody who has laid down the card and agreed to `consents`; the check's id."""
        now = self.desk.now()
        self.records.consented(person_id, consents, now)
        check_id = self.desk.carded(consents=consents, evidence=evidence)
        who = person(person_id)
        found = (self._agreed(one, consents) for one in who.qualifications)
        return self.desk.answered(check_id, who.qualification_validity, *found)

    def _agreed(self, one: Qualification, consents: Consents) -> Qualification:
        at = self.desk.now().astimezone(JAPAN)
        said: dict[str, Any] = {}
        for name in CONSENT_OF.values():
            given = getattr(consents, name)
            said[f"{name}_cons_flg"] = "1" if given else "0"
            said[f"{name}_cons_time"] = at.strftime(_TIME) if given else None
            said[f"{name}_available_time"] = available_until(at).strftime(_TIME) if given else None
        return replace(one, **said)

    def later(self, by: timedelta) -> None:
        """So much later, with a new sign-in of the doctor: one lasts half a day."""
        self.desk.shift += by
        self.client = client_of(self.desk, Role.CLINICIAN)

    def post(self, path: str, **form: str) -> Any:
        """What the browser sends with a form."""
        given = form | {"csrf_token": self.client.csrf}
        return self.client.flask.post(path, data=given, base_url="https://localhost", headers=HTML)

    def answer(self, xml: bytes | None = None) -> None:
        """Answer the open question as sync and the center would, or with `xml`."""
        ledger, now = self.desk.ledger, self.desk.now()
        check = checks.claim(ledger, "owner", now, timedelta(minutes=1))
        assert check is not None
        if xml is None:
            request = medical_questions.readable(ledger, check, now).request_xml or b""
            asked = read(check.family, request, CODE, now)
            xml = message_xml.write(FamilyDesk(self.records, lambda: 0.0).answer(asked))
        sealed = medical_questions.sealed_answer(ledger, check, xml)
        assert results.record(
            ledger, check.id, "owner", xml=sealed, qualification_validity=None, refusal=None, now=now
        )

    def opened(self, check_id: str, tab: str, xml: bytes | None = None) -> Any:
        """The page of a tab that was asked for and answered."""
        sent = self.post(f"/clinical/patients/{check_id}/{tab}/open")
        assert sent.status_code == 303, sent.text
        self.answer(xml)
        return self.client.get(sent.headers["Location"])


def clinic_at(desk: Desk) -> Clinic:
    """The doctor of this desk."""
    return Clinic(desk, Records(), client_of(desk, Role.CLINICIAN))
