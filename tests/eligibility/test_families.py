"""Every family: read, written, read again; recognised by name and by content."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from appliance.eligibility import families, file_names
from appliance.eligibility.families import FAMILIES, Basis, family_of
from appliance.eligibility.layout import Kind, layout
from appliance.eligibility.message import Block
from appliance.eligibility.message_xml import Encoding, read_as, unit_results, write
from appliance.eligibility.trouble import Trouble
from appliance.eligibility.xml_source import BULK_SIZE_LIMIT, SIZE_LIMIT, parse
from tests.eligibility.family_samples import MIXED, SAMPLES
from tests.eligibility.message_samples import NORMAL_RESULT

ALIKE = {"OQSsihvq01", "OQSsionq01", "OQSmuimm0", "OQSmutic0", "OQSmuhvq0", "OQSmuonq0"}


def named(key: str) -> file_names.FileName:
    return file_names.build(key, "202604010001")


def kinds_of(kind: type[Block]) -> Iterator[type[Block]]:
    yield kind
    for slot in layout(kind):
        if slot.block is not None:
            yield from kinds_of(slot.block)


def unknown_in(block: Block) -> list[Any]:
    found: list[Any] = [*block.unknown, *block.extras]
    for slot in layout(type(block)):
        value = getattr(block, slot.name)
        if slot.kind is not Kind.TEXT and value:
            for item in (value,) if slot.kind is Kind.BLOCK else value:
                found += unknown_in(item)
    return found


def test_there_is_a_sample_of_every_family() -> None:
    assert set(SAMPLES) == set(FAMILIES)


@pytest.mark.parametrize("key", FAMILIES)
@pytest.mark.parametrize("encoding", Encoding)
def test_what_is_written_is_what_was_read(key: str, encoding: Encoding) -> None:
    message = families.read(SAMPLES[key].encode(), named(key)).message
    again = families.read(write(message, encoding), named(key)).message
    assert write(again) == write(message)
    assert again == read_as(type(message), write(again, encoding))


@pytest.mark.parametrize("key", FAMILIES)
def test_documented_order_is_kept_and_nothing_is_unknown(key: str) -> None:
    message = families.read(SAMPLES[key].encode(), named(key)).message
    assert re.sub(r"\s*\n\s*", "", write(message).decode()) == re.sub(r"\s*\n\s*", "", SAMPLES[key])
    is_open = FAMILIES[key].basis is Basis.OPEN
    assert len(unknown_in(message)) == (2 if is_open else 0)


@pytest.mark.parametrize("key", FAMILIES)
def test_the_content_tells_the_family_where_it_can(key: str) -> None:
    found = family_of(parse(SAMPLES[key].encode()).root)
    if FAMILIES[key].basis is Basis.OPEN:
        assert found.basis is Basis.OPEN or found.key == "OQSsiquc01res"
    elif any(key.startswith(prefix) for prefix in ALIKE):
        assert FAMILIES[found.key].is_request == FAMILIES[key].is_request
    else:
        assert found.key == key


@pytest.mark.parametrize("data", MIXED)
def test_mixed_orders_are_results_of_the_single_check(data: str) -> None:
    assert families.read(data.encode()).family.key == "OQSsiquc01res"


def test_no_two_fields_of_a_block_share_an_element_or_a_spelling() -> None:
    kinds = {kind for family in FAMILIES.values() for kind in kinds_of(family.message)}
    assert len(kinds) > 50
    for kind in kinds:
        names = [name for slot in layout(kind) for name in (slot.element, *slot.variants)]
        assert len(set(names)) == len(names), kind


def test_a_bulk_units_results_are_found_wherever_they_stand() -> None:
    result = "<ResultOfQualificationConfirmation><Name>見本{}</Name></ResultOfQualificationConfirmation>"
    unit = (
        f"{result.format(1)}<ResultList>{result.format(2)}<Odd>{result.format(3)}</Odd></ResultList>"
        f"<Later><Deep>{result.format(4)}</Deep></Later>{result.format(5)}"
    )
    data = f"<XmlMsg><MessageHeader/><MessageBody><BulkConfirmUnit>{unit}</BulkConfirmUnit></MessageBody></XmlMsg>"
    message: Any = families.read(data.encode()).message
    (found,) = message.message_body.bulk_confirm_unit
    assert sorted(str(one.name) for one in unit_results(found)) == [f"見本{n}" for n in range(1, 6)]
    again: Any = families.read(write(message)).message
    assert again == message


def test_thousands_of_units_are_read_in_one_go() -> None:
    sample = SAMPLES["OQSmuquc02res"]
    unit = sample[sample.index("<BulkConfirmUnit>") : sample.index("</BulkConfirmUnit>") + 18]
    data = sample.replace(unit, unit * 3000).encode()
    message: Any = families.read(data, named("OQSmuquc02res")).message
    assert len(message.message_body.bulk_confirm_unit) == 3001


def test_a_family_nobody_knows_is_kept_whole() -> None:
    name = file_names.parse("EPSsiPIR01req_202604010001.xml")
    data = b"<XmlMsg><MessageHeader><A>1</A></MessageHeader><MessageBody><B><C/></B></MessageBody></XmlMsg>"
    reading = families.read(data, name)
    assert (reading.family.key, reading.family.basis) == ("EPSsiPIR01req", Basis.OPEN)
    assert families.read(write(reading.message), name).message == reading.message
    assert b"<B><C/></B>" in write(reading.message)


def test_bulk_families_may_be_larger() -> None:
    large = NORMAL_RESULT.encode().ljust(SIZE_LIMIT + 1)
    with pytest.raises(Trouble, match="INPUT-002"):
        families.read(large, named("OQSsiquc01res"))
    assert families.read(large, named("OQSmuquc02res")).family.size_limit == BULK_SIZE_LIMIT
