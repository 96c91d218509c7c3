"""A command or a target that the READMEs do not name does not exist for whoever reads them."""

import re
from pathlib import Path

import pytest

from appliance.cli.main import cli

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("readme", ["README.md", "README.ja.md"])
def test_every_command_is_in_the_readme(readme: str) -> None:
    text = (ROOT / readme).read_text("utf-8")
    inside_tables = "\n".join(line for line in text.splitlines() if line.startswith("| `madoguchi"))
    named = {
        name for name in cli.commands if f"`madoguchi {name}" in inside_tables or f"`{name} " in inside_tables
    }
    assert sorted(cli.commands) == sorted(named)


@pytest.mark.parametrize("readme", ["README.md", "README.ja.md"])
def test_every_target_is_in_the_readme(readme: str) -> None:
    targets = re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    rows = [line for line in (ROOT / readme).read_text("utf-8").splitlines() if line.startswith("| `make ")]
    named = {name for row in rows for name in re.findall(r"`make ([a-z-]+)", row.split("|")[1])}
    assert sorted(targets) == sorted(named)
    assert len(targets) > 20
