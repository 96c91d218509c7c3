"""The English of every text: `en.po`, read when the first page in English is asked for."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po

from appliance.eligibility.said import reworded

FILE = Path(__file__).with_name("en.po")
_WEB = Path(__file__).parents[1]
_SCRIPT_TEXT = re.compile(r'\bsaid\(\s*"((?:[^"\\]|\\.)*)"')


@cache
def english() -> dict[str, str]:
    """Japanese → English, as `en.po` has it."""
    with FILE.open("rb") as file:
        return {str(one.id): str(one.string) for one in read_po(file) if one.id and one.string}


def in_english(value: Any) -> Any:
    """`value` as a page in English shows it: a text that is in the catalogue, or a sentence whose form is.

    Everything else comes back as it is, because what people and messages say is not ours to change.
    """
    return reworded(value, _words)


def all_in_english(value: Any) -> Any:
    """`in_english` for all that a JSON answer holds."""
    match value:
        case dict():
            return {key: all_in_english(one) for key, one in value.items()}
        case list() | tuple():
            return [all_in_english(one) for one in value]
    return in_english(value)


def script_texts(source: str) -> list[str]:
    """The texts in a script of ours: what it gives to `said(...)`."""
    return [str(json.loads(f'"{text}"')) for text in _SCRIPT_TEXT.findall(source)]


@cache
def scripts_in_english() -> str:
    """What the scripts of the pages say, as JSON for the head of a page."""
    sources = (path.read_text("utf-8") for path in sorted(_WEB.rglob("*.js")))
    texts = [text for source in sources for text in script_texts(source)]
    return json.dumps({text: english()[text] for text in texts if text in english()}, ensure_ascii=False)


def _words(text: str, /) -> str:
    return english().get(text, text)
