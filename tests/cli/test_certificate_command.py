"""`madoguchi certificate`: a file taken in, shown first, put to use, backed up; never a pass phrase among the words."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from appliance.cli.main import cli
from appliance.demo import center_pki
from appliance.ledger import audit
from appliance.ledger.database import Ledger
from appliance.ledger.new_box import prepare
from appliance.ledger.times import clinic_day, utc_now
from appliance.settings import Box, Settings

CODE, DENTAL = "1319999999", "1330000009"
PHRASE = "correct horse battery"


@pytest.fixture
def box(tmp_path: Path) -> Box:
    found = Box(tmp_path / "state")
    found.root.mkdir()
    prepare(found, Settings(institution_code=CODE, other_institution_codes=(DENTAL,))).close()
    return found


def run(box: Box, *words: str, given: str = "") -> Result:
    return CliRunner().invoke(cli, ["--state", str(box.root), *words], input=given)


def done(box: Box, *words: str, given: str = "") -> Any:
    result = run(box, "certificate", *words, given=given)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def stick(box: Box, code: str = CODE, days: float = 365) -> str:
    """A file as it lies on a USB stick."""
    path = box.root.parent / f"{code}-{days}.p12"
    path.write_bytes(center_pki.clinic_pkcs12(box.root.parent, code, PHRASE, utc_now(), days=days))
    return str(path)


def taken_in(box: Box, *options: str, code: str = CODE, days: float = 365) -> Any:
    words = ("import", stick(box, code, days), "--passphrase-stdin", "--yes", *options)
    return done(box, *words, given=f"{PHRASE}\n")


def test_a_person_sees_what_is_in_it_and_may_say_no(box: Box) -> None:
    refused = run(box, "certificate", "import", stick(box), given=f"{PHRASE}\nn\n")
    assert refused.exit_code == 1
    for word in (
        "医療機関コード: 1319999999",
        "発行者: Demo clinic CA",
        "有効期間",
        "秘密鍵: 証明書と合っています",
    ):
        assert word in refused.stderr
    assert PHRASE not in refused.output
    assert done(box, "show", "--json")["certificates"] == []
    assert run(box, "certificate", "import", stick(box), given=f"{PHRASE}\ny\n").exit_code == 0


def test_from_stick_to_use_to_backup_and_back(box: Box) -> None:
    one = taken_in(box)
    assert one["place"] == "waiting"
    assert done(box, "activate", one["fingerprint"][:12])["place"] == "active"
    backup = box.root.parent / "backup.p12"
    short = run(
        box, "certificate", "export", one["fingerprint"], str(backup), "--passphrase-stdin", given="short\n"
    )
    assert (short.exit_code, short.stderr.split()[0]) == (1, "CERT-011")
    assert not backup.exists()
    done(box, "export", one["fingerprint"], str(backup), "--passphrase-stdin", given="another long phrase\n")
    assert backup.stat().st_mode & 0o777 == 0o600
    words = ("import", str(backup), "--passphrase-stdin", "--yes")
    assert done(box, *words, given="another long phrase\n")["place"] == "active"
    assert run(box, "certificate", "remove", one["fingerprint"]).exit_code == 1
    second = taken_in(box, "--activate", days=1000)
    done(box, "remove", one["fingerprint"])
    assert [row["fingerprint"] for row in done(box, "show", "--json")["certificates"]] == [
        second["fingerprint"]
    ]
    ledger = Ledger.of(box)
    actions = {row.action for row in audit.latest(ledger, 50)}
    ledger.close()
    assert actions >= {f"certificate-{what}" for what in ("offer", "accept", "activate", "export", "remove")}


@pytest.mark.parametrize(
    ("content", "phrase", "code"), [(b"no certificate", PHRASE, "CERT-001"), (None, "wrong", "CERT-002")]
)
def test_what_cannot_be_used_says_the_next_step(
    box: Box, content: bytes | None, phrase: str, code: str
) -> None:
    path = Path(stick(box))
    if content is not None:
        path.write_bytes(content)
    result = run(box, "certificate", "import", str(path), "--passphrase-stdin", "--yes", given=f"{phrase}\n")
    assert result.exit_code == 1
    assert result.stderr.startswith(code)
    assert "ください。" in result.stderr


def test_there_is_no_option_for_the_pass_phrase(box: Box) -> None:
    help_text = run(box, "certificate", "import", "--help").stdout
    assert "--passphrase-stdin" in help_text
    assert "--passphrase " not in help_text


def test_status_says_how_long_each_code_has(box: Box) -> None:
    taken_in(box, "--activate", days=15)
    medical, dental = json.loads(run(box, "status", "--json").stdout)["certificates"]
    last_day = clinic_day(utc_now() + timedelta(days=15))
    assert (medical["institution_code"], medical["state"]) == (CODE, "ending")
    assert medical["last_day"] == last_day.isoformat()
    assert (dental["state"], dental["days_left"]) == ("missing", None)
    text = run(box, "status").stdout
    assert "あと15日" in text
    assert "電子証明書 1330000009: 証明書なし" in text
    shown = run(box, "certificate", "show").stdout
    assert "鍵の保管: 開発用" in shown
    assert "[使用中]" in shown
