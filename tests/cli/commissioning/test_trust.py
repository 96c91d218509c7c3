"""Whom a box is to believe, by stick: CAs of the center and of cards; everything else in those folders is refused by name."""

import os
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from appliance.cli.commissioning.trust import anchors_on
from appliance.demo import center_pki
from appliance.demo.card_ca import trust_anchors
from appliance.eligibility.trouble import Trouble
from appliance.identity import LOOPBACK, authority, server_files
from appliance.ledger import accounts, audit
from appliance.ledger.accounts import Role
from appliance.ledger.database import Ledger
from appliance.ledger.times import utc_now
from appliance.settings import Box
from tests.cli.commissioning.test_commission_command import applied, result_on
from tests.cli.commissioning.test_plan import WHOLE


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a CA, `ca.pem`, and a certificate of a server, `server.pem`."""
    folder = tmp_path_factory.mktemp("made")
    ca = authority(folder, "ca", "A CA for tests", utc_now())
    server_files(ca, folder, "server", LOOPBACK, utc_now())
    return folder


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    for kind in ("center", "card", "clinic"):
        (folder / "trust" / kind).mkdir(parents=True)
    (folder / "madoguchi.toml").write_text(WHOLE, "utf-8")
    return folder


def refusal(stick: Path) -> str:
    with pytest.raises(Trouble) as refused:
        anchors_on(stick)
    return f"{refused.value.code} {refused.value.detail}"


def test_cas_of_a_stick_are_believed_once_and_told_with_their_fingerprints(
    box_dir: Path, stick: Path, made: Path
) -> None:
    center = made / "ca.pem"
    (stick / "trust/center/center.pem").write_bytes(center.read_bytes())
    for name, pem in trust_anchors(box_dir / "cards", utc_now()).items():
        (stick / "trust/card" / name).write_bytes(pem)
    assert applied(box_dir, stick).exit_code == 0
    box = Box(box_dir / "state")
    (path,) = box.center_trust_dir.glob("*.pem")
    assert path.read_bytes() == center.read_bytes()
    assert len(list(box.card_trust_dir.glob("*.pem"))) == len(list((stick / "trust/card").iterdir()))
    assert "trust/center/center.pem was added" in result_on(stick)
    ledger = Ledger.of(box)
    noted = [one.detail for one in audit.latest(ledger, 20) if one.action == "trust-taken"]
    ledger.close()
    assert len(noted) == 1 + len(list(box.card_trust_dir.glob("*.pem")))
    assert all(one in result_on(stick) for one in noted)
    applied(box_dir, stick)
    assert "trust/center/center.pem was added" not in result_on(stick)


def test_der_several_in_one_file_and_what_other_systems_leave_behind(stick: Path, made: Path) -> None:
    pem = (made / "ca.pem").read_bytes()
    der = x509.load_pem_x509_certificate(pem).public_bytes(Encoding.DER)
    (stick / "trust/center/ca.CER").write_bytes(der)
    (stick / "trust/card/two.crt").write_bytes(pem + pem)
    (stick / "trust/card/._two.crt").write_bytes(b"rubbish")
    (stick / "trust/card/readme.txt").write_bytes(b"rubbish")
    assert [one.place for one in anchors_on(stick)] == ["trust/center/ca.CER"] + ["trust/card/two.crt"] * 2


@pytest.mark.parametrize("kind", ["rubbish", "empty", "server", "key", "huge", "link", "pipe", "many"])
def test_what_is_no_ca_is_refused_by_name(stick: Path, made: Path, kind: str) -> None:
    path, where = stick / "trust/card/x.pem", "trust/card/x.pem"
    match kind:
        case "rubbish":
            path.write_bytes(b"-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----\n")
        case "empty":
            path.touch()
        case "server" | "key":
            path.write_bytes((made / ("server.pem" if kind == "server" else "ca.key")).read_bytes())
        case "huge":
            path.touch()
            os.truncate(path, 10 * 2**30)
        case "link":
            path.symlink_to(made / "ca.pem")
        case "pipe":
            os.mkfifo(path)
        case "many":
            where = "trust/card"
            for number in range(51):
                (path.parent / f"{number}.pem").touch()
    assert refusal(stick).startswith(f"SETUP-001 {where}")


def test_a_folder_that_leads_elsewhere_is_not_followed(stick: Path, made: Path) -> None:
    (stick / "trust/center").rmdir()
    (stick / "trust/center").symlink_to(made)
    assert refusal(stick).startswith("SETUP-001 trust/center")


def test_one_that_is_none_leaves_no_half_box(box_dir: Path, stick: Path, made: Path) -> None:
    (stick / "trust/card/good.pem").write_bytes((made / "ca.pem").read_bytes())
    (stick / "trust/center/x.pem").write_bytes((made / "server.pem").read_bytes())
    assert applied(box_dir, stick).exit_code == 1
    assert "認証局の証明書ではありません" in result_on(stick)
    assert not Box(box_dir / "state").settings_file.exists()


def test_a_box_with_an_administrator_believes_nobody_more_by_stick(
    box_dir: Path, stick: Path, made: Path
) -> None:
    applied(box_dir, stick)
    box = Box(box_dir / "state")
    ledger = Ledger.of(box)
    accounts.add(ledger, "kanri", Role.ADMINISTRATOR, "a long enough password", utc_now())
    ledger.close()
    (stick / "trust/center/evil.pem").write_bytes((made / "ca.pem").read_bytes())
    (stick / "madoguchi.toml").write_text('[network]\nname = "x"', "utf-8")
    assert applied(box_dir, stick).exit_code == 0
    assert list(box.center_trust_dir.glob("*.pem")) == []
    assert "「準備と管理」" in result_on(stick)


def test_a_center_with_another_name_bears_it(tmp_path: Path) -> None:
    files = center_pki.center_files(tmp_path, utc_now(), (*LOOPBACK, "10.0.2.2"))
    certificate = x509.load_pem_x509_certificate(files.right.certificate.read_bytes())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert "10.0.2.2" in [str(one) for one in names.get_values_for_type(x509.IPAddress)]
