"""A box's shared folder, with trays that are looked at when the test says so, at the time the test says."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from appliance.eligibility.message import RequestBody, RequestHeader, RequestMessage, SearchInfo
from appliance.eligibility.message_xml import Encoding, write
from appliance.ledger import checks, consumers
from appliance.ledger.checks import Check
from appliance.ledger.consumers import ConsumerKind
from appliance.ledger.database import Ledger
from appliance.ledger.folder_terms import Folder
from appliance.settings import Box, Settings
from appliance.sync import complete_file
from appliance.sync.folder_in import RequestTray
from appliance.sync.folder_lane import FOLDERS
from appliance.sync.folder_out import ResultTray
from tests.sync.station import INSTITUTION

CONSUMER = "receipt-folder"
NINE = datetime(2026, 11, 22, 0, 0, tzinfo=UTC)
"""Nine in the morning in Japan."""


def request_xml(
    institution_code: str | None = INSTITUTION,
    number: str | None = "3456",
    encoding: Encoding = Encoding.UTF_8,
) -> bytes:
    """A request as a レセコン writes it."""
    keys = SearchInfo(
        insurer_number="06139998",
        insured_card_symbol="架空１２",
        insured_identification_number=number,
        insured_branch_number="",
        birthdate="19790305",
        limit_application_certificate_related_cons_flg="1",
    )
    header = RequestHeader(
        qualification_confirmation_date="20261122", medical_institution_code=institution_code
    )
    body = RequestBody(qualification_confirm_search_info=keys)
    return write(RequestMessage(message_header=header, message_body=body), encoding)


class SharedFolder:
    """The folders of one box, without the lane's thread."""

    def __init__(self, root: Path) -> None:
        self.box = Box(root)
        self.box.create()
        self.settings = Settings(INSTITUTION, folder_settle=1.0, folder_patience=5.0, offer_first=5.0)
        self.ledger = Ledger.of(self.box)
        consumers.add(self.ledger, CONSUMER, ConsumerKind.FOLDER, NINE)
        self.root = self.box.folder_root(self.settings)
        self.folder = Folder(CONSUMER, self.root)
        for name in FOLDERS:
            (self.root / name).mkdir(parents=True)
        self.restart()

    def restart(self) -> None:
        """As a new process would see it."""
        self.requests = RequestTray(self.folder, self.settings, self.ledger)
        self.results = ResultTray(self.folder, self.settings, self.ledger)

    def serve(self, **terms: Any) -> None:
        """Serve the folder on other terms, as a new process would."""
        self.folder = replace(self.folder, **terms)
        self.restart()

    def drop(self, name: str, data: bytes) -> Path:
        path = self.root / "req" / name
        path.write_bytes(data)
        return path

    def look(self, *seconds: float) -> None:
        """Look into req/ so many seconds after nine."""
        for second in seconds:
            self.requests.look(NINE + timedelta(seconds=second))

    def checks(self) -> tuple[Check, ...]:
        return checks.recent(self.ledger, 100)

    def names(self, folder: str) -> list[str]:
        return sorted(path.name for path in (self.root / folder).iterdir())

    def error(self, name: str) -> str:
        return (self.root / "res" / name).read_bytes().decode("cp932")

    def leftovers(self) -> list[str]:
        return self.names(complete_file.ASIDE)
