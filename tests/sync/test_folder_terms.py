"""What a folder may want of its own: ZIPs with a password, an encoding, and its results cleared away."""

import io
import logging
import os
from collections.abc import Callable
from datetime import UTC, timedelta
from pathlib import Path

import pytest
import pyzipper

from appliance.eligibility.message_xml import SIZE_LIMIT, Encoding, read_result
from appliance.eligibility.request_families import FOLDER_FAMILIES, Family
from appliance.ledger import checks, deliveries, results
from appliance.ledger.checks import CheckState, NewCheck, Origin
from appliance.ledger.deliveries import DeliveryState
from appliance.ledger.times import utc_now
from appliance.sync import folder_zip
from appliance.sync.folder_stale import StaleResults
from tests.sync.family_requests import sample
from tests.sync.folders import CONSUMER, NINE, SharedFolder, request_xml
from tests.sync.station import INSTITUTION, answer_check, answer_open_check, result_xml

SECRET = "見本 secret"
HOURS = timedelta(hours=1)


@pytest.fixture
def secret_file(tmp_path: Path) -> Path:
    path = tmp_path / "zip.pass"
    path.write_text(f"{SECRET}\n")
    path.chmod(0o600)
    return path


@pytest.fixture
def encrypted(shared: SharedFolder, secret_file: Path) -> SharedFolder:
    shared.serve(zip_password_file=secret_file)
    return shared


def sealed(data: bytes, secret: str = SECRET) -> bytes:
    return folder_zip.sealed(data, "OQSsiquc01req_1.xml", secret.encode())


def opened(path: Path) -> tuple[str, bytes]:
    """The one file in a ZIP that is encrypted with AES-256."""
    with pyzipper.AESZipFile(path) as archive:
        (entry,) = archive.infolist()
        assert (entry.flag_bits & 1, entry.wz_aes_strength) == (1, 3)
        return entry.filename, archive.read(entry, pwd=SECRET.encode())


def test_zips_both_ways(encrypted: SharedFolder) -> None:
    """FO-022."""
    encrypted.drop("OQSsiquc01req_1.ZIP", sealed(request_xml()))
    encrypted.drop("OQSsiquc01req_2.xml", request_xml())
    encrypted.look(0, 1)
    assert [check.request_xml for check in encrypted.checks()] == [request_xml()] * 2
    answer_open_check(encrypted.ledger)
    answer_open_check(encrypted.ledger)
    answer_check(encrypted.ledger)
    encrypted.results.hand_over(utc_now())
    assert encrypted.names("res") == ["OQSsiquc01res_1.zip", "OQSsiquc01res_2.zip"]
    assert opened(encrypted.root / "res" / "OQSsiquc01res_1.zip") == ("OQSsiquc01res_1.xml", result_xml())
    (face,) = encrypted.names("face")
    assert opened(encrypted.root / "face" / face) == (face.replace(".zip", ".xml"), result_xml())


def test_the_wrong_password_comes_back(encrypted: SharedFolder) -> None:
    """FO-022."""
    encrypted.drop("OQSsiquc01req_1.zip", sealed(request_xml(), "another"))
    encrypted.look(0, 1)
    assert encrypted.error("OQSsiquc01req_1.err").startswith("コード: FOLDER-004\r\n")
    assert encrypted.names("res") == ["OQSsiquc01req_1.err", "OQSsiquc01req_1.zip"]
    assert encrypted.checks() == ()


def two_files() -> bytes:
    target = io.BytesIO()
    with pyzipper.ZipFile(target, "w") as archive:
        archive.writestr("a.xml", b"1")
        archive.writestr("b.xml", b"2")
    return target.getvalue()


def bomb() -> bytes:
    return sealed(b"<XmlMsg>" + bytes(2 * SIZE_LIMIT))


@pytest.mark.parametrize(
    "make", [two_files, bomb, lambda: sealed(request_xml())[:-30], lambda: b"PK\x03\x04"]
)
def test_what_is_no_zip_of_one_message_comes_back_in_the_end(
    encrypted: SharedFolder, make: Callable[[], bytes]
) -> None:
    """FO-012, FO-016, FO-022."""
    encrypted.drop("OQSsiquc01req_1.zip", make())
    encrypted.look(0, 1, 4.9)
    assert encrypted.names("res") == []
    encrypted.look(5)
    assert encrypted.error("OQSsiquc01req_1.err").startswith("コード: INPUT-002\r\n")


def test_a_changed_byte_is_noticed(encrypted: SharedFolder) -> None:
    data = bytearray(sealed(request_xml()))
    data[120] ^= 1
    encrypted.drop("OQSsiquc01req_1.zip", bytes(data))
    encrypted.look(0, 5, 11)
    assert encrypted.checks() == ()
    assert "OQSsiquc01req_1.zip" in encrypted.names("res")


def test_without_a_password_only_encrypted_zips_come_back(shared: SharedFolder) -> None:
    """FO-022."""
    plain = io.BytesIO()
    with pyzipper.ZipFile(plain, "w") as archive:
        archive.writestr("any.xml", request_xml())
    shared.drop("OQSsiquc01req_1.zip", plain.getvalue())
    shared.drop("OQSsiquc01req_2.zip", sealed(request_xml()))
    shared.look(0, 1)
    assert len(shared.checks()) == 1
    assert shared.error("OQSsiquc01req_2.err").startswith("コード: FOLDER-005\r\n")


@pytest.mark.parametrize(
    "spoil", [lambda p: p.chmod(0o644), lambda p: p.unlink(), lambda p: p.write_text(" \n")]
)
def test_results_wait_rather_than_lie_there_unencrypted(
    encrypted: SharedFolder, secret_file: Path, spoil: Callable[[Path], None]
) -> None:
    spoil(secret_file)
    check_id = answer_check(encrypted.ledger)
    encrypted.results.hand_over(utc_now())
    (delivery,) = deliveries.of_check(encrypted.ledger, check_id)
    assert (delivery.state, delivery.trouble_code) == (DeliveryState.PENDING, "FOLDER-005")
    assert encrypted.names("face") == []


def test_a_folder_gets_its_encoding_and_the_header_agrees(
    shared: SharedFolder, caplog: pytest.LogCaptureFixture
) -> None:
    """FO-023."""
    shared.serve(encoding=Encoding.SHIFT_JIS)
    answer_check(shared.ledger, xml=result_xml(name="見本　𠮷子〜"))
    with caplog.at_level(logging.INFO):
        shared.results.hand_over(utc_now())
    (name,) = shared.names("face")
    text = (shared.root / "face" / name).read_bytes().decode("cp932")
    assert text.startswith('<?xml version="1.0" encoding="Shift_JIS"')
    assert "<CharacterCodeIdentifier>1</CharacterCodeIdentifier>" in text
    assert "<Name>見本　●子～</Name>" in text
    assert "1 characters became ●: Name" in caplog.text
    assert "見本" not in caplog.text
    assert "𠮷" not in caplog.text


def test_what_is_in_that_encoding_already_stays_byte_for_byte(shared: SharedFolder) -> None:
    """FO-004, FO-023."""
    shared.serve(encoding=Encoding.UTF_8)
    odd = result_xml().replace(b"  <", b"\t<")
    answer_check(shared.ledger, xml=odd)
    shared.results.hand_over(utc_now())
    (name,) = shared.names("face")
    assert (shared.root / "face" / name).read_bytes() == odd


def test_from_shift_jis_to_utf_8(shared: SharedFolder) -> None:
    """FO-023."""
    shared.serve(encoding=Encoding.UTF_8)
    japanese = result_xml().decode().replace("UTF-8", "Shift_JIS").encode("cp932")
    answer_check(shared.ledger, xml=japanese)
    shared.results.hand_over(utc_now())
    (name,) = shared.names("face")
    data = (shared.root / "face" / name).read_bytes()
    assert read_result(data) == read_result(result_xml())
    assert "見本　花子" in data.decode("utf-8")


def test_a_pdf_of_the_center_is_handed_on(shared: SharedFolder) -> None:
    """FO-024."""
    shared.serve(encoding=Encoding.SHIFT_JIS)
    data = sample(Family.DRUGS).replace(b"1319999999", INSTITUTION.encode())
    shared.drop("YZKsiquc01req_1.xml", data)
    shared.look(0, 1)
    answer_open_check(shared.ledger, xml=b"%PDF-1.7 made up")
    shared.results.hand_over(utc_now())
    assert (shared.root / "res" / "YZKsiquc01res_1.pdf").read_bytes() == b"%PDF-1.7 made up"


@pytest.mark.parametrize("name", ["EPSsiPIR01req_1.xml", "OQSsihvd01req_1.xml", "OQSmuquc03req_1.zip"])
def test_a_family_that_the_box_does_not_serve_comes_back(shared: SharedFolder, name: str) -> None:
    """FO-016."""
    shared.drop(name, request_xml())
    shared.look(0, 1)
    assert shared.error(f"{name[:-4]}.err").startswith("コード: FOLDER-003\r\n")
    assert name in shared.names("res")


@pytest.mark.parametrize("family", sorted(FOLDER_FAMILIES - {Family.SINGLE}))
def test_a_request_that_lacks_what_its_family_needs_comes_back(shared: SharedFolder, family: Family) -> None:
    """FO-016, FO-020."""
    head = f"<MessageHeader><MedicalInstitutionCode>{INSTITUTION}</MedicalInstitutionCode></MessageHeader>"
    shared.drop(f"{family}req_1.xml", f"<XmlMsg>{head}<MessageBody/></XmlMsg>".encode())
    shared.look(0, 1)
    assert shared.error(f"{family}req_1.err").startswith("コード: INPUT-003\r\n")
    assert shared.checks() == ()


def test_a_request_withdrawn_at_reception_comes_back(shared: SharedFolder) -> None:
    """FO-025."""
    shared.drop("OQSsiquc01req_1.xml", request_xml())
    shared.look(0, 1)
    (check,) = shared.checks()
    assert results.withdraw(shared.ledger, check.id, NINE)
    shared.results.hand_over(utc_now())
    assert shared.error("OQSsiquc01req_1.err").startswith("コード: FOLDER-006\r\n")
    assert (shared.root / "res" / "OQSsiquc01req_1.xml").read_bytes() == request_xml()
    assert shared.checks()[0].state is CheckState.WITHDRAWN


def test_a_check_withdrawn_that_no_folder_asked_owes_nothing(shared: SharedFolder) -> None:
    new = NewCheck(
        origin=Origin.MANUAL, institution_code=INSTITUTION, request_xml=request_xml(), asked_by=CONSUMER
    )
    check_id = checks.open_check(shared.ledger, new, NINE)
    assert results.withdraw(shared.ledger, check_id, NINE)
    assert deliveries.of_check(shared.ledger, check_id) == ()


class Lying:
    """A folder in whose face/ one result lies, as old by ledger and file as the test says."""

    def __init__(self, shared: SharedFolder) -> None:
        self.shared = shared
        shared.serve(stay=timedelta(hours=24))
        answer_check(shared.ledger)
        self.now = utc_now()
        shared.results.hand_over(self.now)
        (name,) = shared.names("face")
        self.path = shared.root / "face" / name
        self.sweeper = StaleResults(shared.folder, shared.ledger, self.now, 0.0)

    def age_file(self, hours: float) -> None:
        """Say of the file that it is so old; the ledger knows it as the same file."""
        moment = (self.now - timedelta(hours=hours)).timestamp()
        before = f'"mtime_ns": {self.path.stat().st_mtime_ns}'
        os.utime(self.path, (moment, moment))
        after = f'"mtime_ns": {self.path.stat().st_mtime_ns}'
        with self.shared.ledger.write() as db:
            db.execute("UPDATE deliveries SET placed = replace(placed, ?, ?)", [before, after])

    def sweep(self, hours: float, running_hours: float | None = None) -> int:
        """Sweep so many hours later."""
        running = hours if running_hours is None else running_hours
        return self.sweeper.sweep(self.now + hours * HOURS, running * 3600)


@pytest.fixture
def lying(shared: SharedFolder) -> Lying:
    return Lying(shared)


def test_a_result_that_nobody_takes_is_removed_after_its_time(
    lying: Lying, caplog: pytest.LogCaptureFixture
) -> None:
    """FO-026."""
    assert lying.sweep(23.9) == 0
    assert lying.path.exists()
    with caplog.at_level(logging.INFO):
        assert lying.sweep(24.1) == 1
    assert not lying.path.exists()
    assert f"folder {CONSUMER}: 1 results that nobody took are removed" in caplog.text
    assert lying.sweep(30) == 0


def test_files_of_others_and_files_changed_since_stay(lying: Lying) -> None:
    """FO-026."""
    other = lying.path.with_name("OQSsiquc01res_face_9999999999_20260101000000.xml")
    other.write_bytes(b"somebody else's")
    os.utime(other, (0, 0))
    lying.path.unlink()
    lying.path.write_bytes(result_xml())
    os.utime(lying.path, (0, 0))
    assert lying.sweep(100) == 0
    assert other.exists()
    assert lying.path.exists()
    assert lying.sweep(200) == 0, "and is not looked at again"


def test_a_result_that_was_taken_is_forgotten(lying: Lying) -> None:
    lying.path.unlink()
    assert lying.sweep(25) == 0
    lying.path.write_bytes(result_xml())
    assert lying.sweep(26) == 0
    assert lying.path.exists()


def test_a_file_younger_than_the_ledger_says_stays(lying: Lying) -> None:
    """FO-026."""
    lying.age_file(-24)
    assert lying.sweep(25) == 0
    assert lying.path.exists()
    assert lying.sweep(49) == 1


def test_a_ledger_younger_than_the_file_says_counts_too(lying: Lying) -> None:
    """FO-026."""
    lying.age_file(1000)
    assert lying.sweep(1) == 0
    assert lying.path.exists()


@pytest.mark.parametrize("jump", [24 * 365, -24 * 365])
def test_when_the_clock_jumps_ages_count_anew(lying: Lying, jump: float) -> None:
    """FO-026."""
    assert lying.sweep(jump + 1, running_hours=1) == 0
    assert lying.sweep(jump + 24, running_hours=24) == 0
    assert lying.path.exists()
    assert lying.sweep(jump + 25.1, running_hours=25.1) == (1 if jump > 0 else 0)


@pytest.mark.parametrize(("hours", "removed"), [(23, 1), (25, 0), (24 * 365, 0), (-1, 0)])
def test_a_process_that_starts_trusts_no_clock_a_whole_stay_away(
    lying: Lying, hours: float, removed: int
) -> None:
    """FO-026."""
    start = lying.now + hours * HOURS
    sweeper = StaleResults(lying.shared.folder, lying.shared.ledger, start, 0.0)
    assert sweeper.sweep(start + 2 * HOURS, 2 * 3600.0) == removed
    assert lying.path.exists() is not bool(removed)
    assert sweeper.sweep(start + 25 * HOURS, 25 * 3600.0) == (1 if hours > 0 else 0) - removed


def test_zero_means_for_ever(lying: Lying) -> None:
    lying.shared.serve(stay=None)
    sweeper = StaleResults(lying.shared.folder, lying.shared.ledger, lying.now, 0.0)
    assert sweeper.sweep(lying.now + 10_000 * HOURS, 10_000 * 3600.0) == 0
    assert lying.path.exists()


def test_a_repeat_under_the_same_name_is_the_newer_file(shared: SharedFolder) -> None:
    """FO-026."""
    shared.serve(stay=timedelta(hours=24))
    moments = []
    for hours in (0, 20):
        shared.drop("OQSsiquc01req_1.xml", request_xml(number=str(hours)))
        shared.look(hours * 3600, hours * 3600 + 1)
        answer_open_check(shared.ledger)
        moments.append(utc_now() + hours * HOURS)
        shared.results.hand_over(moments[-1])
    (path,) = (shared.root / "res").iterdir()
    sweeper = StaleResults(shared.folder, shared.ledger, moments[0], 0.0)
    assert sweeper.sweep(moments[0] + 25 * HOURS, 25 * 3600.0) == 0
    assert path.exists(), "the first file is gone, this one is the second's"
    assert moments[0].tzinfo is UTC
