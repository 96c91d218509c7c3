"""The application whose pages come in two languages.

The templates' environment is chosen for each answer. That of the English pages is a second one over the same files: it replaces
the texts in their source, and the words that come in from Python where they are shown. The Japanese one does nothing of the kind.
"""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from flask import Flask
from flask.json.provider import DefaultJSONProvider
from jinja2 import Environment, pass_environment
from jinja2.ext import Extension
from markupsafe import Markup, escape

from appliance.eligibility.said import said
from appliance.eligibility.visit import Language
from appliance.web.texts.catalogue import all_in_english, english, in_english, scripts_in_english
from appliance.web.texts.choice import LANGUAGES, language
from appliance.web.texts.source import rewritten


class EnglishSource(Extension):
    """Turns the texts in the source of a template into English."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """The source that is compiled."""
        return rewritten(source, english().get)


class _Json(DefaultJSONProvider):
    """What scripts show of an answer is in the language of their page."""

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        """As of Flask."""
        return super().dumps(all_in_english(obj) if language() is Language.ENGLISH else obj, **kwargs)


class Pages(Flask):
    """Flask with the environment that goes with the language of the answer."""

    json_provider_class = _Json

    @property
    def jinja_env(self) -> Environment:  # type: ignore[override]
        """The environment of this answer; the Japanese one where nobody asks."""
        return self._english if language() is Language.ENGLISH else super().jinja_env

    @cached_property
    def _english(self) -> Environment:
        made = super().jinja_env.overlay(extensions=[EnglishSource], finalize=_shown)
        made.filters = made.filters | {"join": _join, "as_it_is": escape}
        return made


def install(app: Flask) -> None:
    """What templates ask of the languages."""
    app.jinja_env.globals |= {"said": said, "parted": _parted}
    app.context_processor(_context)


def _context() -> dict[str, Any]:
    now = language()
    return {
        "page_language": now,
        "languages": LANGUAGES,
        "script_texts": scripts_in_english() if now is Language.ENGLISH else "",
    }


def _shown(value: Any) -> Any:
    """What `{{ value }}` writes."""
    return value if isinstance(value, Markup) else in_english(value)


@pass_environment
def _parted(environment: Environment, word: str) -> tuple[str, str]:
    """A word and what is said of it in brackets: 「無効」, 「（新しい資格あり）」."""
    shown = str(environment.finalize(word) if environment.finalize else word)
    at = next((at for at, letter in enumerate(shown) if letter in "（("), len(shown))
    return shown[:at].rstrip(), shown[at:]


def _join(parts: Iterable[Any], between: str = "") -> Markup:
    """Jinja's `join` for words that have an English text."""
    return Markup(in_english(between)).join(_shown(one) for one in parts)  # noqa: S704 - the mark is the template's own
