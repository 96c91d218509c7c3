"""Where the pages' texts are, and what may be wrong with them: source text in, sentences out, so that bad source can be tried."""

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from appliance.web.texts.catalogue import script_texts
from appliance.web.texts.japanese import is_japanese
from appliance.web.texts.source import literals_rewritten, rewritten

_TEMPLATE_PLACE = re.compile(r"{{.*?}}|%d", re.DOTALL)
_TAG = re.compile(r"<[^<>]+>")
_PLACE = re.compile(r"{(\w+)(?::[^{}]*)?}")
_SCRIPT_WORDS = re.compile(
    r"//[^\n]*|/(?:[^/\n\\]|\\.)+/[a-z]*|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`[^`]*`"
)
_SAID_IN_SCRIPT = re.compile(r'\bsaid\(\s*"(?:[^"\\]|\\.)*"')
# Kana that a search takes for the same.
_KANA = re.compile(r"[ァ-ヺ]|あいうえおつやゆよわ|ぁぃぅぇぉっゃゅょゎ")
_FORMS = ("said", "joined")


@dataclass
class Found:
    """The texts of one file, and what is wrong in it."""

    texts: set[str] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)
    given: dict[str, set[str]] = field(default_factory=dict)
    """What stands ready for the places of each form."""


def in_template(source: str) -> Found:
    """A template needs nothing around its texts."""
    found = Found()

    def seen(text: str) -> None:
        found.texts.add(text)

    rewritten(source, seen)
    # What a condition compares with stays as it is, and a loop's words come out elsewhere.
    for code in re.findall(r"{%.*?%}", source, re.DOTALL):
        literals_rewritten(code, seen)
    return found


def in_python(source: str) -> Found:
    """Literals are texts. One with places must be given to `said`, and several to `joined`."""
    found = Found()
    tree = ast.parse(source)
    parents = {id(child): node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    documentation = set(_documentation(tree))
    for node in ast.walk(tree):
        match node:
            case ast.JoinedStr(values=parts):
                if any(isinstance(part, ast.Constant) and is_japanese(str(part.value)) for part in parts):
                    found.complaints.append(f"{node.lineno}: an f-string: say it with said(...)")
            case ast.Call(
                func=ast.Name(id=name), args=[ast.Constant(value=str(text)), *_], keywords=given
            ) if name in _FORMS:
                found.texts.add(text)
                found.given[text] = {one.arg for one in given if one.arg}
            case ast.Constant(value=str(text)) if is_japanese(text) and id(node) not in documentation:
                parent = parents[id(node)]
                if isinstance(parent, ast.JoinedStr):
                    continue
                if isinstance(parent, ast.BinOp) or (
                    isinstance(parent, ast.Attribute) and parent.attr in ("join", "format")
                ):
                    found.complaints.append(f"{node.lineno}: composed: say it with said(...) or joined(...)")
                found.texts.add(text)
    return found


def in_script(source: str) -> Found:
    """What a script shows goes through `said`."""
    left = _SAID_IN_SCRIPT.sub("", source)
    words = [one for one in _SCRIPT_WORDS.findall(left) if one[0] in "\"'`" and is_japanese(one)]
    words = [one for one in words if not _KANA.fullmatch(one[1:-1])]
    return Found(set(script_texts(source)), [f"{one}: say it with said(...)" for one in words])


def in_data(source: str, keys: frozenset[str] = frozenset()) -> Found:
    """The values of a TOML file that are texts; with `keys` only theirs."""
    return Found({text for key, text in _values(tomllib.loads(source)) if not keys or key in keys})


def difference(japanese: str, english: str, given: set[str] | None = None) -> str:
    """How what stands between the words differs; empty when it does not.

    A form may use anything in English that its call gives, and leave out what Japanese has when it gives more than that.
    """
    for pattern in (_TEMPLATE_PLACE, _TAG):
        left, right = sorted(pattern.findall(japanese)), sorted(pattern.findall(english))
        if left != right:
            return f"{japanese!r} has {left}, its English {right}"
    if "{{" in japanese:
        return ""
    has, says = set(_PLACE.findall(japanese)), set(_PLACE.findall(english))
    gives = has | (given or set())
    if says - gives or (has - says and gives == has):
        return f"{japanese!r} has {sorted(gives)}, its English {sorted(says)}"
    return ""


def _values(data: Any, key: str = "") -> Iterator[tuple[str, str]]:
    match data:
        case dict():
            for name, one in data.items():
                yield from _values(one, name)
        case list():
            for one in data:
                yield from _values(one, key)
        case str() if is_japanese(data):
            yield key, data


def _documentation(tree: ast.AST) -> Iterator[int]:
    """Docstrings, and strings that stand alone under a name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield id(node.value)


@cache
def words_of(path: Path) -> Found:
    """The texts of a file by its kind."""
    source = path.read_text("utf-8")
    kinds = {".html": in_template, ".py": in_python, ".js": in_script, ".toml": in_data}
    return kinds[path.suffix](source)
