"""`madoguchi message`: every family explained, without any box."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from appliance.cli.main import cli
from appliance.eligibility.families import FAMILIES
from tests.eligibility.family_samples import SAMPLES
from tests.eligibility.message_samples import CARD_RESULT, NORMAL_RESULT

FACE = "OQSsiquc01res_face_9910000001aaaaaaaaaaaaaaaaaaaa_20260401090112.xml"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["message", *arguments], prog_name="madoguchi")


def file(folder: Path, name: str, data: str | bytes) -> str:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return str(path)


def read_json(path: str) -> Any:
    done = run("read", path, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


@pytest.mark.parametrize("key", FAMILIES)
def test_every_family_is_explained(key: str, tmp_path: Path) -> None:
    path = file(tmp_path, f"{key}_202604010001.xml", SAMPLES[key].encode("cp932"))
    found = read_json(path)
    assert found["family"] == key
    assert found["header"]["medical_institution_code"] == "9910000001"
    page = run("read", path)
    assert page.exit_code == 0
    assert page.stdout.startswith(f"{FAMILIES[key].title}（{key}）")
    assert "9910000001" in page.stdout
    assert run("check", path).exit_code in (0, 1)


def test_the_shape_of_a_card_result(tmp_path: Path) -> None:
    found = read_json(file(tmp_path, FACE, CARD_RESULT))
    assert found["family"] == "OQSsiquc01res"
    assert found["header"]["reference_classification_label"] == "マイナンバーカード"
    (result,) = found["results"]
    assert result["insurer_number"] == "  990015"
    assert result["pharmacists_info_cons_flg_label"] == "同意あり"
    stranger = "<FutureInfoConsFlg>1</FutureInfoConsFlg>"
    assert result["unknown"] == [stranger]
    place = "MessageBody/ResultList"
    assert found["unknown"] == [{"in": place, "found": stranger}]


def test_nested_blocks_are_objects_and_lists(tmp_path: Path) -> None:
    (result,) = read_json(file(tmp_path, "any.xml", NORMAL_RESULT))["results"]
    limit = result["limit_application_certificate_related_info"]
    assert limit["limit_application_certificate_classification_flag_label"] == "ウ"
    path = file(tmp_path, "OQSmutic02res_202604010001.xml", SAMPLES["OQSmutic02res"])
    (unit,) = read_json(path)["units"]
    (ticketed,) = unit["results"]
    tickets = ticketed["public_expense_result_list"]
    assert [ticket["ticket_type_label"] for ticket in tickets] == ["医療券", "調剤券"]


def test_the_shape_of_a_bulk_result(tmp_path: Path) -> None:
    found = read_json(file(tmp_path, "any.xml", SAMPLES["OQSmuquc02res"]))
    assert found["family"] == "OQSmuquc02res"
    assert found["header"]["number_of_error"] == "1"
    first, second = found["units"]
    assert first["qualification_confirm_search_info"]["arbitrary_identifier"] == "P000123_1"
    assert first["qualification_validity_label"] == "有効"
    assert first["results"][0]["limit_application_certificate_changed_label"] == "変更なし"
    assert (second["processing_result_status_label"], second["results"]) == ("エラー", [])
    assert "results" not in found


def test_the_drugs_in_three_blocks(tmp_path: Path) -> None:
    body = read_json(file(tmp_path, "any.xml", SAMPLES["YZKsiquc01res"]))["body"]
    assert body["me_tr_month_inf"][0]["di_date_infs"][0]["drug_infs"][0]["drug_n"] == "架空錠５ｍｇ"
    assert body["me_tr_month_inf"][0]["di_date_infs"][0]["me_tr_infs"][0]["sin_inf_n"] == "架空検査"
    assert body["cz_di_inf"][0]["cz_di_date_infs"][0]["cz_drug_infs"][0]["cz_times"] == "14"
    assert body["sh_pr_inf"][0]["sh_pr_date_infs"][0]["sh_drug_infs"][0]["sh_drug_c"] == "999999999"


def test_the_page_names_everything_in_japanese(tmp_path: Path) -> None:
    page = run("read", file(tmp_path, FACE, CARD_RESULT)).stdout
    for words in (
        "文字コード: UTF-8",
        "氏名",
        "見本　花子",
        "昭和54年3月5日",
        "女（2）",
        "  990015",
        "未知の項目",
    ):
        assert words in page
    assert "<FutureInfoConsFlg>1</FutureInfoConsFlg>" in page


def test_a_page_holds_results_in_elements_we_do_not_know(tmp_path: Path) -> None:
    data = SAMPLES["OQSmuquc02res"].replace("<BulkConfirmUnit>", "<BulkConfirmUnit><Odd>", 1)
    data = data.replace("</BulkConfirmUnit>", "</Odd></BulkConfirmUnit>", 1)
    path = file(tmp_path, "OQSmuquc02res_202604010001.xml", data)
    assert "未知の項目の中の資格" in run("read", path).stdout
    assert read_json(path)["units"][0]["results"][0]["name"] == "見本　花子"


def test_an_err_file(tmp_path: Path) -> None:
    path = file(tmp_path, "OQSsiquc01req_1.err", "医療機関コードが不正です".encode("cp932"))
    found = read_json(path)
    assert (found["family"], found["encoding"], found["text"]) == (
        "err",
        "Shift_JIS",
        "医療機関コードが不正です",
    )
    assert bytes.fromhex(found["bytes"]).decode("cp932") == found["text"]
    assert "医療機関コードが不正です" in run("read", path).stdout


def test_check_says_line_and_count(tmp_path: Path) -> None:
    good = run("check", file(tmp_path, "OQSsiquc01res_202604010001.xml", NORMAL_RESULT))
    assert (good.exit_code, "指摘 0 件" in good.stdout) == (0, True)
    path = file(tmp_path, "OQSsiquc01res_202604010002.xml", NORMAL_RESULT.replace("<Sex1>2<", "<Sex1>8<"))
    bad = run("check", path)
    assert bad.exit_code == 1
    assert "OQSCD007 にないコード「8」" in bad.stdout
    found = json.loads(run("check", path, "--json").stdout)
    assert ("objection", 34) in {(one["weight"], one["line"]) for one in found}


@pytest.mark.parametrize("data", [b"", b"no xml", b"<!DOCTYPE x><XmlMsg/>", b"<Other/>", b"<XmlMsg/>"])
def test_what_cannot_be_read_is_told_plainly(data: bytes, tmp_path: Path) -> None:
    path = file(tmp_path, "OQSsiquc01res_202604010001.xml", data)
    done = run("read", path, "--json")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("INPUT-00")
    checked = run("check", path)
    assert checked.exit_code == 1
    assert "指摘 1 件" in checked.stdout


def test_pdf_and_zip_are_not_read(tmp_path: Path) -> None:
    assert "PDFとZIP" in run("read", file(tmp_path, "YZKsiquc01res_1.pdf", b"%PDF-1.7")).stderr


def test_a_result_as_fhir(tmp_path: Path) -> None:
    done = run("fhir", file(tmp_path, FACE, CARD_RESULT.encode("utf-8")))
    assert done.exit_code == 0, done.output
    bundle = json.loads(done.stdout)
    assert bundle["resourceType"] == "Bundle"
    names = [one["resource"].get("name") for one in bundle["entry"]]
    assert "見本　花子" in json.dumps(names, ensure_ascii=False)


def test_what_is_no_single_result_is_no_fhir(tmp_path: Path) -> None:
    done = run("fhir", file(tmp_path, "OQSmuquc02res_202604010001.xml", SAMPLES["OQSmuquc02res"]))
    assert done.exit_code == 1
    assert "INPUT-003" in done.stderr
