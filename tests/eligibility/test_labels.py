"""No field of any message may reach reception without a name."""

import inspect

import pytest

from appliance.eligibility import (
    message,
    message_bulk,
    message_drugs,
    message_medical,
    message_open,
    message_reference,
)
from appliance.eligibility.labels import FIELD_LABELS, QUALIFICATION_GROUPS, field_label
from appliance.eligibility.layout import layout
from appliance.eligibility.message import Block, Qualification, ResultBody

BLOCKS = [
    kind
    for module in (message, message_bulk, message_drugs, message_medical, message_open, message_reference)
    for _, kind in inspect.getmembers(module, inspect.isclass)
    if kind.__module__ == module.__name__ and issubclass(kind, Block) and kind is not Block
]


@pytest.mark.parametrize("block", BLOCKS)
def test_every_field_has_a_label_and_no_label_is_left_over(block: type[Block]) -> None:
    assert set(FIELD_LABELS[block]) == {slot.name for slot in layout(block)}
    assert all(FIELD_LABELS[block].values())


def test_every_field_of_a_qualification_is_in_exactly_one_group() -> None:
    grouped = [name for group in QUALIFICATION_GROUPS for name in group.fields]
    assert sorted(grouped) == sorted(slot.name for slot in layout(Qualification))


def test_a_field_nobody_named_is_an_error() -> None:
    assert field_label(Qualification, "insurer_number") == "保険者番号"
    with pytest.raises(KeyError):
        field_label(ResultBody, "no_such_field")
