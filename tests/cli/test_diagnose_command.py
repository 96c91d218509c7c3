"""`madoguchi diagnose`: what is wrong in numbered lines, as JSON, by exit status; and the report of the morning."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from appliance.cli.diagnose import lines
from appliance.cli.main import cli
from appliance.eligibility.diagnosis import CheckName, Outcome
from appliance.eligibility.spelled import spelled
from appliance.health import service
from appliance.ledger import health, mornings
from appliance.ledger.database import Ledger
from appliance.ledger.new_box import prepare
from appliance.ledger.own_copy import places
from appliance.ledger.times import clinic_day, utc_now
from appliance.settings import Box, Settings
from tests.ledger.broken import copied


@pytest.fixture
def box(box_dir: Path) -> Box:
    box = Box(box_dir)
    prepare(box, Settings(institution_code="1319999999", clinic_name="みどり内科")).close()
    return box


def run(box: Box, *words: str) -> Result:
    return CliRunner().invoke(cli, ["--state", str(box.root), *words])


def test_lines_for_the_telephone_and_the_same_as_json(box: Box) -> None:
    told = run(box, "diagnose")
    assert told.exit_code == 1
    text = told.stdout
    assert "みどり内科" in text.splitlines()[0]
    assert "番号: HEALTH-013（エイチ イー エー エル ティー エイチ ハイフン ゼロ イチ サン）" in text
    assert "画面で: いまバックアップを作る" in text
    assert "19. バックアップ: 注意（まだ一度もありません）" in text
    found = json.loads(run(box, "diagnose", "--json").stdout)
    assert found["severity"] == "stop"
    assert {one["code"] for one in found["findings"]} >= {"BOX-002", "HEALTH-012", "HEALTH-013"}
    assert [one["check"] for one in found["checks"]] == list(CheckName)
    # Who asks changes nothing.
    with_ledger = Ledger.of(box)
    assert health.picture(with_ledger, utc_now()).words == ()
    with_ledger.close()


def test_the_mornings_report_once_it_is_made(box: Box) -> None:
    none = run(box, "diagnose", "--morning")
    assert (none.exit_code, none.stdout) == (1, "今朝の点検は、まだありません。\n")
    assert json.loads(run(box, "diagnose", "--morning", "--json").stdout)["at"] is None
    now, ledger = utc_now(), Ledger.of(box)
    well = health.with_sinces(ledger, {CheckName.DISK: Outcome("空き")}, now)
    mornings.note(ledger, clinic_day(now), well, now)
    ledger.close()
    told = run(box, "diagnose", "--morning")
    assert told.exit_code == 0
    assert told.stdout.startswith("今朝の点検")
    assert "結果: 異常なし" in told.stdout
    assert [*lines("今朝の点検", "みどり内科", now, well)][-1] == " 1. ディスク: 良好（空き）"


def test_a_single_look_writes_down_what_it_found(box: Box) -> None:
    service.run(box, once=True)
    ledger = Ledger.of(box)
    assert "HEALTH-013" in [one.finding.code for one in health.standing(ledger)]
    ledger.close()


def test_a_folder_without_a_box_is_refused(box_dir: Path) -> None:
    assert run(Box(box_dir), "diagnose").stderr.startswith("BOX-001")


def test_every_sign_of_a_code_has_a_sound() -> None:
    assert spelled("QUEUE-49") == "キュー ユー イー ユー イー ハイフン ヨン キュウ"


def test_a_broken_ledger_is_told_of_in_the_same_words_as_everything(box: Box) -> None:
    copied(box)
    box.ledger_file.write_bytes(b"\xff" * 9000)
    told = run(box, "diagnose")
    assert told.exit_code == 1
    assert "番号: BOX-011" in told.stdout
    assert "SQLITE_NOTADB。控えは 04/01 09:30" in told.stdout
    assert "ディスク: " in told.stdout
    assert run(box, "diagnose", "--morning").stdout.startswith("装置の点検")
    assert json.loads(run(box, "ledger", "show").stdout)["ledger"] == "SQLITE_NOTADB"
    assert json.loads(run(box, "ledger", "ready").stdout) == {"found": "mended"}
    for copy in places.copies(box):
        copy.path.unlink()
    box.ledger_file.unlink()
    assert json.loads(run(box, "ledger", "ready").stdout) == {"found": "lost"}
    found = json.loads(run(box, "diagnose", "--json").stdout)
    assert found["findings"][0]["code"] == "BOX-009"
    assert json.loads(run(box, "ledger", "show").stdout)["ledger"] == "lost"
    assert run(box, "checks").exit_code == 1
    assert not box.ledger_file.exists()
