import json

from appliance.eligibility.message import MedicalTicket, Qualification, ResultBody, ResultMessage
from appliance.eligibility.message_json import block_as_json, result_as_json
from appliance.eligibility.message_xml import read_result
from tests.eligibility.message_samples import CARD_RESULT, NORMAL_RESULT, PERSON_ERROR


def test_the_shape_of_a_result() -> None:
    found = result_as_json(read_result(NORMAL_RESULT.encode()))
    assert list(found) == ["family", "header", "body", "results"]
    assert found["family"] == "OQSsiquc01res"
    assert found["header"]["segment_of_result"] == "1"
    assert found["header"]["segment_of_result_label"] == "正常終了"
    assert found["body"]["qualification_validity_label"] == "有効"
    assert found["body"]["qualification_confirm_search_info"]["insured_branch_number"] == "02"
    assert "result_list" not in found["body"]
    assert len(found["results"]) == 1
    assert json.loads(json.dumps(found)) == found


def test_values_are_untouched_and_absent_is_not_empty() -> None:
    (found,) = result_as_json(read_result(CARD_RESULT.encode()))["results"]
    assert found["insurer_number"] == "  990015"
    assert found["insured_branch_number"] == ""
    assert "insured_card_symbol" not in found
    assert found["unknown"] == ["<FutureInfoConsFlg>1</FutureInfoConsFlg>"]


def test_codes_have_their_label_beside_them() -> None:
    (found,) = result_as_json(read_result(NORMAL_RESULT.encode()))["results"]
    labels = {key: value for key, value in found.items() if key.endswith("_label")}
    assert labels == {
        "insured_card_classification_label": "一般",
        "personal_family_classification_label": "家族",
        "sex1_label": "女",
        "limit_application_certificate_related_cons_flg_label": "同意",
    }
    limit = found["limit_application_certificate_related_info"]
    assert limit["limit_application_certificate_classification_flag_label"] == "ウ"


def test_an_unknown_code_is_kept_and_called_unknown() -> None:
    found = block_as_json(Qualification(sex1="9", reason_of_loss=""))
    assert found == {"sex1": "9", "sex1_label": "不明なコード", "reason_of_loss": ""}


def test_lists_become_lists() -> None:
    tickets = (MedicalTicket(ticket_type="02"), MedicalTicket(injury_name1="見本"))
    found = block_as_json(Qualification(public_expense_result_list=tickets))
    assert found == {
        "public_expense_result_list": [
            {"ticket_type": "02", "ticket_type_label": "調剤券"},
            {"injury_name1": "見本"},
        ]
    }


def test_a_result_without_a_list_has_an_empty_one() -> None:
    assert result_as_json(ResultMessage(message_body=ResultBody(qualification_validity="4"))) == {
        "family": "OQSsiquc01res",
        "header": {},
        "body": {"qualification_validity": "4", "qualification_validity_label": "該当資格なし"},
        "results": [],
    }
    assert result_as_json(read_result(PERSON_ERROR.encode()))["results"] == []
