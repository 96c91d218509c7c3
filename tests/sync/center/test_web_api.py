"""The link itself: whom it trusts, what it shows, when it gives up, and that a key never touches a disk."""

import os
import ssl
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from appliance import identity
from appliance.demo import center_pki, paths
from appliance.demo.center_client import RunningCenter
from appliance.eligibility.center_reading import Ask
from appliance.eligibility.message_xml import SIZE_LIMIT
from appliance.eligibility.trouble import Trouble
from appliance.identity import ServerFiles
from appliance.ledger.checks import CheckState
from appliance.ledger.times import utc_now
from appliance.sync.center_link import Question
from appliance.sync.clinic_certificate import client_context
from tests.demo.card_evidence import INSTITUTION
from tests.sync.center.clinic import HASTY, Clinic, request_for
from tests.sync.center.scripted import Line, scripted_server


def question() -> Question:
    xml = request_for("p01").replace(
        b"<MessageHeader/>",
        f"<MessageHeader><MedicalInstitutionCode>{INSTITUTION}</MedicalInstitutionCode></MessageHeader>".encode(),
    )
    return Question(os.urandom(16).hex(), Ask.NUMBERS, xml, None)


def trouble_of(ask: Callable[[], object]) -> tuple[str, str]:
    with pytest.raises(Trouble) as caught:
        ask()
    return caught.value.code, caught.value.detail


def code_of(ask: Callable[[], object]) -> str:
    return trouble_of(ask)[0]


def server_files(clinic: Clinic, *names: str) -> ServerFiles:
    """A certificate for `names` by the CA this clinic trusts."""
    folder = paths.center_folder(clinic.center.state_folder)
    ca = identity.authority(folder, "center-ca", "", utc_now())
    return identity.server_files(ca, folder, f"test-{names[0]}", names, utc_now())


def code_against(clinic: Clinic, say: Line, name: str = "localhost") -> tuple[str, str]:
    """The trouble a question meets at a server that says `say`."""
    with scripted_server(server_files(clinic, name), say) as url:
        link = clinic.link(center_url=url, **HASTY)
        return trouble_of(lambda: link.ask(question()))


def test_an_answer_comes_as_received_and_the_connection_is_kept(
    clinic: Clinic, center: RunningCenter
) -> None:
    link = clinic.link()
    link.probe()
    # Only a kept connection lets the one dropped answer be asked for again.
    center.fault("drop", times=1)
    asked = question()
    assert b"<QualificationValidity>1<" in link.ask(asked)
    assert center.counts(asked.check_id) == {"asked": 2, "worked_out": 1, "answered": 1}


def test_a_dropped_answer_on_a_new_connection_is_a_trouble(clinic: Clinic, center: RunningCenter) -> None:
    center.fault("drop", times=1)
    link, asked = clinic.link(), question()
    assert code_of(lambda: link.ask(asked)) == "LINE-003"
    assert center.counts(asked.check_id)["asked"] == 1


def test_a_kept_connection_that_was_closed_is_no_trouble(clinic: Clinic, center: RunningCenter) -> None:
    link = clinic.link()
    link.ask(question())
    center.fault("down")
    center.heal()
    link.ask(question())


def test_several_threads_share_one_link(clinic: Clinic, center: RunningCenter) -> None:
    link = clinic.link()
    asked = [question() for _ in range(12)]
    answers: dict[str, bytes] = {}

    def ask_three(some: list[Question]) -> None:
        for one in some:
            answers[one.check_id] = link.ask(one)

    threads = [threading.Thread(target=ask_three, args=(asked[n : n + 3],)) for n in range(0, 12, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(answers) == {one.check_id for one in asked}
    assert all(b"<QualificationValidity>1<" in xml for xml in answers.values())


def test_the_total_limit_holds_against_a_drip(clinic: Clinic, center: RunningCenter) -> None:
    center.fault("drip", seconds=0.02)
    link = clinic.link(**HASTY)
    assert trouble_of(lambda: link.ask(question())) == ("LINE-002", "total")


def test_the_total_limit_holds_against_dripping_headers(clinic: Clinic) -> None:
    gone = threading.Event()

    def drip(connection: ssl.SSLSocket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while not gone.wait(0.05):
            connection.sendall(b"x")

    try:
        assert code_against(clinic, drip) == ("LINE-002", "total")
    finally:
        gone.set()


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (b"220 this is no web server\r\n\r\n", "CENTER-002"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", "LINE-003"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nha", "LINE-003"),
        (b"", "LINE-003"),
        (b"HTTP/1.1 302 Found\r\nLocation: https://localhost/\r\nContent-Length: 0\r\n\r\n", "CENTER-006"),
        (
            b"HTTP/1.1 200 OK\r\nMadoguchi-Check: another\r\nContent-Length: 0\r\n\r\n",
            "CENTER-002",
        ),
    ],
)
def test_what_no_decent_server_says(clinic: Clinic, said: bytes, code: str) -> None:
    assert code_against(clinic, lambda connection: connection.sendall(said))[0] == code


def test_an_endless_answer_is_not_read_to_its_end(clinic: Clinic) -> None:
    def pour(connection: ssl.SSLSocket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(4 * SIZE_LIMIT // 65536):
            connection.sendall(bytes(65536))

    with scripted_server(server_files(clinic, "localhost"), pour) as url:
        link = clinic.link(center_url=url)
        assert code_of(lambda: link.ask(question())) == "CENTER-002"


def test_another_hosts_certificate_is_not_the_centers(clinic: Clinic) -> None:
    assert code_against(clinic, lambda _: None, "elsewhere.invalid")[0] == "CENTER-001"


def test_a_center_from_another_authority_gets_no_question(clinic: Clinic, center: RunningCenter) -> None:
    center.fault("wrong-certificate")
    asked = question()
    assert code_of(lambda: clinic.link().ask(asked)) == "CENTER-001"
    assert center.counts(asked.check_id)["asked"] == 0


def test_without_an_authority_to_trust_nobody_is_the_center(clinic: Clinic) -> None:
    for path in clinic.box.center_trust_dir.iterdir():
        path.unlink()
    assert code_of(clinic.link().probe) == "CENTER-001"


def test_a_clinic_nobody_knows_is_not_accepted(clinic: Clinic, tmp_path: Path) -> None:
    stranger = identity.authority(tmp_path, "stranger", "stranger", utc_now())
    passphrase = clinic.box.clinic_passphrase.read_text().strip()
    made = center_pki.clinic_pkcs12(clinic.center.state_folder, INSTITUTION, passphrase, utc_now(), stranger)
    clinic.box.clinic_certificate.write_bytes(made)
    assert code_of(clinic.link().probe) == "CENTER-005"


def test_another_clinics_question_is_not_accepted(clinic: Clinic) -> None:
    asked = question()
    foreign = Question(
        asked.check_id, Ask.NUMBERS, asked.xml.replace(INSTITUTION.encode(), b"1310000000"), None
    )
    assert code_of(lambda: clinic.link().ask(foreign)) == "CENTER-005"


def spoil_passphrase(clinic: Clinic) -> None:
    clinic.box.clinic_passphrase.write_text("wrong\n")


def remove_certificate(clinic: Clinic) -> None:
    clinic.box.clinic_certificate.unlink()


def remove_passphrase(clinic: Clinic) -> None:
    clinic.box.clinic_passphrase.unlink()


def spoil_certificate(clinic: Clinic) -> None:
    clinic.box.clinic_certificate.write_bytes(b"\x30\x03\x02\x01\x01")


def leave_the_key_out(clinic: Clinic) -> None:
    passphrase = clinic.box.clinic_passphrase.read_bytes().strip()
    content = clinic.box.clinic_certificate.read_bytes()
    certificate = pkcs12.load_key_and_certificates(content, passphrase)[1]
    clinic.box.clinic_certificate.write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"x", None, certificate, None, BestAvailableEncryption(passphrase)
        )
    )


@pytest.mark.parametrize(
    "spoil",
    [spoil_passphrase, remove_certificate, remove_passphrase, spoil_certificate, leave_the_key_out],
)
def test_a_certificate_that_cannot_be_used_is_said_and_taken_up_once_mended(
    clinic: Clinic, spoil: Callable[[Clinic], None]
) -> None:
    files = (clinic.box.clinic_certificate, clinic.box.clinic_passphrase)
    good = [path.read_bytes() for path in files]
    link = clinic.link()
    link.probe()
    spoil(clinic)
    assert code_of(link.probe) == "BOX-002"
    for path, content in zip(files, good, strict=True):
        path.write_bytes(content)
    link.probe()


@pytest.mark.parametrize(
    "url", ["", "http://localhost:1", "https://", "https://localhost:0", "https://x:y", "localhost"]
)
def test_an_address_that_is_none_is_said(clinic: Clinic, url: str) -> None:
    assert code_of(clinic.link(center_url=url).probe) == "BOX-007"


def test_a_name_nobody_knows_and_a_closed_link_are_no_connection(clinic: Clinic) -> None:
    assert code_of(clinic.link(center_url="https://center.invalid").probe) == "LINE-001"
    link = clinic.link()
    link.close()
    assert code_of(link.probe) == "LINE-001"


def test_the_key_is_never_on_a_disk_nor_left_open(clinic: Clinic) -> None:
    before = clinic.box.clinic_certificate.stat()
    clinic.start_asker()
    check_id = clinic.by_numbers()
    clinic.until_state(CheckState.ANSWERED, check_id)
    passphrase = clinic.box.clinic_passphrase.read_bytes().strip()
    key, _, _ = pkcs12.load_key_and_certificates(clinic.box.clinic_certificate.read_bytes(), passphrase)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    secret = key.private_numbers().private_value.to_bytes(32, "big")
    for path in (path for path in clinic.box.root.rglob("*") if path.is_file()):
        content = path.read_bytes()
        assert b"PRIVATE KEY" not in content, path.name
        assert secret not in content, path.name
    after = clinic.box.clinic_certificate.stat()
    assert (before.st_mtime_ns, before.st_ino) == (after.st_mtime_ns, after.st_ino)
    assert not [name for name in map(_target, Path("/proc/self/fd").iterdir()) if "memfd:clinic" in name]


def _target(link: Path) -> str:
    try:
        return str(link.readlink())
    except OSError:
        return ""


def test_old_tls_is_not_spoken(clinic: Clinic) -> None:
    context = client_context(clinic.box)
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
