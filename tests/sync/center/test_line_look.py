"""The far layers of a look, against the virtual center: TLS from both sides, the service, the clock."""

from appliance.demo import center_pki
from appliance.demo.center_client import RunningCenter
from appliance.eligibility.line_layers import Layer
from appliance.identity import authority
from appliance.ledger.times import utc_now
from appliance.sync.line.finding import Outcome
from appliance.sync.line.looking import Report, look
from appliance.sync.line.targets import presenter_of, target_of
from tests.demo.card_evidence import INSTITUTION
from tests.sync.center.clinic import Clinic


def looked(clinic: Clinic) -> Report:
    presenter = presenter_of(clinic.box, clinic.settings, clinic.ledger, utc_now)
    return look(target_of(clinic.settings, clinic.ledger, presenter), utc_now)


def decides(report: Report) -> tuple[str | None, str | None]:
    verdict = report.as_json()["verdict"]
    return verdict["layer"], verdict["code"]


def test_a_line_that_is_well_in_every_layer(clinic: Clinic) -> None:
    report = looked(clinic)
    assert decides(report) == (None, None)
    assert {one.layer: one.outcome for one in report.findings} == dict.fromkeys(
        [layer for layer in Layer if layer is not Layer.BOX], Outcome.OK
    )


def test_a_stranger_in_the_centers_place(clinic: Clinic, center: RunningCenter) -> None:
    center.fault("wrong-certificate")
    report = looked(clinic)
    assert decides(report) == ("tls", "CENTER-001")
    assert report.as_json()["verdict"]["fault"] == "center"


def test_a_certificate_of_ours_that_the_center_does_not_know(clinic: Clinic) -> None:
    folder = clinic.box.root / "stranger"
    folder.mkdir()
    stranger = authority(folder, "ca", "a stranger", utc_now())
    pkcs = center_pki.clinic_pkcs12(clinic.box.root, INSTITUTION, "x", utc_now(), stranger)
    clinic.box.clinic_certificate.write_bytes(pkcs)
    clinic.box.clinic_passphrase.write_text("x\n", "ascii")
    report = looked(clinic)
    assert decides(report) == ("tls", "CENTER-005"), report.as_json()


def test_a_certificate_of_ours_that_cannot_be_read(clinic: Clinic) -> None:
    clinic.box.clinic_certificate.write_bytes(b"")
    assert decides(looked(clinic)) == ("tls", "BOX-002")


def test_a_center_that_fails_and_one_that_is_closed(clinic: Clinic, center: RunningCenter) -> None:
    center.fault("http-500")
    assert decides(looked(clinic)) == ("service", "CENTER-006")
    center.fault("out-of-hours")
    assert decides(looked(clinic)) == ("service", "CENTER-003")
    center.fault("down")
    assert decides(looked(clinic)) == ("tcp", "LINE-016")
