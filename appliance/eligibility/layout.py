"""From a message class to its elements: the one place that knows how field names and element names relate."""

from dataclasses import dataclass, fields
from enum import Enum, auto
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from appliance.eligibility.message import BASE_FIELDS, Block
from appliance.eligibility.spellings import SPELLINGS


class Kind(Enum):
    """What an element holds: text, one group of elements, a list of groups inside a wrapper, a group repeated without."""

    TEXT = auto()
    BLOCK = auto()
    LIST = auto()
    REPEAT = auto()


@dataclass(frozen=True)
class Slot:
    """One field of a block and the element it is written as. `block` is None for TEXT only, `item` set for LIST only.

    `variants` are other spellings of `element` that are read as well and never written.
    """

    name: str
    element: str
    kind: Kind
    block: type[Block] | None
    item: str | None
    code_table: str | None
    variants: tuple[str, ...] = ()


def element_name(field_name: str) -> str:
    """`insured_card_symbol` → `InsuredCardSymbol`."""
    return "".join(part.capitalize() for part in field_name.split("_"))


_LAYOUTS: dict[type[Block], tuple[Slot, ...]] = {}


def layout(block: type[Block]) -> tuple[Slot, ...]:
    """The slots of `block` in documented element order."""
    if block not in _LAYOUTS:
        _LAYOUTS[block] = _slots(block)
    return _LAYOUTS[block]


def _slots(block: type[Block]) -> tuple[Slot, ...]:
    hints = get_type_hints(block)
    return tuple(
        _slot(item.name, hints[item.name], dict(item.metadata))
        for item in fields(block)
        if item.name not in BASE_FIELDS
    )


def _slot(name: str, hint: Any, metadata: dict[str, Any]) -> Slot:
    element = metadata.get("element", element_name(name))
    if get_origin(hint) is tuple:
        item = metadata.get("item")
        return Slot(name, element, Kind.LIST if item else Kind.REPEAT, get_args(hint)[0], item, None)
    inner = (
        next(kind for kind in get_args(hint) if kind is not type(None))
        if isinstance(hint, UnionType)
        else hint
    )
    if isinstance(inner, type) and issubclass(inner, Block):
        return Slot(name, element, Kind.BLOCK, inner, None, None)
    return Slot(name, element, Kind.TEXT, None, None, metadata.get("code"), SPELLINGS.get(element, ()))
