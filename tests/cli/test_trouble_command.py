"""`madoguchi trouble`: by code, by words, as a page, as JSON, with notes, without a box."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from appliance.cli.main import cli
from appliance.eligibility.catalogue import CATALOGUE, KNOWLEDGE

NOTE = '[[note]]\ncode = "CARD-003"\ntext = "2番の台を外す"\nby = "佐藤"\non = 2026-04-01\n'
OWN = '[[center]]\ncode = "OQSX9999E"\nfault = "center"\ntitle = "当院で見たコード"\nreception = "少し待ちます。"\n'


@pytest.fixture
def state(tmp_path: Path) -> Path:
    (tmp_path / "troubles.d").mkdir()
    return tmp_path


def trouble(state: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["--state", str(state), "trouble", *arguments], prog_name="madoguchi")


def test_a_code_is_told_in_full_without_a_box(tmp_path: Path) -> None:
    done = trouble(tmp_path / "nowhere", "card-005")
    assert done.exit_code == 0
    entry = CATALOGUE["CARD-005"]
    for text in (
        entry.code,
        entry.title,
        entry.reception,
        entry.engineer,
        entry.developer,
        "原因の区分: カード",
    ):
        assert text in done.stdout
    assert "CARD-006" not in done.stdout
    assert not (tmp_path / "nowhere").exists()


def test_words_find_rows_of_every_kind(state: Path) -> None:
    done = trouble(state, "マイナンバーカードではありません")
    assert "CARD-002" in done.stdout
    done = trouble(state, "顔認証", "マスク")
    assert done.stdout.startswith("SYM-001")
    assert trouble(state, "001").stdout.startswith("001  リーダーの画面に001")


def test_many_rows_come_as_a_list_with_what_reception_does(state: Path) -> None:
    done = trouble(state, "暗証番号")
    assert "件あります" in done.stdout
    assert KNOWLEDGE["SYM-002"].reception in done.stdout
    assert KNOWLEDGE["SYM-002"].engineer not in done.stdout


def test_nothing_found_says_so_and_fails(state: Path) -> None:
    done = trouble(state, "ぬぬぬぬ")
    assert done.exit_code == 1
    assert "見つかりません" in done.stdout


def test_nothing_asked_is_a_wrong_use(state: Path) -> None:
    assert trouble(state).exit_code == 2


def test_json_holds_the_whole_row(state: Path) -> None:
    (state / "troubles.d" / "a.toml").write_text(NOTE, "utf-8")
    done = trouble(state, "CARD-003", "--json")
    assert done.exit_code == 0
    said = json.loads(done.stdout)
    assert said["errors"] == []
    (entry,) = said["entries"]
    assert (entry["code"], entry["fault"], entry["fault_label"]) == ("CARD-003", "card", "カード")
    assert (entry["kind"], entry["retryable"]) == ("box", True)
    assert entry["words"] == list(CATALOGUE["CARD-003"].words)
    assert entry["notes"] == [
        {
            "text": "2番の台を外す",
            "by": "佐藤",
            "on": "2026-04-01",
            "file": "troubles.d/a.toml",
            "line": 1,
        }
    ]


def test_nothing_found_in_json_is_empty_and_fails(state: Path) -> None:
    done = trouble(state, "ぬぬぬぬ", "--json")
    assert (done.exit_code, json.loads(done.stdout)) == (1, {"entries": [], "errors": []})


def test_own_notes_and_rows_are_shown(state: Path) -> None:
    (state / "troubles.d" / "a.toml").write_text(NOTE + OWN, "utf-8")
    assert (
        "覚え書き: 2番の台を外す（佐藤・2026-04-01・troubles.d/a.toml）" in trouble(state, "CARD-003").stdout
    )
    assert "当院で見たコード" in trouble(state, "oqsx9999e").stdout
    assert "CARD-003" in trouble(state, "台を外す").stdout


def test_a_wrong_note_is_told_on_stderr_and_loses_nothing(state: Path) -> None:
    (state / "troubles.d" / "a.toml").write_text(NOTE + NOTE.replace("CARD-003", "CARD-999"), "utf-8")
    (state / "troubles.d" / "b.toml").write_bytes(NOTE.encode("cp932"))
    done = trouble(state, "CARD-003")
    assert done.exit_code == 1
    assert "覚え書き: 2番の台を外す" in done.stdout
    assert CATALOGUE["CARD-003"].reception in done.stdout
    assert done.stderr.splitlines() == [
        "NOTE-001 追記ファイルに誤りがあります (troubles.d/b.toml 3行目: UTF-8ではありません。文字コードをUTF-8にして保存してください)",
        "NOTE-001 追記ファイルに誤りがあります (troubles.d/a.toml 7行目: 知らないコードです: CARD-999)",
    ]


def test_a_wrong_note_is_told_in_json(state: Path) -> None:
    (state / "troubles.d" / "a.toml").write_text('[[note]]\ncode = "CARD-003"\n', "utf-8")
    done = trouble(state, "CARD-003", "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["errors"] == [
        {"file": "troubles.d/a.toml", "line": 1, "reason": "text がありません", "code": "NOTE-001"}
    ]


def test_the_note_in_the_help_is_right_as_it_stands(state: Path) -> None:
    said = trouble(state, "--help").stdout
    lines = [line.strip() for line in said.splitlines()]
    start = lines.index("[[note]]")
    (state / "troubles.d" / "a.toml").write_text("\n".join(lines[start : start + 3]), "utf-8")
    assert "覚え書き: 2番の窓口では" in trouble(state, "CARD-003").stdout
