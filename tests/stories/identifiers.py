"""Every name, number and secret of the virtual people, as it might stand somewhere it must not."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from appliance.demo.card_files import INVALID_MY_NUMBER
from appliance.demo.people import Person, people
from appliance.eligibility.eras import spellings, wareki

SHORTEST = 5
"""Numbers with fewer digits stand in every log by chance. PINs are looked for all the same, as a word of their own."""

_NUMBERS = re.compile(r"number|symbol|issue")


class Identifiers:
    """What to look for; `found_in` names whose and what, and does not repeat it."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        """`secrets`: what each is called → a password, a key or a token that is looked for as well."""
        self._kinds: dict[str, str] = dict.fromkeys(secrets.values(), "") | {
            text: what for what, text in secrets.items()
        }
        for person in people():
            self._kinds |= {text: f"{what} of {person.id}" for what, text in _of(person)}
        self._kinds[INVALID_MY_NUMBER] = "a My Number"
        longest_first = sorted(filter(None, self._kinds), key=len, reverse=True)
        self._any = re.compile("|".join(_bounded(text) for text in longest_first))

    def found_in(self, text: str) -> list[str]:
        """What of it stands in `text`, each once."""
        return list(dict.fromkeys(self._kinds[match[0]] for match in self._any.finditer(text)))


def texts_of(person: Person) -> list[str]:
    """All that is looked for of one person."""
    return [text for _, text in _of(person)]


def _of(person: Person) -> Iterator[tuple[str, str]]:
    for text in _writings(person.name):
        yield "the name", text
    for text in _writings(person.name_kana):
        yield "the kana", text
    day = person.birthdate
    for text in (*spellings(day), f"{day:%Y-%m-%d}", f"{day:%Y/%m/%d}", f"{day:%Y.%m.%d}", str(wareki(day))):
        yield "the birth date", text
    yield "the address", person.address
    yield "the address", unicodedata.normalize("NFKC", person.address)
    yield "照合番号B", person.verification_number_b
    if person.card is not None:
        yield "the PIN", person.card.pin
    for text in _numbers(person.results):
        if len(text) >= SHORTEST or not text.isascii():
            yield "a number", text


def _writings(name: str) -> Iterable[str]:
    wide = unicodedata.normalize("NFKC", name)
    return {
        name,
        wide,
        wide.replace(" ", ""),
        wide.replace(" ", "　"),
        name.replace("　", "").replace(" ", ""),
    }


def _numbers(value: Any, name: str = "") -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _numbers(inner, key)
    elif isinstance(value, tuple):
        for inner in value:
            yield from _numbers(inner, name)
    elif _NUMBERS.search(name) and "post" not in name and len(str(value)) > 1:
        yield str(value)


def _bounded(text: str) -> str:
    """As a word of its own where it is of digits and Latin letters, else anywhere."""
    edge = r"[0-9A-Za-z]"
    before, after = (rf"(?<!{edge})", rf"(?!{edge})") if text.isascii() else ("", "")
    if text.isdigit() and len(text) < SHORTEST:
        before, after = r"(?<![\w.:/-])", r"(?![\w.:/-])"
    return before + re.escape(text) + after
