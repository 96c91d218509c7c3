"""A dead box and the one in its place: the backup comes in by the page of a bare box, and what was under way goes on, once."""

import io
import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from appliance.demo.center_client import RunningCenter
from appliance.identity.box import WEB, certificate_of
from appliance.ledger import checks, consumers, screens, shown_code
from appliance.ledger.backup import writing
from appliance.ledger.checks import CheckState
from appliance.ledger.conditions import LinkState
from appliance.ledger.database import Ledger
from appliance.ledger.times import utc_now
from appliance.settings import Box, Settings
from appliance.sync import questions
from appliance.web.first.app import create_app
from appliance.web.service import server_files
from tests.sync.center.clinic import Clinic
from tests.web.desk_world import HTML, ORIGIN
from tests.web.test_bare_box import sent

PHRASE = "a long enough phrase"


class Swapped(Clinic):
    """The box in the dead one's place, as `Clinic` plays one; the certificate is not in yet."""

    def __init__(self, root: Path, center: RunningCenter) -> None:
        self.center, self.box = center, Box(root)
        self.settings = self.box.load()
        self.ledger = Ledger.of(self.box)
        self._askers, self._links = [], []
        checks.release_all(self.ledger)  # as sync does at each start

    def import_certificate(self) -> None:
        shutil.copytree(self.center.state_folder / "center", self.box.root / "center", dirs_exist_ok=True)


def backup_of(old: Clinic) -> bytes:
    with closing(writing.backup(old.box, old.ledger, PHRASE, utc_now())) as made:
        return b"".join(made.pieces)


def restored(root: Path, file: bytes) -> list[bool]:
    """Play the person at the page of the bare box."""
    made: list[bool] = []
    box = Box(root)
    box.create()
    browser = create_app(box, Settings(institution_code=""), utc_now, lambda: made.append(True)).test_client()

    def post(path: str, **fields: Any) -> int:
        return browser.post(path, base_url=ORIGIN, headers=HTML, buffered=True, **sent(fields)).status_code

    assert post("/start", code=shown_code.shown(box)) == 303
    assert post("/start/backup", file=(io.BytesIO(file), "a.backup"), passphrase=PHRASE, is_off="1") == 200
    return made


@pytest.fixture
def swapped(
    clinic: Clinic, center: RunningCenter, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Swapped]:
    """The box in the place of `clinic`, which died with a question out and another waiting."""
    server_files(clinic.box)
    screens.pair(clinic.ledger, screens.prepare(clinic.ledger, "1", "kanri", utc_now()), utc_now())
    out, waiting = clinic.by_numbers(), clinic.by_numbers("p02")
    claimed = checks.claim(clinic.ledger, "old box", utc_now(), timedelta(minutes=1))
    assert claimed is not None
    file = backup_of(clinic)
    # The old box lived on for a moment after its last backup: the center has heard the question.
    clinic.link().ask(questions.question(claimed))
    assert {out, waiting} == {one.id for one in checks.recent(clinic.ledger, 9)}
    root = tmp_path_factory.mktemp("new") / "state"
    assert restored(root, file) == [True]
    new = Swapped(root, center)
    yield new
    new.close()


def test_what_was_under_way_goes_on_once(swapped: Swapped, center: RunningCenter) -> None:
    ids = [one.id for one in checks.recent(swapped.ledger, 9)]
    swapped.start_asker()
    swapped.until(lambda: swapped.line().state is not LinkState.UP and bool(swapped.line().trouble_code))
    assert {swapped.check(one).state for one in ids} & {CheckState.ANSWERED, CheckState.REFUSED} == set()
    swapped.stop_asker()
    swapped.import_certificate()
    swapped.start_asker()
    swapped.until_state(CheckState.ANSWERED, *ids)
    # Asked by both boxes under one id: the center has worked it out once, and each result is owed once.
    assert sorted((center.counts(one)["asked"], center.counts(one)["worked_out"]) for one in ids) == [
        (1, 1),
        (2, 1),
    ]
    assert [(swapped.results(one), swapped.owed(one)) for one in ids] == [(1, ["emr"]), (1, ["emr"])]


def test_those_around_it_see_no_other_box(swapped: Swapped, clinic: Clinic) -> None:
    assert (swapped.box.tls_dir / "ca.pem").read_bytes() == (clinic.box.tls_dir / "ca.pem").read_bytes()
    server_files(swapped.box)
    served = certificate_of(swapped.box, WEB)
    assert served is not None
    served.verify_directly_issued_by(
        x509.load_pem_x509_certificate((clinic.box.tls_dir / "ca.pem").read_bytes())
    )
    assert [one.name for one in consumers.all_consumers(swapped.ledger)] == ["emr"]
    assert screens.is_any_paired(swapped.ledger)
    assert not (swapped.box.root / "center" / "clinic.p12").exists()
