"""The page on the monitor: every state says what is so and where to go, fits its terminal, and knows no patient."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
import pytest

from appliance.console.drawing import cut, page, width, wrapped
from appliance.console.facts import Facts, Slow, State, Wrong, gather
from appliance.console.letters import FULL, LOWER, UPPER, qr_lines
from appliance.console.words import ENGLISH, JAPANESE, LARGE
from appliance.eligibility.diagnosis import CheckName, Finding, Outcome, Severity
from appliance.eligibility.visit import Phase
from appliance.ledger import accounts, conditions, health, line, readers
from appliance.ledger.accounts import Role
from appliance.ledger.conditions import Link, LinkState
from appliance.ledger.database import Ledger
from appliance.settings import Box
from tests.stories.identifiers import Identifiers
from tests.web.desk_world import Desk, desk_in

NOW = datetime(2026, 11, 30, 0, 0, tzinfo=UTC)
MACHINE = Slow("uketsuke", ("192.168.1.20", "fd00::2"), "0123 " * 15 + "4567", "1.2", "A", ())
FACTS = Facts(
    State.READY,
    "見本クリニック",
    "1319999999",
    ("https://uketsuke.local/", "https://192.168.1.20/"),
    "http://192.168.1.20/trust",
    (),
    MACHINE,
)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("japanese", [False, True])
@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (80, 25), (128, 48), (40, 12)])
def test_every_state_fits_every_terminal(state: State, columns: int, rows: int, *, japanese: bool) -> None:
    many = tuple(Wrong(f"READER-00{number}", f"reader {number}") for number in range(1, 9))
    lines = page(replace(FACTS, state=state, troubles=many), NOW, columns, rows, japanese=japanese)
    assert len(lines) <= rows
    assert max(map(width, lines)) <= columns
    assert lines[-1].startswith("madoguchi")
    text = "".join(lines)
    assert (JAPANESE if japanese else ENGLISH).says[state][:10] in text


def test_what_an_engineer_looks_for_is_there_on_a_small_terminal() -> None:
    troubles = (Wrong("READER-003", "reader 1"), Wrong("BOX-003", "madoguchi-web.service"))
    text = "\n".join(page(replace(FACTS, troubles=troubles), NOW, 80, 24, japanese=False))
    for word in ("https://uketsuke.local/", "https://192.168.1.20/", "READER-003  reader 1", "slot A"):
        assert word in text
    for word in ("madoguchi-web.service", "2026-11-30 09:00 JST", "version 1.2"):
        assert word in text
    assert sum(text.count(one) for one in ("0123", "4567")) == 16
    for japanese in (False, True):
        lines = page(replace(FACTS, troubles=troubles), NOW, 80, 24, japanese=japanese)
        assert ("見本クリニック" in lines[0]) is japanese
        assert "1319999999" in lines[0] or japanese


def test_the_monitor_gets_no_letter_that_linux_cannot_draw_there() -> None:
    for state in State:
        text = "".join(page(replace(FACTS, state=state), NOW, 80, 24, japanese=False))
        assert {one for one in text if not one.isascii()} <= {FULL, UPPER, LOWER}
    assert set(LARGE) == set(State) == set(ENGLISH.says) == set(JAPANESE.says)


def test_a_phone_reads_the_code() -> None:
    pixels = []
    for text in qr_lines(FACTS.trust, 3):
        pixels.append([one in (FULL, UPPER) for one in text])
        pixels.append([one in (FULL, LOWER) for one in text])
    picture = np.kron(np.array(pixels, np.uint8) * 255, np.ones((8, 8), np.uint8))
    found, _, _ = cv2.QRCodeDetector().detectAndDecode(picture)
    assert found == FACTS.trust


def test_lines_break_at_spaces_and_by_width() -> None:
    assert list(wrapped("one two three four", 9)) == ["one two", "three", "four"]
    assert list(wrapped("受付は続けられます", 8)) == ["受付は続", "けられま", "す"]
    assert cut("受付", 3) == "受"


@pytest.fixture
def desk(box_dir: Path) -> Iterator[Desk]:
    with desk_in(box_dir) as found:
        yield found


def test_it_tells_links_and_readers_and_keeps_quiet_of_the_patient(desk: Desk) -> None:
    def now(machine: Slow = MACHINE) -> Facts:
        return gather(desk.box, machine, is_starting=False)

    accounts.add(desk.ledger, "kanri", Role.ADMINISTRATOR, "a long enough password", desk.now())
    assert (now().state, now().troubles) == (State.READY, ())
    one, two = (reader.key for reader in readers.all_readers(desk.ledger)[:2])
    readers.show(desk.ledger, one, desk.now(), phase=Phase.FAILED, trouble_code="CARD-003")
    assert now().state is State.READY
    readers.show(desk.ledger, two, desk.now(), phase=Phase.OFFLINE, trouble_code="READER-001")
    assert (now().state, now().troubles) == (State.LOOK, (Wrong("READER-001", "reader 2"),))
    conditions.note(desk.ledger, Link.CENTER, LinkState.DOWN, "LINE-001", desk.now())
    line.note(desk.ledger, line.Phase.STOPPED, "LINE-001", desk.now())
    assert now().state is State.OFFLINE
    assert Wrong("LINE-001", "center") in now().troubles
    failed = now(replace(MACHINE, failed=("madoguchi-web.service",)))
    assert failed.state is State.BROKEN
    assert Wrong("BOX-003", "madoguchi-web.service") in failed.troubles


def test_what_the_self_diagnosis_found_is_there_once(desk: Desk) -> None:
    accounts.add(desk.ledger, "kanri", Role.ADMINISTRATOR, "a long enough password", desk.now())
    reader = readers.all_readers(desk.ledger)[1]
    readers.show(desk.ledger, reader.key, desk.now(), phase=Phase.OFFLINE, trouble_code="READER-001")
    found = (
        Finding("READER-001", Severity.STOP, subject=reader.key),
        Finding("HEALTH-003", Severity.WAIT, subject=reader.key),
        Finding("CARD-003", Severity.WAIT),
    )
    health.note(desk.ledger, {CheckName.READERS: Outcome("悪い", found)}, desk.now())
    shown = gather(desk.box, MACHINE, is_starting=False)
    assert shown.troubles == (Wrong("HEALTH-003", "reader 2"), Wrong("READER-001", "reader 2"))
    assert shown.state is State.LOOK


def test_a_day_full_of_patients_shows_none(desk: Desk) -> None:
    for person in ("p01", "p02", "p04"):
        desk.person(person)
    desk.offline()
    text = "\n".join(
        "\n".join(page(gather(desk.box, MACHINE, is_starting=False), NOW, 128, 48, japanese=one))
        for one in (True, False)
    )
    assert Identifiers({}).found_in(text) == []


def test_whatever_is_broken_it_says_where_the_box_is_and_what_to_do(box_dir: Path) -> None:
    box = Box(box_dir)

    def shown() -> tuple[State, str]:
        facts = gather(box, MACHINE, is_starting=False)
        return facts.state, "\n".join(page(facts, NOW, 80, 24, japanese=False))

    assert shown()[0] is State.NEW
    box.create()
    (box.run_dir / "setup-code").write_text("ABCD-EFGH\n", "ascii")
    assert (shown()[0], "set-up code: ABCD-EFGH" in shown()[1]) == (State.FIRST, True)
    (box.run_dir / "setup-code").unlink()
    box.settings_file.write_text("nonsense", "utf-8")
    assert (shown()[0], "BOX-001" in shown()[1]) == (State.BROKEN, True)
    box.settings_file.write_text('institution_code = "1319999999"', "utf-8")
    assert (shown()[0], "BOX-003" in shown()[1]) == (State.BROKEN, True)
    assert not box.ledger_file.exists()
    starting = gather(box, MACHINE, is_starting=True)
    assert (starting.state, starting.troubles) == (State.STARTING, ())
    box.ledger_file.write_bytes(b"no ledger" * 999)
    assert (shown()[0], "BOX-011" in shown()[1]) == (State.BROKEN, True)
    assert "https://uketsuke.local:8443/" in shown()[1]
    box.ledger_file.unlink()
    ledger = Ledger.of(box)
    assert shown()[0] is State.FIRST
    assert "set-up code:" not in shown()[1]
    (box.run_dir / "setup-code").write_text("ABCD-EFGH\n", "ascii")
    assert "set-up code: ABCD-EFGH" in shown()[1]
    accounts.add(ledger, "kanri", Role.ADMINISTRATOR, "a long enough password", NOW)
    assert (shown()[0], "ABCD" in shown()[1]) == (State.READY, False)
    ledger.close()


def test_a_box_without_an_address_says_so() -> None:
    alone = replace(FACTS, trust="", slow=replace(MACHINE, addresses=(), fingerprint=""))
    text = "\n".join(page(alone, NOW, 80, 24, japanese=False))
    assert ENGLISH.no_address in text
    assert FULL * 10 not in text
