"""`madoguchi face`: two pictures beside each other, and what the model's record says."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from PIL import Image

from appliance.cli.main import cli
from appliance.demo.camera_scene import Scene, Wearing, frame, portrait

STOCK_NAME = "dlib-stock"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, ["face", *map(str, arguments)], prog_name="madoguchi")


@pytest.fixture(autouse=True)
def _memory_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    # For good is for good: the test process would be undumpable for all tests that follow.
    monkeypatch.setattr("appliance.devices.face.compare.keep_memory_private", lambda: None)


@pytest.fixture(scope="module")
def album(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("album")
    Image.fromarray(portrait("p01")).save(folder / "card.jp2")
    pictures = {
        "same": Scene(("p01",)),
        "other": Scene(("p02",)),
        "two": Scene(("p01", "p02")),
        "none": Scene(),
        "glasses": Scene(("p01",), wearing=Wearing.SUNGLASSES),
    }
    for name, scene in pictures.items():
        Image.fromarray(frame(scene, 1)).save(folder / f"{name}.png")
    return folder


def compared(album: Path, one: str, other: str) -> dict[str, Any]:
    done = run("compare", album / one, album / other, "--json")
    assert done.exit_code == 0, done.output
    values: dict[str, Any] = json.loads(done.stdout)
    assert {"faces_a", "faces_b", "distance", "match", "quality", "reason"} <= values.keys()
    return values


def test_the_same_person_matches_and_decides_nothing_alone(album: Path) -> None:
    values = compared(album, "card.jp2", "same.png")
    assert (values["faces_a"], values["faces_b"], values["match"]) == (1, 1, True)
    assert values["distance"] < values["model"]["same_below"]
    assert (values["reason"], values["outcome"], values["decides_alone"]) == (
        "model_not_measured",
        "looks_alike",
        False,
    )
    assert values["quality"]["b"]["corrected"] is False


def test_somebody_else_does_not(album: Path) -> None:
    values = compared(album, "card.jp2", "other.png")
    assert (values["match"], values["reason"]) == (False, "not_same")
    assert values["distance"] > values["model"]["different_above"]


@pytest.mark.parametrize(
    ("picture", "faces", "reason"), [("two.png", 2, "several_faces"), ("none.png", 0, "no_face")]
)
def test_without_one_face_each_there_is_no_answer(album: Path, picture: str, faces: int, reason: str) -> None:
    values = compared(album, "card.jp2", picture)
    assert (values["faces_b"], values["distance"], values["match"]) == (faces, None, None)
    assert values["reason"] == reason
    assert values["quality"]["b"] == {"complaint": reason}


def test_a_complaint_stands_before_the_outcome(album: Path) -> None:
    values = compared(album, "card.jp2", "glasses.png")
    assert (values["reason"], values["quality"]["a"]["complaint"]) == ("covered", "good")
    assert values["distance"] is not None


def test_the_page_says_the_same_in_japanese(album: Path) -> None:
    page = run("compare", album / "card.jp2", album / "same.png").stdout
    assert page.startswith("似ています")
    assert "人が確かめます" in page
    assert "顔の数: A 1、B 1" in page
    assert run("compare", album / "card.jp2", album / "two.png").stdout.startswith(
        "判定できません: 顔が二つ以上あります"
    )


def png_of(size: tuple[int, int]) -> bytes:
    buffer = io.BytesIO()
    Image.new("1", size).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"no picture", "FACE-003"),
        (b"", "FACE-003"),
        (png_of((7000, 7000)), "FACE-004"),
        (png_of((50, 50))[:40], "FACE-003"),
    ],
)
def test_what_is_no_picture_ends_in_a_code(album: Path, tmp_path: Path, data: bytes, code: str) -> None:
    bad = tmp_path / "bad.png"
    bad.write_bytes(data)
    done = run("compare", album / "card.jp2", bad, "--json")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith(code)
    assert done.stderr.count("→") == 2


def test_a_file_that_is_not_there_is_a_usage_error(album: Path) -> None:
    assert run("compare", album / "card.jp2", album / "nobody.png").exit_code == 2


def test_the_model_says_what_it_was_measured_on(tmp_path: Path) -> None:
    values = json.loads(run("model", "--json").stdout)
    assert (values["name"], values["accuracy"], values["decides_alone"]) == (STOCK_NAME, None, False)
    assert "人が確かめます" in run("model").stdout
    broken = tmp_path / "model.toml"
    broken.write_text("name = 3", "utf-8")
    assert run("model", "--model", broken).stderr.startswith("FACE-001")
