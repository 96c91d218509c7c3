"""One look at everything: written down when it is news, shown at the lamps, kept as the morning's report; nothing ends the others."""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from appliance.eligibility.diagnosis import CheckName, Finding, Outcome, Severity, Suggestion
from appliance.eligibility.said import Joined, Said, joined, said
from appliance.health import lamps, service
from appliance.health.checks import CHECKS
from appliance.health.looking import look_at_everything
from appliance.health.machine import Machine
from appliance.health.surroundings import Surroundings
from appliance.ledger import health, mornings, reader_tests, readers
from appliance.ledger.bell import BellListener, Topic
from appliance.ledger.database import Ledger
from appliance.ledger.times import clinic_day
from appliance.settings import Box
from tests.health.conftest import At
from tests.ledger.desk import NOW

MINUTE = timedelta(minutes=1)
EIGHT = datetime.fromisoformat("2026-04-01T08:00:00+09:00")
WELL = {CheckName.DISK: Outcome("空き")}


def ill(severity: Severity = Severity.WAIT, says: str = "x", subject: str = "") -> dict[CheckName, Outcome]:
    finding = Finding("HEALTH-007", severity, says, subject, (Suggestion.BACK_UP,))
    return {CheckName.DISK: Outcome("空き", (finding,))}


@pytest.fixture
def ear(ledger: Ledger) -> Iterator[BellListener]:
    with closing(ledger.listen(Topic.CONDITIONS)) as found:
        yield found


def test_a_check_that_breaks_is_a_finding_and_ends_no_other(at: At) -> None:
    def broken(here: Surroundings) -> Outcome:
        raise LookupError("what it says is nobody's business")

    found = look_at_everything(at(), {**CHECKS, CheckName.DISK: broken})
    assert list(found) == list(CheckName)
    (finding,) = found[CheckName.DISK].findings
    assert (finding.code, finding.says) == ("HEALTH-001", "LookupError")
    assert found[CheckName.BACKUP].findings


def test_a_finding_stands_from_its_first_look_to_the_one_that_does_not_find_it(
    ledger: Ledger, ear: BellListener
) -> None:
    assert health.note(ledger, ill(), NOW)
    assert ear.wait() == Topic.CONDITIONS
    assert not health.note(ledger, ill(says="y"), NOW + MINUTE)
    assert ear.wait(0) == Topic(0)
    assert health.note(ledger, ill(Severity.STOP, "z"), NOW + 2 * MINUTE)
    assert ear.wait() == Topic.CONDITIONS
    (one,) = health.standing(ledger)
    assert (one.since, one.finding.severity, one.finding.says) == (NOW, Severity.STOP, "z")
    assert one.finding.suggestions == (Suggestion.BACK_UP,)
    assert health.note(ledger, WELL, NOW + 3 * MINUTE)
    assert health.standing(ledger) == ()
    assert health.note(ledger, ill(), NOW + 4 * MINUTE)
    assert [one.since for one in health.standing(ledger)] == [NOW + 4 * MINUTE]


def test_the_same_code_at_two_readers_is_two_findings(ledger: Ledger) -> None:
    both = {
        CheckName.DISK: Outcome(
            "", (*ill(subject="a")[CheckName.DISK].findings, *ill(subject="b")[CheckName.DISK].findings)
        )
    }
    health.note(ledger, both, NOW)
    health.note(ledger, ill(subject="b"), NOW + MINUTE)
    assert [one.finding.subject for one in health.standing(ledger)] == ["b"]


def test_a_look_without_news_writes_only_every_ten_minutes_and_wakes_nobody(
    ledger: Ledger, ear: BellListener
) -> None:
    assert health.note(ledger, WELL, NOW)
    for minute in range(1, 10):
        assert not health.note(ledger, WELL, NOW + minute * MINUTE)
    ear.wait(0)
    assert health.note(ledger, WELL, NOW + 10 * MINUTE)
    assert ear.wait(0) == Topic(0)
    # A clock that was set back is no reason to be silent until it has caught up.
    assert health.note(ledger, WELL, NOW)


def test_words_that_nobody_renews_are_over(ledger: Ledger) -> None:
    assert health.picture(ledger, NOW).words == ()
    health.note(ledger, WELL, NOW)
    assert not health.picture(ledger, NOW + 15 * MINUTE).is_still
    assert health.picture(ledger, NOW + 16 * MINUTE).is_still
    assert health.picture(ledger, NOW - 16 * MINUTE).is_still


def test_sentences_come_back_with_their_form_so_that_they_can_be_said_in_english(ledger: Ledger) -> None:
    says = joined("、", (said("あと{days}日", days=3), "期限切れ"))
    health.note(ledger, {CheckName.CERTIFICATE: Outcome(says)}, NOW)
    (word,) = health.picture(ledger, NOW).words
    assert word.says == says == "あと3日、期限切れ"
    assert isinstance(word.says, Joined)
    assert isinstance(word.says.parts[0], Said)
    assert word.says.parts[0].form == "あと{days}日"


def test_what_ended_is_forgotten_and_what_stands_is_not(ledger: Ledger) -> None:
    health.note(ledger, ill(subject="a"), NOW)
    health.note(ledger, ill(subject="b"), NOW + MINUTE)
    mornings.note(ledger, clinic_day(NOW), health.picture(ledger, NOW), NOW)
    with ledger.write() as db:
        assert health.prune_in(db, NOW + MINUTE) == 1
        assert health.prune_in(db, NOW + 2 * MINUTE) == 1
    assert len(health.standing(ledger)) == 1


def test_a_row_of_a_later_version_says_nothing_here(ledger: Ledger) -> None:
    health.note(ledger, ill(), NOW)
    with ledger.write() as db:
        db.execute("UPDATE health_findings SET code = 'HEALTH-999'")
    assert health.standing(ledger) == ()
    with ledger.write() as db:
        db.execute("UPDATE health_findings SET code = 'HEALTH-007', check_name = 'unheard-of'")
    assert health.picture(ledger, NOW).standing == ()


def test_the_morning_waits_for_the_readers_test_but_not_for_ever(
    box: Box, ledger: Ledger, machine: Machine
) -> None:
    readers.adopt(ledger, "one", EIGHT)
    for moment, is_made in ((EIGHT - MINUTE, False), (EIGHT, False), (EIGHT + 4 * MINUTE, False)):
        service.look(box, ledger, moment, machine)
        assert (mornings.of(ledger, clinic_day(EIGHT)) is not None) is is_made
    reader_tests.note(ledger, "one", (), EIGHT)
    service.look(box, ledger, EIGHT + 4 * MINUTE, machine)
    made = mornings.of(ledger, clinic_day(EIGHT))
    assert made is not None
    assert made.at == EIGHT + 4 * MINUTE
    assert [one.check for one in made.picture.words] == list(CheckName)
    assert "HEALTH-013" in [one.finding.code for one in made.picture.standing]
    service.look(box, ledger, EIGHT + 9 * MINUTE, machine)
    assert mornings.of(ledger, clinic_day(EIGHT)) == made
    next_day = EIGHT + timedelta(days=1)
    service.look(box, ledger, next_day + 5 * MINUTE, machine)
    assert mornings.of(ledger, clinic_day(next_day)) is not None
    box.change(reader_test_at="")
    service.look(box, ledger, next_day + timedelta(days=1, hours=1), machine)
    assert mornings.of(ledger, clinic_day(next_day) + timedelta(days=1)) is None


def test_a_box_switched_on_after_the_hour_has_its_readers_tested_before_the_report(
    box: Box, ledger: Ledger, machine: Machine
) -> None:
    readers.adopt(ledger, "one", EIGHT)
    reader_tests.note(ledger, "one", (), EIGHT - timedelta(days=2))
    uptime = machine.root / "proc/uptime"
    uptime.parent.mkdir()
    half_past = EIGHT + 30 * MINUTE
    for text, is_made in (("61.52 80.13\n", False), ("299.99 410.00\n", False), ("300.00 412.00\n", True)):
        uptime.write_text(text, "ascii")
        service.look(box, ledger, half_past, machine)
        assert (mornings.of(ledger, clinic_day(EIGHT)) is not None) is is_made
    uptime.write_text("61.52 80.13\n", "ascii")
    reader_tests.note(ledger, "one", (), half_past + timedelta(days=1))
    service.look(box, ledger, half_past + timedelta(days=1), machine)
    made = mornings.of(ledger, clinic_day(EIGHT) + timedelta(days=1))
    assert made is not None
    assert "HEALTH-016" not in [one.finding.code for one in made.picture.standing]


def lamp(root: Path, name: str) -> Path:
    folder = root / "sys/class/leds" / name
    folder.mkdir(parents=True)
    for delay in ("delay_on", "delay_off"):
        (folder / delay).write_text("500\n", "ascii")
    return folder


def blinks(folder: Path) -> tuple[int, int]:
    on, off = (int((folder / delay).read_text("ascii")) for delay in ("delay_on", "delay_off"))
    return on, off


def test_lamps_tell_well_from_caution_from_warning(tmp_path: Path) -> None:
    assert lamps.show(tmp_path, None) == 0
    status, fault = lamp(tmp_path, "board:green:status"), lamp(tmp_path, "board:red:fault")
    other = lamp(tmp_path, "mmc0::")
    for severity, status_blinks, fault_blinks in (
        (None, (1000, 0), (0, 1000)),
        (Severity.WAIT, (1000, 1000), (1000, 1000)),
        (Severity.STOP, (200, 200), (200, 200)),
        (None, (1000, 0), (0, 1000)),
    ):
        assert lamps.show(tmp_path, severity) == 2
        assert (blinks(status), blinks(fault)) == (status_blinks, fault_blinks)
    assert blinks(other) == (500, 500)
    (status / "delay_on").unlink()
    assert lamps.show(tmp_path, Severity.STOP) == 1
