"""What is only our reading is said in one list, and the documentation has all of it."""

from pathlib import Path

import appliance
from appliance.eligibility.families import FAMILIES, Basis
from appliance.eligibility.readings import READINGS, as_table

ROOM = Path(appliance.__file__).parent / "eligibility"
DOCUMENT = ROOM.parent.parent / "docs" / "messages.md"


def test_the_document_has_the_whole_table() -> None:
    assert as_table() in DOCUMENT.read_text("utf-8")


def test_the_document_has_every_family_with_its_basis() -> None:
    text = DOCUMENT.read_text("utf-8")
    for family in FAMILIES.values():
        assert f"| `{family.key}` | {family.title} | {family.basis.value} |" in text
    assert text.count("| `OQS") + text.count("| `YZK") + text.count("| `TKK") + text.count("| `CIP") == len(
        FAMILIES
    )


def test_every_row_is_whole_and_names_a_module() -> None:
    assert len({one.key for one in READINGS}) == len(READINGS)
    for one in READINGS:
        assert all((one.about, one.ours, one.rests_on))
        assert (ROOM / one.module).is_file()
        assert "|" not in one.about + one.ours + one.rests_on


def test_families_that_are_no_more_than_a_name_are_in_the_list() -> None:
    said = " ".join(one.about for one in READINGS)
    for family in FAMILIES.values():
        if family.basis is not Basis.DESCRIBED:
            assert family.key[:8] in said or family.key[:3] in said
