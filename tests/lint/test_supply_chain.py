"""What a box is made of is known, may be handed out, and comes as it was locked."""

import io
import json
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

import pytest
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from tests.lint.tracked import ROOT
from tools.advisories import hits
from tools.licences import BOX_LOCK, TESTED_LOCK, Rules, is_allowed, licence_of, pins, rules, words_of
from tools.sbom import bill

BUILT_HERE = {"pyscard"}
"""Packages of the box without a wheel for Linux: they are compiled from their source, which the lock pins too."""

ADVISORY = {
    "id": "GHSA-made-up",
    "aliases": ["CVE-0000-0000"],
    "affected": [
        {
            "package": {"ecosystem": "PyPI", "name": "Some.Thing"},
            "ranges": [
                {
                    "type": "ECOSYSTEM",
                    "events": [
                        {"introduced": "0"},
                        {"fixed": "1.2"},
                        {"introduced": "2.0"},
                        {"fixed": "2.1"},
                    ],
                }
            ],
        }
    ],
}


def test_every_licence_on_the_box_may_be_handed_out() -> None:
    known = rules()
    found = {name: licence_of(name, known) for name in pins(BOX_LOCK)}
    assert len(found) > 20
    assert {name: said for name, said in found.items() if not is_allowed(said, known.box)} == {}


def test_every_licence_of_a_developers_machine_is_known() -> None:
    known = rules()
    found = {name: licence_of(name, known) for name in pins(TESTED_LOCK)}
    allowed = known.box | known.developers
    assert {name: said for name, said in found.items() if not is_allowed(said, allowed)} == {}


def test_no_word_is_left_over() -> None:
    known, packages = rules(), pins(TESTED_LOCK)
    assert known.packages.keys() - packages.keys() == set()
    said = {word for name in packages for word in words_of(name)}
    assert known.words.keys() - said == set()


@pytest.mark.parametrize(
    ("expression", "is_good"),
    [
        ("MIT", True),
        ("MIT AND BSD-3-Clause", True),
        ("GPL-3.0-only OR MIT", True),
        ("GPL-3.0-only", False),
        ("MIT AND GPL-3.0-only", False),
        ("AGPL-3.0-only OR GPL-3.0-only", False),
    ],
)
def test_a_licence_is_judged_whole(expression: str, is_good: bool) -> None:
    assert is_allowed(expression, frozenset({"MIT", "BSD-3-Clause"})) is is_good


def test_a_licence_nobody_has_read_is_refused() -> None:
    nothing = Rules(frozenset(), frozenset(), {}, {})
    with pytest.raises(LookupError, match="pyscard"):
        licence_of("pyscard", nothing)


def test_the_bill_names_all_of_the_lock_and_is_a_valid_one() -> None:
    made = bill({"pcscd": "1.9.9-2"}, datetime(2026, 1, 1, tzinfo=UTC))
    text = JsonV1Dot6(made).output_as_string()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    components = json.loads(text)["components"]
    named = {(one["name"], one["version"]) for one in components}
    assert named == {*pins(BOX_LOCK).items(), ("pcscd", "1.9.9-2")}
    python = [one for one in components if one["purl"].startswith("pkg:pypi/")]
    assert all(one["licenses"] and one["properties"] for one in python)
    assert text == JsonV1Dot6(bill({"pcscd": "1.9.9-2"}, datetime(2026, 1, 1, tzinfo=UTC))).output_as_string()


def test_what_is_compiled_here_is_known() -> None:
    """A wheel of an index is tagged `manylinux` or `any`; one tagged `linux` alone was built on this machine."""
    tags = {name: metadata.distribution(name).read_text("WHEEL") or "" for name in pins(BOX_LOCK)}
    assert {name for name, text in tags.items() if "-linux_" in text} == BUILT_HERE


@pytest.mark.parametrize(
    ("version", "is_hit"), [("1.1", True), ("1.2", False), ("1.9", False), ("2.0", True), ("2.1", False)]
)
def test_an_advisory_hits_the_versions_it_names(version: str, is_hit: bool) -> None:
    found = hits({"some-thing": version, "other": "1.1"}, [ADVISORY])
    assert [str(one) for one in found] == (
        [f"some-thing {version}: GHSA-made-up CVE-0000-0000; mended in 1.2, 2.1"] if is_hit else []
    )


def test_other_ecosystems_and_withdrawn_ones_do_not_count() -> None:
    package = {"ecosystem": "npm", "name": "Some.Thing"}
    other = {**ADVISORY, "affected": [{"package": package, "versions": ["1.1"]}]}
    assert hits({"some-thing": "1.1"}, [other, {**ADVISORY, "withdrawn": "2026-01-01T00:00:00Z"}]) == []


def test_the_copy_of_the_database_is_read_and_a_broken_one_is_no_good_news(tmp_path: Path) -> None:
    lock, copy = tmp_path / "lock", tmp_path / "all.zip"
    lock.write_text("some-thing==1.1 \\\n    --hash=sha256:00\n", "utf-8")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("GHSA-made-up.json", json.dumps(ADVISORY))
    said = {}
    for name, content in {"good": packed.getvalue(), "cut": packed.getvalue()[:40]}.items():
        copy.write_bytes(content)
        command = [sys.executable, str(ROOT / "tools" / "advisories.py"), str(copy), "--lock", str(lock)]
        said[name] = subprocess.run(command, check=False, capture_output=True, text=True)
    assert said["good"].returncode == 1
    assert "1 packages, 1 advisories, 1 found" in said["good"].stdout
    assert said["cut"].returncode == 2
