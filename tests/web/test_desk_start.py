"""The desk's first page: each step is done when the ledger or the settings say so, and the first that is not is next."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from appliance.ledger import audit, consumers, line, reader_tests, readers, ticks
from appliance.ledger.accounts import Role
from appliance.ledger.database import Ledger
from appliance.ledger.line import Phase
from appliance.ledger.times import utc_now
from appliance.settings import Box, Settings
from tests.web.desk_world import CODE, Client, Desk, client_of
from tests.web.test_desk_certificate import in_use

PAGE = "/desk"


@pytest.fixture
def bare(box_dir: Path) -> Desk:
    """A box that somebody has just begun with."""
    box = Box(box_dir)
    box.create()
    settings = Settings(institution_code=CODE)
    box.save(settings)
    return Desk(box, Ledger.of(box), settings)


def steps(client: Client) -> dict[str, bool]:
    found = re.findall(r'data-step="([^"]+)" data-done="(\w+)"', client.get(PAGE).text)
    return {key: done == "true" for key, done in found}


def next_of(client: Client) -> str:
    text: str = client.get(PAGE).text
    return text.partition('data-next="')[2].partition('"')[0]


def test_a_new_box_is_led_step_by_step(bare: Desk) -> None:
    client = client_of(bare, Role.ADMINISTRATOR)
    assert not any(steps(client).values())
    assert next_of(client) == "clinic"
    bare.box.change(clinic_name="みどり内科")
    assert next_of(client) == "accounts"
    assert "まだない役割: 受付、有資格者、患者さんの画面" in client.get(PAGE).text
    for role in (Role.RECEPTION, Role.CLINICIAN, Role.PATIENT_SCREEN):
        bare.sign_in(role)
    assert next_of(client) == "readers"
    readers.adopt(bare.ledger, "serial-1", utc_now())
    assert "まだ点検していない" in client.get(PAGE).text
    reader_tests.note(bare.ledger, "serial-1", ("READER-001",), utc_now())
    assert not steps(client)["readers"]
    reader_tests.note(bare.ledger, "serial-1", (), utc_now())
    assert next_of(client) == "certificate"
    in_use(bare, 300)
    assert next_of(client) == "line"
    line.note(bare.ledger, Phase.NORMAL, None, utc_now())
    assert next_of(client) == "visit"  # a clinic may do without other programs
    assert steps(client) == dict.fromkeys(("clinic", "accounts", "readers", "certificate", "line"), True) | {
        "consumers": False,
        "visit": False,
        "opening": True,
        "notices": False,
        "backup": False,
        "drill": False,
    }
    bare.answered(bare.carded(), "1")
    with bare.ledger.write() as db:  # the desk's cards have no certificate that could be read
        db.execute("UPDATE checks SET card_mark = 'a card'")
    assert next_of(client) == "notices"
    assert client.post(f"{PAGE}/steps/notices").status_code == 303
    assert "準備はすべて済んでいます" in client.get(PAGE).text
    bare.ledger.close()


def test_an_old_certificate_and_a_box_beside_a_terminal(desk: Desk) -> None:
    in_use(desk, 5)
    desk.shift = timedelta(days=6)
    assert not steps(client_of(desk, Role.MAINTENANCE))["certificate"]
    desk.settings = desk.box.change(center_kind="terminal")
    assert steps(client_of(desk, Role.MAINTENANCE))["certificate"]


def test_without_daily_test_or_consumers_the_steps_are_open(desk: Desk) -> None:
    desk.box.change(reader_test_at="")
    client = client_of(desk, Role.ADMINISTRATOR)
    assert steps(client)["consumers"]
    for name in ("emr", "receipt"):
        consumers.remove(desk.ledger, name)
    found = steps(client)
    assert (found["consumers"], found["opening"]) == (False, False)


def test_what_the_box_cannot_see_is_ticked_by_name_and_can_be_taken_back(desk: Desk) -> None:
    client = client_of(desk, Role.MAINTENANCE)
    for _ in range(2):
        client.post(f"{PAGE}/steps/notices")
    assert "maintenanceさんが" in client.get(PAGE).text
    client.post(f"{PAGE}/steps/notices/undo")
    assert ticks.find(desk.ledger, "notices") is None
    assert [row.action for row in audit.latest(desk.ledger, 2)] == ["step-unticked", "step-ticked"]
    assert client.post(f"{PAGE}/steps/readers").status_code == 404


def test_the_menu_offers_only_what_one_may_open(desk: Desk) -> None:
    for role in (Role.ADMINISTRATOR, Role.MAINTENANCE):
        client = client_of(desk, role)
        page = client.get(PAGE).text
        menu = set(re.findall(r'href="(/[^"#]*)', page.partition("<main")[2].partition("</main>")[0]))
        assert len(menu) > 5
        for path in menu:
            assert client.get(path).status_code == 200, path
    assert client_of(desk, Role.RECEPTION).get(PAGE).status_code == 403
