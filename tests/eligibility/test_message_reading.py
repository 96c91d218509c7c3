import re

import pytest

from appliance.eligibility.message import RequestMessage, ResultMessage
from appliance.eligibility.message_xml import SIZE_LIMIT, Encoding, read_request, read_result, write
from appliance.eligibility.trouble import Trouble
from appliance.eligibility.xml_source import DEPTH_LIMIT
from tests.eligibility.message_samples import CARD_RESULT, NORMAL_RESULT, PERSON_ERROR, REQUEST


def refused(data: bytes) -> str:
    with pytest.raises(Trouble) as caught:
        read_result(data)
    return caught.value.code


def test_the_sample_request() -> None:
    message = read_request(REQUEST.encode())
    search = message.message_body.qualification_confirm_search_info
    assert message.message_header.medical_institution_code == "9910000001"
    assert (search.insurer_number, search.insured_card_symbol, search.insured_branch_number) == (
        "06990015",
        "架空１２",
        "02",
    )
    assert search.arbitrary_identifier is None
    assert write(message).decode() == REQUEST


def test_the_sample_result() -> None:
    message = read_result(NORMAL_RESULT.encode())
    (found,) = message.message_body.result_list
    limit = found.limit_application_certificate_related_info
    assert message.message_body.qualification_validity == "1"
    assert found.name == "見本　花子"
    assert found.reference_number == "000123"
    assert limit is not None
    assert limit.limit_application_certificate_classification_flag == "A03"
    assert limit.limit_application_certificate_long_term_date is None
    assert write(message).decode() == NORMAL_RESULT


def test_the_sample_card_result_in_mixed_order() -> None:
    message = read_result(CARD_RESULT.encode())
    (found,) = message.message_body.result_list
    assert message.message_body.qualification_confirm_search_info is None
    assert found.insurer_number == "  990015"
    assert (found.insured_branch_number, found.insured_card_symbol) == ("", None)
    assert (found.pharmacists_info_cons_flg, found.pharmacists_info_available_time) == ("1", "20260402090105")
    assert found.unknown == ("<FutureInfoConsFlg>1</FutureInfoConsFlg>",)
    assert read_result(write(message)) == message


def test_documented_order_is_written_whatever_was_read() -> None:
    written = write(read_result(CARD_RESULT.encode())).decode()
    order = [
        "MessageHeader",
        "ProcessExecutionTime",
        "ReferenceClassification",
        "SegmentOfResult",
        "ProcessingResultStatus",
        "QualificationValidity",
        "ResultList",
        "InsurerNumber",
        "Name",
        "Sex1",
        "PharmacistsInfoConsFlg",
        "PharmacistsInfoAvailableTime",
    ]
    assert re.findall("<(" + "|".join(order) + ")>", written) == order


def test_the_sample_error_of_one_person() -> None:
    body = read_result(PERSON_ERROR.encode()).message_body
    assert (body.processing_result_status, body.processing_result_code) == ("2", "PLACEHOLDER")
    assert body.result_list == ()
    assert body.qualification_validity is None


DECLARED_SJIS = NORMAL_RESULT.replace("UTF-8", "Shift_JIS")
UNDECLARED = NORMAL_RESULT.split("?>\n", 1)[1]


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + NORMAL_RESULT.encode(),
        b"\n \r\n" + NORMAL_RESULT.encode(),
        b"\xef\xbb\xbf" + DECLARED_SJIS.encode(),
        UNDECLARED.encode(),
        NORMAL_RESULT.replace("\n", "\r\n").encode(),
        NORMAL_RESULT.replace('"UTF-8"', "'utf-8'").encode(),
        NORMAL_RESULT.encode("cp932"),
        UNDECLARED.encode("cp932"),
        DECLARED_SJIS.encode("cp932"),
        *(
            NORMAL_RESULT.replace("UTF-8", name).encode("cp932")
            for name in ("shift-jis", "SJIS", "Windows-31J", "MS932")
        ),
    ],
)
def test_every_way_a_file_is_encoded_in_the_field(data: bytes) -> None:
    assert read_result(data) == read_result(NORMAL_RESULT.encode())


def test_microsofts_characters_survive_shift_jis() -> None:
    message = read_result(NORMAL_RESULT.encode())
    written = write(message, Encoding.SHIFT_JIS)
    assert written.startswith(b'<?xml version="1.0" encoding="Shift_JIS" standalone="no"?>')
    assert "１－１～２①".encode("cp932") in written
    assert read_result(written).message_body == message.message_body


def test_the_character_code_is_made_true() -> None:
    message = read_result(NORMAL_RESULT.encode())
    for encoding, code in ((Encoding.SHIFT_JIS, "1"), (Encoding.UTF_8, "0")):
        assert read_result(write(message, encoding)).message_header.character_code_identifier == code
    without = read_result(PERSON_ERROR.encode())
    assert b"CharacterCodeIdentifier" not in write(without, Encoding.SHIFT_JIS)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("𠮷野　髙﨑", "●野　髙﨑"),
        ("見本😀", "見本●"),
        ("１〜２−３‖４—５", "１～２－３∥４―５"),
        ("한글", "●●"),
    ],
)
def test_characters_code_page_932_lacks(name: str, written: str) -> None:
    message = read_result(NORMAL_RESULT.replace("見本　花子", name).encode())
    assert message.message_body.result_list[0].name == name
    assert read_result(write(message, Encoding.UTF_8)) == message
    assert read_result(write(message, Encoding.SHIFT_JIS)).message_body.result_list[0].name == written


def test_unknown_elements_at_every_level_are_kept_with_their_white_space() -> None:
    stranger = '<Future kind="a"> <Inner>１</Inner>\n<Empty/> </Future>'
    data = NORMAL_RESULT.replace("</MessageHeader>", stranger + "</MessageHeader>")
    data = data.replace(
        "</ResultOfQualificationConfirmation>", stranger + "</ResultOfQualificationConfirmation>"
    )
    message = read_result(data.replace("</MessageBody>", stranger + "</MessageBody>").encode())
    assert message.message_header.unknown == message.message_body.unknown == (stranger,)
    assert message.message_body.result_list[0].unknown == (stranger,)
    assert read_result(write(read_result(write(message)))) == message


def test_of_an_element_that_comes_twice_the_first_counts_and_both_are_kept() -> None:
    message = read_result(
        PERSON_ERROR.replace(
            "<ProcessingResultCode>",
            "<ProcessingResultStatus>1</ProcessingResultStatus><ProcessingResultCode>",
        ).encode()
    )
    assert message.message_body.processing_result_status == "2"
    assert message.message_body.unknown == ("<ProcessingResultStatus>1</ProcessingResultStatus>",)


def test_a_stylesheet_or_a_comment_in_front_does_no_harm() -> None:
    data = '<?xml-stylesheet href="x.xsl"?><!-- 見本 -->' + UNDECLARED
    assert read_result(data.encode()) == read_result(NORMAL_RESULT.encode())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no xml",
        NORMAL_RESULT.encode()[:-20],
        NORMAL_RESULT.encode("utf-16"),
        NORMAL_RESULT.replace("見本", "見本\x01").encode(),
        b'<?xml version="1.0" encoding="Shift_JIS"?><XmlMsg>\x85</XmlMsg>',
        b"\xef\xbb\xbf<XmlMsg>\xff</XmlMsg>",
        b"<XmlMsg>&nothing;</XmlMsg>",
        b"<XmlMsg>" + b"<a>" * 5000 + b"</a>" * 5000 + b"</XmlMsg>",
    ],
    ids=["empty", "text", "cut", "utf-16", "control", "half-pair", "bad-utf-8", "entity", "deep"],
)
def test_what_is_no_xml_is_refused(data: bytes) -> None:
    assert refused(data) == "INPUT-002"


@pytest.mark.parametrize(
    "prolog",
    [
        "<!DOCTYPE XmlMsg>",
        '<!DOCTYPE XmlMsg SYSTEM "box.toml">',
        '<!DOCTYPE XmlMsg [<!ENTITY a "b">]>',
        '<!DOCTYPE XmlMsg [<!ENTITY a SYSTEM "box.toml">]>',
    ],
)
@pytest.mark.parametrize("codec", ["utf-8", "cp932"])
def test_a_dtd_is_refused_before_it_is_parsed(prolog: str, codec: str) -> None:
    assert refused((prolog + UNDECLARED.replace("3456", "&a;")).encode(codec)) == "INPUT-002"


def test_the_size_limit_is_exact() -> None:
    data = NORMAL_RESULT.encode()
    assert read_result(data.ljust(SIZE_LIMIT)) == read_result(data)
    assert refused(data.ljust(SIZE_LIMIT + 1)) == "INPUT-002"


def test_the_depth_limit_is_exact() -> None:
    def nested(levels: int) -> bytes:
        inner = "<a>" * (levels - 2) + "</a>" * (levels - 2)
        return f"<XmlMsg><MessageHeader>{inner}</MessageHeader></XmlMsg>".encode()

    message = read_result(nested(DEPTH_LIMIT))
    assert read_result(write(message)) == message
    assert refused(nested(DEPTH_LIMIT + 1)) == "INPUT-002"


def test_a_file_full_of_white_space_is_refused_at_once() -> None:
    assert refused(b" " * SIZE_LIMIT) == "INPUT-002"


@pytest.mark.parametrize("data", [b"<Other/>", b"<XmlMsg/>", b"<XmlMsg><MessageBody/></XmlMsg>"])
def test_another_message_is_no_result(data: bytes) -> None:
    assert refused(data) == "INPUT-003"


@pytest.mark.parametrize(
    "data", [b"<Other/>", b"<XmlMsg/>", b"<XmlMsg><MessageBody/></XmlMsg>", CARD_RESULT.encode()]
)
def test_another_message_is_no_request(data: bytes) -> None:
    with pytest.raises(Trouble, match="INPUT-003"):
        read_request(data)


def test_trouble_with_a_message_quotes_nothing_of_it() -> None:
    with pytest.raises(Trouble) as caught:
        read_result(NORMAL_RESULT.replace("</Name>", "</Nam>").encode())
    assert "見本" not in str(caught.value)
    assert "行目" in caught.value.detail


def test_an_empty_message_is_written_without_empty_elements() -> None:
    assert b"<MessageBody/>" in write(ResultMessage())
    assert b"<QualificationConfirmSearchInfo/>" in write(RequestMessage())
