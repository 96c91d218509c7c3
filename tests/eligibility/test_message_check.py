"""Each objection, with its line; and that what is right is left alone."""

import pytest

from appliance.eligibility import file_names
from appliance.eligibility.families import FAMILIES, Basis
from appliance.eligibility.message_check import Finding, Weight, findings
from appliance.eligibility.message_xml import Encoding, read_result, write
from appliance.eligibility.shapes import MUSTS, form_of
from appliance.eligibility.trouble import Trouble
from tests.eligibility.family_samples import SAMPLES
from tests.eligibility.message_samples import CARD_RESULT, NORMAL_RESULT, REQUEST

RESULT_NAME = file_names.build("OQSsiquc01res", "202604010001")
REQUEST_NAME = file_names.build("OQSsiquc01req", "202604010001")


def objections(data: str | bytes, name: file_names.FileName | None = RESULT_NAME) -> list[Finding]:
    found = findings(data if isinstance(data, bytes) else data.encode(), name)
    return [one for one in found if one.weight is Weight.OBJECTION]


def notes(data: str | bytes, name: file_names.FileName | None = RESULT_NAME) -> list[str]:
    found = findings(data if isinstance(data, bytes) else data.encode(), name)
    return [one.text for one in found if one.weight is Weight.NOTE]


@pytest.mark.parametrize("key", [key for key in FAMILIES if FAMILIES[key].basis is not Basis.OPEN])
def test_the_samples_are_as_they_should_be(key: str) -> None:
    assert objections(SAMPLES[key], file_names.build(key, "202604010001")) == []


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        (
            "<SegmentOfResult>1</SegmentOfResult>",
            "<SegmentOfResult>3</SegmentOfResult>",
            "3 は 9 の別の書き方",
        ),
        ("<Sex1>2</Sex1>", "<Sex1>8</Sex1>", "OQSCD007 にないコード「8」"),
        ("<Name>見本　花子</Name>", "<Name></Name>", "必須の Name"),
        ("<Name>見本　花子</Name>", "<Name>見<b/></Name>", "ほかの要素が入っています"),
        ("<Sex1>2</Sex1>", "<Sex1>2</Sex1><Sex1>1</Sex1>", "2回あります"),
        (
            "<Sex1>2</Sex1>",
            "<Sex1>2</Sex1><Sex2>2</Sex2><Sex1/>",
            "順序が違います（Sex2 より前に書きます）",
        ),
        ("<Sex1>2</Sex1>", '<Sex1 a="1">2</Sex1>', "属性 a"),
        ("<Sex1>2</Sex1>", "<Sex1>2</Sex1>x", "要素の間に文字"),
        ("<Sex1>2</Sex1>", "<Sex1>2</Sex1><Sex3/>", "知らない要素"),
        ("<ResultList>", "<ResultList><Odd/>", "ここにあるはずのない要素"),
        ("<Birthdate>19790305<", "<Birthdate>19790231<", "yyyyMMdd"),
        (">20260401090110<", ">2026040109011<", "yyyyMMddHHmmss"),
        ("<InsurerNumber>06990015<", "<InsurerNumber>990015<", "前に空白2つ"),
        ("<InsuredBranchNumber>02<", "<InsuredBranchNumber>2<", "2桁の数字"),
        ("<PostNumber>000-0000<", "<PostNumber>0000000<", "nnn-nnnn"),
        ("<ReferenceNumber>000123<", f"<ReferenceNumber>{'1' * 51}<", "50文字以内"),
        ("<CharacterCodeIdentifier>0<", "<CharacterCodeIdentifier>1<", "文字コード識別は 1"),
        (
            "<ReferenceNumber>000123</ReferenceNumber>",
            "<PharmaceuticalInfoConsFlg>1</PharmaceuticalInfoConsFlg>",
            "PharmacistsInfoConsFlg の別の書き方",
        ),
        ('encoding="UTF-8"', "", "文字コードがありません"),
        ("<?xml", "\n<?xml", "XML宣言の前に空白"),
    ],
)
def test_what_a_strict_reader_objects_to(old: str, new: str, word: str) -> None:
    found = [one for one in objections(NORMAL_RESULT.replace(old, new, 1)) if word in one.text]
    here = line_of(GROUP if word in ABOUT_THE_GROUP else old)
    assert [one.line for one in found] == [here]


GROUP = "<ResultOfQualificationConfirmation>"
ABOUT_THE_GROUP = ("必須の Name", "要素の間に文字")


def line_of(text: str) -> int:
    return NORMAL_RESULT[: NORMAL_RESULT.index(text)].count("\n") + 1


@pytest.mark.parametrize(
    "missing", ["InsurerNumber", "InsuredIdentificationNumber", "Birthdate", "MedicalInstitutionCode"]
)
def test_what_must_be_in_a_request(missing: str) -> None:
    found = objections(REQUEST.replace(missing, "Other"), REQUEST_NAME)
    assert any(missing in one.text for one in found)


def test_a_request_without_its_keys() -> None:
    start = REQUEST.index("    <QualificationConfirmSearchInfo>")
    found = objections(REQUEST[:start] + "</MessageBody></XmlMsg>", REQUEST_NAME)
    assert ["InsurerNumber" in one.text for one in found] == [True]


def test_an_error_needs_no_qualification() -> None:
    data = (
        '<?xml version="1.0" encoding="UTF-8"?><XmlMsg><MessageHeader><SegmentOfResult>9</SegmentOfResult>'
        "<ErrorCode>X</ErrorCode></MessageHeader><MessageBody/></XmlMsg>"
    )
    assert objections(data) == []


def test_a_card_result_in_mixed_order_is_objected_to_once_a_block() -> None:
    texts = [one.text for one in objections(CARD_RESULT)]
    assert sum("順序" in text for text in texts) == 3


def test_encodings() -> None:
    data = NORMAL_RESULT
    assert ["BOM" in one.text for one in objections(b"\xef\xbb\xbf" + data.encode())] == [True]
    texts = [one.text for one in objections(data.encode("cp932"))]
    assert any("XML宣言は UTF-8 ですが、Shift_JIS として" in text for text in texts)
    assert any("文字コード識別は 0 ですが、実際は Shift_JIS" in text for text in texts)
    assert objections(write(read_result(data.encode()), Encoding.SHIFT_JIS)) == []
    windows = write(read_result(data.encode()), Encoding.SHIFT_JIS).replace(b"Shift_JIS", b"Windows-31J")
    assert objections(windows) == []
    assert any("Windows-31J" in text for text in notes(windows))


def test_notes_are_no_objections() -> None:
    data = NORMAL_RESULT.replace("見本　花子", "𠮷●")
    assert objections(data) == []
    said = notes(data)
    for word in ("検証番号が合いません", "表せなかった文字", "Shift_JIS では"):
        assert any(word in text for text in said), word
    assert "検証番号" not in "".join(
        notes(data.replace("9910000001", "9910000000").replace("06990015", "06990014"))
    )


def test_names_of_files() -> None:
    wrong = objections(REQUEST, RESULT_NAME)
    assert any("OQSsiquc01res ですが、内容は OQSsiquc01req" in one.text for one in wrong)
    unsafe = file_names.build("OQSsiquc01res", "患者１")
    assert any("英数字と" in one.text for one in objections(NORMAL_RESULT, unsafe))
    long = file_names.build("OQSsiquc01res", "2026040100011")
    assert any("12文字" in text for text in notes(NORMAL_RESULT, long))
    face = file_names.parse("OQSsiquc01res_face_9910000001aaaaaaaaaaaaaaaaaaaa_20260401090112.xml")
    assert not any("12文字" in text for text in notes(CARD_RESULT, face))
    assert any("内容から" in text for text in notes(NORMAL_RESULT, None))


def test_no_value_of_the_patient_is_quoted() -> None:
    broken = (
        CARD_RESULT.replace("19790305", "1979030x").replace("  990015", "990015x").replace("3456", "3456" * 9)
    )
    said = " ".join(one.text for one in findings(broken.encode(), RESULT_NAME))
    for value in ("見本", "1979030x", "990015x", "3456"):
        assert value not in said


def test_what_nobody_can_read_is_trouble() -> None:
    with pytest.raises(Trouble, match="INPUT-002"):
        findings(b"<!DOCTYPE x><XmlMsg/>")


def test_every_must_is_a_field() -> None:
    assert set(MUSTS) <= set(FAMILIES)
    for musts in MUSTS.values():
        for kind, names in musts.items():
            assert all(hasattr(kind(), name) for name in names)


def test_forms_follow_from_names_only_where_they_are_known() -> None:
    from appliance.eligibility.message import Qualification  # noqa: PLC0415
    from appliance.eligibility.message_drugs import ClaimedDay  # noqa: PLC0415
    from appliance.eligibility.message_medical import DrugRequestBody  # noqa: PLC0415

    date, month = form_of(Qualification, "qualification_date"), form_of(DrugRequestBody, "start_date")
    assert date is not None
    assert month is not None
    assert ("8桁" in date.words, "6桁" in month.words) == (True, True)
    assert form_of(ClaimedDay, "di_date") is None
    assert form_of(Qualification, "name") is None
