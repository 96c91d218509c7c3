"""The rulebook: all rules that stand, read from texts; and the refusals of the rows that do not."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import chain
from typing import TypeVar

from appliance.eligibility.rules.rule import Key, Rule
from appliance.eligibility.rules.schema import build
from appliance.eligibility.toml_rows import UNKNOWN_LINE, BadFile, Refusal, Row, rows_of

R = TypeVar("R", bound=Rule)


@dataclass(frozen=True)
class Rulebook:
    """`rules` never contradict each other. What was refused is left out of them and told in `refusals`."""

    rules: tuple[Rule, ...] = ()
    refusals: tuple[Refusal, ...] = ()

    @cached_property
    def _by_kind(self) -> dict[type[Rule], list[Rule]]:
        kinds: dict[type[Rule], list[Rule]] = {}
        for rule in self.rules:
            kinds.setdefault(type(rule), []).append(rule)
        return kinds

    def all(self, kind: type[R]) -> tuple[R, ...]:
        """Every rule of a kind, of all times, in the order of the files."""
        return tuple(rule for rule in self._by_kind.get(kind, ()) if isinstance(rule, kind))

    def on(self, kind: type[R], day: date) -> tuple[R, ...]:
        """The rules of a kind in force on `day`, in the order of the files."""
        return tuple(rule for rule in self.all(kind) if rule.holds_on(day))

    def find(self, kind: type[R], day: date, *key: str) -> R | None:
        """The one rule that decides `key` on `day`; None when none does."""
        return next((rule for rule in self.on(kind, day) if key in rule.decides()), None)


def read(
    texts: Iterable[tuple[str, str]], kinds: Iterable[type[Rule]], base: Rulebook | None = None
) -> Rulebook:
    """The rules of `base` and of several texts, each with its file name. A row loses against those read before it.

    Never raises: a wrong row, and a text that is no TOML, become refusals with file, line and reason.
    """
    base = base or Rulebook()
    known = {kind.kind: kind for kind in kinds}
    standing = _Standing(base.rules)
    refusals: list[Refusal] = []
    for file, text in texts:
        for found in _rules(file, text, known):
            refused = found if isinstance(found, Refusal) else standing.take(found)
            refusals += [refused] if refused else []
    return Rulebook(tuple(standing.rules()), (*base.refusals, *refusals))


def _rules(file: str, text: str, kinds: dict[str, type[Rule]]) -> Iterator[Rule | Refusal]:
    for row in _rows(file, text):
        if isinstance(row, Refusal):
            yield row
        elif row.table not in kinds:
            yield row.refusal(f"{row.table} という種類はありません（使える種類: {'、'.join(kinds)}）")
        else:
            found = build(kinds[row.table], row)
            yield from found if isinstance(found, list) else [found]


def _rows(file: str, text: str) -> Iterable[Row | Refusal]:
    try:
        return rows_of(text, file)
    except BadFile as bad:
        return (bad.refusal,)
    except RecursionError:
        return (Refusal(file, UNKNOWN_LINE, "入れ子が深すぎます"),)


class _Standing:
    """The rules taken so far, by kind, and every id given (also those of rules replaced whole)."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules: dict[str, list[Rule]] = {}
        self._ids: dict[str, Rule] = {}
        for rule in rules:
            self._rules.setdefault(rule.kind, []).append(rule)
            self._ids[rule.id] = rule

    def rules(self) -> Iterator[Rule]:
        return chain.from_iterable(self._rules.values())

    def take(self, rule: Rule) -> Refusal | None:
        """Take `rule` in, or say why not."""
        left = self._left_beside(rule)
        reason = self._wrong_reference(rule) or _clash(rule, left)
        if reason is not None:
            return Refusal(rule.file, rule.line, f"{rule.kind}「{rule.id}」 {reason}")
        self._rules[rule.kind] = [*left, rule]
        self._ids[rule.id] = rule
        return None

    def _wrong_reference(self, rule: Rule) -> str | None:
        if rule.id in self._ids:
            return f"同じ id の行があります（{self._ids[rule.id].stands_in}）"
        for name in rule.replaces:
            other = self._ids.get(name)
            if other is None or other.kind != rule.kind:
                return f"replaces の「{name}」という行は、これより前の {rule.kind} にありません"
            if not other.overlaps(rule):
                return f"replaces の「{name}」とは期間が重なりません"
        return None

    def _left_beside(self, rule: Rule) -> list[Rule]:
        rules = self._rules.get(rule.kind, [])
        return [
            part
            for other in rules
            for part in (other.outside(rule) if other.id in rule.replaces else (other,))
        ]


def _clash(rule: Rule, others: Iterable[Rule]) -> str | None:
    mine = set(rule.decides())
    for other in others:
        shared = mine.intersection(other.decides())
        if shared and other.overlaps(rule):
            return (
                f"{_spoken(min(shared)) or rule.title}は、期間が「{other.id}」（{other.stands_in}）と重なっています。"
                f'置き換えるときは replaces = ["{other.id}"] と書いてください'
            )
    return None


def _spoken(key: Key) -> str:
    return "・".join(part for part in key if part)
