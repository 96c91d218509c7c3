"""The papers that can be read from a picture, their printed labels, and what has been read of one."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache

from appliance.eligibility import packaged
from appliance.eligibility.toml_rows import Row, rows_of

FILE = "papers.toml"


class ValueKind(StrEnum):
    """How a value is read and checked."""

    INSURER = "insurer"
    PAYER = "payer"
    BENEFICIARY = "beneficiary"
    PLAIN = "plain"
    NAME = "name"
    BIRTHDATE = "birthdate"
    PERIOD_FIRST = "period-first"
    PERIOD_LAST = "period-last"
    RATIO = "ratio"

    @property
    def has_check_digit(self) -> bool:
        """Whether the number's last digit tells of a misread one."""
        return self in (ValueKind.INSURER, ValueKind.PAYER, ValueKind.BENEFICIARY)

    @property
    def is_digits(self) -> bool:
        """Whether the value is read digit by digit."""
        return self.has_check_digit or self is ValueKind.PLAIN


class Check(StrEnum):
    """What came of holding a value against what it must fulfil; `NONE` where there is nothing to hold it against."""

    PASSED = "passed"
    FAILED = "failed"
    NONE = "none"


CHECK_LABELS = {Check.PASSED: "検査に合格", Check.FAILED: "検査に不合格", Check.NONE: "検査の方法なし"}


@dataclass(frozen=True)
class PaperField:
    """One field: its label on our pages, the ways its label may be printed (longest first), and its kind."""

    name: str
    label: str
    printed: tuple[str, ...]
    kind: ValueKind
    lengths: tuple[int, ...]


@dataclass(frozen=True)
class PaperKind:
    """One paper. `needs` are fields whose labels it must bear; `laws` the only 法別番号 it may have, empty for any."""

    name: str
    label: str
    titles: tuple[str, ...]
    needs: tuple[str, ...]
    laws: tuple[str, ...]
    fields: tuple[PaperField, ...]


@dataclass(frozen=True)
class FieldReading:
    """One field as read. `value` is None when it is refused, and `reason` then says why in Japanese.

    `confidence` is the engine's, from 0 to 1. Dates are ISO 8601. `box` is the place on the straightened picture as
    shares of its width and height (left, top, width, height), None when the label was not found.
    """

    name: str
    label: str
    value: str | None = field(repr=False)
    confidence: float
    check: Check
    reason: str
    box: tuple[float, float, float, float] | None


@dataclass(frozen=True)
class PaperReading:
    """What was read of a paper. `picture` is the straightened paper as JPEG."""

    document: str
    label: str
    fields: tuple[FieldReading, ...]
    picture: bytes = field(repr=False)

    @property
    def has_value(self) -> bool:
        """Whether anything at all was accepted."""
        return any(one.value is not None for one in self.fields)


@dataclass(frozen=True)
class Papers:
    """All templates. `others` are printed words that end a value."""

    kinds: tuple[PaperKind, ...]
    others: tuple[str, ...]

    def labels(self) -> Iterator[tuple[str, PaperField | None]]:
        """Every printed label with its field, or None for those that are not read."""
        seen = {one.name: one for kind in self.kinds for one in kind.fields}
        for one in seen.values():
            yield from ((text, one) for text in one.printed)
        yield from ((text, None) for text in self.others)


@cache
def papers() -> Papers:
    """The packaged templates."""
    rows = rows_of(packaged.text_of(FILE), FILE)
    fields = {one.name: one for one in (_field(row) for row in rows if row.table == "field")}
    kinds = tuple(_kind(row, fields) for row in rows if row.table == "paper")
    others = tuple(text for row in rows if row.table == "other" for text in row.values["printed"])
    return Papers(kinds, others)


def _field(row: Row) -> PaperField:
    values = row.values
    return PaperField(
        name=values["name"],
        label=values["label"],
        printed=tuple(values["printed"]),
        kind=ValueKind(values["kind"]),
        lengths=tuple(values.get("lengths", ())),
    )


def _kind(row: Row, fields: dict[str, PaperField]) -> PaperKind:
    values = row.values
    return PaperKind(
        name=values["name"],
        label=values["label"],
        titles=tuple(values["titles"]),
        needs=tuple(values["needs"]),
        laws=tuple(values.get("laws", ())),
        fields=tuple(fields[name] for name in values["fields"]),
    )
