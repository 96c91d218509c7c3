"""A template in English: the texts in its source are replaced before Jinja sees it.

A text is what stands between two tags or statements of a template, or in an attribute, with the `{{ ... }}` in it. Inline
tags (`<b>`, `<a>` ...) between two parts of a sentence belong to it. The test that looks for gaps walks the same way.
"""

import re
from collections.abc import Callable

from appliance.web.texts.japanese import english_marks, is_japanese, one_line

LookUp = Callable[[str], str | None]
"""Gives the English text, or None to leave the Japanese."""

_JINJA = re.compile(r"{#.*?#}|{%.*?%}|{{.*?}}", re.DOTALL)
# Jinja's code leaves the text while the tags are looked at: a mark and the number of the code stand for it.
_STATEMENT, _EXPRESSION, _END = "\ue000", "\ue001", "\ue002"
_MARK = re.compile(f"[{_STATEMENT}{_EXPRESSION}](\\d+){_END}")
_BETWEEN = re.compile(
    f"(<!--.*?-->|<span[^<>]*></span>|<[^<>]+>|{_STATEMENT}\\d+{_END})",
    re.DOTALL,
)
_INLINE = re.compile(r"<(/?)(?:b|strong|em|i|s|kbd|code|a)\b[^>]*>")
_EMPTY = re.compile(r"<span[^<>]*></span>")
_BUTTON = re.compile(r"<a\b[^>]*class=")
_ATTRIBUTE = re.compile(r'(?P<name>[\w-]+)="(?P<value>[^"]*)"')
# Attributes that are read or heard, and those that scripts show. All others are addresses, names and what people typed.
_READ = (
    *("aria-description", "aria-label", "alt", "label", "placeholder", "title"),
    *("data-anyway", "data-hint", "data-label", "data-number-label", "data-payer", "data-submit"),
)
_STATEMENT_MARK = re.compile(f"({_STATEMENT}\\d+{_END})")
# A literal after == is compared with a word of ours and not shown.
_LITERAL = re.compile(r"""(?P<compared>[!=]=\s*)?(?P<quote>["'])(?P<text>.*?)(?P=quote)""", re.DOTALL)
_CONDITION = re.compile(r"{%-?\s*(?:if|elif)\b")


def rewritten(source: str, look_up: LookUp) -> str:
    """`source` with every text that `look_up` knows replaced."""
    rewriting = _Rewriting(look_up)
    out: list[str] = []
    run: list[str] = []
    are_inline: list[bool] = []
    for piece in _BETWEEN.split(rewriting.marked(source)):
        if piece.startswith("</textarea"):
            run = [rewriting.kept(one) for one in run]
        if _BETWEEN.fullmatch(piece) is None or _is_inline(piece, are_inline):
            run.append(piece)
        else:
            out += [rewriting.run(run), _ATTRIBUTE.sub(rewriting.attribute, piece)]
            run = []
    return rewriting.restored("".join([*out, rewriting.run(run)]))


def literals_rewritten(code: str, look_up: LookUp) -> str:
    """An expression or statement of Jinja with its texts replaced; conditions show nothing and stay."""
    if code.startswith("{#") or _CONDITION.match(code):
        return code

    def replaced(found: re.Match[str]) -> str:
        text, quote = found["text"], found["quote"]
        other = look_up(text) if is_japanese(text) and not found["compared"] else None
        return found[0] if other is None else quote + other.replace(quote, "\\" + quote) + quote

    return _LITERAL.sub(replaced, code)


class _Rewriting:
    def __init__(self, look_up: LookUp) -> None:
        self._look_up = look_up
        self._codes: list[str] = []

    def marked(self, source: str) -> str:
        return _JINJA.sub(self._mark, source)

    def restored(self, text: str) -> str:
        return _MARK.sub(lambda found: literals_rewritten(self._code(found), self._look_up), text)

    def run(self, pieces: list[str]) -> str:
        """Text and inline tags in a row: the smallest part that holds all Japanese and closes what it opens is one text.

        Links with nothing between them are a text each.
        """
        links = [(at, end) for at, end in _tag_pairs(pieces) if pieces[at].startswith("<a")]
        if links and not any(is_japanese(one) for one in _outside(pieces, links)):
            return "".join(self._text(one) if one[:1] != "<" else one for one in pieces)
        first, last = _core(pieces)
        before, core, after = pieces[:first], "".join(pieces[first:last]), pieces[last:]
        return "".join([*map(_marks, before), self._text(core), *map(_marks, after)])

    def attribute(self, found: re.Match[str]) -> str:
        if found["name"] not in _READ:
            return self.kept(found[0])
        value = "".join(
            part if _STATEMENT_MARK.fullmatch(part) else self._text(part)
            for part in _STATEMENT_MARK.split(found["value"])
        )
        return f'{found["name"]}="{value}"'

    def kept(self, text: str) -> str:
        """`text` with nothing in it looked up, now or when it is shown."""
        for found in _MARK.finditer(text):
            code = self._code(found)
            if code.startswith("{{"):
                self._codes[int(found[1])] = f"{{{{ ({code[2:-2].strip()}) | as_it_is }}}}"
        return text

    def _text(self, text: str) -> str:
        if not is_japanese(text):
            return english_marks(text)
        plain = text.strip()
        other = self._look_up(one_line(_MARK.sub(self._code, plain)))
        return text if other is None else text.replace(plain, self.marked(other))

    def _mark(self, found: re.Match[str]) -> str:
        self._codes.append(found[0])
        kind = _EXPRESSION if found[0].startswith("{{") else _STATEMENT
        return f"{kind}{len(self._codes) - 1}{_END}"

    def _code(self, found: re.Match[str]) -> str:
        return self._codes[int(found[1])]


def _is_inline(piece: str, are_inline: list[bool]) -> bool:
    """Whether a tag belongs to the sentence it stands in; `are_inline` keeps what was said of the open ones."""
    found = _INLINE.fullmatch(piece)
    if found is None:
        return _EMPTY.fullmatch(piece) is not None
    if found[1]:
        return bool(are_inline) and are_inline.pop()
    has_more = is_japanese(piece) or _STATEMENT in piece or _BUTTON.match(piece) is not None
    are_inline.append(not has_more)
    return not has_more


def _core(pieces: list[str]) -> tuple[int, int]:
    """From where to where the text goes; nothing when no piece is Japanese."""
    with_words = [at for at, piece in enumerate(pieces) if is_japanese(piece)]
    if not with_words:
        return 0, 0
    first, last = with_words[0], with_words[-1]
    for opening, closing in _tag_pairs(pieces):
        if opening < first <= closing <= last:
            first = opening
        if first <= opening <= last < closing:
            last = closing
    return first, last + 1


def _tag_pairs(pieces: list[str]) -> list[tuple[int, int]]:
    """Where inline tags open and close, the inner before the outer."""
    opened: list[int] = []
    pairs = []
    for at, piece in enumerate(pieces):
        found = _INLINE.fullmatch(piece)
        if found is None:
            continue
        if not found[1]:
            opened.append(at)
        elif opened:
            pairs.append((opened.pop(), at))
    return pairs


def _outside(pieces: list[str], pairs: list[tuple[int, int]]) -> list[str]:
    return [one for at, one in enumerate(pieces) if not any(first < at < last for first, last in pairs)]


def _marks(piece: str) -> str:
    return piece if piece.startswith("<") else english_marks(piece)
