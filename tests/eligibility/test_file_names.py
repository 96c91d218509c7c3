import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.eligibility import file_names
from appliance.eligibility.families import FAMILIES
from appliance.eligibility.file_names import Direction, FaceMark, FileName, Mode, System

FACE = "OQSsiquc01res_face_9910000001aaaaaaaaaaaaaaaaaaaa_20260401090112.xml"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("OQSsiquc01req_202604010001.xml", ("OQS", "si", "quc", "01", "req", "202604010001", "xml")),
        ("OQSmuquc02res_202604010001.zip", ("OQS", "mu", "quc", "02", "res", "202604010001", "zip")),
        ("EPSsiDMP01req_x.xml", ("EPS", "si", "DMP", "01", "req", "x", "xml")),
        ("PMHsimsm01req_x.xml", ("PMH", "si", "msm", "01", "req", "x", "xml")),
        ("YZKsiquc01res_1.PDF", ("YZK", "si", "quc", "01", "res", "1", "PDF")),
        ("OQSsiquc01req_a b_/見.err", ("OQS", "si", "quc", "01", "req", "a b_/見", "err")),
    ],
)
def test_a_name_is_taken_apart(text: str, parts: tuple[str, ...]) -> None:
    found = file_names.parse(text)
    assert found is not None
    assert (
        found.system,
        found.mode,
        found.function,
        found.step,
        found.direction,
        found.suffix,
        found.extension,
    ) == parts
    assert str(found) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "OQSsiquc01req.xml",
        "OQSsiquc1req_1.xml",
        "OQSsiquc01req_1.xml.tmp",
        "OQSsiquc01req_1.xm",
        "ESPsiPIR01req_1.xml",
        "OQSxxquc01req_1.xml",
        "oqssiquc01req_1.xml",
        " OQSsiquc01req_1.xml",
        "OQSsiquc0１req_1.xml",
    ],
)
def test_other_files_have_no_such_name(text: str) -> None:
    assert file_names.parse(text) is None


def test_the_answer_has_the_suffix_of_the_question() -> None:
    found = file_names.build("OQSmuimm02req", "202604010001")
    assert str(found.answered()) == "OQSmuimm02res_202604010001.xml"
    assert str(found.answered("zip")) == "OQSmuimm02res_202604010001.zip"
    assert str(found.with_extension("err")) == "OQSmuimm02req_202604010001.err"
    with pytest.raises(ValueError, match="only a request"):
        found.answered().answered()


def test_a_card_result_says_card_and_moment() -> None:
    found = file_names.parse(FACE)
    assert found is not None
    assert found.face == FaceMark("9910000001aaaaaaaaaaaaaaaaaaaa", "20260401090112")
    assert found.family == "OQSsiquc01res"
    assert str(file_names.face_name(found.face)) == FACE
    for other in (
        FACE.replace("01res", "01req"),
        FACE.replace("0112.xml", "011.xml"),
        "OQSsiquc01res_1.xml",
    ):
        name = file_names.parse(other)
        assert name is not None
        assert name.face is None


@pytest.mark.parametrize(
    ("suffix", "is_safe", "is_safest"),
    [
        ("202604010001", True, True),
        ("BOX-1_a", True, False),
        ("", False, False),
        ("患者１２３", False, False),
        ("a" * 65, False, False),
        ("../../x", False, False),
        ("2026040100011", True, False),
    ],
)
def test_which_suffixes_may_be_used_again(suffix: str, is_safe: bool, is_safest: bool) -> None:
    found = file_names.build("OQSsiquc01req", suffix)
    assert (found.is_safe, found.is_safest) == (is_safe, is_safest)


@pytest.mark.parametrize("family", ["", "OQSsiquc01", "OQSsiquc01reqx", "OQSsiquc01req_x", "XmlMsg"])
def test_no_name_for_what_is_no_family(family: str) -> None:
    with pytest.raises(ValueError, match="no file name"):
        file_names.build(family, "1")


def test_every_family_has_a_name() -> None:
    for key in FAMILIES:
        assert file_names.build(key, "202604010001").family == key


@given(
    st.builds(
        FileName,
        system=st.sampled_from(System),
        mode=st.sampled_from(Mode),
        function=st.text(st.sampled_from("abcXYZ"), min_size=3, max_size=3),
        step=st.text(st.sampled_from("0123456789"), min_size=2, max_size=2),
        direction=st.sampled_from(Direction),
        suffix=st.text(max_size=20),
        extension=st.sampled_from(["xml", "XML", "pdf", "zip", "err"]),
    )
)
def test_every_name_that_is_built_is_read_as_built(name: FileName) -> None:
    assert file_names.parse(str(name)) == name


@given(st.text(max_size=60))
def test_any_text_is_taken_apart_whole_or_not_at_all(text: str) -> None:
    found = file_names.parse(text)
    assert found is None or str(found) == text
