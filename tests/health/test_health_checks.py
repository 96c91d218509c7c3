"""Each check: nothing where all is well, its code where it is not, and what a person can press."""

import json
import socket
from contextlib import closing
from datetime import timedelta

import pytest

from appliance.certificate_hatch import CertificateHatch
from appliance.eligibility.consumer_requests import Operation, Resend
from appliance.eligibility.diagnosis import CHECK_LABELS, SUGGESTION_LABELS, CheckName, Severity, Suggestion
from appliance.eligibility.visit import Phase
from appliance.hatch import HatchServer
from appliance.health.checks import CHECKS, processes, units
from appliance.health.checks import ledger as ledger_check
from appliance.health.machine import failed_units, is_clock_in_step, units_in
from appliance.health.surroundings import Surroundings
from appliance.identity import clinic
from appliance.ledger import (
    backups,
    clock_steps,
    conditions,
    consumers,
    dead_letters,
    deliveries,
    folder_shares,
    line,
    reader_tests,
    readers,
    redelivering,
    tasks,
    visit_troubles,
)
from appliance.ledger.backups import Drill, Made
from appliance.ledger.conditions import Link, LinkState
from appliance.ledger.consumers import ConsumerKind
from appliance.ledger.database import Ledger
from appliance.ledger.own_copy import notes, places
from appliance.ledger.own_copy.notes import Mending
from appliance.ledger.retention import clock
from appliance.ledger.trail import looks
from appliance.ledger.trail.verifying import Fault, Looked
from appliance.ledger.trail.verifying import Finding as Wrong
from appliance.settings import Box
from tests.clinic_server import bought
from tests.health.conftest import At
from tests.ledger.desk import NOW, answered, claimed, opened

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def codes(name: CheckName, here: Surroundings) -> list[tuple[str, str]]:
    return [(one.code, one.severity.value) for one in CHECKS[name](here).findings]


def test_every_check_and_every_button_has_a_name() -> None:
    assert list(CHECKS) == list(CheckName)
    assert set(CHECK_LABELS) == set(CheckName)
    assert set(SUGGESTION_LABELS) == set(Suggestion)


def test_readers_that_are_away_and_the_service_that_they_hang_on(at: At, ledger: Ledger) -> None:
    assert codes(CheckName.READERS, at()) == [("READER-001", "wait")]
    for key in ("one", "two"):
        readers.adopt(ledger, key, NOW)
        readers.show(ledger, key, NOW, phase=Phase.IDLE)
    assert codes(CheckName.READERS, at()) == []
    readers.show(ledger, "one", NOW, phase=Phase.OFFLINE, trouble_code="READER-005")
    assert codes(CheckName.READERS, at(NOW + MINUTE / 2)) == []
    outcome = CHECKS[CheckName.READERS](at(NOW + MINUTE))
    assert [(one.code, one.severity, one.subject) for one in outcome.findings] == [
        ("READER-005", Severity.WAIT, "one")
    ]
    assert outcome.says == "2台のうち1台が使えます"
    assert Suggestion.TEST_READERS in outcome.findings[0].suggestions
    readers.show(ledger, "two", NOW, phase=Phase.OFFLINE)
    found = codes(CheckName.READERS, at(NOW + MINUTE))
    assert found == [("READER-005", "stop"), ("READER-001", "stop")]
    conditions.note(ledger, Link.CARD_SERVICE, LinkState.DOWN, "READER-002", NOW)
    assert codes(CheckName.READERS, at(NOW + MINUTE)) == [("READER-002", "stop")]


def test_a_reader_that_comes_and_goes(at: At, ledger: Ledger) -> None:
    readers.adopt(ledger, "one", NOW)
    for number in range(3):
        assert codes(CheckName.READER_LOSSES, at(NOW + number * MINUTE)) == []
        # As devices writes it down when a reader vanishes and is back.
        readers.show(ledger, "one", NOW + number * MINUTE, phase=Phase.OFFLINE, trouble_code="READER-001")
        readers.show(ledger, "one", NOW + number * MINUTE, phase=Phase.IDLE)
    (finding,) = CHECKS[CheckName.READER_LOSSES](at(NOW + 3 * MINUTE)).findings
    assert (finding.code, finding.severity, finding.says) == (
        "HEALTH-003",
        Severity.WAIT,
        "窓口1: この1時間に3回切れました",
    )
    # Support bundles tell the subject, and not what somebody has called a reader.
    assert finding.subject == "one"
    assert codes(CheckName.READER_LOSSES, at(NOW + HOUR + 3 * MINUTE)) == []
    with ledger.write() as db:
        for _ in range(10):
            visit_troubles.note_in(db, "one", "CARD-001", NOW)
            visit_troubles.note_in(db, "one", "READER-001", NOW)
    assert codes(CheckName.READER_LOSSES, at(NOW)) == [("HEALTH-003", "stop")]


def test_the_readers_last_test_and_its_age(at: At, ledger: Ledger, box: Box) -> None:
    assert not CHECKS[CheckName.READER_TESTS](at()).is_known
    readers.adopt(ledger, "one", NOW)
    assert codes(CheckName.READER_TESTS, at()) == [("HEALTH-016", "wait")]
    reader_tests.note(ledger, "one", ("FACE-010",), NOW)
    assert codes(CheckName.READER_TESTS, at()) == [("FACE-010", "wait")]
    reader_tests.note(ledger, "one", (), NOW)
    assert codes(CheckName.READER_TESTS, at(NOW + 25 * HOUR)) == []
    assert codes(CheckName.READER_TESTS, at(NOW + 26 * HOUR)) == [("HEALTH-016", "wait")]
    box.change(reader_test_at="")
    assert codes(CheckName.READER_TESTS, at(NOW + 26 * HOUR)) == []


@pytest.mark.parametrize(
    ("phase", "code", "found"),
    [
        (line.Phase.NORMAL, None, []),
        (line.Phase.CONFIRMING, None, []),
        (line.Phase.SLOW, "LINE-002", [("LINE-002", "wait")]),
        (line.Phase.STOPPED, "LINE-011", [("LINE-011", "stop")]),
        (line.Phase.STOPPED, None, [("LINE-001", "stop")]),
    ],
)
def test_the_line(
    at: At, ledger: Ledger, phase: line.Phase, code: str | None, found: list[tuple[str, str]]
) -> None:
    assert not CHECKS[CheckName.LINE](at()).is_known
    line.note(ledger, phase, code, NOW)
    assert codes(CheckName.LINE, at()) == found


def test_a_line_that_a_person_treats_as_down_says_who(at: At, ledger: Ledger) -> None:
    line.hold(ledger, "kanri", NOW)
    (finding,) = CHECKS[CheckName.LINE](at()).findings
    assert (finding.code, finding.severity) == ("LINE-010", Severity.WAIT)
    assert "kanri" in finding.says


def test_the_clinics_certificate(at: At, box: Box) -> None:
    (finding,) = CHECKS[CheckName.CERTIFICATE](at()).findings
    assert (finding.code, finding.severity, finding.subject) == ("BOX-002", Severity.STOP, "1319999999")
    box.change(center_kind="terminal")
    assert not CHECKS[CheckName.CERTIFICATE](at()).is_known


def test_processes_that_nobody_hears_of(at: At, box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    assert codes(CheckName.PROCESSES, at()) == [("HEALTH-012", "stop")] * 2
    for path in (box.hatch_socket, box.certificate_socket):
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(str(path))
    # A file that a dead process has left answers nobody.
    assert codes(CheckName.PROCESSES, at()) == [("HEALTH-012", "stop")] * 2
    with closing(HatchServer(box.hatch_socket, lambda touch: pytest.fail(str(touch)))):
        (finding,) = CHECKS[CheckName.PROCESSES](at()).findings
        assert finding.subject == "sync"
        with closing(CertificateHatch(box.certificate_socket, lambda new: new.by)):
            assert CHECKS[CheckName.PROCESSES](at()).says == "すべて応答しています"
    # One that hangs: the kernel connects whoever comes to it.
    monkeypatch.setattr(processes, "SECONDS", 0.05)
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(box.hatch_socket))
        one.listen()
        assert codes(CheckName.PROCESSES, at()) == [("HEALTH-012", "stop")] * 2


def test_failed_units_those_of_the_box_are_urgent(at: At) -> None:
    assert not CHECKS[CheckName.UNITS](at()).is_known
    names = units_in('[{"unit": "madoguchi-sync.service", "active": "failed"}, {"unit": "fstrim.service"}]')
    assert [(one.subject, one.severity) for one in units.outcome_of(names).findings] == [
        ("madoguchi-sync.service", Severity.STOP),
        ("fstrim.service", Severity.WAIT),
    ]
    assert units_in("[]") == ()
    for wrong in ("", "{}", "[1]"):
        with pytest.raises(ValueError, match=r"list|Expecting"):
            units_in(wrong)


def test_systemd_is_asked_only_where_it_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert failed_units() is None


def test_broker_and_folder(at: At, ledger: Ledger, box: Box) -> None:
    assert not CHECKS[CheckName.BROKER](at()).is_known
    assert CHECKS[CheckName.FOLDERS](at()).says == "使っていません"
    consumers.add(ledger, "receipt", ConsumerKind.FOLDER, NOW)
    for state, code, broker, folder in (
        (LinkState.UP, None, [], []),
        (LinkState.DOWN, None, [("BROKER-001", "stop")], [("FOLDER-001", "stop")]),
    ):
        for link in (Link.BROKER, Link.FOLDER):
            conditions.note(ledger, link, state, code, NOW)
        assert codes(CheckName.BROKER, at()) == broker
        assert codes(CheckName.FOLDERS, at()) == folder
    conditions.note(ledger, Link.UPSTREAM, LinkState.DOWN, "BROKER-005", NOW)
    assert codes(CheckName.BROKER, at()) == [("BROKER-001", "stop")]
    box.change(upstream_account="box", upstream_brokers=("mq.example:8883",))
    assert codes(CheckName.BROKER, at()) == [("BROKER-001", "stop"), ("BROKER-005", "stop")]


def test_a_share_that_is_silent(at: At, ledger: Ledger, box: Box) -> None:
    assert CHECKS[CheckName.SHARE](at()).says == "使っていません"
    consumers.add(ledger, "receipt", ConsumerKind.FOLDER, NOW)
    folder_shares.turn_on(ledger, "receipt", box.root, "kanri", NOW)
    assert not CHECKS[CheckName.SHARE](at()).is_known
    conditions.note(ledger, Link.SHARE, LinkState.UP, None, NOW)
    assert codes(CheckName.SHARE, at()) == []
    conditions.note(ledger, Link.SHARE, LinkState.DOWN, "SHARE-003", NOW)
    assert codes(CheckName.SHARE, at()) == [("SHARE-003", "stop")]


def test_a_consumer_that_takes_nothing_is_named(at: At, ledger: Ledger) -> None:
    assert not CHECKS[CheckName.CONSUMERS](at()).is_known
    consumers.add(ledger, "emr", ConsumerKind.MQTT, NOW)
    (check_id,) = opened(ledger)
    claimed(ledger)
    assert answered(ledger, check_id, now=NOW)
    assert codes(CheckName.CONSUMERS, at(NOW + 29 * MINUTE)) == []
    (finding,) = CHECKS[CheckName.CONSUMERS](at(NOW + 30 * MINUTE)).findings
    assert (finding.code, finding.severity, finding.subject) == ("HEALTH-011", Severity.WAIT, "emr")
    assert codes(CheckName.CONSUMERS, at(NOW + 4 * HOUR)) == [("HEALTH-011", "stop")]


def test_no_consumer_is_blamed_for_an_answer_that_came_late_or_was_asked_for_anew(
    at: At, ledger: Ledger
) -> None:
    consumers.add(ledger, "emr", ConsumerKind.MQTT, NOW)
    (check_id,) = opened(ledger)
    claimed(ledger)
    back = NOW + 3 * DAY
    assert answered(ledger, check_id, now=back)
    outcome = CHECKS[CheckName.CONSUMERS](at(back + MINUTE))
    assert (outcome.findings, outcome.says) == ((), "1件のうち、受け取り待ちのあるもの 1件")
    assert codes(CheckName.CONSUMERS, at(back + 30 * MINUTE)) == [("HEALTH-011", "wait")]
    (owed,) = deliveries.due(ledger, ConsumerKind.MQTT, back, 10)
    assert deliveries.acknowledge(ledger, owed.id, "emr", back)
    wanted = Resend(request_id="1", digest="", operation=Operation.RESEND, delivery_id=owed.id)
    with ledger.write() as db:
        redelivering.resend_in(db, "emr", wanted, back + 300 * DAY)
    assert codes(CheckName.CONSUMERS, at(back + 300 * DAY + MINUTE)) == []


def test_a_queue_that_does_not_move_and_what_was_given_up(at: At, ledger: Ledger) -> None:
    assert codes(CheckName.QUEUE, at()) == codes(CheckName.DEAD_LETTERS, at()) == []
    (check_id,) = opened(ledger)
    assert codes(CheckName.QUEUE, at(NOW + 9 * MINUTE)) == []
    assert codes(CheckName.QUEUE, at(NOW + 10 * MINUTE)) == [("HEALTH-009", "wait")]
    assert codes(CheckName.QUEUE, at(NOW + 2 * HOUR)) == [("HEALTH-009", "stop")]
    with ledger.write() as db:
        dead_letters.give_up_in(db, check_id, dead_letters.GIVEN_UP, "CENTER-004", NOW)
    assert codes(CheckName.QUEUE, at(NOW + 2 * HOUR)) == []
    assert codes(CheckName.DEAD_LETTERS, at()) == [("HEALTH-010", "wait")]


@pytest.mark.parametrize(
    ("seconds", "found", "says"),
    [
        (-59, [], ""),
        (-60, [("HEALTH-006", "wait")], "60秒戻りました"),
        (3600, [("HEALTH-006", "stop")], "3600秒進みました"),
    ],
)
def test_a_clock_that_was_set(
    at: At, ledger: Ledger, seconds: int, found: list[tuple[str, str]], says: str
) -> None:
    clock_steps.note(ledger, timedelta(seconds=seconds), NOW)
    kept = [("HEALTH-005", "wait")] if is_clock_in_step() is False else []
    assert codes(CheckName.CLOCK, at(NOW + 23 * HOUR)) == kept + found
    assert says in CHECKS[CheckName.CLOCK](at(NOW + 23 * HOUR)).says
    assert codes(CheckName.CLOCK, at(NOW + 25 * HOUR)) == kept


def test_a_clock_by_which_nothing_is_removed(at: At, ledger: Ledger) -> None:
    assert clock.is_believed(ledger, NOW)
    assert not clock.is_believed(ledger, NOW + 60 * DAY)
    assert codes(CheckName.CLOCK, at(NOW + 60 * DAY))[-1] == ("RETENTION-001", "wait")


def test_disk_by_limits_that_a_site_can_set(at: At, box: Box) -> None:
    assert "GB" in CHECKS[CheckName.DISK](at()).says
    box.rules_dir.mkdir()
    (box.rules_dir / "ours.toml").write_text(
        """[[limits]]
id = "our-disk"
from = 2026-01-01
subject = "disk-free"
label = "ディスクの空き"
unit = "%"
wait = 101
stop = 0
is_floor = true
source = "test"
replaces = ["disk-free"]
""",
        "utf-8",
    )
    assert codes(CheckName.DISK, at()) == [("HEALTH-007", "wait")]


@pytest.mark.parametrize(("free", "found"), [(50, []), (12, ["wait"]), (5, ["stop"])])
def test_memory_as_the_kernel_says(at: At, free: int, found: list[str]) -> None:
    assert not CHECKS[CheckName.MEMORY](at()).is_known
    proc = at().machine.root / "proc"
    proc.mkdir()
    (proc / "meminfo").write_text(f"MemTotal:  100 kB\nMemFree: 1 kB\nMemAvailable: {free} kB\n", "ascii")
    assert [severity for _, severity in codes(CheckName.MEMORY, at())] == found


def test_the_hottest_sensor_counts(at: At) -> None:
    assert not CHECKS[CheckName.TEMPERATURE](at()).is_known
    for number, text in enumerate(("45000", "80500", "broken")):
        zone = at().machine.root / f"sys/class/thermal/thermal_zone{number}"
        zone.mkdir(parents=True)
        (zone / "temp").write_text(text, "ascii")
    (finding,) = CHECKS[CheckName.TEMPERATURE](at()).findings
    assert (finding.code, finding.says) == ("HEALTH-019", "80℃")


def test_the_certificate_of_the_pages(at: At, box: Box) -> None:
    assert codes(CheckName.PAGES_CERTIFICATE, at()) == []
    clinic.take_in(box, bought(NOW).pem, "", NOW)
    held = clinic.held(box)
    assert held is not None
    assert codes(CheckName.PAGES_CERTIFICATE, at(held.not_after - 31 * DAY)) == []
    assert codes(CheckName.PAGES_CERTIFICATE, at(held.not_after - 30 * DAY)) == [("HEALTH-017", "wait")]
    assert codes(CheckName.PAGES_CERTIFICATE, at(held.not_after)) == [("TLS-004", "stop")]


def test_backups_and_exercises(at: At, ledger: Ledger) -> None:
    assert codes(CheckName.BACKUP, at()) == [("HEALTH-013", "wait"), ("HEALTH-014", "wait")]
    backups.note(ledger, Made(NOW, "kanri", 1), NOW)
    backups.note_drill(ledger, Drill(NOW, "hoshu", NOW, 1, 1))
    assert codes(CheckName.BACKUP, at(NOW + 6 * DAY)) == []
    assert codes(CheckName.BACKUP, at(NOW + 7 * DAY)) == [("HEALTH-013", "wait")]
    assert codes(CheckName.BACKUP, at(NOW + 31 * DAY)) == [("HEALTH-013", "stop"), ("HEALTH-014", "wait")]


def test_a_ledger_that_was_brought_back_until_somebody_has_seen_to_it(at: At, ledger: Ledger) -> None:
    assert not CHECKS[CheckName.LEDGER](at()).is_known
    with ledger.write() as db:
        notes.note_in(db, Mending(NOW, NOW - 2 * HOUR, NOW - HOUR, "SQLITE_NOTADB"))
    (finding,) = CHECKS[CheckName.LEDGER](at()).findings
    assert (finding.code, finding.severity) == ("BOX-010", Severity.STOP)
    assert finding.says == "04/01 07:30 から 04/01 08:30 までの記録が、残っていないことがあります"
    (task,) = tasks.open_tasks(ledger)
    tasks.done(ledger, task.id, "kanri", tasks.Outcome.DEALT_WITH, NOW)
    assert codes(CheckName.LEDGER, at()) == []


def test_copies_of_the_ledger_that_are_old_or_never_came(at: At) -> None:
    folder = at().box.root / "ledger-copies"
    folder.mkdir()
    (folder / places.name_of_copy(1, NOW, 4096)).write_bytes(b"")
    assert CHECKS[CheckName.LEDGER](at()).says == "控えは 04/01 09:30"
    assert codes(CheckName.LEDGER, at(NOW + 3 * DAY)) == []
    assert codes(CheckName.LEDGER, at(NOW + 4 * DAY)) == [("HEALTH-020", "wait")]
    assert codes(CheckName.LEDGER, at(NOW + 6 * DAY)) == [("HEALTH-020", "stop")]
    places.copies(at().box)[0].path.unlink()
    machine = at().machine.root
    for name, content in ((ledger_check.COPIED_BY, ""), ("proc/uptime", "90000.00 1.00")):
        assert codes(CheckName.LEDGER, at()) == []
        (machine / name).parent.mkdir(parents=True, exist_ok=True)
        (machine / name).write_text(content, "ascii")
    assert codes(CheckName.LEDGER, at()) == [("HEALTH-020", "wait")]


def test_an_update_that_fell_back(at: At) -> None:
    run = at().machine.root / "run/madoguchi-box"
    run.mkdir(parents=True)
    file = run / "update.json"
    for text in ("", "[]", '{"state": 1}', "{" * 100_000):
        file.write_text(text, "utf-8")
        assert codes(CheckName.UPDATE, at()) == []
    said = {"state": "rolled-back", "from": "0.1.0", "to": "0.2.0", "at": "2026-04-01T00:00:00Z"}
    file.write_text(json.dumps(said), "utf-8")
    (finding,) = CHECKS[CheckName.UPDATE](at()).findings
    assert (finding.code, finding.says) == ("HEALTH-015", "0.2.0 から 0.1.0 に戻りました")


def test_a_trail_that_is_not_as_it_was_written(at: At, ledger: Ledger) -> None:
    assert not CHECKS[CheckName.TRAIL](at()).is_known
    looks.note(ledger, Looked(1, 1, 1, 0), NOW)
    assert codes(CheckName.TRAIL, at()) == []
    looks.note(ledger, Looked(1, 1, 1, 0, (Wrong(Fault.CUT, 1),)), NOW)
    assert codes(CheckName.TRAIL, at()) == [("AUDIT-001", "stop")]
