"""A stick that a stranger has prepared: it is read as text, costs the box nothing, and leads nowhere."""

import os
import random
from pathlib import Path

import pytest
from click.testing import Result

from appliance.cli.commissioning import stick as sticks
from appliance.cli.commissioning.plan import read_plan
from appliance.eligibility.trouble import Trouble
from appliance.settings import Box
from tests.cli.commissioning.test_commission_command import applied
from tests.cli.commissioning.test_plan import WHOLE


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


def plugged_in(stick: Path, box_dir: Path) -> Result:
    (box_dir / "site").mkdir(exist_ok=True)
    return applied(box_dir, stick)


def outcome(folder: Path) -> str:
    return (folder / sticks.RESULT).read_text("utf-8-sig")


def expect_nothing(box_dir: Path) -> None:
    assert not Box(box_dir / "state").settings_file.exists()
    assert sorted(one.name for one in (box_dir / "site").iterdir()) == [sticks.RESULT]


@pytest.mark.parametrize("name", ["madoguchi.toml", "clinic.p12", "clinic.pass"])
@pytest.mark.parametrize("kind", ["link", "pipe", "folder", "huge"])
def test_what_is_no_ordinary_file_is_not_opened(stick: Path, box_dir: Path, name: str, kind: str) -> None:
    (stick / "madoguchi.toml").write_text(WHOLE, "utf-8")
    path = stick / name
    path.unlink(missing_ok=True)
    match kind:
        case "link":
            path.symlink_to("/etc/passwd")
        case "pipe":
            os.mkfifo(path)
        case "folder":
            path.mkdir()
        case "huge":
            path.touch()
            os.truncate(path, 10 * 2**30)
    assert plugged_in(stick, box_dir).exit_code == 1
    assert "SETUP-001 USBメモリー" in outcome(stick)
    assert f"Where: {name}" in outcome(stick)
    assert "root:" not in outcome(stick)
    expect_nothing(box_dir)


def test_the_outcome_is_written_through_no_link(stick: Path, box_dir: Path, tmp_path: Path) -> None:
    (stick / "madoguchi.toml").write_text(WHOLE, "utf-8")
    precious = tmp_path / "precious"
    precious.write_text("kept")
    (stick / sticks.RESULT).symlink_to(precious)
    assert plugged_in(stick, box_dir).exit_code == 0
    assert precious.read_text() == "kept"
    assert not (stick / sticks.RESULT).is_symlink()


def test_a_stick_that_cannot_be_written_tells_it_on_the_box(stick: Path, box_dir: Path) -> None:
    (stick / "madoguchi.toml").write_text("wifi = true", "utf-8")
    (stick / sticks.RESULT).mkdir()
    (stick / sticks.RESULT / "full").touch()
    done = plugged_in(stick, box_dir)
    assert (done.exit_code, "書けませんでした" in done.stderr) == (1, True)
    assert "SETUP-001" in outcome(box_dir / "site")


def test_ten_gigabytes_of_other_files_are_not_looked_at(stick: Path, box_dir: Path) -> None:
    (stick / "madoguchi.toml").write_text(WHOLE, "utf-8")
    for number in range(500):
        path = stick / f"IMG_{number:04}.JPG"
        path.touch()
        os.truncate(path, 20 * 2**20)
    assert plugged_in(stick, box_dir).exit_code == 0


def test_two_sticks_are_refused(
    stick: Path, box_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, label in enumerate(("CONFIG", "CONFIG", "CONFIG2", "photos")):
        (tmp_path / f"b8:{number}").write_text(
            f"S:disk/by-label/{label}\nE:ID_FS_LABEL={label}\nE:ID_FS_TYPE=vfat\n"
        )
    monkeypatch.setattr(sticks.expect_one, "__defaults__", (tmp_path,))
    (stick / "madoguchi.toml").write_text(WHOLE, "utf-8")
    assert plugged_in(stick, box_dir).exit_code == 1
    assert "SETUP-004" in outcome(stick)
    expect_nothing(box_dir)
    (tmp_path / "b8:1").unlink()
    assert plugged_in(stick, box_dir).exit_code == 0


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 9_000,
        "a = " + "9" * 9_000,
        "a." * 5_000 + "b = 1",
        '[[consumer]]\nname = "emr"\nkind = ["mqtt"]',
        '[clinic]\nname = "\\u202e"',
        "[settings]\nweb_port = 2001-01-01",
        "[settings]\nface_cameras = [[1]]",
        '"a\\nb" = 1',
    ],
)
def test_a_file_made_to_break_its_reader(stick: Path, box_dir: Path, text: str) -> None:
    (stick / "madoguchi.toml").write_text(
        '[clinic]\ninstitution_code = "1319999999"\n' if "settings" in text else "", "utf-8"
    )
    with (stick / "madoguchi.toml").open("a", encoding="utf-8") as file:
        file.write(text)
    assert plugged_in(stick, box_dir).exit_code == 1
    assert "SETUP-001" in outcome(stick)
    assert not Box(box_dir / "state").settings_file.exists()


def changed(dice: random.Random) -> str:
    text = list(WHOLE)
    for _ in range(dice.randint(1, 4)):
        text[dice.randrange(len(text))] = dice.choice('"[]{}=.\\\n\t\0é窓1a-:/')
    return "".join(text)


def code_of(text: str) -> str:
    try:
        read_plan(text)
    except Trouble as trouble:
        return trouble.code
    return ""


def test_bytes_changed_at_random_are_read_or_refused() -> None:
    dice = random.Random(9)  # noqa: S311 - the same ones at each run
    assert {code_of(changed(dice)) for _ in range(1_000)} == {"", "SETUP-001"}
