"""From one row of a TOML file to a typed rule, or to the reasons why not."""

import re
from collections.abc import Iterator
from dataclasses import MISSING, Field, fields
from datetime import date
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from appliance.eligibility.rules.rule import Rule
from appliance.eligibility.toml_rows import Refusal, Row

_TOML_NAMES = {"first": "from", "last": "to"}
_NOT_IN_TOML = {"file", "line"}
_ID = re.compile(r"[a-z0-9][a-z0-9-]*")
_PLAIN = {str: "文字列", int: "整数", bool: " true か false ", date: "日付（例: 2026-06-01）"}


def build(kind: type[Rule], row: Row) -> Rule | list[Refusal]:
    """The rule that `row` holds, or at least one refusal when anything about it is wrong."""
    columns = _columns(kind)
    values: dict[str, Any] = {"file": row.file, "line": row.line}
    wrong = [(key, f"{key} という項目はありません") for key in row.values if key not in columns]
    for key, (column, hint) in columns.items():
        try:
            values |= _given(column, hint, key, row.values)
        except ValueError as error:
            wrong.append((key, str(error)))
    rule = None if wrong else kind(**values)
    if rule is not None:
        wrong = [*_common_problems(rule), *rule.problems()]
        if not wrong:
            return rule
    label = f"{kind.kind}「{row.values.get('id', '?')}」"
    return [row.refusal(f"{label} {reason}", key) for key, reason in wrong]


@cache
def _columns(kind: type[Rule]) -> dict[str, tuple[Field[Any], Any]]:
    hints = get_type_hints(kind)
    return {
        _TOML_NAMES.get(column.name, column.name): (column, hints[column.name])
        for column in fields(kind)
        if column.name not in _NOT_IN_TOML
    }


def _given(column: Field[Any], hint: Any, key: str, values: dict[str, Any]) -> dict[str, Any]:
    if key in values:
        return {column.name: _value(hint, key, values[key])}
    if column.default is MISSING:
        raise ValueError(f"{key} がありません")
    return {}


def _value(hint: Any, key: str, raw: Any) -> Any:
    """`raw` as the annotation wants it. Raises `ValueError` with a Japanese sentence."""
    if isinstance(hint, UnionType):
        hint = next(one for one in get_args(hint) if one is not NoneType)
    if get_origin(hint) is tuple:
        if not isinstance(raw, list):
            raise ValueError(f"{key} は [ ] で囲んだ並びにしてください")
        return tuple(_value(get_args(hint)[0], key, one) for one in raw)
    if issubclass(hint, StrEnum):
        return _member(hint, key, raw)
    if type(raw) is not hint:
        raise ValueError(f"{key} は{_PLAIN[hint]}にしてください")
    return raw


def _member(kind: type[StrEnum], key: str, raw: Any) -> StrEnum:
    try:
        return kind(raw)
    except ValueError:
        raise ValueError(f"{key} に {raw!r} は使えません（使える値: {'、'.join(kind)}）") from None


def _common_problems(rule: Rule) -> Iterator[tuple[str, str]]:
    if not _ID.fullmatch(rule.id):
        yield "id", "id は英小文字、数字、- だけにしてください"
    if rule.last is not None and rule.last < rule.first:
        yield "to", "to が from より前です"
    if not rule.source.strip():
        yield "source", "source（出典）が空です"
    for column, _ in _columns(type(rule)).values():
        numbers = getattr(rule, column.name)
        if any(type(n) is int and n < 0 for n in (numbers if isinstance(numbers, tuple) else (numbers,))):
            yield column.name, f"{column.name} が負の数です"
