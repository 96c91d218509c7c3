"""Taking a certificate in, keeping its key, showing it to the center, and the way back when the center refuses it."""

import logging
import os
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)

from appliance import identity
from appliance.certificate_hatch import NewCertificate, hand_over
from appliance.demo import center_pki
from appliance.demo.center_client import RunningCenter
from appliance.eligibility.certificate import TRY_AGAIN, HeldCertificate, Place, SafeKind
from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit, certificates
from appliance.ledger.checks import CheckState
from appliance.ledger.conditions import LinkState
from appliance.ledger.times import utc_now
from appliance.sync.asker import Asker
from appliance.sync.certificates.key_safe import FileSafe, safe_of
from appliance.sync.certificates.lane import CertificateLane
from appliance.sync.certificates.presenting import StorePresenter
from appliance.sync.certificates.store import OFFER_LASTS, CertificateStore
from appliance.sync.web_api import WebApi
from tests.demo.card_evidence import INSTITUTION
from tests.sync.center.clinic import Clinic, request_for
from tests.sync.center.test_web_api import code_of, question

PHRASE = "correct horse battery"
DENTAL = "1330000009"


class House:
    """A clinic with a store; `shift` moves its clock."""

    def __init__(self, clinic: Clinic) -> None:
        self.clinic = clinic
        self.shift = timedelta()
        self.store = CertificateStore(
            clinic.box, clinic.ledger, safe_of(clinic.box), (INSTITUTION, DENTAL), self.now
        )
        self.presenter = StorePresenter(clinic.box, clinic.ledger, self.store, self.now)
        self._links: list[WebApi] = []

    def now(self) -> datetime:
        return utc_now() + self.shift

    def file(self, code: str = INSTITUTION, authority: identity.Authority | None = None) -> bytes:
        """A PKCS#12 file by the demo's clinic CA."""
        state = self.clinic.center.state_folder
        return center_pki.clinic_pkcs12(state, code, PHRASE, utc_now(), authority)

    def used(self, content: bytes) -> HeldCertificate:
        """Import and activate."""
        offered = self.store.offer(content, PHRASE, "hoshu")
        certificates.accept(self.clinic.ledger, offered.fingerprint)
        return certificates.activate(self.clinic.ledger, offered.fingerprint, self.now())

    def link(self) -> WebApi:
        self._links.append(WebApi(self.clinic.box, self.clinic.settings, self.now, self.presenter))
        return self._links[-1]

    def held(self, one: HeldCertificate) -> HeldCertificate:
        return certificates.find(self.clinic.ledger, one.fingerprint)

    def close(self) -> None:
        for link in self._links:
            link.close()


@pytest.fixture
def house(clinic: Clinic) -> Iterator[House]:
    made = House(clinic)
    # Nothing but the store may be shown.
    clinic.box.clinic_passphrase.unlink()
    clinic.box.clinic_certificate.unlink()
    yield made
    made.close()


def stranger(folder: Path) -> identity.Authority:
    return identity.authority(folder, "stranger", "stranger", utc_now())


def test_what_is_in_the_file_is_shown_before_it_is_accepted(house: House) -> None:
    offered = house.store.offer(house.file(), PHRASE, "hoshu")
    assert (offered.place, offered.institution_code, offered.added_by) == (
        Place.OFFERED,
        INSTITUTION,
        "hoshu",
    )
    assert INSTITUTION in offered.subject
    assert "Demo clinic CA" in offered.issuer
    assert offered.not_after > utc_now() + timedelta(days=300)
    with pytest.raises(Trouble, match="CERT-008"):
        certificates.activate(house.clinic.ledger, offered.fingerprint, utc_now())
    assert audit.latest(house.clinic.ledger, 1)[0].action == "certificate-offer"


def test_an_offer_nobody_accepts_is_forgotten_with_its_key(house: House) -> None:
    offered = house.store.offer(house.file(), PHRASE, "hoshu")
    keys = house.clinic.box.certificate_dir / "keys"
    assert len(list(keys.iterdir())) == 1
    house.shift = OFFER_LASTS + timedelta(seconds=5)
    house.store.sweep()
    assert certificates.held(house.clinic.ledger) == ()
    assert list(keys.iterdir()) == []
    assert offered.fingerprint


def test_an_offer_of_a_clock_that_was_set_back_is_forgotten_too(house: House) -> None:
    house.shift = timedelta(days=200)
    house.store.offer(house.file(), PHRASE, "hoshu")
    house.shift = timedelta(0)
    house.store.sweep()
    assert certificates.held(house.clinic.ledger) == ()


def no_key(house: House, _: Path) -> bytes:
    found = pkcs12.load_pkcs12(house.file(), PHRASE.encode())
    assert found.cert is not None
    return pkcs12.serialize_key_and_certificates(
        b"x", None, found.cert.certificate, None, BestAvailableEncryption(PHRASE.encode())
    )


def anothers_key(house: House, _: Path) -> bytes:
    mine, other = (pkcs12.load_pkcs12(house.file(), PHRASE.encode()) for _ in range(2))
    assert mine.cert is not None
    raw = pkcs12.serialize_key_and_certificates(
        b"x", None, mine.cert.certificate, None, BestAvailableEncryption(PHRASE.encode())
    )
    assert other.key is not None
    assert raw
    # A library refuses to write such a pair, so the key comes with a chain that is not its own.
    return pkcs12.serialize_key_and_certificates(
        b"x",
        other.key,  # type: ignore[arg-type]
        None,
        [mine.cert.certificate],
        BestAvailableEncryption(PHRASE.encode()),
    )


def alone(house: House, folder: Path) -> bytes:
    """By an authority nobody knows, which is not in the file either."""
    found = pkcs12.load_pkcs12(house.file(authority=stranger(folder)), PHRASE.encode())
    assert found.cert is not None
    return pkcs12.serialize_key_and_certificates(
        b"x",
        found.key,  # type: ignore[arg-type]
        found.cert.certificate,
        None,
        BestAvailableEncryption(PHRASE.encode()),
    )


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda house, _: b"-----BEGIN CERTIFICATE-----", "CERT-001"),
        (lambda house, _: house.file()[:-50], "CERT-001"),
        (lambda house, _: bytes(70_000), "CERT-001"),
        (no_key, "CERT-003"),
        (anothers_key, "CERT-003"),
        (alone, "CERT-004"),
        (lambda house, _: house.file("1310000001"), "CERT-005"),
    ],
)
def test_a_file_that_cannot_be_used_says_why_and_leaves_nothing(
    house: House, tmp_path: Path, spoil: Callable[[House, Path], bytes], code: str
) -> None:
    content = spoil(house, tmp_path)
    assert code_of(lambda: house.store.offer(content, PHRASE, "hoshu")) == code
    assert certificates.held(house.clinic.ledger) == ()
    assert not (house.clinic.box.certificate_dir / "keys").exists()


def test_a_wrong_pass_phrase_and_one_that_is_over(house: House) -> None:
    content = house.file()
    assert code_of(lambda: house.store.offer(content, "wrong", "hoshu")) == "CERT-002"
    house.shift = timedelta(days=366)
    assert code_of(lambda: house.store.offer(content, PHRASE, "hoshu")) == "CERT-006"


def test_one_that_is_not_yet_valid_waits(house: House) -> None:
    house.shift = timedelta(days=-3)
    offered = house.store.offer(house.file(), PHRASE, "hoshu")
    ledger = house.clinic.ledger
    certificates.accept(ledger, offered.fingerprint)
    assert code_of(lambda: certificates.activate(ledger, offered.short, house.now())) == "CERT-007"
    house.shift = timedelta()
    assert certificates.activate(ledger, offered.short, house.now()).place is Place.ACTIVE


def test_once_told_who_issues_no_other_authority_will_do(house: House, tmp_path: Path) -> None:
    foreign = house.file(authority=stranger(tmp_path))
    assert house.store.offer(foreign, PHRASE, "hoshu").anchored is False
    ca = house.clinic.center.state_folder / "demo" / "center" / "clinic-ca.pem"
    anchor = ca if ca.exists() else next(house.clinic.center.state_folder.rglob("clinic-ca.pem"))
    (house.clinic.box.clinic_trust_dir / "ca.pem").write_bytes(anchor.read_bytes())
    assert code_of(lambda: house.store.offer(foreign, PHRASE, "hoshu")) == "CERT-004"
    assert house.store.offer(house.file(), PHRASE, "hoshu").anchored is True


def test_keys_and_pass_phrases_are_never_on_the_disk_in_the_open(house: House) -> None:
    content = house.file()
    one = house.used(content)
    house.link().probe()
    key = pkcs12.load_pkcs12(content, PHRASE.encode()).key
    assert key is not None
    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    for path in (path for path in house.clinic.box.root.rglob("*") if path.is_file()):
        kept = path.read_bytes()
        assert PHRASE.encode() not in kept, path.name
        assert b"PRIVATE KEY" not in kept, path.name
        assert der[-32:] not in kept, path.name
    keys = list((house.clinic.box.certificate_dir / "keys").iterdir())
    assert [oct(path.stat().st_mode & 0o777) for path in keys] == ["0o600"]
    assert keys[0].stem == one.fingerprint


def test_a_key_opens_only_under_its_own_name_and_master_key(house: House) -> None:
    one = house.used(house.file())
    path = house.clinic.box.certificate_dir / "keys" / f"{one.fingerprint}.key"
    safe = house.store.safe
    assert safe.kind is SafeKind.FILE
    assert code_of(lambda: safe.unlock("another", path.read_bytes())) == "CERT-009"
    other = FileSafe(house.clinic.box.root / "other.key")
    assert code_of(lambda: other.unlock(one.fingerprint, path.read_bytes())) == "CERT-009"
    path.write_bytes(b"half")
    assert code_of(house.link().probe) == "CERT-009"
    path.unlink()
    assert code_of(house.link().probe) == "CERT-009"


def test_a_backup_can_be_taken_in_again_and_is_never_open(house: House) -> None:
    one = house.used(house.file())
    assert code_of(lambda: house.store.backup(one, "short", "hoshu")) == "CERT-011"
    backup = house.store.backup(one, "another long phrase", "hoshu")
    assert code_of(lambda: house.store.offer(backup, PHRASE, "hoshu")) == "CERT-002"
    assert house.store.offer(backup, "another long phrase", "hoshu").fingerprint == one.fingerprint
    assert house.held(one).place is Place.ACTIVE
    assert [row.action for row in audit.latest(house.clinic.ledger, 2)] == [
        "certificate-offer",
        "certificate-export",
    ]


def test_the_one_in_use_cannot_be_removed_another_can(house: House) -> None:
    first, second = house.used(house.file()), house.used(house.file())
    ledger = house.clinic.ledger
    assert code_of(lambda: certificates.remove(ledger, second.fingerprint)) == "CERT-008"
    certificates.remove(ledger, first.fingerprint)
    assert [one.fingerprint for one in certificates.held(ledger)] == [second.fingerprint]
    assert code_of(lambda: certificates.find(ledger, first.fingerprint)) == "CERT-008"


def test_a_new_one_is_taken_up_while_checks_are_in_flight(house: House, center: RunningCenter) -> None:
    """Nothing is lost, nothing is asked in vain: what is under way ends with the certificate it began with."""
    house.used(house.file())
    asker = Asker(house.clinic.settings, house.clinic.ledger, house.link(), house.now)
    asker.start()
    try:
        center.delay(0.05)
        early = [house.clinic.by_numbers() for _ in range(12)]
        house.clinic.until(lambda: any(house.clinic.results(check) for check in early))
        second = house.used(house.file())
        late = [house.clinic.by_numbers() for _ in range(8)]
        house.clinic.until_state(CheckState.ANSWERED, *early, *late)
    finally:
        asker.stop()
    assert {house.clinic.results(check) for check in (*early, *late)} == {1}
    assert {center.counts(check)["worked_out"] for check in (*early, *late)} == {1}
    assert house.held(second).refused_at is None


def test_a_new_one_the_center_does_not_accept_gives_way_to_the_old_one(
    house: House, center: RunningCenter, tmp_path: Path
) -> None:
    old = house.used(house.file())
    link = house.link()
    link.probe()
    new = house.used(house.file(authority=stranger(tmp_path)))
    asked = question()
    assert b"<QualificationValidity>1<" in link.ask(asked)
    assert center.counts(asked.check_id)["asked"] == 1
    assert house.held(new).refused_at is not None
    assert house.held(old).refused_at is None
    assert [face.name for face in house.presenter.faces(INSTITUTION)] == [old.fingerprint, new.fingerprint]
    assert audit.latest(house.clinic.ledger, 1)[0].action == "certificate-refused"
    house.shift = TRY_AGAIN
    assert house.presenter.faces(INSTITUTION)[0].name == new.fingerprint


def test_a_center_that_refuses_everybody_says_nothing_about_one(house: House, center: RunningCenter) -> None:
    house.used(house.file())
    new = house.used(house.file())
    center.fault("reject-client")
    assert code_of(house.link().probe) == "CENTER-005"
    assert house.held(new).refused_at is None


def test_what_was_refused_and_is_accepted_later_is_forgiven(house: House) -> None:
    house.used(house.file())
    new = house.used(house.file())
    certificates.note_refusal(house.clinic.ledger, new.fingerprint, house.now() - TRY_AGAIN)
    house.link().probe()
    assert house.held(new).refused_at is None


def test_each_code_of_the_house_shows_its_own(house: House) -> None:
    medical, dental = house.used(house.file()), house.used(house.file(DENTAL))
    assert [house.held(one).place for one in (medical, dental)] == [Place.ACTIVE, Place.ACTIVE]
    link = house.link()
    link.ask(question())
    xml = request_for("p01").replace(
        b"<MessageHeader/>",
        f"<MessageHeader><MedicalInstitutionCode>{DENTAL}</MedicalInstitutionCode></MessageHeader>".encode(),
    )
    asked = question()
    theirs = type(asked)(asked.check_id, asked.ask, xml, None, institution_code=DENTAL)
    assert b"<QualificationValidity>1<" in link.ask(theirs)
    wrong = type(asked)(os.urandom(16).hex(), asked.ask, xml, None, institution_code=INSTITUTION)
    assert code_of(lambda: link.ask(wrong)) == "CENTER-005"


def test_a_code_without_a_certificate_does_not_stop_the_other(house: House) -> None:
    house.used(house.file())
    dental = house.clinic.by_numbers(institution_code=DENTAL)
    asker = Asker(house.clinic.settings, house.clinic.ledger, house.link(), house.now)
    asker.start()
    try:
        house.clinic.until(lambda: house.clinic.check(dental).trouble_code == "BOX-002")
        ours = [house.clinic.by_numbers() for _ in range(3)]
        house.clinic.until_state(CheckState.ANSWERED, *ours)
        assert house.clinic.line().state is LinkState.UP
        house.used(house.file(DENTAL))
        house.clinic.until_state(CheckState.ANSWERED, dental)
    finally:
        asker.stop()


def test_the_lane_adopts_what_an_older_box_had_and_takes_in_new_ones(
    clinic: Clinic, caplog: pytest.LogCaptureFixture
) -> None:
    now = [utc_now()]
    store = CertificateStore(clinic.box, clinic.ledger, safe_of(clinic.box), (INSTITUTION,), lambda: now[0])
    lane = CertificateLane(clinic.box, clinic.settings, clinic.ledger, store, lambda: now[0])
    lane.start()
    try:
        (adopted,) = certificates.held(clinic.ledger)
        assert adopted.place is Place.ACTIVE
        assert not clinic.box.clinic_passphrase.exists()
        assert not clinic.box.clinic_certificate.exists()
        content = center_pki.clinic_pkcs12(clinic.center.state_folder, INSTITUTION, PHRASE, utc_now())
        socket = clinic.box.certificate_socket
        fingerprint = hand_over(socket, NewCertificate(content, PHRASE, "hoshu"))
        assert certificates.find(clinic.ledger, fingerprint).place is Place.OFFERED
        refused = NewCertificate(content, "wrong", "hoshu")
        assert code_of(lambda: hand_over(socket, refused)) == "CERT-002"
        assert PHRASE not in repr(NewCertificate(content, PHRASE, "hoshu"))
    finally:
        lane.stop()
    assert code_of(lambda: hand_over(clinic.box.certificate_socket, refused)) == "CERT-010"


def test_the_log_speaks_once_a_day_and_at_every_change(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    one = house.used(house.file())
    lane = CertificateLane(
        house.clinic.box, house.clinic.settings, house.clinic.ledger, house.store, house.now
    )

    def lines() -> list[str]:
        caplog.clear()
        with caplog.at_level(logging.WARNING):
            lane.look()
            lane.look()
        return [record.getMessage() for record in caplog.records]

    assert lines() == []
    house.shift = one.not_after - utc_now() - timedelta(days=10)
    assert len(lines()) == 1
    house.shift += timedelta(days=1)
    (line,) = lines()
    assert "ending" in line
    house.shift += timedelta(days=10)
    (line,) = lines()
    assert "expired" in line


def test_several_hands_at_once_leave_one_in_use(house: House) -> None:
    made = [house.store.offer(house.file(), PHRASE, "hoshu") for _ in range(4)]
    for one in made:
        certificates.accept(house.clinic.ledger, one.fingerprint)

    def use(one: HeldCertificate) -> None:
        certificates.activate(house.clinic.ledger, one.fingerprint, utc_now())

    threads = [threading.Thread(target=use, args=(one,)) for one in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    places = sorted(one.place for one in certificates.held(house.clinic.ledger))
    assert places == [Place.ACTIVE, Place.RETIRED, Place.RETIRED, Place.RETIRED]
