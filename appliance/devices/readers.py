"""Which reader is which, through every replug: by serial number, not by the order in which they were plugged in.

pcscd names a reader `MODEL [INTERFACE] (SERIAL) PP SS`: PP counts the readers as they came, SS is the slot in the
reader, both in hexadecimal. Only PP changes when readers are plugged in another order, so the key leaves it out.
A reader without a serial number is known by model and slot alone; two such of one model cannot be told apart
after a replug, which `is_stable` says, and a desk should not be bound to one of them.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace

_NAME = re.compile(
    r"(?P<model>.+?)(?: \((?P<serial>[^()]+)\))?(?: (?P<plug>[0-9A-Fa-f]{2}) (?P<slot>[0-9A-Fa-f]{2}))?"
)


@dataclass(frozen=True)
class ReaderKey:
    """The lasting name of a slot. `twin` counts readers that nothing but their plug order tells apart (0 = only one)."""

    model: str
    serial: str | None
    slot: int
    twin: int = 0

    @property
    def is_stable(self) -> bool:
        """Whether the key means the same device after a replug."""
        return self.serial is not None and self.twin == 0

    def __str__(self) -> str:
        """For the ledger and for people: the reader's name without its plug number."""
        serial = f" ({self.serial})" if self.serial else ""
        twin = f" #{self.twin + 1}" if self.twin else ""
        return f"{self.model}{serial} {self.slot:02X}{twin}"


def reader_key(name: str) -> ReaderKey:
    """The key in a reader's name; a name of another shape is taken whole as the model, slot 0."""
    found = _NAME.fullmatch(name)
    if found is None:
        return ReaderKey(name, None, 0)
    return ReaderKey(found["model"], found["serial"], int(found["slot"] or "0", 16))


def free_key(name: str, taken: Collection[ReaderKey]) -> ReaderKey:
    """The key for a reader that has just come, numbered on when a twin of it is there already."""
    key = reader_key(name)
    while key in taken:
        key = replace(key, twin=key.twin + 1)
    return key
