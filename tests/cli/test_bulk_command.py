"""`madoguchi bulk`, in a state folder where nobody asks."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from appliance.cli.main import cli
from appliance.ledger import audit
from appliance.ledger.database import Ledger
from appliance.settings import Box, Settings
from tests.bulk_lists import as_list, row


@pytest.fixture
def box(box_dir: Path) -> Box:
    made = Box(box_dir)
    made.create()
    made.save(Settings(institution_code="1319999999", bulk_people=2))
    return made


def run(box: Box, *words: str) -> Result:
    return CliRunner().invoke(cli, ["--state", str(box.root), "bulk", *words])


def shown(box: Box, *words: str) -> Any:
    done = run(box, *words, "--json")
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def uploaded(box: Box, *rows: str, words: tuple[str, ...] = ()) -> str:
    path = box.root / "list.csv"
    path.write_bytes(as_list(*rows))
    done = run(box, "upload", str(path), *words)
    assert done.exit_code == 0, done.stderr
    return done.stdout.strip()


def test_a_list_waits_for_the_night_or_goes_at_once(box: Box) -> None:
    tonight = uploaded(box, row("p01"), row("p02"), row("p03"))
    now = uploaded(box, row("p01"), words=("--now",))
    found = {one["id"]: one for one in shown(box, "list")}
    assert {key: (one["state"], one["at_night"]) for key, one in found.items()} == {
        tonight: ("waiting", True),
        now: ("waiting", False),
    }
    assert found[tonight]["chunks"] == {"waiting": 2}
    assert shown(box, "show", tonight) == found[tonight]


def test_what_is_wrong_is_said_line_by_line_without_quoting_it(box: Box) -> None:
    path = box.root / "list.csv"
    path.write_bytes(as_list(row("p01"), row("p02", birthdate="S99.9.9"), row("p03", insurer="12345678")))
    done = run(box, "upload", str(path))
    assert "3行目: 誤り: 生年月日: " in done.stderr
    assert "4行目: 注意: 保険者番号: " in done.stderr
    assert "2人を照会します。1行は照会しません。" in done.stderr
    assert "S99" not in done.stderr
    assert shown(box, "show", done.stdout.strip())["errors"] == 1


def test_numbers_to_register(box: Box) -> None:
    assert shown(box, "show", uploaded(box, row("p01"), words=("--register",)))["kind"] == "references"


@pytest.mark.parametrize(
    ("words", "kind"),
    [(("tickets", "2026-11"), "tickets"), (("home", "2026-11-01", "2026-11-30"), "home"), (("online", "2026-11-01"), "online")],
)  # fmt: skip
def test_a_month_or_a_period(box: Box, words: tuple[str, ...], kind: str) -> None:
    done = run(box, "period", *words)
    assert done.exit_code == 0, done.stderr
    assert shown(box, "show", done.stdout.strip())["kind"] == kind


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("period", "tickets", "November"), "BULK-005"),
        (("period", "home", "2026-11-30", "2026-11-01"), "BULK-005"),
        (("show", "0" * 32), "INPUT-005"),
    ],
)
def test_what_cannot_be_done_is_a_line_with_a_code(box: Box, words: tuple[str, ...], code: str) -> None:
    done = run(box, *words)
    assert done.exit_code == 1
    assert done.stderr.startswith(code)


@pytest.mark.parametrize(("words", "codec"), [((), "utf-8-sig"), (("--shift-jis",), "cp932")])
def test_the_export_is_for_its_owner_alone_and_in_the_books(
    box: Box, words: tuple[str, ...], codec: str
) -> None:
    run_id = uploaded(box, row("p01"))
    path = box.root / "out.csv"
    assert run(box, "export", run_id, str(path), *words).exit_code == 0
    assert path.stat().st_mode & 0o777 == 0o600
    lines = path.read_bytes().decode(codec).splitlines()
    assert lines[0].startswith("区分,予約時刻,患者番号")
    assert lines[1].startswith("照会待ち,09:00,p01,見本　太郎,06139992")
    ledger = Ledger.of(box)
    assert audit.latest(ledger, 1)[0].action == "export-bulk-run"
    ledger.close()
