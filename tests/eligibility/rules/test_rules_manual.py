"""docs/rules.md tells an engineer the truth."""

import re
from pathlib import Path

import pytest

from appliance.eligibility.rules.kinds import KINDS
from appliance.eligibility.rules.packaged_book import packaged_book, with_additions
from appliance.eligibility.rules.points import FACT_LABELS, Fact

MANUAL = (Path(__file__).parents[3] / "docs" / "rules.md").read_text("utf-8")


def test_its_example_is_taken() -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", MANUAL, re.DOTALL)
    book = with_additions([("rules/ours.toml", example)])
    assert book.refusals == ()
    assert len(book.rules) > len(packaged_book().rules)


@pytest.mark.parametrize("word", [*(kind.kind for kind in KINDS), *Fact])
def test_it_names_every_kind_and_every_fact(word: str) -> None:
    assert f"`{word}`" in MANUAL


def test_it_explains_facts_in_the_words_of_the_program() -> None:
    combined = {Fact.LINKED_ONE, Fact.LINKED_ALL}
    assert all(
        f"| `{fact}` | {label} |" in MANUAL for fact, label in FACT_LABELS.items() if fact not in combined
    )
