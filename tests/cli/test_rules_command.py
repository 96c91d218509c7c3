import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from appliance.cli.main import cli
from appliance.eligibility.rules.packaged_book import packaged_book

OURS = """\
# 院内の追加
[[points]]
id = "ours"
from = 2028-06-01
family = "新しい加算"
visit = "first"
points = 5
months = 1
source = "院内の通知綴り"
"""


def run(state: Path, *words: str) -> Result:
    return CliRunner().invoke(cli, ["--state", str(state), "rules", *words])


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    """A state folder with nothing in it but one table of the engineer's."""
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "ours.toml").write_text(OURS, "utf-8")
    return tmp_path


def test_the_packaged_tables_are_right_without_any_box(tmp_path: Path) -> None:
    done = run(tmp_path / "nowhere", "check")
    assert done.exit_code == 0
    assert "誤りはありません。" in done.stdout
    assert f"合計 {len(packaged_book().rules)}行" in done.stdout


def test_a_row_is_added_without_touching_code(ours: Path) -> None:
    assert f"合計 {len(packaged_book().rules) + 1}行" in run(ours, "check").stdout
    before, after = run(ours, "show", "--on", "2028-05-31"), run(ours, "show", "--on", "2028-06-01")
    assert "新しい加算" not in before.stdout
    assert "  初診 新しい加算 5点・月1回\n      2028-06-01〜  ours（rules/ours.toml 2行目）" in after.stdout


def test_a_wrong_row_fails_the_check_with_file_line_and_reason(ours: Path) -> None:
    (ours / "rules" / "ours.toml").write_text(OURS.replace("points = 5", 'points = "5"'), "utf-8")
    (ours / "rules" / "sjis.toml").write_bytes("# 院内".encode("cp932"))
    done = run(ours, "check")
    assert done.exit_code == 1
    assert "使えない行が2件あります。" in done.stdout
    assert "  rules/ours.toml 7行目: points「ours」 points は整数にしてください" in done.stdout
    assert "rules/sjis.toml 1行目" in done.stdout
    shown = run(ours, "show", "--on", "2028-06-01")
    assert shown.exit_code == 0
    assert "新しい加算" not in shown.stdout
    assert "使っていない行があります: rules/ours.toml 7行目" in shown.stderr


def test_any_folder_can_be_checked(ours: Path, tmp_path: Path) -> None:
    done = run(tmp_path / "nowhere", "check", str(ours / "rules"), "--json")
    answer = json.loads(done.stdout)
    assert answer["errors"] == []
    assert answer["rows"]["points"] > 30
    (ours / "rules" / "again.toml").write_text(OURS, "utf-8")
    again = run(tmp_path / "nowhere", "check", str(ours / "rules"), "--json")
    assert again.exit_code == 1
    (error,) = json.loads(again.stdout)["errors"]
    assert (error["file"], error["line"]) == ("rules/ours.toml", 2)
    assert "again.toml 2行目" in error["reason"]


def test_uncertain_rules_are_marked_and_say_why(tmp_path: Path) -> None:
    shown = run(tmp_path, "show", "--on", "令和8年6月1日", "--kind", "points").stdout
    assert shown.startswith("2026-06-01 の規則\n\n■ 加算（points）\n")
    assert "■" not in shown.partition("■")[2]
    assert "電子的診療情報連携体制整備加算３ 4点・月1回" in shown
    assert shown.count("（確認中）\n") == shown.count("      確認中: ") == 4


def test_rules_as_json(tmp_path: Path) -> None:
    answer = json.loads(run(tmp_path, "show", "--on", "2026-07-31", "--kind", "ceilings", "--json").stdout)
    (row,) = [row for row in answer["rules"]["ceilings"] if row["codes"] == ["A03"]]
    assert (row["from"], row["to"], row["base"], row["over"]) == ("2021-03-04", "2026-07-31", 80100, 267000)
    assert (answer["on"], answer["errors"]) == ("2026-07-31", [])


def test_a_day_without_rules_says_so(tmp_path: Path) -> None:
    shown = run(tmp_path, "show", "--on", "2030-01-01", "--kind", "use-rate").stdout
    assert "この日の規則はありません。" in shown


def test_a_day_that_is_none_is_a_trouble(tmp_path: Path) -> None:
    done = run(tmp_path, "show", "--on", "2026-02-30")
    assert done.exit_code == 1
    assert done.stderr.startswith("INPUT-001")
