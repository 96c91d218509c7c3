"""`madoguchi tls`: the fingerprint to compare, the clinic's own certificate, a new CA."""

import hashlib
import json
import os
import ssl
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from appliance.cli.main import cli
from appliance.identity.box import WEB, files_of
from appliance.ledger.new_box import prepare
from appliance.ledger.times import utc_now
from appliance.settings import Box, Settings
from tests.clinic_server import NAME, PHRASE, bought


@pytest.fixture
def box(tmp_path: Path) -> Box:
    found = Box(tmp_path / "state")
    settings = Settings("1319999999", tls_names=("uketsuke.lan",))
    prepare(found, settings).close()
    files_of(found, settings, WEB, utc_now())
    return found


def run(box: Box, *words: str, given: str = "") -> Result:
    return CliRunner().invoke(cli, ["--state", str(box.root), "tls", *words], input=given)


def digest(box: Box) -> str:
    pem = (box.tls_dir / "ca.pem").read_text("ascii")
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest()


def test_it_shows_what_a_pcs_fingerprint_is_compared_with(box: Box) -> None:
    found = json.loads(run(box, "show", "--json").stdout)
    assert found["ca"]["sha256"] == digest(box)
    assert "uketsuke.lan" in found["servers"]["web"]["names"]
    assert (found["names_left_out"], found["clinic"]) == ([], None)
    assert digest(box).upper() in run(box, "show").stdout.replace(" ", "")
    assert run(box, "show", "--pem").stdout == (box.tls_dir / "ca.pem").read_text("ascii")


def test_the_clinics_own_is_taken_in_and_removed(box: Box, tmp_path: Path) -> None:
    one = bought(utc_now())
    chain, key, p12 = tmp_path / "chain.pem", tmp_path / "key.pem", tmp_path / "web.p12"
    chain.write_bytes(one.own_pem + one.issuer_pem)
    key.write_bytes(one.key_pem)
    p12.write_bytes(one.p12)
    assert json.loads(run(box, "import", str(chain), str(key), "--no-passphrase").stdout)["names"] == [NAME]
    taken = run(box, "import", str(p12), "--passphrase-stdin", given=f"{PHRASE}\n")
    assert json.loads(taken.stdout)["is_valid"] is True
    assert NAME in run(box, "show").stdout
    assert run(box, "remove").exit_code == 0
    for words, code in ((("remove",), "INPUT-004"), (("import", str(chain), "--no-passphrase"), "TLS-002")):
        refused = run(box, *words)
        assert refused.exit_code == 1
        assert code in refused.stderr


def test_a_new_ca_is_made_only_by_who_means_it(box: Box) -> None:
    before = digest(box)
    assert run(box, "new-ca", given="n\n").exit_code == 1
    assert digest(box) == before
    made = json.loads(run(box, "new-ca", "--yes").stdout)
    assert made["ca"]["sha256"] == digest(box) != before


def test_what_a_command_makes_in_a_shared_folder_web_can_go_on_with(box: Box) -> None:
    for path in (box.root, box.tls_dir):
        path.chmod(0o2770)
    for path in box.tls_dir.iterdir():
        path.unlink()
    before = os.umask(0o022)
    try:
        assert run(box, "show").exit_code == 0
    finally:
        os.umask(before)
    assert {path.stat().st_mode & 0o777 for path in box.tls_dir.iterdir()} == {0o660}
