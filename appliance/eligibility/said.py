"""Sentences that remember what they were made of, so that a page can say them in another language.

A `Said` is the Japanese sentence and nothing else wherever text is wanted: in a file, in a message, in the ledger. Only who
turns it into another language looks at its form and its values.
"""

from collections.abc import Iterable
from typing import Any, Protocol


class Words(Protocol):
    """Something that finds the words for a text in another language; a text it does not know comes back as it is."""

    def __call__(self, text: str, /) -> str:
        """`text` in the other language."""


class Said(str):
    """A sentence made of a form with places (`残り{count}回`) and of what stands in them."""

    form: str
    values: dict[str, Any]

    def __new__(cls, form: str, values: dict[str, Any]) -> "Said":
        """The Japanese sentence. Raises `KeyError` for a place without a value."""
        made = super().__new__(cls, form.format(**values))
        made.form = form
        made.values = values
        return made

    def __getnewargs__(self) -> tuple[Any, ...]:
        """What a copy is made of."""
        return self.form, self.values

    def in_words(self, words: Words) -> str:
        """The sentence in the language of `words`, what stands in its places too."""
        return words(self.form).format(**{name: reworded(one, words) for name, one in self.values.items()})


class Joined(Said):
    """Several sentences or words, one after the other."""

    parts: tuple[str, ...]

    def __new__(cls, between: str, parts: tuple[str, ...]) -> "Joined":
        """`parts` with `between` between them."""
        made = str.__new__(cls, between.join(parts))
        made.form = between
        made.values = {}
        made.parts = parts
        return made

    def __getnewargs__(self) -> tuple[Any, ...]:
        """What a copy is made of."""
        return self.form, self.parts

    def in_words(self, words: Words) -> str:
        """Each part in the language of `words`; 「、」 and the like become its own marks."""
        return words(self.form).join(reworded(one, words) for one in self.parts)


def said(form: str, **values: Any) -> str:
    """`said("残り{count}回", count=2)` is "残り2回". Raises `KeyError` for a place without a value.

    >>> said("残り{count}回", count=2)
    '残り2回'
    """
    return Said(form, values)


def joined(between: str, parts: Iterable[str | None]) -> str:
    """Those of `parts` that say something, with `between` between them, in a way that can be said in another language.

    >>> joined("、", ("受付", "", "管理"))
    '受付、管理'
    """
    found = tuple(part for part in parts if part)
    return Joined(between, found) if len(found) > 1 else next(iter(found), "")


def reworded(value: Any, words: Words) -> Any:
    """`value` in the language of `words` when it is text; anything else as it is."""
    match value:
        case Said():
            return value.in_words(words)
        case str():
            return words(value)
    return value
