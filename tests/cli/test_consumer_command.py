"""`madoguchi consumer`: folders and accounts for those who get results."""

import json
import stat
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from appliance.cli.main import cli
from appliance.ledger import audit, consumers
from appliance.ledger.consumers import ConsumerKind, FolderTerms
from appliance.ledger.database import Ledger
from appliance.ledger.new_box import prepare
from appliance.settings import Box, Settings
from appliance.sync import broker_accounts


@pytest.fixture
def box(box_dir: Path) -> Box:
    """A new box with its shared folder."""
    found = Box(box_dir / "state")
    prepare(found, Settings(institution_code="1319999999", broker_port=0)).close()
    return found


def said(box: Box, *words: str) -> Result:
    return CliRunner().invoke(cli, ["--state", str(box.root), "consumer", *words])


def done(box: Box, *words: str) -> Any:
    """The JSON of a command that must succeed."""
    result = said(box, *words)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def credentials(handover: Path) -> Any:
    """What the file for the vendor of `emr` says."""
    with zipfile.ZipFile(handover) as archive:
        return json.loads(archive.read("madoguchi-emr/credentials.json"))


def test_a_folder_with_all_its_terms(box: Box, tmp_path: Path) -> None:
    secret = tmp_path / "zip.pass"
    secret.write_text("見本")
    secret.chmod(0o600)
    words = ["--kind", "folder", "--root", str(tmp_path / "dental"), "--zip-password-file", str(secret)]
    added = done(box, "add", "dental", *words, "--stay-minutes", "90", "--encoding", "shift_jis")
    assert added == {
        "name": "dental",
        "kind": "folder",
        "root": str(tmp_path / "dental"),
        "stay_minutes": 90,
        "encoding": "Shift_JIS",
        "zip_password_file": str(secret),
    }
    first, second = done(box, "list", "--json")
    assert first == added
    assert (second["name"], second["stay_minutes"]) == ("receipt-folder", 1440)
    ledger = Ledger.of(box)
    known = {one.name: one.folder for one in consumers.all_consumers(ledger)}
    assert known["dental"] == FolderTerms(str(tmp_path / "dental"), str(secret), 90, "Shift_JIS")
    assert audit.latest(ledger, 1)[0].action == "consumer-set"
    ledger.close()
    done(box, "remove", "dental")
    assert [row["name"] for row in done(box, "list", "--json")] == ["receipt-folder"]


def test_folders_that_touch_each_other_are_refused(box: Box) -> None:
    own = box.folder_root(box.load())
    for root in (own, own / "req", own.parent):
        refused = said(box, "add", "second", "--kind", "folder", "--root", str(root))
        assert refused.exit_code == 1
        assert "INPUT-001" in refused.stderr
    assert said(box, "add", "second", "--kind", "folder").exit_code == 1, "the box's own is taken"


def test_a_password_that_others_can_read_is_refused(box: Box, tmp_path: Path) -> None:
    secret = tmp_path / "zip.pass"
    secret.write_text("見本")
    secret.chmod(0o644)
    words = ["--root", str(tmp_path / "x"), "--zip-password-file", str(secret)]
    refused = said(box, "add", "second", "--kind", "folder", *words)
    assert refused.exit_code == 1
    assert "FOLDER-005" in refused.stderr


@pytest.mark.parametrize("name", ["Emr", "emr_1", "電カル", "receipt-folder"])
def test_unfit_names_are_refused(box: Box, name: str) -> None:
    refused = said(box, "add", name, "--kind", "mqtt")
    assert refused.exit_code == 1
    assert "INPUT-001" in refused.stderr


def test_an_mqtt_consumer_gets_an_account_and_a_file_to_hand_over(box: Box) -> None:
    added = done(box, "add", "emr", "--kind", "mqtt")
    path = Path(added["handover"])
    facts = credentials(path)
    with zipfile.ZipFile(path) as archive:
        ca = archive.read("madoguchi-emr/ca.pem")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert facts["username"] == "emr"
    assert ca.startswith(b"-----BEGIN CERTIFICATE-----")
    assert facts["topic"].endswith("/consumer/emr/eligibility")
    assert facts["password"] not in json.dumps(added)
    assert "emr" in broker_accounts.read_hashes(box)
    assert "user emr\n" in (box.broker_dir / "acl").read_text("utf-8")
    done(box, "remove", "emr")
    assert "emr" not in broker_accounts.read_hashes(box)
    assert "user emr\n" not in (box.broker_dir / "acl").read_text("utf-8")
    ledger = Ledger.of(box)
    kinds = {one.name: (one.kind, one.enabled) for one in consumers.all_consumers(ledger)}
    ledger.close()
    assert kinds["emr"] == (ConsumerKind.MQTT, False)


def test_folder_terms_make_no_sense_for_mqtt(box: Box) -> None:
    assert said(box, "add", "emr", "--kind", "mqtt", "--stay-minutes", "5").exit_code == 1
    assert said(box, "remove", "nobody").exit_code == 1


def test_what_a_consumer_may_ask_for_is_said_anew_each_time(box: Box) -> None:
    done(box, "add", "emr", "--kind", "mqtt")
    assert done(box, "allow", "emr", "replay", "check") == {"name": "emr", "allowed": ["check", "replay"]}
    assert done(box, "list", "--json")[0]["allowed"] == ["check", "replay"]
    assert done(box, "allow", "emr")["allowed"] == []
    assert "allowed" not in done(box, "list", "--json")[0]
    done(box, "allow", "emr", "check")
    done(box, "remove", "emr")
    done(box, "add", "emr", "--kind", "mqtt")
    assert "allowed" not in done(box, "list", "--json")[0], "it may be another product"
    assert "INPUT-005" in said(box, "allow", "nobody", "check").stderr
    assert "INPUT-001" in said(box, "allow", "receipt-folder", "check").stderr


def test_an_emr_is_given_more_than_results_and_it_is_taken_back(box: Box) -> None:
    added = done(box, "add", "emr", "--kind", "mqtt")
    before = broker_accounts.read_hashes(box)
    given = done(box, "give", "emr", "tasks")
    assert list(given["extras"]) == ["tasks"]
    purpose = ("--scope", "own", "--purpose", "診察で服薬を確かめるため")
    result = said(box, "give", "emr", "medical", *purpose)
    assert result.exit_code == 0
    assert "利用目的に含まれる" in result.stderr
    medical = json.loads(result.stdout)["extras"]["medical"]
    assert (medical["scope"], medical["purpose"], medical["by"]) == ("own", purpose[3], "command line")
    rights = (box.broker_dir / "acl").read_text()
    assert "/consumer/emr/task\n" in rights
    assert "/consumer/emr/medical\n" in rights
    assert broker_accounts.read_hashes(box).keys() == before.keys()
    assert broker_accounts.read_hashes(box)["emr"] == before["emr"], "the password stays"
    listed = {one["name"]: one for one in done(box, "list", "--json")}
    assert set(listed["emr"]["extras"]) == {"tasks", "medical"}
    assert "extras" not in listed["receipt-folder"]
    done(box, "add", "emr", "--kind", "mqtt")
    facts = credentials(Path(added["handover"]))
    assert facts["medical_topic"].endswith("/consumer/emr/medical")
    assert list(done(box, "take-back", "emr", "medical")["extras"]) == ["tasks"]
    assert "/consumer/emr/medical" not in (box.broker_dir / "acl").read_text()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("give", "emr", "medical"), "INPUT-001"),
        (("give", "emr", "tasks", "--purpose", "診察"), "INPUT-001"),
        (("give", "receipt-folder", "raw"), "INPUT-001"),
        (("give", "nobody", "raw"), "INPUT-005"),
        (("take-back", "emr", "raw"), "INPUT-005"),
    ],
)
def test_what_cannot_be_given_is_refused_with_its_code(box: Box, words: tuple[str, ...], code: str) -> None:
    done(box, "add", "emr", "--kind", "mqtt")
    result = said(box, *words)
    assert result.exit_code == 1
    assert code in result.stderr


def test_results_as_fhir_until_said_otherwise(box: Box) -> None:
    added = done(box, "add", "chart", "--kind", "mqtt", "--form", "fhir")
    assert added["form"] == "fhir"
    assert {"name": "chart", "kind": "mqtt", "form": "fhir"} in done(box, "list", "--json")
    again = done(box, "add", "chart", "--kind", "mqtt")
    assert "form" not in again
    ledger = Ledger.of(box)
    assert [row.action for row in audit.latest(ledger, 9)].count("consumer-form") == 2
    ledger.close()
    refused = said(box, "add", "receipt-2", "--kind", "folder", "--form", "fhir")
    assert refused.exit_code == 1
    assert "INPUT-001" in refused.stderr


def test_tokens_of_a_consumer_of_the_api(box: Box) -> None:
    assert done(box, "add", "chart", "--kind", "api") == {"name": "chart", "kind": "api"}
    made, figures = done(box, "token", "chart"), done(box, "token", "--metrics")
    assert made["token"].startswith(f"{made['id']}.")
    listed = done(box, "tokens")
    assert {(one["id"], one["consumer"]) for one in listed} == {(made["id"], "chart"), (figures["id"], None)}
    assert made["token"].partition(".")[2] not in json.dumps(listed)
    assert done(box, "revoke", figures["id"]) == {"id": figures["id"], "revoked": True}
    assert said(box, "revoke", figures["id"]).exit_code == 1
    done(box, "remove", "chart")
    assert done(box, "tokens") == []


@pytest.mark.parametrize("words", [("token",), ("token", "chart", "--metrics"), ("token", "nobody")])
def test_a_token_for_nobody_is_refused(box: Box, words: tuple[str, ...]) -> None:
    assert said(box, *words).exit_code == 1
