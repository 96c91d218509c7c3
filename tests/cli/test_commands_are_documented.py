"""A command that the READMEs do not name does not exist for whoever reads them."""

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
