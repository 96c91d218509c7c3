"""`madoguchi reset`: a box that forgets all it knows."""

import socket

import click

from appliance import reset_wish, wiping
from appliance.cli.common import box_of, print_json, state_option
from appliance.eligibility.trouble import Trouble
from appliance.settings import Box


@click.command()
@state_option
@click.option("--yes-wipe", is_flag=True, help="Say that everything may go: keys, patients' data, settings.")
@click.pass_context
def reset(ctx: click.Context, yes_wipe: bool) -> None:
    """Forget everything: on a box of the image it asks for its factory reset, elsewhere it wipes the folder of --state."""
    box = box_of(ctx)
    if not yes_wipe:
        raise click.UsageError(
            "Nothing was done: --yes-wipe is missing. Make a backup first (madoguchi backup write)."
        )
    if reset_wish.is_obeyed():
        reset_wish.ask(box)
        print_json({"asked": True})
        return
    if not box.settings_file.is_file() and not box.ledger_file.is_file():
        raise Trouble("BOX-001", f"{box.root}")
    _expect_stopped(box)
    print_json({"wiped": wiping.wipe(box)})


def _expect_stopped(box: Box) -> None:
    """Whoever works on would write on, into files that are no more. Raises `Trouble` RESET-001."""
    for path in (box.hatch_socket, box.certificate_socket, box.paper_socket):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            try:
                line.connect(str(path))
            except OSError:
                continue
            raise Trouble("RESET-001", path.name)
