"""A model is what its record says, and nothing that the record does not say."""

import hashlib
from pathlib import Path

import pytest

from appliance.devices.face.model import STOCK, Backend, load_record, verify
from appliance.eligibility.trouble import Trouble

RIGHT = """
name = "site"
backend = "dlib"
length = 128
same_below = 0.4
different_above = 0.5
measured_on = "院内"
[embedder]
path = "net.dat"
sha256 = "{sha}"
[landmarks]
path = "points.dat"
sha256 = "{sha}"
"""
ACCURACY = """
[accuracy]
stated_by = "供給元"
stated_on = "2026-04-01"
population = "日本の外来患者"
people = {people}
false_accept_rate = {far}
false_reject_rate = 0.02
"""


def record(folder: Path, text: str) -> Path:
    sha = hashlib.sha256(b"weights").hexdigest()
    (folder / "net.dat").write_bytes(b"weights")
    file = folder / "model.toml"
    file.write_text(text.replace("{sha}", sha), "utf-8")
    return file


def test_the_stock_model_is_there_whole_and_never_decides_alone() -> None:
    stock = load_record(STOCK)
    assert (stock.backend, stock.length, stock.accuracy) == (Backend.DLIB, 128, None)
    assert not stock.may_decide_alone
    for file in (stock.embedder, stock.landmarks):
        assert verify(file).stat().st_size > 1_000_000
    assert "68" not in stock.landmarks.path.name


def test_the_model_that_may_not_be_sold_lies_nowhere() -> None:
    folder = load_record(STOCK).landmarks.path.parent
    assert folder.is_dir()
    assert [file.name for file in folder.iterdir() if "68" in file.name] == []


def test_a_file_beside_the_record_is_checked_by_its_hash(tmp_path: Path) -> None:
    site = load_record(record(tmp_path, RIGHT))
    assert verify(site.embedder) == tmp_path / "net.dat"
    (tmp_path / "net.dat").write_bytes(b"weightz")
    with pytest.raises(Trouble, match="FACE-002") as caught:
        verify(site.embedder)
    assert hashlib.sha256(b"weightz").hexdigest() in caught.value.detail
    with pytest.raises(Trouble, match="FACE-001"):
        verify(site.landmarks)


@pytest.mark.parametrize(
    ("people", "far", "decides"),
    [(1000, 0.0005, True), (1000, 0.01, False), (20, 0.0005, False)],
)
def test_only_a_stated_accuracy_that_is_good_enough_decides(
    tmp_path: Path, people: int, far: float, decides: bool
) -> None:
    text = RIGHT + ACCURACY.replace("{people}", str(people)).replace("{far}", str(far))
    assert load_record(record(tmp_path, text)).may_decide_alone is decides


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("same_below = 0.4", "same_below = 0.6", "しきい値"),
        ('backend = "dlib"', 'backend = "torch"', "torch"),
        ('backend = "dlib"', 'backend = "onnx"', "[onnx]"),
        ("length = 128", "length = 0", "length"),
        ("length = 128", "length = 128\ncolour = 3", "知らない項目"),
        ('path = "net.dat"', 'path = "package:no_such_package/net.dat"', "パッケージ"),
        ('path = "net.dat"', "path = 3", "文字列"),
        ('name = "site"', "", "name"),
        ('name = "site"', "name = ", "line 2"),
        ('sha256 = "{sha}"', 'sha256 = "12"', "sha256"),
    ],
)
def test_a_wrong_record_is_refused_with_its_reason(tmp_path: Path, right: str, wrong: str, said: str) -> None:
    with pytest.raises(Trouble, match="FACE-001") as caught:
        load_record(record(tmp_path, RIGHT.replace(right, wrong)))
    assert said in caught.value.detail


def test_a_half_stated_accuracy_is_none(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="FACE-001"):
        load_record(record(tmp_path, RIGHT + '[accuracy]\nstated_by = "x"\n'))
