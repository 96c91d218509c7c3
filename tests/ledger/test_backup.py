"""A backup of a ledger that is being written: whole, sealed, and back; anything else is refused and leaves nothing behind."""

import io
import os
import sqlite3
import threading
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest

from appliance.eligibility.trouble import Trouble
from appliance.ledger import (
    accounts,
    audit,
    consumer_extras,
    consumers,
    deliveries,
    disaster_seal,
    notices,
    redelivering,
    tasks,
)
from appliance.ledger.accounts import Role
from appliance.ledger.backup import restoring, sealing, writing
from appliance.ledger.backup.holding import is_held
from appliance.ledger.backup.phrase import checked
from appliance.ledger.backup.snapshot import snapshot
from appliance.ledger.consumer_extras import Extra
from appliance.ledger.consumers import ConsumerKind
from appliance.ledger.database import Ledger
from appliance.ledger.second_seal import SecondSeal
from appliance.ledger.tasks import TaskKind
from appliance.settings import Box, Settings
from tests.ledger.desk import NOW, answered, claimed, opened

CODE = "1319999999"
PHRASE = "白い犬が三匹、庭で眠っている"
OWNER = 4711


def made(box: Box, ledger: Ledger) -> bytes:
    with closing(writing.backup(box, ledger, PHRASE, NOW)) as one:
        whole = b"".join(one.pieces)
    assert len(whole) == one.size
    return whole


@pytest.fixture
def kept(box: Box, ledger: Ledger) -> bytes:
    """The backup of a small box."""
    box.save(Settings(institution_code=CODE, clinic_name="みどり内科"))
    opened(ledger, 3)
    return made(box, ledger)


def refused(content: bytes, into: Path, phrase: str = PHRASE) -> str:
    """The code with which it is not restored; nothing may be left of the attempt."""
    with pytest.raises(Trouble) as caught:
        restoring.restore(io.BytesIO(content), phrase, Box(into), "engineer", NOW)
    assert [path.name for path in into.iterdir()] == []
    return caught.value.code


def test_what_is_written_meanwhile_is_in_it_whole_or_not_at_all(
    box: Box, ledger: Ledger, tmp_path: Path
) -> None:
    box.save(Settings(institution_code=CODE))
    (box.root / "troubles.d").mkdir()
    (box.root / "troubles.d" / "ours.toml").write_text("# 覚え書き", "utf-8")
    sealed = SecondSeal.of(box).sealed("doctor", "a secret")
    with ledger.write() as db:
        db.execute("CREATE TABLE ballast AS SELECT randomblob(1000000) AS weight")
    going, at_work = threading.Event(), threading.Event()
    going.set()

    def work() -> None:
        while going.is_set():
            with ledger.write() as db:  # both or none
                audit.insert(db, "one", "see-check", "", NOW)
                audit.insert(db, "other", "see-check", "", NOW)
            opened(ledger, 1)
            at_work.set()

    worker = threading.Thread(target=work)
    worker.start()
    try:
        assert at_work.wait(10)
        whole = made(box, ledger)
    finally:
        going.clear()
        worker.join()
    there = ledger.read.execute("SELECT count(*) FROM checks").fetchone()[0]

    contents = restoring.restore(io.BytesIO(whole), PHRASE, Box(tmp_path), "engineer", NOW)
    assert (contents.header.institution_code, contents.header.made_at) == (CODE, NOW)
    assert 1 <= contents.checks <= there
    back = Box(tmp_path)
    assert back.load() == box.load()
    assert (tmp_path / "troubles.d" / "ours.toml").read_text("utf-8") == "# 覚え書き"
    assert SecondSeal.of(back).unsealed("doctor", sealed) == "a secret"
    assert back.ledger_file.stat().st_mode & 0o777 == 0o600
    back.create()
    with closing(Ledger.of(back)) as again:
        assert again.read.execute("SELECT count(*) FROM checks").fetchone()[0] == contents.checks
        assert again.read.execute("SELECT length(weight) FROM ballast").fetchone()[0] == 1_000_000
        actors = [row["actor"] for row in again.read.execute("SELECT actor FROM audit ORDER BY seq")]
        assert actors.count("one") == actors.count("other") > 0
        assert audit.latest(again, 1)[0].action == "backup-restored"
    with pytest.raises(Trouble, match="BACKUP-005"):
        restoring.restore(io.BytesIO(whole), PHRASE, back, "engineer", NOW)


def test_who_reads_on_from_a_place_of_the_lost_ledger_misses_nothing(
    box: Box, ledger: Ledger, tmp_path: Path
) -> None:
    box.save(Settings(institution_code=CODE))
    consumers.add(ledger, "emr", ConsumerKind.API, NOW)
    consumer_extras.give(ledger, "emr", Extra.TASKS, "engineer", NOW)

    def happens(at: Ledger) -> str:
        (check_id,) = opened(at)
        claimed(at)
        answered(at, check_id)
        tasks.raise_(at, TaskKind.UNRESOLVED, check_id, "LINE-001", NOW)
        return check_id

    owed = happens(ledger)
    whole = made(box, ledger)
    for _ in range(3):
        happens(ledger)
    turn = deliveries.in_turn(ledger, "emr", 0, 9)[-1].turn
    seq = notices.in_turn(ledger, "emr", 0, 9)[-1].seq
    place = ledger.read.execute("SELECT max(place) FROM result_places").fetchone()[0]
    restoring.restore(io.BytesIO(whole), PHRASE, Box(tmp_path), "engineer", NOW)
    with closing(Ledger(Box(tmp_path).ledger_file, box.bell_dir)) as back:
        new = happens(back)
        assert turn is not None
        assert [one.check_id for one in deliveries.in_turn(back, "emr", turn, 9)] == [owed, new]
        assert len(notices.in_turn(back, "emr", seq, 9)) == 2
        with back.write() as db:
            consumer = next(iter(consumers.all_consumers(back)))
            assert redelivering.replay_in(db, consumer, place, NOW).count == 1


def test_keys_that_end_and_sign_ins_are_not_in_it(box: Box, ledger: Ledger) -> None:
    with ledger.write() as db:
        key = disaster_seal.new_key(db, "a search")
    accounts.add(ledger, "desk", Role.RECEPTION, "a long enough password", NOW)
    accounts.sign_in(ledger, "desk", "a long enough password", NOW)
    token = bytes(ledger.read.execute("SELECT token_hash FROM sign_ins").fetchone()[0], "ascii")
    ledger.empty_log()
    before = box.ledger_file.read_bytes()
    assert key in before
    assert token in before
    copy = snapshot(box, ledger)
    with copy.stream:
        content = copy.stream.read()
    assert b"a long enough password" not in content
    assert key not in content
    assert token not in content
    assert b"argon2" in content  # the accounts themselves are
    assert not list(box.root.glob(".snapshot-*"))


def test_what_a_power_cut_has_left_goes_with_the_next_one(box: Box, ledger: Ledger) -> None:
    left = box.root / ".snapshot-1234"
    left.write_bytes(b"half a ledger")
    snapshot(box, ledger).stream.close()
    assert not left.exists()


def test_every_change_to_the_file_is_seen(kept: bytes, tmp_path: Path) -> None:
    assert PHRASE.encode() not in kept
    assert b"SQLite" not in kept
    assert refused(kept, tmp_path, "another phrase") == "BACKUP-002"
    assert refused(b"PK" + kept, tmp_path) == "BACKUP-001"
    text = kept.index(b"{")
    for at, code in ((text + 30, "BACKUP-002"), (len(kept) // 2, "BACKUP-003")):
        flipped = bytearray(kept)
        flipped[at] ^= 1
        assert refused(bytes(flipped), tmp_path) == code
    first = kept.index(b"}") + 1 + sealing.TAG
    for end in (30, first - 1, first, first + sealing.CHUNK + sealing.TAG):
        assert refused(kept[:end], tmp_path) == "BACKUP-003"
    assert refused(kept + b"more", tmp_path) == "BACKUP-003"


def test_chunks_of_any_size_come_back() -> None:
    chunk = b"x" * sealing.CHUNK
    for plain in (b"", chunk):
        start = sealing.beginning(sealing.Header(NOW, "0001", CODE))
        pieces = [plain[at:until] for at, until in pairwise([0, 1, 1000, len(plain)])]
        whole = b"".join(sealing.sealed(start, PHRASE, pieces))
        assert len(whole) == sealing.sealed_size(start, len(plain))
        _, back = sealing.opened(io.BytesIO(whole), PHRASE)
        assert b"".join(back) == plain


def test_one_of_a_newer_version_is_refused(box: Box, ledger: Ledger, tmp_path: Path) -> None:
    box.save(Settings(institution_code=CODE))
    with ledger.write() as db:
        db.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('madoguchi', '9999_later', '')"
        )
    newer = made(box, ledger)
    assert refused(newer, tmp_path) == "BACKUP-004"
    with pytest.raises(Trouble, match="BACKUP-004"):
        restoring.check(io.BytesIO(newer), PHRASE)


def test_a_ledger_that_was_broken_before_is_not_called_sound(kept: bytes, box: Box, tmp_path: Path) -> None:
    broken = tmp_path / "broken.db"
    with closing(sqlite3.connect(broken)) as connection:
        connection.execute("CREATE TABLE checks (id)")
        connection.commit()
    broken.write_bytes(broken.read_bytes()[:-100])
    with pytest.raises(Trouble, match="BACKUP-003"):
        restoring._sound(broken)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files to others")
def test_root_restores_for_the_owner_of_the_folder(kept: bytes, tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir()
    os.chown(state, OWNER, OWNER)
    restoring.restore(io.BytesIO(kept), PHRASE, Box(state), "engineer", NOW)
    assert {path.stat().st_uid for path in state.rglob("*")} == {OWNER}


@pytest.mark.parametrize(
    ("phrase", "again"),
    [
        ("short", "short"),
        ("aaaabbbbccccdddd", "aaaabbbbccccdddd"),
        (PHRASE, PHRASE + "。"),
        ("x1y2z3" * 40,) * 2,
    ],
)
def test_a_weak_pass_phrase_is_refused_without_saying_it(phrase: str, again: str) -> None:
    with pytest.raises(Trouble, match="BACKUP-006") as caught:
        checked(phrase, again)
    assert phrase not in str(caught.value)


def test_the_same_words_typed_full_width_are_the_same() -> None:
    assert checked("ｃｏｒｒｅｃｔ horse", "correct horse")


@pytest.mark.parametrize(
    "name",
    ["../box.toml", "trust/../x.pem", "center/clinic.p12", "tls/web.key", "/ledger.db", "trust/card/a/b.pem"],
)
def test_no_other_file_may_come_out_of_one(name: str) -> None:
    assert not is_held(name)
