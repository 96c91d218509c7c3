"""Under which licence each locked package comes, and whether `licences.toml` allows it."""

import re
import tomllib
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from license_expression import get_spdx_licensing

ROOT = Path(__file__).resolve().parent.parent
BOX_LOCK = ROOT / "requirements-box.lock"
TESTED_LOCK = ROOT / "requirements.lock"
_SPDX = get_spdx_licensing()
_CLASSIFIER = "License :: "


@dataclass(frozen=True)
class Rules:
    """What `licences.toml` says."""

    box: frozenset[str]
    developers: frozenset[str]
    words: dict[str, str]
    packages: dict[str, str]


def rules() -> Rules:
    """As they stand in the file."""
    found = tomllib.loads((ROOT / "tools" / "licences.toml").read_text("utf-8"))
    return Rules(frozenset(found["box"]), frozenset(found["developers"]), found["words"], found["packages"])


def pins(lock: Path) -> dict[str, str]:
    """Package → version of a lock."""
    return dict(re.findall(r"^([a-z0-9.-]+)==(\S+)", lock.read_text("utf-8"), flags=re.MULTILINE))


def licence_of(name: str, known: Rules) -> str:
    """The SPDX expression of an installed package. Raises `LookupError` when nobody has said yet what its words mean."""
    if name in known.packages:
        return known.packages[name]
    said = metadata.metadata(name)
    if expressions := said.get_all("License-Expression"):
        return str(expressions[0])
    words = words_of(name)
    for word in words:
        if found := known.words.get(word, word if word in _SPDX.known_symbols else ""):
            return found
    raise LookupError(f"{name}: {words}")


def words_of(name: str) -> list[str]:
    """What the metadata of an installed package says of its licence in words of its own."""
    said = metadata.metadata(name)
    classifiers = [str(one) for one in said.get_all("Classifier") or []]
    told = [one.removeprefix(_CLASSIFIER) for one in classifiers if one.startswith(_CLASSIFIER)]
    return [*(str(one) for one in said.get_all("License") or []), *told]


def is_allowed(expression: str, allowed: frozenset[str]) -> bool:
    """Whether one may take it so: all of what AND joins, one of what OR joins."""
    if " OR " in expression and " AND " not in expression and "(" not in expression:
        return any(is_allowed(part, allowed) for part in expression.split(" OR "))
    return set(_SPDX.license_keys(_SPDX.parse(expression))) <= allowed
