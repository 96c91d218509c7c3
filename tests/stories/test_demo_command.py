"""The demo command itself: what it tells scripts, two side by side, and an end that leaves nothing behind."""

import contextlib
import json
import tempfile
from pathlib import Path

import pytest
import urllib3

from appliance.eligibility.codes import QualificationValidity
from tests.stories.demo_box import DemoBox, start

pytestmark = pytest.mark.timeout(180)


def test_ready_line_and_demo_json_tell_a_script_everything(demo: DemoBox) -> None:
    facts = demo.facts
    assert demo.ready_line == f"ready {facts['web']['url']}"
    assert set(facts) >= {"web", "accounts", "mqtt", "folder", "institution_code", "people"}
    assert {row["role"] for row in facts["accounts"]} >= {"reception", "patient_screen"}
    assert set(facts["mqtt"]) == {"host", "port", "ca", "username", "password", "topic"}
    assert all(Path(facts["folder"][name]).is_dir() for name in ("req", "res", "face"))
    assert {person["result"] for person in facts["people"]} == {code.value for code in QualificationValidity}
    assert len(facts["people"]) >= 30
    assert (demo.root / "demo.json").stat().st_mode & 0o077 == 0


def test_web_certificate_is_trusted_through_the_ca_in_demo_json(demo: DemoBox) -> None:
    with urllib3.PoolManager(ca_certs=demo.facts["web"]["ca"], retries=False, timeout=10) as pool:
        assert pool.request("GET", f"{demo.url}/health").status == 200


def test_check_by_numbers_answers_on_stdout(demo: DemoBox) -> None:
    words = ("check", "--insurer-number", "02139996", "--symbol", "試船", "--number", "3232")
    found = demo.do(*words, "--birthdate", "S64.1.7", "--json")
    assert (found["state"], found["qualification_validity"]) == ("answered", "1")
    assert found["result"]["results"][0]["insurer_name"] == "架空船員保険"


def test_trouble_goes_to_stderr_with_a_code_and_an_exit_status(demo: DemoBox) -> None:
    wrong = demo.run("demo", "card", "insert", "p99")
    assert wrong.returncode == 1
    assert wrong.stdout == ""
    assert wrong.stderr.startswith("DEMO-002")
    nowhere = demo.run("check", "--insurer-number", "02139996", "--number", "1", "--birthdate", "H1.1.7")
    assert (nowhere.returncode, nowhere.stderr.splitlines()[-3][:9]) == (1, "INPUT-001")


def test_request_file_is_answered_under_the_matching_name(demo: DemoBox) -> None:
    request = f"""<?xml version="1.0" encoding="Shift_JIS" standalone="no"?>
<XmlMsg><MessageHeader><QualificationConfirmationDate>20260401</QualificationConfirmationDate>
<MedicalInstitutionCode>{demo.facts["institution_code"]}</MedicalInstitutionCode>
<ArbitraryFileIdentifier>RECEIPT-1</ArbitraryFileIdentifier></MessageHeader>
<MessageBody><QualificationConfirmSearchInfo><InsurerNumber>02139996</InsurerNumber>
<InsuredCardSymbol>試船</InsuredCardSymbol><InsuredIdentificationNumber>3232</InsuredIdentificationNumber>
<InsuredBranchNumber></InsuredBranchNumber><Birthdate>19890107</Birthdate>
<LimitApplicationCertificateRelatedConsFlg>0</LimitApplicationCertificateRelatedConsFlg>
</QualificationConfirmSearchInfo></MessageBody></XmlMsg>"""
    folder = demo.facts["folder"]
    (Path(folder["req"]) / "OQSsiquc01req_202611220001.xml").write_bytes(request.encode("cp932"))
    answer = Path(folder["res"]) / "OQSsiquc01res_202611220001.xml"
    demo.until("the answer in res/", answer.exists)
    assert "<ArbitraryFileIdentifier>RECEIPT-1</ArbitraryFileIdentifier>" in answer.read_text("utf-8")
    (Path(folder["req"]) / "OQSsiquc01req_202611220002.xml").write_bytes(b"<XmlMsg>nothing more")
    error = Path(folder["res"]) / "OQSsiquc01req_202611220002.err"
    demo.until("the .err", error.exists)
    assert "INPUT-002" in error.read_text("cp932")


def test_two_demos_side_by_side_and_ctrl_c_leaves_nothing(demo: DemoBox) -> None:
    with (
        tempfile.TemporaryDirectory(prefix="mdg-", dir="/tmp", ignore_cleanup_errors=True) as folder,
        contextlib.closing(start(Path(folder), readers=1)) as other,
    ):
        assert other.url != demo.url
        other_id = other.visit("p01")
        first_id = demo.visit("p01")
        assert other.until_delivered(other_id)["state"] == "answered"
        assert demo.until_delivered(first_id)["state"] == "answered"
        assert other_id not in json.dumps(demo.checks())
        assert processes_naming(folder) != []
        assert other.stop() == 0
        assert processes_naming(folder) == []


def processes_naming(folder: str) -> list[str]:
    """Command lines of running processes that name this folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                line = (entry / "cmdline").read_text("utf-8").replace("\0", " ")
            except OSError:
                continue
            if folder in line:
                found.append(line)
    return found
