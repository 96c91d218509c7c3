"""The audit trail is a signed chain: whatever is done to it is found, and a restored backup is told from tampering."""

import io
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlite_utils import Database

from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit, tasks
from appliance.ledger.backup import restoring, writing
from appliance.ledger.database import Ledger
from appliance.ledger.schema import MIGRATIONS
from appliance.ledger.tasks import TaskKind
from appliance.ledger.trail import cuts, heads, looks, verifying
from appliance.ledger.trail.chain import link
from appliance.ledger.trail.signing import signed, signing_key
from appliance.ledger.trail.verifying import Fault
from appliance.settings import Box, Settings
from tests.ledger.desk import NOW
from tests.ledger.trail_world import ROWS_A_DAY, chained_anew, day, tampered, worked

PHRASE = "白い犬が三匹、庭で眠っている"
DAYS = 3
LAST = DAYS * ROWS_A_DAY


@pytest.fixture(scope="module")
def days_of_work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The state folder of a box with three signed days; made once, because each commit waits for the disk."""
    box = Box(tmp_path_factory.mktemp("worked"))
    box.create()
    with closing(Ledger.of(box)) as ledger:
        worked(ledger, box, DAYS)
    return box.root


@pytest.fixture
def box(days_of_work: Path, box_dir: Path) -> Box:
    shutil.copytree(days_of_work, box_dir, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.bell"))
    return Box(box_dir)


@pytest.fixture
def trail(box: Box) -> Iterator[Ledger]:
    """The ledger of a copy of it."""
    with closing(Ledger.of(box)) as ledger:
        yield ledger


def found(ledger: Ledger, box: Box) -> list[tuple[Fault, int]]:
    return [(one.fault, one.seq) for one in verifying.look(ledger, box).findings]


def test_an_untouched_trail_is_sound(trail: Ledger, box: Box) -> None:
    audit.write(trail, "hana", "sign-in", "", day(3), '日本語 "引用" \\ \x7f')
    looked = verifying.look(trail, box)
    assert looked.is_sound
    assert (looked.rows, looked.first, looked.last, looked.heads) == (LAST + 1, 1, LAST + 1, DAYS)
    assert looked.restored == ()
    assert box.audit_key.stat().st_mode & 0o777 == 0o600
    assert len(heads.kept_lines(box)) == DAYS


@pytest.fixture
def older(tmp_path: Path) -> Box:
    """A box whose trail has no chain yet."""
    box = Box(tmp_path / "older")
    box.create()
    with closing(sqlite3.connect(box.ledger_file, isolation_level=None)) as connection:
        MIGRATIONS.apply(Database(connection), stop_before="0034_audit_chain")
        connection.execute("BEGIN")
        for number in range(1100):  # more than one step takes
            row = [f"2026-04-01T00:00:{number % 60:02d}.000Z", "sakura", "open-check", f"c{number}", "以前"]
            connection.execute(
                "INSERT INTO audit (at, actor, action, subject, detail) VALUES (?, ?, ?, ?, ?)", row
            )
        connection.execute("COMMIT")
    return box


def test_the_rows_of_an_older_box_are_chained_in_their_order_also_when_its_backup_is_restored(
    older: Box, tmp_path: Path
) -> None:
    older.save(Settings(institution_code="1319999999"))
    with closing(sqlite3.connect(older.ledger_file, isolation_level=None)) as connection:
        as_it_was: Any = SimpleNamespace(read=Database(connection))
        with closing(writing.backup(older, as_it_was, PHRASE, NOW)) as made:
            content = b"".join(made.pieces)
    restored = Box(tmp_path / "restored")
    restoring.restore(io.BytesIO(content), PHRASE, restored, "engineer", NOW)
    restored.create()
    for box, more in ((older, 0), (restored, 1)):
        with closing(Ledger.of(box)) as ledger:
            looked = verifying.look(ledger, box)
            assert (looked.findings, looked.rows, len(looked.restored)) == ((), 1100 + more, more)


def test_many_who_write_at_once_make_one_chain(trail: Ledger, box: Box) -> None:
    def work(name: str) -> None:
        for number in range(20):
            audit.write(trail, name, "open-check", f"{number}", day(3))

    workers = [threading.Thread(target=work, args=(name,)) for name in ("a", "b", "c")]
    for one in workers:
        one.start()
    for one in workers:
        one.join(30)
    looked = verifying.look(trail, box)
    assert (looked.findings, looked.rows) == ((), LAST + 60)


def test_the_form_of_the_hash_is_what_is_documented() -> None:
    """Known by heart: another form would make every trail there is look forged."""
    texts = ("2026-04-01T00:00:00.000Z", "窓口", "sign-in", "", 'a"b')
    assert link("0" * 64, 1, texts) == "28aa69163e3db64379f9f5150c6a877c37b014fb0ad66138057590c568ced318"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET actor = 'nobody' WHERE seq = 3",
        "DELETE FROM audit WHERE seq = 3",
        "DELETE FROM audit",
        "DELETE FROM audit_heads",
        "UPDATE audit_heads SET line = ''",
    ],
)
def test_the_database_refuses(trail: Ledger, box: Box, statement: str) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="only grows"), trail.write() as db:
        db.execute(statement)
    assert verifying.look(trail, box).is_sound


@pytest.mark.parametrize(
    ("statements", "wanted"),
    [
        (("UPDATE audit SET actor = 'nobody' WHERE seq = 7",), [(Fault.CHANGED, 7)]),
        (("UPDATE audit SET detail = 'x', at = '2020-01-01' WHERE seq = 1",), [(Fault.CHANGED, 1)]),
        (("DELETE FROM audit WHERE seq IN (7, 8)",), [(Fault.MISSING, 7)]),
        (("DELETE FROM audit WHERE seq < 3",), [(Fault.MISSING, 1)]),
        (("DELETE FROM audit WHERE seq > 13",), [(Fault.END_MISSING, 14)]),
        (
            (
                "UPDATE audit SET seq = -1 WHERE seq = 7",
                "UPDATE audit SET seq = 7 WHERE seq = 8",
                "UPDATE audit SET seq = 8 WHERE seq = -1",
            ),
            [(Fault.CHANGED, 7), (Fault.CHANGED, 8), (Fault.CHANGED, 9)],
        ),
        (
            (
                "UPDATE audit SET seq = -seq WHERE seq > 7",
                "UPDATE audit SET seq = 1 - seq WHERE seq < 0",
                "INSERT INTO audit SELECT 8, at, 'nobody', action, subject, detail, chain FROM audit WHERE seq = 7",
            ),
            [(Fault.CHANGED, 8), (Fault.CHANGED, 9)],
        ),
    ],
    ids=["edited", "edited first", "deleted", "deleted at the start", "cut off", "reordered", "put in"],
)
def test_what_is_done_to_rows_is_found_with_the_first_of_them(
    trail: Ledger, box: Box, statements: tuple[str, ...], wanted: list[tuple[Fault, int]]
) -> None:
    tampered(box, *statements)
    assert found(trail, box)[: len(wanted)] == wanted


@pytest.mark.parametrize(
    ("statements", "wanted"),
    [
        (("UPDATE audit SET actor = 'nobody' WHERE seq = 7",), (Fault.REWRITTEN, 6)),
        (
            ("DELETE FROM audit WHERE seq = 15", "UPDATE sqlite_sequence SET seq = 14"),
            (Fault.END_MISSING, 15),
        ),
    ],
    ids=["edited", "cut off"],
)
def test_a_chain_that_was_calculated_anew_meets_the_signed_heads(
    trail: Ledger, box: Box, statements: tuple[str, ...], wanted: tuple[Fault, int]
) -> None:
    tampered(box, *(one for one in statements if "sqlite_sequence" not in one))
    chained_anew(box)
    with closing(sqlite3.connect(box.ledger_file)) as connection, connection:
        for one in statements:
            if "sqlite_sequence" in one:
                connection.execute(f"{one} WHERE name = 'audit'")
    assert found(trail, box)[0] == wanted


def test_a_ledger_cut_back_with_its_heads_meets_the_file_and_the_file_meets_a_copy(
    trail: Ledger, box: Box
) -> None:
    elsewhere = heads.kept_lines(box)
    tampered(
        box,
        "DELETE FROM audit WHERE seq > 10",
        "DELETE FROM audit_heads WHERE number > 2",
        "UPDATE sqlite_sequence SET seq = 10 WHERE name = 'audit'",
    )
    assert found(trail, box) == [(Fault.REPLACED, 11)]
    box.audit_heads.write_text("".join(f"{line}\n" for line in elsewhere[:2]), "utf-8")
    assert found(trail, box) == []  # as docs/limits.md says: only what lies elsewhere can tell
    assert [one.fault for one in verifying.look(trail, box, elsewhere).findings] == [Fault.REPLACED]


def test_heads_forged_left_out_or_signed_with_another_key(trail: Ledger, box: Box) -> None:
    second = heads.kept_lines(box)[1]
    tampered(box, f"UPDATE audit_heads SET line = '{second.replace('2,', '9,', 1)}' WHERE number = 2")
    assert (Fault.HEAD_FORGED, 0) in found(trail, box)
    tampered(box, "DELETE FROM audit_heads WHERE number = 2")
    assert (Fault.HEAD_MISSING, 0) in found(trail, box)
    tampered(box, f"INSERT INTO audit_heads VALUES (2, '{second}')")
    assert found(trail, box) == []
    lines = heads.kept_lines(box)
    box.audit_heads.write_text(f"{lines[0]}\n{lines[2]}\n", "utf-8")
    assert found(trail, box) == [(Fault.HEAD_MISSING, 0)]
    box.audit_heads.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    box.audit_key.unlink()
    worked(trail, box, 1, first=DAYS)
    assert found(trail, box) == [(Fault.KEY, LAST + 1)]


def test_a_key_that_systemd_hands_out_counts_before_the_one_in_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed, own = Box(tmp_path / "handed"), Box(tmp_path / "own")
    signing_key(handed)
    shutil.copy(handed.audit_key, tmp_path / "madoguchi-audit")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    own.create()
    with closing(Ledger.of(own)) as ledger:
        worked(ledger, own, 1)
        assert not own.audit_key.exists()
        assert found(ledger, own) == []
        monkeypatch.delenv("CREDENTIALS_DIRECTORY")
        assert found(ledger, own) == []  # whoever is not handed it can look all the same


def test_a_head_that_the_power_kept_from_the_file_is_written_there_before_the_next(
    trail: Ledger, box: Box
) -> None:
    lines = heads.kept_lines(box)
    half = lines[-1][:40]
    box.audit_heads.write_text("".join(f"{line}\n" for line in lines[:-1]) + half, "utf-8")
    assert found(trail, box) == []
    worked(trail, box, 1, first=DAYS)
    assert heads.kept_lines(box)[:-1] == lines
    assert found(trail, box) == []


def test_days_without_a_signature_and_guards_that_were_taken_off(trail: Ledger, box: Box) -> None:
    for number in (3, 6):
        audit.write(trail, "sakura", "sign-in", "", day(number))
    assert found(trail, box) == [(Fault.UNSIGNED, LAST + 1)]
    with trail.write() as db:
        db.execute("DROP TRIGGER audit_lasts")
    assert verifying.look(trail, box).findings[-1].fault is Fault.UNGUARDED


def backup_of(ledger: Ledger, box: Box, now: datetime) -> bytes:
    box.save(Settings(institution_code="1319999999"))
    with closing(writing.backup(box, ledger, PHRASE, now)) as made:
        return b"".join(made.pieces)


def test_a_restored_backup_is_told_and_explained_and_a_ledger_put_in_by_hand_is_not(
    trail: Ledger, box: Box, tmp_path: Path
) -> None:
    content = backup_of(trail, box, day(2))
    worked(trail, box, 2, first=DAYS)  # what the backup does not have
    trail.close()
    other = Box(tmp_path / "by-hand")
    shutil.copytree(box.root, other.root, ignore=shutil.ignore_patterns("bell", "ledger.db*"))
    for place in (box, other):
        for path in place.root.glob("ledger.db*"):
            path.unlink()
    restored = restoring.restore(io.BytesIO(content), PHRASE, box, "engineer", day(5))
    assert "audit/heads" in restored.files
    with closing(Ledger.of(box)) as again:
        worked(again, box, 1, first=6)
        looked = verifying.look(again, box)
        assert looked.findings == ()
        assert [(one.seq, one.at, one.heads_of_before) for one in looked.restored] == [(LAST + 1, day(5), 2)]
    (box.root / "ledger.db").rename(tmp_path / "aside.db")
    with closing(sqlite3.connect(tmp_path / "aside.db")) as connection:
        connection.execute("VACUUM INTO ?", [str(other.ledger_file)])
    other.create()
    tampered(
        other,
        f"DELETE FROM audit WHERE seq > {LAST}",
        "DELETE FROM audit_heads WHERE number > 3",
        f"UPDATE sqlite_sequence SET seq = {LAST} WHERE name = 'audit'",
    )
    with closing(Ledger.of(other)) as put_in:
        assert {fault for fault, _ in found(put_in, other)} == {Fault.REPLACED}


def test_no_backup_is_put_in_under_a_clock_behind_the_last_signature(trail: Ledger, box: Box) -> None:
    content = backup_of(trail, box, day(2))
    trail.close()
    for path in box.root.glob("ledger.db*"):
        path.unlink()
    kept = box.audit_heads.read_bytes()
    with pytest.raises(Trouble, match="AUDIT-002"):
        restoring.restore(io.BytesIO(content), PHRASE, box, "engineer", day(0))
    assert not box.ledger_file.exists()
    assert box.audit_heads.read_bytes() == kept
    # As the advice says, when it is the clock of before that was wrong.
    box.audit_heads.unlink()
    restoring.restore(io.BytesIO(content), PHRASE, box, "engineer", day(0))
    with closing(Ledger.of(box)) as again:
        assert found(again, box) == []


def years_later(years: int) -> datetime:
    return NOW.replace(year=NOW.year + years, day=1) + timedelta(days=40)


def test_whole_months_go_after_five_years_and_the_chain_goes_on(trail: Ledger, box: Box) -> None:
    assert cuts.cut(trail, box, 1, years_later(4)) is None  # no rule makes it less than five years
    for number in range(2):
        audit.write(trail, "sakura", "sign-in", "", years_later(5) + timedelta(days=number))
    heads.sign(trail, box, years_later(5) + timedelta(days=1))
    made = cuts.cut(trail, box, 5, years_later(5))
    assert made is not None
    assert made.last_seq == LAST
    looked = verifying.look(trail, box)
    assert looked.findings == ()
    assert (looked.first, looked.rows) == (LAST + 1, 3)
    assert (audit.latest(trail, 1)[0].action, audit.latest(trail, 1)[0].detail[-7:]) == (
        "audit-cut",
        "15 rows",
    )
    assert cuts.cut(trail, box, 5, years_later(5)) is None
    with pytest.raises(sqlite3.IntegrityError), trail.write() as db:
        db.execute("DELETE FROM audit")


def test_a_restore_whose_row_was_cut_with_its_month_is_no_fault(trail: Ledger, box: Box) -> None:
    content = backup_of(trail, box, day(2))
    worked(trail, box, 2, first=DAYS)
    trail.close()
    for path in box.root.glob("ledger.db*"):
        path.unlink()
    restoring.restore(io.BytesIO(content), PHRASE, box, "engineer", day(5))
    with closing(Ledger.of(box)) as again:
        worked(again, box, 1, first=6)
        later = day(6 * 365)
        audit.write(again, "sakura", "open-check", "c", later)
        heads.sign(again, box, later)
        assert cuts.cut(again, box, 5, later) is not None
        looked = verifying.look(again, box)
        assert (looked.findings, looked.restored) == ((), ())


def test_a_cut_that_is_not_ours_or_too_early_is_found(trail: Ledger, box: Box) -> None:
    row = trail.read.execute("SELECT chain FROM audit WHERE seq = 5").fetchone()
    said: list[str | int] = ["madoguchi-audit-cut", 1, "2026-11-22T00:00:00.000Z", 5, row["chain"]]
    for key, month in ((signing_key(box), "2026-11-01"), (Ed25519PrivateKey.generate(), "2020-11-01")):
        line = signed(key, [*said, month])
        tampered(
            box,
            "DELETE FROM audit WHERE seq <= 5",
            "DELETE FROM audit_cuts",
            f"INSERT INTO audit_cuts VALUES (1, 5, '{line}')",
        )
        assert (Fault.CUT, 5) in found(trail, box)


def test_what_a_look_found_is_kept_and_is_a_task_until_it_is_mended(trail: Ledger, box: Box) -> None:
    assert looks.last(trail).looked is None
    tampered(box, "UPDATE audit SET actor = 'nobody' WHERE seq = 7")
    bad = verifying.look(trail, box)
    looks.note(trail, bad, day(4))
    looks.note(trail, bad, day(4))
    assert looks.last(trail).looked == bad
    (task,) = tasks.open_tasks(trail)
    assert (task.kind, task.code) == (TaskKind.TRAIL, "AUDIT-001")
    looks.want(trail, "chief", day(4))
    assert looks.last(trail).wanted_at == day(4)
    tampered(box, "UPDATE audit SET actor = 'sakura' WHERE seq = 7")
    looks.note(trail, verifying.look(trail, box), day(4))
    assert tasks.open_tasks(trail) == ()
    assert looks.last(trail).wanted_at is None
