"""What belongs to no field, and how it comes back: at its place, in its order, with its attributes."""

from dataclasses import replace

import pytest

from appliance.eligibility.message import (
    Extra,
    ExtraKind,
    Qualification,
    ResultBody,
    ResultMessage,
    prescription_issue_select,
)
from appliance.eligibility.message_json import block_as_json
from appliance.eligibility.message_xml import Encoding, Replacement, read_result, replacements, write
from tests.eligibility.message_samples import NORMAL_RESULT


def result(body: str, header: str = "") -> ResultMessage:
    return read_result(
        f"<XmlMsg><MessageHeader>{header}</MessageHeader><MessageBody>{body}</MessageBody></XmlMsg>".encode()
    )


def one(inner: str) -> str:
    return f"<ResultList><ResultOfQualificationConfirmation>{inner}</ResultOfQualificationConfirmation></ResultList>"


def body_of(data: bytes) -> list[str]:
    lines = data.decode().splitlines()
    return [
        line.strip() for line in lines[lines.index("  <MessageBody>") + 1 : lines.index("  </MessageBody>")]
    ]


def test_unknown_elements_come_back_behind_what_they_followed() -> None:
    message = result(
        "<First/><QualificationValidity>1</QualificationValidity><Second/><Third/>"
        "<ProcessingResultStatus>1</ProcessingResultStatus><Fourth/>"
    )
    assert message.message_body.places == (
        "",
        "processing_result_status",
        "qualification_validity",
        "qualification_validity",
    )
    assert body_of(write(message)) == [
        "<First/>",
        "<ProcessingResultStatus>1</ProcessingResultStatus>",
        "<Fourth/>",
        "<QualificationValidity>1</QualificationValidity>",
        "<Second/>",
        "<Third/>",
    ]
    again = read_result(write(message))
    assert again == message
    assert again.message_body.places == message.message_body.places


def test_unknown_elements_without_a_place_go_to_the_end() -> None:
    body = ResultBody(qualification_validity="1", unknown=("<A/>", "<B/>"), places=("",))
    assert body_of(write(ResultMessage(message_body=body))) == [
        "<A/>",
        "<QualificationValidity>1</QualificationValidity>",
        "<B/>",
    ]


def test_attributes_text_between_and_strangers_in_lists_are_kept() -> None:
    message = result(
        'loose<ResultList n="2">x<Odd a="1"> <In/>y</Odd><ResultOfQualificationConfirmation xml:lang="ja">'
        '<Name kind="a&amp;&quot;b&#10;">見本</Name></ResultOfQualificationConfirmation>z</ResultList>w'
    )
    assert message.message_body.extras == (
        Extra(ExtraKind.ATTRIBUTE, "result_list", "n", "2"),
        Extra(ExtraKind.ELEMENT, "result_list", "", '<Odd a="1"> <In/>y</Odd>'),
        Extra(ExtraKind.TEXT, "", "", "loose\nw"),
        Extra(ExtraKind.TEXT, "result_list", "", "x\nz"),
    )
    (found,) = message.message_body.result_list
    assert found.name == "見本"
    assert [(extra.field, extra.value) for extra in found.extras] == [("", "ja"), ("name", 'a&"b\n')]
    assert read_result(write(message)) == message
    assert block_as_json(found)["unknown"] == [
        '@{http://www.w3.org/XML/1998/namespace}lang="ja"',
        'name@kind="a&"b\n"',
    ]


@pytest.mark.parametrize(
    "empty", ["<ResultList/>", "<ResultList> </ResultList>", "<ResultList><Odd/></ResultList>"]
)
def test_a_list_without_items_is_not_an_absent_list(empty: str) -> None:
    message = result(empty)
    assert message.message_body.result_list == ()
    assert message != result("")
    assert b"<ResultList>" in write(message)
    assert read_result(write(message)) == message


def test_a_text_with_elements_inside_is_kept_but_no_value() -> None:
    message = result(one("<Name>見<b>本</b></Name><Sex1>2</Sex1>"))
    (found,) = message.message_body.result_list
    assert (found.name, found.sex1, found.unknown) == (None, "2", ("<Name>見<b>本</b></Name>",))
    assert read_result(write(message)) == message


def test_a_second_one_never_overtakes_the_first() -> None:
    message = result(
        "<QualificationValidity>1</QualificationValidity><ProcessingResultStatus>1</ProcessingResultStatus>"
        "<QualificationValidity>2</QualificationValidity>"
    )
    assert message.message_body.qualification_validity == "1"
    again = read_result(write(message))
    assert again == message
    assert again.message_body.qualification_validity == "1"


@pytest.mark.parametrize(
    ("element", "name"),
    [
        ("PharmaceuticalInfoConsFlg", "pharmacists_info_cons_flg"),
        ("PharmaceuticalInfoConsTime", "pharmacists_info_cons_time"),
        ("PharmaceuticalInfoAvailableTime", "pharmacists_info_available_time"),
        ("PharmaceuticalInfoAcquisitionTime", "pharmacists_info_available_time"),
        ("PharmacistsInfoAcquisitionTime", "pharmacists_info_available_time"),
        ("SpecificHealthCheckupsInfoAcquisitionTime", "specific_health_checkups_info_available_time"),
        ("DiagnosisInfoAcquisitionTime", "diagnosis_info_available_time"),
        ("OperationInfoAcquisitionTime", "operation_info_available_time"),
        ("DiagnosisInfoConsTim", "diagnosis_info_cons_time"),
    ],
)
def test_other_spellings_are_the_same_field(element: str, name: str) -> None:
    message = result(one(f"<{element}>20260401090105</{element}>"))
    (found,) = message.message_body.result_list
    assert getattr(found, name) == "20260401090105"
    assert found.unknown == ()
    assert f"<{element}>".encode() not in write(message)
    assert read_result(write(message)) == message


@pytest.mark.parametrize(
    "inner",
    [
        "<PharmaceuticalInfoConsFlg>0</PharmaceuticalInfoConsFlg><PharmacistsInfoConsFlg>1</PharmacistsInfoConsFlg>",
        "<PharmacistsInfoConsFlg>1</PharmacistsInfoConsFlg><PharmaceuticalInfoConsFlg>0</PharmaceuticalInfoConsFlg>",
    ],
)
def test_of_two_spellings_the_documented_one_counts(inner: str) -> None:
    message = result(one(inner))
    (found,) = message.message_body.result_list
    assert found.pharmacists_info_cons_flg == "1"
    assert found.unknown == ("<PharmaceuticalInfoConsFlg>0</PharmaceuticalInfoConsFlg>",)
    assert read_result(write(message)) == message


def test_comments_and_instructions_may_go_and_cdata_is_text() -> None:
    message = result(one("<!-- x --><Name>見<!-- y -->本<?z?></Name><Address><![CDATA[<1>]]></Address>"))
    (found,) = message.message_body.result_list
    assert (found.name, found.address, found.unknown, found.extras) == ("見本", "<1>", (), ())
    assert read_result(write(message)) == message


def test_the_newer_consents_and_the_prescription_have_fields() -> None:
    stems = (
        "DiagnosisName",
        "InfectiousInfo",
        "AllergyInfo",
        "ContraindicationInfo",
        "TestInfo",
        "PrescriptionInfo",
    )
    inner = "".join(
        f"<{stem}{part}>1</{stem}{part}>"
        for stem in stems
        for part in ("ConsFlg", "ConsTime", "AvailableTime")
    )
    message = result(one(inner + "<PrescriptionIssueSelect>2</PrescriptionIssueSelect>"))
    (found,) = message.message_body.result_list
    assert found.unknown == ()
    assert found.contraindication_info_available_time == found.diagnosis_name_cons_flg == "1"
    assert found.prescription_issue_select == "2"


def test_what_shift_jis_lacks_is_told_by_field() -> None:
    message = read_result(NORMAL_RESULT.replace("見本　花子", "𠮷野　〜子").replace("000123", "9").encode())
    path = "MessageBody/ResultList/ResultOfQualificationConfirmation[1]/Name"
    assert replacements(message, Encoding.SHIFT_JIS) == (
        Replacement(path, "𠮷", "●"),
        Replacement(path, "〜", "～"),
    )
    assert replacements(message, Encoding.UTF_8) == ()
    (found,) = read_result(write(message, Encoding.SHIFT_JIS)).message_body.result_list
    assert found.name == "●野　～子"


def test_what_shift_jis_lacks_is_told_of_unknown_parts_too() -> None:
    message = ResultMessage(message_body=ResultBody(unknown=("<A>𠮷</A>",)))
    message = replace(message, extras=(Extra(ExtraKind.ATTRIBUTE, "", "a", "é"),))
    assert [(one.path, one.character) for one in replacements(message, Encoding.SHIFT_JIS)] == [
        ("MessageBody", "𠮷"),
        ("", "é"),
    ]
    assert "●" in write(message, Encoding.SHIFT_JIS).decode("cp932")


@pytest.mark.parametrize("value", ["\x00", "a\x0bb", "\ud800", "\ufffe"])
def test_what_xml_cannot_hold_is_refused(value: str) -> None:
    message = ResultMessage(message_body=ResultBody(result_list=(Qualification(name=value),)))
    with pytest.raises(ValueError, match="XML cannot hold"):
        write(message)


@pytest.mark.parametrize(
    "raw", ["no element", "<!DOCTYPE A><A/>", "<A>", "<A/><B/>", "</MessageBody>", "<A>&x;</A>"]
)
def test_an_unknown_element_that_is_none_is_refused(raw: str) -> None:
    with pytest.raises(ValueError, match="not well-formed"):
        write(ResultMessage(message_body=ResultBody(unknown=(raw,))))


def test_the_form_of_the_prescription_is_looked_for_at_both_levels() -> None:
    select = "<PrescriptionIssueSelect>{}</PrescriptionIssueSelect>"
    in_body = result(select.format(1) + one("")).message_body
    in_result = result(one(select.format(2))).message_body
    in_both = result(select.format(1) + one(select.format(2))).message_body
    found = [prescription_issue_select(body, body.result_list[0]) for body in (in_body, in_result, in_both)]
    assert found == ["1", "2", "2"]
    assert prescription_issue_select(in_body) == "1"
    assert prescription_issue_select(in_result) is None
