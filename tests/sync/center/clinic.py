"""A clinic for tests: a box with its ledger and its link to a running virtual center, impatient enough for a test."""

import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from appliance.demo.center_client import RunningCenter
from appliance.demo.people import person
from appliance.eligibility import message_xml
from appliance.eligibility.message import RequestBody, RequestHeader, RequestMessage, SearchInfo
from appliance.eligibility.visit import ALL_CONSENTS, Consents
from appliance.ledger import checks, conditions, consumers, deliveries
from appliance.ledger.checks import Check, CheckState, NewCheck, Origin
from appliance.ledger.conditions import Condition, Link, LinkState
from appliance.ledger.database import Ledger
from appliance.ledger.times import utc_now
from appliance.settings import Box, Settings
from appliance.sync.asker import Asker
from appliance.sync.web_api import WebApi
from tests.demo.card_evidence import INSTITUTION, evidence_of

PATIENCE = 20.0
SETTINGS = Settings(institution_code=INSTITUTION, center_workers=3, retry_first=0.05, retry_longest=0.2)
HASTY = {"center_read_timeout": 0.4, "center_total_timeout": 0.8}
"""Settings for a center that is meant to be too slow."""


def request_for(person_id: str, identifier: str | None = None, day: str | None = None) -> bytes:
    """The request by numbers for a fictitious person's first insurance."""
    who = person(person_id)
    one = who.qualifications[0]
    info = SearchInfo(
        insurer_number=one.insurer_number,
        insured_card_symbol=one.insured_card_symbol,
        insured_identification_number=one.insured_identification_number,
        insured_branch_number=one.insured_branch_number,
        birthdate=f"{who.birthdate:%Y%m%d}",
        limit_application_certificate_related_cons_flg="1",
    )
    return message_xml.write(
        RequestMessage(
            message_header=RequestHeader(
                arbitrary_file_identifier=identifier, qualification_confirmation_date=day
            ),
            message_body=RequestBody(qualification_confirm_search_info=info),
        )
    )


class Clinic:
    """One box in `root`, a customer of `center`. Close it."""

    def __init__(self, root: Path, center: RunningCenter, **changes: Any) -> None:
        self.center = center
        self.box = Box(root)
        self.box.create()
        for folder in ("trust/center", "center"):
            shutil.copytree(center.state_folder / folder, root / folder, dirs_exist_ok=True)
        self.settings = replace(SETTINGS, center_url=center.url, **changes)
        self.box.save(self.settings)
        self.ledger = Ledger.of(self.box)
        consumers.add(self.ledger, "emr", consumers.ConsumerKind.MQTT, utc_now())
        self._askers: list[Asker] = []
        self._links: list[WebApi] = []

    def link(self, **changes: Any) -> WebApi:
        """A link of its own to the center."""
        self._links.append(WebApi(self.box, replace(self.settings, **changes), utc_now))
        return self._links[-1]

    def start_asker(self) -> Asker:
        """An asker at work."""
        asker = Asker(self.settings, self.ledger, self.link(), utc_now)
        asker.start()
        self._askers.append(asker)
        return asker

    def adopt(self, asker: Asker) -> None:
        """End this asker, started by the test, when the clinic closes."""
        self._askers.append(asker)

    def stop_asker(self) -> None:
        """End the asker started last."""
        self._askers.pop().stop()

    def close(self) -> None:
        """End everything."""
        while self._askers:
            self.stop_asker()
        for link in self._links:
            link.close()
        self.ledger.close()

    def by_numbers(self, person_id: str = "p01", **changes: Any) -> str:
        """A check by numbers; its id."""
        new = NewCheck(origin=Origin.MANUAL, institution_code=INSTITUTION, request_xml=request_for(person_id))
        return checks.open_check(self.ledger, replace(new, **changes), utc_now())

    def by_card(self, person_id: str, consents: Consents = ALL_CONSENTS) -> str:
        """A check by card; its id."""
        new = NewCheck(
            origin=Origin.CARD,
            institution_code=INSTITUTION,
            reader="1",
            evidence=evidence_of(self.center.state_folder, person_id),
            consents=consents,
        )
        return checks.open_check(self.ledger, new, utc_now())

    def check(self, check_id: str) -> Check:
        """The check as it stands."""
        found = checks.find(self.ledger, check_id)
        assert found is not None
        return found

    def line(self) -> Condition:
        """How the link stands in the ledger."""
        return conditions.get(self.ledger, Link.CENTER)

    def until(self, is_so: Callable[[], bool]) -> None:
        """Wait for something the ledger or the center will say, not for ever."""
        end = time.monotonic() + PATIENCE
        with self.ledger.listen() as bell:
            while not is_so():
                assert time.monotonic() < end, [
                    (c.state, c.trouble_code) for c in checks.recent(self.ledger, 9)
                ]
                bell.wait(0.1)

    def until_state(self, state: CheckState, *check_ids: str) -> None:
        """Wait until all these checks are in `state`."""
        self.until(lambda: all(self.check(check_id).state is state for check_id in check_ids))

    def until_line(self, state: LinkState, code: str | None = None) -> None:
        """Wait until the link is said to be in `state`, because of `code`."""
        self.until(lambda: (self.line().state, self.line().trouble_code) == (state, code))

    def results(self, check_id: str) -> int:
        """How many results a check has."""
        return int(
            self.ledger.read.execute(
                "SELECT count(*) FROM results WHERE check_id = ?", [check_id]
            ).fetchone()[0]
        )

    def owed(self, check_id: str) -> list[str]:
        """To whom the result of a check is owed."""
        return [delivery.consumer for delivery in deliveries.of_check(self.ledger, check_id)]
