"""A box's image has no virtual world in it, and each of its commands works all the same."""

import subprocess
import sys

_LOOK = """
import sys
sys.modules["appliance.demo"] = None
from appliance.cli.main import cli
import click
with click.Context(cli) as ctx:
    for name in cli.list_commands(ctx):
        assert cli.get_command(ctx, name) is not None, name
        print(name)
"""


def test_every_command_of_an_image_is_found_without_the_demo() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _LOOK], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr[-1000:]
    assert "reader" in done.stdout.split()
    assert not {"demo", "vendor"} & set(done.stdout.split())
