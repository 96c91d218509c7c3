"""A reset leaves nothing that was on the box readable: in a folder by the command, on the image's disk by destroying its keys."""

import os
import socket
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from appliance import reset_wish
from appliance.cli.main import cli
from appliance.ledger import accounts
from appliance.ledger.accounts import Role
from appliance.ledger.new_box import prepare
from appliance.ledger.times import utc_now
from appliance.settings import Box, Settings

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "image-build/overlay/usr/lib/madoguchi/factory-reset"


@pytest.fixture
def box(box_dir: Path) -> Box:
    """A box with an account, a key of the clinic, and a link out of its folder."""
    made = Box(box_dir / "state")
    with closing(prepare(made, Settings(institution_code="1319999999", clinic_name="みどり内科"))) as ledger:
        accounts.add(ledger, "kanri", Role.ADMINISTRATOR, "a long enough password", utc_now())
    (made.certificate_dir / "clinic.p12").write_bytes(b"the clinic's own key")
    (made.log_dir / "web.log").symlink_to(box_dir / "elsewhere")
    (box_dir / "elsewhere").write_text("not the box's")
    return made


def reset(box: Box, *options: str) -> Result:
    return CliRunner().invoke(cli, ["reset", "--state", str(box.root), *options])


def test_nothing_of_the_old_is_readable(box: Box, box_dir: Path) -> None:
    # A second name for each file's blocks: what is read through it is what is left on the disk.
    aside = box_dir / "aside"
    aside.mkdir()
    names = [path for path in box.root.rglob("*") if path.is_file() and not path.is_symlink()]
    for number, path in enumerate(names):
        os.link(path, aside / str(number))
    assert any(b"kanri" in path.read_bytes() for path in aside.iterdir())
    done = reset(box, "--yes-wipe")
    assert done.exit_code == 0, done.output
    assert list(box.root.iterdir()) == []
    assert {path.read_bytes() for path in aside.iterdir()} == {b""}
    assert (box_dir / "elsewhere").read_text() == "not the box's"
    prepare(box, Settings(institution_code="1319999999")).close()


def test_without_the_word_or_beside_a_working_box_nothing_goes(box: Box) -> None:
    assert reset(box).exit_code == 2
    with socket.socket(socket.AF_UNIX) as service:
        service.bind(str(box.certificate_socket))
        service.listen()
        refused = reset(box, "--yes-wipe")
    assert (refused.exit_code, "RESET-001" in refused.stderr) == (1, True)
    assert box.load().clinic_name == "みどり内科"
    assert reset(Box(box.root.parent / "typo"), "--yes-wipe").exit_code == 1


def test_a_box_of_the_image_asks_for_it(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reset_wish.is_obeyed, "__defaults__", (SCRIPT,))
    assert reset(box, "--yes-wipe").exit_code == 0
    assert (box.run_dir / "factory-reset").read_bytes() == b""
    assert box.ledger_file.exists()


def test_an_erased_partition_opens_with_no_key_any_more(tmp_path: Path) -> None:
    disk, key, recovery = tmp_path / "disk", tmp_path / "data.key", tmp_path / "recovery.key"
    key.write_bytes(os.urandom(64))
    recovery.write_bytes(b"written down by somebody")
    with disk.open("wb") as file:
        file.truncate(20 << 20)
    cheap = ("--batch-mode", "--pbkdf", "pbkdf2", "--pbkdf-force-iterations", "1000")
    subprocess.run(["cryptsetup", "luksFormat", "--type", "luks2", *cheap, disk, key], check=True)
    subprocess.run(["cryptsetup", "luksAddKey", *cheap, "--key-file", key, disk, recovery], check=True)
    kept = key.read_bytes()

    def opens(with_key: Path) -> bool:
        words = ["cryptsetup", "open", "--test-passphrase", "--key-file", str(with_key), str(disk)]
        return subprocess.run(words, check=False, capture_output=True).returncode == 0

    assert opens(key)
    assert opens(recovery)
    subprocess.run([SCRIPT, "erase", disk, key], check=True)
    assert not key.exists()
    key.write_bytes(kept)
    assert not opens(key)
    assert not opens(recovery)
    dump = subprocess.run(["cryptsetup", "luksDump", disk], check=True, capture_output=True, text=True).stdout
    assert "Keyslots:\nTokens:" in dump
