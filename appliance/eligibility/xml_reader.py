"""From a parsed tree to a block: any order, other spellings, and nothing lost.

Of an element that comes twice the first counts, and of two spellings the documented one; whatever does not fit (a
second one, a text with elements inside, elements we do not know) stays as XML in `unknown`.
"""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import MISSING, dataclass, fields
from typing import Any, TypeVar

from lxml import etree

from appliance.eligibility.layout import Kind, Slot, layout
from appliance.eligibility.message import Block, Extra, ExtraKind

B = TypeVar("B", bound=Block)

XML_SPACE = " \t\r\n"
_START = -1


@dataclass(frozen=True)
class _Plan:
    """What one kind of block is read by: `texts` holds the documented text elements, `slots` all spellings of all."""

    texts: dict[str, str]
    slots: dict[str, Slot]
    order: dict[str, int]
    defaults: dict[str, Any]
    factories: dict[str, Callable[[], Any]]


_PLANS: dict[type[Block], _Plan] = {}


def _plan(block: type[Block]) -> _Plan:
    found = _PLANS.get(block)
    if found is None:
        slots = layout(block)
        spelt = {variant: slot for slot in slots for variant in slot.variants}
        found = _PLANS[block] = _Plan(
            texts={slot.element: slot.name for slot in slots if slot.kind is Kind.TEXT},
            slots=spelt | {slot.element: slot for slot in slots},
            order={slot.name: place for place, slot in enumerate(slots)},
            defaults={one.name: one.default for one in fields(block) if one.default is not MISSING},
            factories={
                one.name: one.default_factory for one in fields(block) if one.default_factory is not MISSING
            },
        )
    return found


def read_block(kind: type[B], element: "etree._Element", *, has_attributes: bool) -> B:
    """The children of `element` as a `kind`; `has_attributes` False when there is none in the whole tree."""
    plan = _plan(kind)
    texts = plan.texts
    values: dict[str, Any] = {}
    rest = _Rest(plan, values, has_attributes) if has_attributes else None
    has_strays = has_attributes or _says_something(element.text)
    for child in element:
        # Nine of ten elements take this way, so it asks as little as it can.
        name = texts.get(child.tag)
        if name is None or has_attributes or name in values or len(child):
            rest = rest or _Rest(plan, values, has_attributes)
            rest.take(child)
        else:
            values[name] = child.text or ""
        between = child.tail
        if between is not None and not (between.isspace() and between.isascii()):
            has_strays = True
    if rest is not None or has_strays:
        rest = rest or _Rest(plan, values, has_attributes)
        rest.finish(element if has_strays else None)
    return _made(kind, plan, values)


def _made(kind: type[B], plan: _Plan, values: dict[str, Any]) -> B:
    """`kind(**values)`, only that a frozen dataclass with ninety fields takes ten times as long to set them one by one."""
    block = object.__new__(kind)
    known = vars(block)
    known.update(plan.defaults)
    known.update(values)
    for name, factory in plan.factories.items():
        if name not in values:
            known[name] = factory()
    return block


def _says_something(between: str | None) -> bool:
    return between is not None and between.strip(XML_SPACE) != ""


class _Rest:
    """What of one block is not simply text: groups, lists, and everything that belongs to no field."""

    def __init__(self, plan: _Plan, values: dict[str, Any], has_attributes: bool) -> None:
        self._plan = plan
        self._values = values
        self._has_attributes = has_attributes
        self._unknown: list[tuple[int, str]] = []
        self._extras: list[Extra] = []
        self._repeated: dict[str, list[Block]] = {}
        self._variants: dict[str, etree._Element] = {}

    def take(self, child: "etree._Element") -> None:
        """Sort one child in."""
        slot = self._plan.slots.get(child.tag)
        if slot is None:
            self._keep(child)
        elif slot.block is None:
            self._take_text(slot, child)
        elif slot.kind is Kind.REPEAT:
            self._values.setdefault(slot.name, ())
            self._repeated.setdefault(slot.name, []).append(self._block(slot.block, child))
        elif slot.name in self._values:
            self._keep(child, slot)
        elif slot.kind is Kind.BLOCK:
            self._values[slot.name] = self._block(slot.block, child)
        else:
            self._values[slot.name] = self._items(slot, slot.block, child)

    def _block(self, kind: type[B], element: "etree._Element") -> B:
        return read_block(kind, element, has_attributes=self._has_attributes)

    def _take_text(self, slot: Slot, child: "etree._Element") -> None:
        if len(child):
            self._keep(child)
            return
        is_documented = child.tag == slot.element
        if slot.name in self._values:
            if not is_documented or slot.name not in self._variants:
                self._keep(child, slot)
                return
            self._keep(self._variants.pop(slot.name), slot)
            self._extras = [extra for extra in self._extras if extra.field != slot.name]
        elif not is_documented:
            self._variants[slot.name] = child
        self._values[slot.name] = child.text or ""
        self._note_attributes(slot.name, child)

    def _items(self, slot: Slot, block: type[Block], wrapper: "etree._Element") -> tuple[Block, ...]:
        self._note_attributes(slot.name, wrapper)
        self._note_text(slot.name, wrapper)
        items = []
        for child in wrapper:
            if child.tag == slot.item:
                items.append(self._block(block, child))
            else:
                self._extras.append(Extra(ExtraKind.ELEMENT, slot.name, value=as_xml(child)))
        if not items:
            self._extras.append(Extra(ExtraKind.EMPTY, slot.name))
        return tuple(items)

    def _keep(self, child: "etree._Element", slot: Slot | None = None) -> None:
        """Keep `child` as XML: behind the field read last, and behind that of `slot`, which it must not overtake."""
        order = self._plan.order
        last = next(reversed(self._values), None)
        place = _START if last is None else order[last]
        self._unknown.append((place if slot is None else max(place, order[slot.name]), as_xml(child)))

    def _note_attributes(self, name: str, element: "etree._Element") -> None:
        if self._has_attributes:
            kept = [Extra(ExtraKind.ATTRIBUTE, name, str(key), str(value)) for key, value in element.items()]
            self._extras += kept

    def _note_text(self, name: str, element: "etree._Element") -> None:
        texts = (element.text, *[child.tail for child in element])
        pieces = [piece.strip(XML_SPACE) for piece in texts if piece is not None and _says_something(piece)]
        if pieces:
            self._extras.append(Extra(ExtraKind.TEXT, name, value="\n".join(pieces)))

    def finish(self, element: "etree._Element | None") -> None:
        """Put everything among the values, in writing order. `element`: where attributes or text between may be."""
        if element is not None:
            self._note_attributes("", element)
            self._note_text("", element)
        self._values.update((name, tuple(items)) for name, items in self._repeated.items())
        if self._unknown:
            names = list(self._plan.order)
            self._unknown.sort(key=lambda entry: entry[0])
            self._values["unknown"] = tuple(xml for _, xml in self._unknown)
            self._values["places"] = tuple("" if at == _START else names[at] for at, _ in self._unknown)
        if self._extras:
            self._values["extras"] = tuple(sorted(self._extras, key=lambda extra: (extra.kind, extra.field)))


def as_xml(element: "etree._Element") -> str:
    """`element` as XML text, without what follows it and without name spaces that only its parents use."""
    if element.nsmap:
        element = deepcopy(element)
        etree.cleanup_namespaces(element)
    return etree.tostring(element, encoding="unicode", with_tail=False)
