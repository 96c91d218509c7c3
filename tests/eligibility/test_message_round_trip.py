"""Whatever a message says survives being written and read, in any order of its elements."""

import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from appliance.eligibility.families import FAMILIES
from appliance.eligibility.layout import Kind, Slot, layout
from appliance.eligibility.message import Block, RequestMessage, ResultMessage
from appliance.eligibility.message_xml import Encoding, read_as, read_request, read_result, write

# What XML 1.0 can hold; how line ends and white space fare is exactly what we want to see.
any_text = st.text(
    st.characters(
        exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff", include_characters="\t\n\r"
    ),
    max_size=12,
)
CP932 = sorted(
    {
        c
        for first in range(256)
        for second in range(256)
        for c in bytes([first, second]).decode("cp932", "ignore")
    }
)
cp932_text = st.text(st.sampled_from([c for c in CP932 if c.isprintable() or c in "\t\n\r"]), max_size=12)
unknown_xml = st.sampled_from(
    [
        "<Future/>",
        "<Future>１</Future>",
        '<Future a="&lt;"> <In/>\n<In>&amp;</In></Future>',
        "<Sonst>  </Sonst>",
    ]
)
patient = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@st.composite
def blocks(draw: st.DrawFn, kind: type[Block], text: st.SearchStrategy[str], *, strange: bool = True) -> Any:
    """A `kind` with a few of its fields filled: absent, empty and full ones side by side."""
    must = [
        slot
        for slot in layout(kind)
        if slot.name.startswith("message_") or slot.name == "qualification_confirm_search_info"
    ]
    some = draw(st.lists(st.sampled_from(layout(kind)), max_size=6)) if layout(kind) else []
    values = {slot.name: draw(_value(slot, text, strange=strange)) for slot in {*must, *some}}
    unknown = draw(st.lists(unknown_xml, max_size=2)) if strange else []
    return agreed(kind(**values, unknown=tuple(unknown)))


def agreed(message: Any, encoding: Encoding = Encoding.UTF_8) -> Any:
    """`message` with a CharacterCodeIdentifier that tells the truth, as `write` will make it."""
    header: Any = getattr(message, "message_header", None)
    if getattr(header, "character_code_identifier", None) is None:
        return message
    code = "0" if encoding is Encoding.UTF_8 else "1"
    return replace(message, message_header=replace(header, character_code_identifier=code))


def _value(slot: Slot, text: st.SearchStrategy[str], *, strange: bool) -> st.SearchStrategy[Any]:
    if slot.block is None:
        return text
    inner = blocks(slot.block, text, strange=strange)
    return inner if slot.kind is Kind.BLOCK else st.lists(inner, max_size=3).map(tuple)


@patient
@given(blocks(RequestMessage, any_text))
def test_a_request_survives_utf_8(message: RequestMessage) -> None:
    assert read_request(write(message)) == message


@patient
@given(blocks(ResultMessage, any_text))
def test_a_result_survives_utf_8(message: ResultMessage) -> None:
    assert read_result(write(message)) == message


@patient
@given(blocks(RequestMessage, cp932_text))
def test_a_request_survives_shift_jis(message: RequestMessage) -> None:
    assert read_request(write(message, Encoding.SHIFT_JIS)) == agreed(message, Encoding.SHIFT_JIS)


@patient
@given(blocks(ResultMessage, cp932_text))
def test_a_result_survives_shift_jis(message: ResultMessage) -> None:
    assert read_result(write(message, Encoding.SHIFT_JIS)) == agreed(message, Encoding.SHIFT_JIS)


KINDS = sorted({family.message for family in FAMILIES.values()}, key=lambda kind: kind.__name__)


@pytest.mark.parametrize("kind", KINDS)
@settings(patient, max_examples=25)
@given(st.data())
def test_every_family_survives_both_encodings(kind: type[Block], data: st.DataObject) -> None:
    encoding = data.draw(st.sampled_from(Encoding))
    message = data.draw(blocks(kind, any_text if encoding is Encoding.UTF_8 else cp932_text))
    assert read_as(kind, write(message, encoding)) == agreed(message, encoding)


@patient
@given(blocks(ResultMessage, any_text))
def test_any_text_can_be_written_in_shift_jis(message: ResultMessage) -> None:
    read = read_result(write(message, Encoding.SHIFT_JIS))
    assert len(read.message_body.result_list) == len(message.message_body.result_list)


def _shuffled(element: "etree._Element", chance: random.Random) -> None:
    children = list(element)
    if len({child.tag for child in children}) == len(children):  # the items of a list keep their order
        chance.shuffle(children)
    for child in children:
        element.append(child)
        _shuffled(child, chance)


@patient
@given(blocks(ResultMessage, any_text, strange=False), st.randoms(use_true_random=False))
def test_the_order_of_elements_does_not_matter(message: ResultMessage, chance: random.Random) -> None:
    root = etree.fromstring(write(message))
    _shuffled(root, chance)
    assert read_result(etree.tostring(root, encoding="UTF-8", xml_declaration=True)) == message


@settings(deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=100).map(lambda text: f"<XmlMsg>{text}</XmlMsg>".encode()))
def test_no_bytes_upset_the_reader(data: bytes) -> None:
    from appliance.eligibility.trouble import Trouble  # noqa: PLC0415

    try:
        read_result(data)
    except Trouble as trouble:
        assert trouble.code in ("INPUT-002", "INPUT-003")  # noqa: PT017 - most bytes are no message
