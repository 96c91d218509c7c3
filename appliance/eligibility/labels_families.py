"""What people call the fields of every family beyond the single check: `labels.py` has that one."""

from appliance.eligibility.message import Block
from appliance.eligibility.message_bulk import (
    BulkConfirmUnit,
    BulkRequestBody,
    BulkRequestMessage,
    BulkResultBody,
    BulkResultHeader,
    BulkResultMessage,
    BulkSearchInfo,
    ConsentRequestBody,
    ConsentRequestMessage,
    ConsentSearchInfo,
    FetchBody,
    FetchMessage,
    ReceiptBody,
    ReceiptHeader,
    ReceiptMessage,
    TicketRequestBody,
    TicketRequestMessage,
    TicketSearchInfo,
)
from appliance.eligibility.message_drugs import (
    ClaimedDay,
    ClaimedDrug,
    ClaimedMonth,
    DispensedDay,
    DispensedDrug,
    DispensedMonth,
    DrugBody,
    DrugHeader,
    DrugMessage,
    Person,
    PrescribedDay,
    PrescribedDrug,
    PrescribedMonth,
    Treatment,
)
from appliance.eligibility.message_medical import (
    Checkup,
    CheckupBody,
    CheckupHeader,
    CheckupItem,
    CheckupMessage,
    CheckupPerson,
    CheckupRequestBody,
    CheckupRequestMessage,
    DrugRequestBody,
    DrugRequestMessage,
    MedicalRequestHeader,
)
from appliance.eligibility.message_open import (
    OpenBody,
    OpenMessage,
)
from appliance.eligibility.message_reference import (
    ReferenceBulkBody,
    ReferenceBulkMessage,
    ReferenceNumberRegistration,
    ReferenceRequestBody,
    ReferenceRequestMessage,
    ReferenceResultBody,
    ReferenceResultHeader,
    ReferenceResultMessage,
    ReferenceUnit,
)

_KEYS = {
    "insurer_number": "保険者番号",
    "insured_card_symbol": "記号",
    "insured_identification_number": "番号",
    "insured_branch_number": "枝番",
}
_HEADER = {
    "process_execution_time": "センターの処理日時",
    "qualification_confirmation_date": "資格確認日",
    "medical_institution_code": "医療機関コード",
    "arbitrary_file_identifier": "照会の識別子",
}
_ERRORS = {
    "segment_of_result": "処理結果区分",
    "error_code": "エラーコード",
    "error_message": "エラーメッセージ",
}
_STATUS = {
    "processing_result_status": "処理結果",
    "processing_result_code": "処理結果コード",
    "processing_result_message": "処理結果メッセージ",
}
_OUTCOME = {
    "result_code": "結果コード",
    "message_contents": "メッセージ",
}
_CHARACTER_CODE = {"character_code_identifier": "文字コード"}
_HEADER_WITHOUT_DAY = {
    name: text for name, text in _HEADER.items() if name != "qualification_confirmation_date"
}
_REGISTRATION = {"reference_number": "照会番号", **_KEYS, "arbitrary_identifier": "任意の識別子"}
_DRUG = {
    "drug_c": "医薬品コード",
    "drug_n": "医薬品名",
    "ingre_n": "成分名",
    "qua1": "数量",
    "unit": "単位",
    "usage_n": "用法",
    "sp_inst": "特別な指示",
    "times": "回数",
    "me_tr_id_cl": "診療識別",
}

FAMILY_LABELS: dict[type[Block], dict[str, str]] = {
    BulkSearchInfo: {
        **_KEYS,
        "birthdate": "生年月日",
        "limit_application_certificate_related_cons_flg": "限度額情報の提供",
        "limit_application_certificate_related_info": "手元の限度額",
        "arbitrary_identifier": "任意の識別子",
    },
    TicketSearchInfo: {
        "medical_treatment_month": "診療年月",
    },
    ConsentSearchInfo: {
        "consent_date_from": "同意日（から）",
        "consent_date_to": "同意日（まで）",
        "examination_date_from": "診察日（から）",
        "examination_date_to": "診察日（まで）",
        "medical_treatment_flag": "診療区分",
    },
    BulkRequestBody: {
        "qualification_confirm_search_info": "照会する人",
    },
    BulkRequestMessage: {
        "message_header": "照会の情報",
        "message_body": "照会",
    },
    TicketRequestBody: {
        "qualification_confirm_search_info": "照会する内容",
    },
    TicketRequestMessage: {
        "message_header": "照会の情報",
        "message_body": "照会",
    },
    ConsentRequestBody: {
        "qualification_confirm_search_info": "照会する内容",
    },
    ConsentRequestMessage: {
        "message_header": "照会の情報",
        "message_body": "照会",
    },
    ReceiptHeader: {
        **_HEADER,
        **_ERRORS,
        **_CHARACTER_CODE,
    },
    ReceiptBody: {
        "reception_number": "受付番号",
        "reception_date_time": "受付日時",
    },
    ReceiptMessage: {
        "message_header": "照会の情報",
        "message_body": "受付",
    },
    FetchBody: {
        "reception_number": "受付番号",
    },
    FetchMessage: {
        "message_header": "照会の情報",
        "message_body": "結果の要求",
    },
    BulkResultHeader: {
        **_HEADER,
        "reception_number": "受付番号",
        **_ERRORS,
        "number_of_processing_result": "処理件数",
        "number_of_normal_processing": "正常件数",
        "number_of_error": "エラー件数",
        **_CHARACTER_CODE,
    },
    BulkConfirmUnit: {
        "qualification_confirm_search_info": "照会した内容",
        **_STATUS,
        "qualification_validity": "資格の有効性",
        "result_of_qualification_confirmation": "資格",
        "result_list": "資格",
        "reference_number": "照会番号",
    },
    BulkResultBody: {
        "bulk_confirm_unit": "照会した人",
    },
    BulkResultMessage: {
        "message_header": "照会の情報",
        "message_body": "結果",
    },
    Person: {
        "name": "氏名",
        "kana_name": "カナ氏名",
        "birth": "生年月日",
        "adm_gend_code": "性別",
    },
    DrugHeader: {
        **_HEADER_WITHOUT_DAY,
        **_ERRORS,
        **_CHARACTER_CODE,
        **_OUTCOME,
        "qua_inf": "患者",
    },
    ClaimedDrug: _DRUG,
    Treatment: {
        "sin_inf_n": "診療行為名",
        "sin_inf_cd": "診療行為コード",
        "me_tr_id_cl": "診療識別",
        "qua1": "数量",
        "times": "回数",
        "unit": "単位",
    },
    ClaimedDay: {
        "di_date": "調剤日",
        "pr_date": "処方日",
        "drug_infs": "薬剤",
        "me_tr_infs": "診療行為",
    },
    ClaimedMonth: {
        "di_org": "調剤した機関の種類",
        "me_tr_di_h_cd": "医療機関・薬局コード",
        "me_tr_di_h_nm": "医療機関・薬局名",
        "me_tr_month": "診療・調剤年月",
        "prls_h_cd": "処方した医療機関コード",
        "prls_h_nm": "処方した医療機関",
        "pr_is_org": "処方した機関の種類",
        "in_out": "入院・外来",
        "di_date_infs": "日ごとの内容",
    },
    DispensedDrug: {f"cz_{name}": text for name, text in _DRUG.items()},
    DispensedDay: {
        "cz_di_date": "調剤日",
        "cz_pr_date": "処方日",
        "cz_drug_infs": "薬剤",
    },
    DispensedMonth: {
        "cz_di_org": "調剤した機関の種類",
        "cz_me_tr_di_h_cd": "薬局コード",
        "cz_me_tr_di_h_nm": "薬局名",
        "cz_di_month": "調剤年月",
        "cz_prls_h_cd": "処方した医療機関コード",
        "cz_prls_h_nm": "処方した医療機関",
        "cz_pr_is_org": "処方した機関の種類",
        "cz_pr_cl": "処方の区分",
        "cz_di_date_infs": "日ごとの内容",
    },
    PrescribedDrug: {f"sh_{name}": text for name, text in _DRUG.items()},
    PrescribedDay: {
        "sh_pr_date": "処方日",
        "sh_drug_infs": "薬剤",
    },
    PrescribedMonth: {
        "sh_pr_org": "処方した機関の種類",
        "sh_me_tr_di_h_cd": "医療機関コード",
        "sh_me_tr_di_h_nm": "医療機関名",
        "sh_pr_month": "処方年月",
        "sh_pr_h_cd": "処方した医療機関コード",
        "sh_pr_h_nm": "処方した医療機関",
        "sh_pr_is_org": "発行した機関の種類",
        "sh_pr_cl": "処方の区分",
        "sh_pr_date_infs": "日ごとの内容",
    },
    DrugBody: {
        **_OUTCOME,
        "me_tr_month_inf": "レセプトの薬剤・診療",
        "cz_di_inf": "電子処方箋の調剤結果",
        "sh_pr_inf": "電子処方箋の処方",
    },
    DrugMessage: {
        "message_header": "照会の情報",
        "message_body": "結果",
    },
    MedicalRequestHeader: {
        "medical_institution_code": "医療機関コード",
        "insurer_number": "保険者番号",
        "insurance_card_symbol": "記号",
        "insured_person_identification_number": "番号",
        "branch_number": "枝番",
        "arbitrary_file_identifier": "照会の識別子",
    },
    DrugRequestBody: {
        "start_date": "対象年月（から）",
        "end_date": "対象年月（まで）",
        "file_category": "ファイルの種類",
        "pr_di_inf_classification": "薬剤情報等の表示",
        "medical_treatment_flag": "診療区分",
    },
    DrugRequestMessage: {
        "message_header": "照会の情報",
        "message_body": "照会",
    },
    CheckupRequestBody: {
        "file_category": "ファイルの種類",
        "pr_di_inf_classification": "薬剤情報等の表示",
        "medical_treatment_flag": "診療区分",
    },
    CheckupRequestMessage: {
        "message_header": "照会の情報",
        "message_body": "照会",
    },
    CheckupPerson: {
        "name": "氏名",
        "kanas_name": "カナ氏名",
        "birthday": "生年月日",
        "administrative_gender_code": "性別",
    },
    CheckupHeader: {
        **_HEADER_WITHOUT_DAY,
        **_ERRORS,
        **_CHARACTER_CODE,
        **_OUTCOME,
        "qualifications_info": "患者",
    },
    CheckupItem: {
        "item_code": "項目コード",
        "item_name": "項目",
        "data_type": "値の型",
        "data_value": "値",
        "unit": "単位",
        "oid": "OID",
        "data_value_name": "値の名称",
    },
    Checkup: {
        "effective_time": "受診日",
        "health_checkup_result_and_question_infos": "結果と質問票",
    },
    CheckupBody: {
        **_OUTCOME,
        "specific_health_checkup_info": "特定健診",
    },
    CheckupMessage: {
        "message_header": "照会の情報",
        "message_body": "結果",
    },
    OpenBody: {},
    OpenMessage: {
        "message_header": "照会の情報",
        "message_body": "内容",
    },
    ReferenceNumberRegistration: _REGISTRATION,
    ReferenceRequestBody: {
        "reference_number_registration_info": "登録する照会番号",
    },
    ReferenceRequestMessage: {
        "message_header": "照会の情報",
        "message_body": "登録",
    },
    ReferenceResultHeader: {
        **_HEADER_WITHOUT_DAY,
        **_ERRORS,
        **_CHARACTER_CODE,
    },
    ReferenceResultBody: {
        "reference_number_registration_info": "登録した照会番号",
        **_STATUS,
        "reference_number": "照会番号",
    },
    ReferenceResultMessage: {
        "message_header": "照会の情報",
        "message_body": "結果",
    },
    ReferenceUnit: {
        "reference_number_registration_info": "登録した照会番号",
        **_STATUS,
        "reference_number": "照会番号",
    },
    ReferenceBulkBody: {
        "bulk_confirm_unit": "登録した人",
    },
    ReferenceBulkMessage: {
        "message_header": "照会の情報",
        "message_body": "結果",
    },
}
