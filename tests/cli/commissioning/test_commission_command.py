"""A stick put to use by the command that the box runs for it."""

import os
import re
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from appliance.cli.main import cli
from appliance.demo import center_pki
from appliance.ledger import accounts, audit, consumers, first_start, folder_shares, shown_code
from appliance.ledger.accounts import Role
from appliance.ledger.database import Ledger
from appliance.ledger.times import utc_now
from appliance.settings import Box
from appliance.share_place import PLACE_VARIABLE
from tests.cli.commissioning.test_plan import WHOLE


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    (folder / "madoguchi.toml").write_text(WHOLE, "utf-8")
    return folder


def applied(box_dir: Path, stick: Path) -> Result:
    arguments = [
        "commission",
        "apply",
        str(stick),
        "--site",
        str(box_dir / "site"),
        "--state",
        str(box_dir / "state"),
    ]
    return CliRunner().invoke(cli, arguments)


def result_on(stick: Path) -> str:
    return (stick / "madoguchi-result.txt").read_text("utf-8-sig")


def test_a_new_box_is_made_and_a_second_time_changes_nothing(box_dir: Path, stick: Path) -> None:
    assert applied(box_dir, stick).exit_code == 0
    box = Box(box_dir / "state")
    settings = box.load()
    assert (settings.institution_code, settings.clinic_name, settings.center_url) == (
        "1319999999",
        "みどりクリニック",
        "https://center.example",
    )
    assert (box_dir / "site/hostname").read_text("ascii") == "uketsuke-1\n"
    assert "受付の設定を作りました" in result_on(stick)
    before = box.settings_file.read_text("utf-8")
    assert applied(box_dir, stick).exit_code == 0
    assert tomllib.loads(box.settings_file.read_text("utf-8")) == tomllib.loads(before)
    ledger = Ledger.of(box)
    names = sorted(one.name for one in consumers.all_consumers(ledger))
    ledger.close()
    assert names == ["denshi-karte", "receipt-folder"]


def test_a_setting_that_cannot_be_leaves_no_half_box(box_dir: Path, stick: Path) -> None:
    (stick / "madoguchi.toml").write_text(WHOLE.replace("center_url", "center_uri"), "utf-8")
    done = applied(box_dir, stick)
    assert done.exit_code == 1
    assert "SETUP-001" in result_on(stick)
    assert "settings.center_uri" in result_on(stick)
    assert not Box(box_dir / "state").settings_file.exists()


def test_another_clinics_stick_is_refused(box_dir: Path, stick: Path) -> None:
    applied(box_dir, stick)
    (stick / "madoguchi.toml").write_text(
        '[clinic]\ninstitution_code = "1318888888"\n[network]\nname = "x"', "utf-8"
    )
    assert applied(box_dir, stick).exit_code == 1
    assert "SETUP-003" in result_on(stick)
    assert (box_dir / "site/hostname").read_text("ascii") == "uketsuke-1\n"


def test_the_network_alone_before_the_clinic_is_known(box_dir: Path, stick: Path) -> None:
    (stick / "madoguchi.toml").write_text('[network]\nname = "x"', "utf-8")
    assert applied(box_dir, stick).exit_code == 0
    assert (box_dir / "site/hostname").read_text("ascii") == "x\n"
    assert "画面で行ってください" in result_on(stick)


def test_who_keeps_the_clock_may_read_its_servers_whatever_the_mask_of_the_stick(
    box_dir: Path, stick: Path
) -> None:
    (stick / "madoguchi.toml").write_text('[time]\nservers = ["ntp.example"]', "utf-8")
    before = os.umask(0o007)
    try:
        assert applied(box_dir, stick).exit_code == 0
    finally:
        os.umask(before)
    assert (box_dir / "site/chrony/site.sources").stat().st_mode & 0o777 == 0o644


def test_a_certificate_comes_with_its_pass_phrase_or_waits_for_the_page(box_dir: Path, stick: Path) -> None:
    content = center_pki.clinic_pkcs12(box_dir, "1319999999", "secret phrase", utc_now())
    (stick / "clinic.p12").write_bytes(content)
    applied(box_dir, stick)
    box = Box(box_dir / "state")
    assert not box.clinic_certificate.exists()
    assert "「電子証明書」の画面" in result_on(stick)
    (stick / "clinic.pass").write_bytes(b"secret phrase\r\n")
    applied(box_dir, stick)
    assert (box.clinic_certificate.read_bytes(), box.clinic_passphrase.stat().st_mode & 0o777) == (
        content,
        0o600,
    )
    assert "secret" not in result_on(stick)


def test_a_wrong_pass_phrase_leaves_no_half_box(box_dir: Path, stick: Path) -> None:
    content = center_pki.clinic_pkcs12(box_dir, "1319999999", "secret phrase", utc_now())
    (stick / "clinic.p12").write_bytes(content)
    (stick / "clinic.pass").write_bytes(b"another phrase")
    assert applied(box_dir, stick).exit_code == 1
    assert ("CERT-002" in result_on(stick), "another phrase" in result_on(stick)) == (True, False)
    assert "Nothing was changed." in result_on(stick)
    assert not Box(box_dir / "state").settings_file.exists()
    assert not (box_dir / "site/network").exists()


def test_the_stick_carries_the_code_that_makes_the_first_administrator(box_dir: Path, stick: Path) -> None:
    done = applied(box_dir, stick)
    box = Box(box_dir / "state")
    code = shown_code.shown(box)
    assert code not in done.output + done.stderr
    assert f"セットアップコード {code} " in result_on(stick)
    assert f"the set-up code {code} " in result_on(stick)
    assert (box_dir / "site/madoguchi-result.txt").read_bytes() == (
        stick / "madoguchi-result.txt"
    ).read_bytes()
    ledger = Ledger.of(box)
    first_start.begin(ledger, code, "kanri", "Mado-no-17-soto", utc_now())
    ledger.close()


def test_a_stick_changes_no_more_than_the_network_of_a_box_with_an_administrator(
    box_dir: Path, stick: Path
) -> None:
    applied(box_dir, stick)
    box = Box(box_dir / "state")
    ledger = Ledger.of(box)
    accounts.add(ledger, "kanri", Role.ADMINISTRATOR, "a long enough password", utc_now())
    evil = (
        WHOLE.replace("center.example", "evil.example")
        .replace("denshi-karte", "thief")
        .replace("uketsuke-1", "x")
    )
    (stick / "madoguchi.toml").write_text(evil, "utf-8")
    before = box.settings_file.read_bytes()
    assert applied(box_dir, stick).exit_code == 0
    assert box.settings_file.read_bytes() == before
    assert "thief" not in {one.name for one in consumers.all_consumers(ledger)}
    assert (box_dir / "site/hostname").read_text("ascii") == "x\n"
    assert "「準備と管理」" in result_on(stick)
    assert "セットアップコード" not in result_on(stick)
    assert audit.latest(ledger, 1)[0].action == "site-network"
    ledger.close()


def test_the_name_that_windows_makes_of_it_is_told(box_dir: Path, stick: Path) -> None:
    (stick / "madoguchi.toml").rename(stick / "madoguchi.toml.txt")
    assert applied(box_dir, stick).exit_code == 1
    assert "SETUP-002" in result_on(stick)
    assert "madoguchi.toml.txt → madoguchi.toml" in result_on(stick)


def test_any_stick_shows_the_code_of_a_box_that_nobody_can_sign_in_to(box_dir: Path, stick: Path) -> None:
    box = Box(box_dir / "state")
    box.create()
    shown_code.show(box, "2345-6789-ABCD")
    (stick / "madoguchi.toml").write_text('[network]\nname = "x"', "utf-8")
    done = applied(box_dir, stick)
    assert (done.exit_code, "2345-6789-ABCD" in result_on(stick)) == (0, True)
    (stick / "madoguchi.toml").unlink()
    refused = applied(box_dir, stick)
    assert (refused.exit_code, "SETUP-002" in result_on(stick)) == (1, True)
    assert "the set-up code 2345-6789-ABCD" in result_on(stick)
    assert "2345-6789-ABCD" not in done.output + refused.output + refused.stderr


def test_the_password_of_a_shared_folder_is_on_the_stick_alone_and_stays_the_same(
    box_dir: Path, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = WHOLE.replace('kind = "mqtt"', 'kind = "folder"\nshared = true')
    (stick / "madoguchi.toml").write_text(plan, "utf-8")
    said = applied(box_dir, stick)
    assert "ファイルサーバーがない" in result_on(stick)
    monkeypatch.setenv(PLACE_VARIABLE, str(box_dir / "share"))
    said = applied(box_dir, stick)
    assert said.exit_code == 0, said.output
    found = re.search("共有のパスワード: ([0-9A-Z-]{24})", result_on(stick))
    assert found is not None
    ledger = Ledger.of(Box(box_dir / "state"))
    share = folder_shares.current(ledger)
    assert share is not None
    assert share.nt_hash == folder_shares.nt_hash(found[1])
    assert (share.consumer, share.made_by) == ("denshi-karte", "CONFIG")
    on_the_box = (box_dir / "site" / "madoguchi-result.txt").read_text("utf-8-sig")
    assert "madoguchi-share" in on_the_box
    assert found[1] not in on_the_box + said.output
    assert applied(box_dir, stick).exit_code == 0
    assert folder_shares.current(ledger) == share
    ledger.close()
    assert "すでに共有しています" in result_on(stick)
