"""An update into the other slot: who signed it, whether it may go onto this box, what a person wishes, and what is written down."""

from itertools import pairwise
from pathlib import Path

import pytest

from appliance.cli.updating import judging
from appliance.cli.updating.judging import Bundle, Running, judge, order_of
from appliance.cli.updating.rauc import booted_slot, reason_in
from appliance.eligibility.trouble import Trouble
from appliance.updates import record
from appliance.updates.drop import CANCEL, INSTALL, RESTART, Drop, restart_at
from appliance.updates.record import State
from tests.cli.updating.two_slots import Slots, bundle_in, keys_in, slots_in

NEWER = "0.1.0+202612010000"
OLDER = "0.1.0+202610010000"


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return keys_in(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def newer(tmp_path_factory: pytest.TempPathFactory, keys: Path) -> Path:
    return bundle_in(tmp_path_factory.mktemp("newer"), keys, NEWER)


@pytest.fixture
def slots(tmp_path: Path, keys: Path) -> Slots:
    return slots_in(tmp_path / "box", keys)


def refusal(slots: Slots, file: Path) -> Trouble:
    """Why this one is not taken in; the box goes on as it was."""
    with pytest.raises(Trouble) as found:
        slots.updater.install(file)
    assert not (slots.folder / "other").exists()
    assert slots.marks == []
    now = slots.updater.read()
    assert (now.state, now.reason) == (State.REFUSED, found.value.code)
    return found.value


def test_a_signed_newer_version_is_written_and_waits_for_a_person(slots: Slots, newer: Path) -> None:
    bundle = slots.updater.check(newer)
    assert bundle == Bundle(NEWER, "0050_x", frozenset())
    assert slots.updater.read().state is State.NONE
    now = slots.updater.install(newer)
    assert (now.state, now.slot, now.from_version, now.to_version) == (
        State.INSTALLED,
        "B",
        slots.running,
        NEWER,
    )
    assert (slots.folder / "other").read_bytes() == newer.read_bytes()
    assert now.percent == 100
    assert record.read(slots.place) == now
    assert (slots.folder / "seen.json").read_text() == slots.place.record_file.read_text()
    # Nothing starts from it yet.
    assert slots.marks == []
    assert slots.deeds == []


def test_another_signer_is_refused(slots: Slots, tmp_path: Path) -> None:
    stranger = keys_in(tmp_path / "stranger")
    trouble = refusal(slots, bundle_in(tmp_path / "theirs", stranger, NEWER))
    assert trouble.code == "UPDATE-002"
    assert "signature" in trouble.detail
    assert str(tmp_path) not in trouble.detail


def test_what_is_no_bundle_or_was_changed_after_signing_is_refused(
    slots: Slots, newer: Path, tmp_path: Path
) -> None:
    whole = newer.read_bytes()
    flipped = bytearray(whole)
    # The signed manifest is the last thing in the file, before its own length.
    flipped[whole.rindex(NEWER.encode())] ^= 1
    for number, content in enumerate((bytes(flipped), whole[:-100], b"", b"PK\x03\x04 something else")):
        file = tmp_path / f"{number}.raucb"
        file.write_bytes(content)
        assert refusal(slots, file).code == "UPDATE-002"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"compatible": "router"}, "UPDATE-003"),
        ({"description": ""}, "UPDATE-003"),
        ({"version": ""}, "UPDATE-003"),
    ],
)
def test_what_is_for_another_machine_is_refused(changes: dict[str, str], code: str) -> None:
    info = {"compatible": "madoguchi-amd64", "version": NEWER, "description": "schema=0050_x breaks="}
    assert judging.bundle_of(info, "madoguchi-amd64").version == NEWER
    with pytest.raises(Trouble) as found:
        judging.bundle_of(info | changes, "madoguchi-amd64")
    assert found.value.code == code


def test_an_older_version_only_by_hand(slots: Slots, tmp_path: Path, keys: Path) -> None:
    older = bundle_in(tmp_path / "older", keys, OLDER)
    assert refusal(slots, older).code == "UPDATE-005"
    assert slots.updater.install(older, may_be_older=True).state is State.INSTALLED


@pytest.mark.parametrize(
    ("bundle", "here", "ledger", "code"),
    [
        ("", "", "", ""),
        ("0060_a", "0060_a", "0060_a", ""),
        ("0060_a", "0060_a", "", ""),
        # It takes something away that the present version still reads: no way back.
        ("0060_a", "", "", "UPDATE-004"),
        ("0060_a,0070_b", "0060_a", "0060_a", "UPDATE-004"),
        # It does not know what was taken away.
        ("", "0060_a", "0060_a", "UPDATE-005"),
    ],
)
def test_there_is_always_a_way_back(bundle: str, here: str, ledger: str, code: str) -> None:
    def names(text: str) -> frozenset[str]:
        return frozenset(filter(None, text.split(",")))

    new, now = Bundle(NEWER, "0099", names(bundle)), Running(OLDER, names(here), names(ledger))
    if code:
        with pytest.raises(Trouble) as found:
            judge(new, now, may_be_older=True)
        assert found.value.code == code
    else:
        judge(new, now)


def test_versions_in_order() -> None:
    in_order = ["0.1.0", OLDER, NEWER, "0.2.0", "0.2.0+202501010000", "0.10.0", "1.0"]
    assert all(order_of(older) < order_of(newer) for older, newer in pairwise(in_order))


def test_a_disk_that_fails_is_said_and_the_slot_has_no_name(slots: Slots, newer: Path) -> None:
    slots.updater.install(newer)
    (slots.folder / "broken").touch()
    with pytest.raises(Trouble) as found:
        slots.updater.install(newer)
    assert (found.value.code, found.value.detail) == (
        "UPDATE-008",
        "Failed to copy image: Input/output error",
    )
    now = slots.updater.read()
    assert (now.state, now.versions) == (State.REFUSED, {})


def test_a_restart_is_a_trial_that_is_written_down_first(slots: Slots, newer: Path) -> None:
    with pytest.raises(Trouble) as found:
        slots.updater.restart()
    assert found.value.code == "UPDATE-009"
    slots.updater.install(newer)
    slots.updater.restart()
    assert slots.updater.read().state is State.ARMED
    assert slots.marks == ["mark-active other"]
    assert slots.deeds == ["restart"]
    with pytest.raises(Trouble):
        slots.updater.install(newer)


def test_the_pages_wishes_are_obeyed_once(slots: Slots, newer: Path) -> None:
    drop = Drop(slots.place.drop)
    drop.bundle.write_bytes(newer.read_bytes())
    drop.wish(INSTALL)
    assert slots.updater.obey(drop) == ()
    assert slots.updater.read().state is State.INSTALLED
    assert not drop.bundle.exists()
    drop.wish(restart_at("22:30"))
    assert slots.updater.obey(drop) == ()
    assert slots.updater.read().restart_at == "22:30"
    assert slots.marks == []
    drop.wish(CANCEL)
    slots.updater.obey(drop)
    assert slots.updater.read().restart_at == ""
    drop.wish(RESTART)
    slots.updater.obey(drop)
    assert slots.deeds == ["forget", "at 22:30", "forget", "restart"]
    drop.wish(CANCEL)
    slots.updater.obey(drop)
    assert slots.marks == ["mark-active other", "mark-active booted"]
    assert slots.updater.obey(drop) == ()


def test_a_bad_file_from_a_page_is_refused_and_removed(slots: Slots) -> None:
    drop = Drop(slots.place.drop)
    drop.bundle.write_bytes(b"no bundle")
    drop.wish(INSTALL)
    drop.wish(RESTART)
    assert [trouble.code for trouble in slots.updater.obey(drop)] == ["UPDATE-002", "UPDATE-009"]
    assert not drop.bundle.exists()
    assert slots.deeds == []


def test_which_slot_runs_is_what_the_boot_loader_said(tmp_path: Path) -> None:
    line = tmp_path / "cmdline"
    line.write_text("root=PARTLABEL=root-b ro rauc.slot=B quiet\n")
    assert booted_slot(line) == "B"
    line.write_text("root=/dev/vda ro\n")
    with pytest.raises(Trouble) as found:
        booted_slot(line)
    assert found.value.code == "UPDATE-010"


def test_what_rauc_says_is_passed_on_without_its_files() -> None:
    said = "x\n(rauc:1): rauc-WARNING **: 10:11:12.123: cannot open '/var/lib/secret/file.raucb': no\n"
    assert reason_in(said) == "cannot open …: no"
    assert reason_in("") == ""
