"""What an engineer has put into a folder is read as far as it can be; what cannot is told by file and line."""

import os
from pathlib import Path

import pytest

from appliance.own_files import SIZE_LIMIT, texts

GOOD = '[[note]]\ncode = "金"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "troubles.d"
    folder.mkdir()
    return folder


def test_no_folder_is_no_files(tmp_path: Path) -> None:
    assert texts(tmp_path / "troubles.d") == ({}, ())


def test_files_come_by_name_in_order_and_others_stay_where_they_are(folder: Path) -> None:
    for name in ("b.toml", "a.toml", "read me.txt", "c.toml~"):
        (folder / name).write_text(GOOD, "utf-8")
    (folder / "d.toml").mkdir()
    found, refusals = texts(folder)
    assert list(found) == ["troubles.d/a.toml", "troubles.d/b.toml"]
    assert refusals == ()


def test_a_file_from_windows_is_read(folder: Path) -> None:
    (folder / "a.toml").write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert texts(folder)[0]["troubles.d/a.toml"].startswith("[[note]]")


def test_a_bad_file_hides_no_good_one(folder: Path) -> None:
    (folder / "a.toml").write_bytes(GOOD.encode("cp932"))
    (folder / "b.toml").write_text(GOOD, "utf-8")
    (folder / "c.toml").write_bytes(b"#" * (SIZE_LIMIT + 1))
    found, refusals = texts(folder)
    assert list(found) == ["troubles.d/b.toml"]
    first, second = map(str, refusals)
    assert first.startswith("troubles.d/a.toml 2行目: UTF-8ではありません")
    assert second.startswith("troubles.d/c.toml: 大きすぎます")


def test_what_cannot_be_read_is_told(folder: Path) -> None:
    os.mkfifo(folder / "a.toml")
    (folder / "b.toml").write_text(GOOD, "utf-8")
    (folder / "c.toml").symlink_to("nowhere")
    (folder / "d.toml").symlink_to(
        "/proc/self/mem"
    )  # a file that opens and then refuses to be read, also by root
    found, refusals = texts(folder)
    assert list(found) == ["troubles.d/b.toml"]
    assert list(map(str, refusals)) == [
        "troubles.d/a.toml: ふつうのファイルではありません",
        "troubles.d/c.toml: ふつうのファイルではありません",
        "troubles.d/d.toml: ファイルを読めません（OSError）",
    ]


def test_a_folder_that_is_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "troubles.d").write_text("x")
    assert texts(tmp_path / "troubles.d") == ({}, ())
