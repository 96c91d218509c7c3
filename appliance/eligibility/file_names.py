"""Names of the files that are exchanged: `<SYS><mode><func><nn><req|res>_<suffix>.<ext>`, and those of card results.

The sender chooses the suffix; the result has the request's with `res` for `req`. Names that are no message's have no
`FileName`. A suffix may be anything, a patient's number even: `is_safe` says whether it may go into a name of ours.
"""

import re
from dataclasses import dataclass, replace
from enum import StrEnum


class System(StrEnum):
    """Whose interface a file belongs to."""

    OQS = "OQS"
    EPS = "EPS"
    CIS = "CIS"
    PMH = "PMH"
    TKK = "TKK"
    YZK = "YZK"
    CIP = "CIP"


class Mode(StrEnum):
    """One person, or many."""

    SINGLE = "si"
    BULK = "mu"


class Direction(StrEnum):
    """Question or answer."""

    REQUEST = "req"
    RESULT = "res"


FACE = "face"
XML, PDF, ZIP, ERR = "xml", "pdf", "zip", "err"

_NAME = re.compile(
    r"(?P<system>OQS|EPS|CIS|PMH|TKK|YZK|CIP)(?P<mode>si|mu)(?P<function>[A-Za-z]{3})(?P<step>[0-9]{2})"
    r"(?P<direction>req|res)_(?P<suffix>.*)\.(?P<extension>(?i:xml|pdf|zip|err))",
    re.DOTALL,
)
_FACE = re.compile(r"face_(?P<id>.*)_(?P<stamp>[0-9]{14})", re.DOTALL)
_SAFE = re.compile(r"[A-Za-z0-9_-]{1,64}")
_SAFEST = re.compile(r"[A-Za-z0-9]{12}")


@dataclass(frozen=True)
class FileName:
    """A file name taken apart. `function` has three letters, `step` two digits; `extension` as it was written."""

    system: System
    mode: Mode
    function: str
    step: str
    direction: Direction
    suffix: str
    extension: str = XML

    def __str__(self) -> str:
        return f"{self.base}.{self.extension}"

    @property
    def base(self) -> str:
        """The name without its extension: what a request, its `.err` and nothing else share."""
        return f"{self.family}_{self.suffix}"

    @property
    def family(self) -> str:
        """What kind of message it is, e.g. `OQSsiquc01req`: the key of `families.FAMILIES`."""
        return f"{self.interface}{self.step}{self.direction}"

    @property
    def interface(self) -> str:
        """The steps of one exchange share this, e.g. `OQSmuquc`; also the key of the terminal's encryption settings."""
        return f"{self.system}{self.mode}{self.function}"

    @property
    def is_safe(self) -> bool:
        """Whether the suffix is harmless in a name of ours: 1 to 64 ASCII letters, digits, `_` and `-`."""
        return _SAFE.fullmatch(self.suffix) is not None

    @property
    def is_safest(self) -> bool:
        """Whether the suffix has the form that every product takes: 12 ASCII letters or digits."""
        return _SAFEST.fullmatch(self.suffix) is not None

    @property
    def face(self) -> "FaceMark | None":
        """Card and moment of a card result; None for any other file."""
        found = _FACE.fullmatch(self.suffix) if self.family == "OQSsiquc01res" else None
        return FaceMark(found["id"], found["stamp"]) if found else None

    def answered(self, extension: str = XML) -> "FileName":
        """The name of the answer to this request. Raises `ValueError` when this is none."""
        if self.direction is not Direction.REQUEST:
            raise ValueError("only a request has an answer")
        return replace(self, direction=Direction.RESULT, extension=extension)

    def with_extension(self, extension: str) -> "FileName":
        """The same base name with another extension, e.g. the `.err` beside a returned request."""
        return replace(self, extension=extension)


@dataclass(frozen=True)
class FaceMark:
    """`face_<id>_<yyyyMMddHHmmss>`: seen as 医療機関コード and 20 more characters; it does not tell the reader."""

    id: str
    stamp: str

    @property
    def suffix(self) -> str:
        """How it stands in a file name."""
        return f"{FACE}_{self.id}_{self.stamp}"


def parse(file_name: str) -> FileName | None:
    """`file_name` taken apart; None for one that no message has. `str(parse(name)) == name` for all others."""
    found = _NAME.fullmatch(file_name)
    if found is None:
        return None
    return FileName(
        System(found["system"]),
        Mode(found["mode"]),
        found["function"],
        found["step"],
        Direction(found["direction"]),
        found["suffix"],
        found["extension"],
    )


def build(family: str, suffix: str, extension: str = XML) -> FileName:
    """The name of a message of `family` (e.g. `OQSmuquc02req`). Raises `ValueError` when there cannot be such a name."""
    found = parse(f"{family}_{suffix}.{extension}")
    if found is None or found.family != family:
        raise ValueError(f"no file name: {family}")
    return found


def face_name(mark: FaceMark) -> FileName:
    """The name of a card result."""
    return build("OQSsiquc01res", mark.suffix)
