"""The support bundle from the desk: listed before it is made, without a trace of any patient or secret, written down."""

import io
import logging
import re
from dataclasses import fields
from zipfile import ZipFile

import pytest

from appliance.demo.people import people
from appliance.eligibility.diagnosis import CheckName, Finding, Outcome, Severity
from appliance.identity.box import box_authority
from appliance.ledger import audit, health, readers
from appliance.ledger.accounts import Role
from appliance.ledger.support import bundle
from appliance.ledger.support.box_facts import SET_OR_NOT, TOLD
from appliance.settings import Settings
from tests.stories.identifiers import Identifiers
from tests.web.desk_world import PASSWORD, Client, Desk, client_of

PAGE = "/desk/support"


def made_by(client: Client) -> tuple[str, dict[str, str]]:
    answer = client.post(PAGE)
    assert answer.status_code == 200
    assert answer.mimetype == "application/zip"
    assert answer.headers["Cache-Control"] == "no-store"
    with ZipFile(io.BytesIO(answer.data)) as archive:
        texts = {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}
    return answer.headers["Content-Disposition"], texts


def test_a_day_full_of_patients_leaves_no_trace_in_it(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    for number, person in enumerate(people()):
        desk.person(person.id, card=number % 2 == 0)
    desk.offline()
    readers.describe(desk.ledger, "1", label="見本 花子 の窓口")
    desk.box.change(clinic_name="見本花子クリニック")
    finding = Finding("HEALTH-013", Severity.WAIT, "見本　花子 の")
    health.note(desk.ledger, {CheckName.BACKUP: Outcome("見本　花子", (finding,))}, desk.now())
    keeper = client_of(desk, Role.ADMINISTRATOR)
    named, texts = made_by(keeper)
    everything = "\n".join([named, *texts, *texts.values()])
    assert Identifiers({"a password": PASSWORD}).found_in(everything) == []
    assert "waiting: 1" in texts["08-queue.txt"]
    assert "点検: ok" in texts["06-ledger.txt"]
    assert "HEALTH-013 wait backup" in texts["13-findings.txt"]
    assert "■ emr" in texts["10-consumers.txt"]


def test_what_is_in_it_stands_on_the_page_before(desk: Desk) -> None:
    keeper = client_of(desk, Role.MAINTENANCE)
    page = keeper.get(PAGE).text
    assert audit.latest(desk.ledger, 1)[0].action != bundle.ACTION
    _, texts = made_by(keeper)
    assert texts.keys() - {bundle.CONTENTS} == set(re.findall(r"<code>(\d\d-[a-z]+\.txt)</code>", page))
    for name in texts.keys() - {bundle.CONTENTS}:
        assert name in texts[bundle.CONTENTS]
    row = audit.latest(desk.ledger, 1)[0]
    assert (row.actor, row.action) == ("maintenance", bundle.ACTION)


def test_its_name_is_of_the_box_and_the_moment(desk: Desk) -> None:
    keeper = client_of(desk, Role.ADMINISTRATOR)
    assert re.search(r'"madoguchi-support-new-\d{8}-\d{4}\.zip"', made_by(keeper)[0])
    box_authority(desk.box, desk.settings, desk.now())
    fingerprint = re.search(r"[0-9A-F]{4} [0-9A-F]{4} ", keeper.get("/trust").text)
    assert fingerprint is not None
    assert f"madoguchi-support-{fingerprint[0].replace(' ', '')}-" in made_by(keeper)[0]


@pytest.mark.parametrize("role", [Role.RECEPTION, Role.CLINICIAN])
def test_it_is_for_those_who_keep_the_box(desk: Desk, role: Role) -> None:
    client = client_of(desk, role)
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE).status_code == 403


def test_each_setting_was_thought_about() -> None:
    names = {item.name for item in fields(Settings)}
    assert names == TOLD | SET_OR_NOT, "say whether a support bundle tells its value"
    assert not TOLD & SET_OR_NOT
    assert not [name for name in TOLD if re.search("password|secret|key|name|url|host|file", name)]
