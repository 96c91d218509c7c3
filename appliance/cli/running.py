"""`madoguchi run`: the processes of the box, one each; `madoguchi init`: a new state folder."""

import os
import sys
from pathlib import Path

import click

from appliance import log_lines, sharing, wanted
from appliance.cli.common import Group, box_of, state_option
from appliance.eligibility.numbers import has_valid_check_digit
from appliance.eligibility.trouble import Trouble
from appliance.ledger.new_box import prepare
from appliance.ledger.own_copy import lost
from appliance.own_memory import keep_memory_private
from appliance.settings import Box, Settings
from appliance.share_place import PORT, expected_place


@click.group(cls=Group)
@state_option
def run() -> None:
    """Run one process of the box in the foreground."""
    log_lines.install()
    # Each of them has passwords, PINs or keys in its memory. mosquitto, which takes the broker's place, keeps the first half.
    keep_memory_private()


@run.command()
@state_option
@click.pass_context
def devices(ctx: click.Context) -> None:
    """Readers, cards and visits."""
    from appliance.devices import service  # noqa: PLC0415 - each process loads its own room only

    service.run(box_of(ctx))


@run.command()
@state_option
@click.pass_context
def sync(ctx: click.Context) -> None:
    """Center, MQTT and shared folder."""
    from appliance.sync import service  # noqa: PLC0415

    service.run(box_of(ctx))


@run.command()
@state_option
@click.option("--host", default="0.0.0.0", help="Where a folder without a box is set up.")  # noqa: S104 - a box in the clinic serves the clinic
@click.option("--port", type=int, default=Settings.web_port, show_default=True, help="The same.")
@click.option(
    "--trust-port", type=int, default=Settings.trust_port, help="The same, without TLS (0: nowhere)."
)
@click.pass_context
def web(ctx: click.Context, host: str, port: int, trust_port: int) -> None:
    """The pages; in a folder without a box, or whose ledger is lost, those that make one, to whoever has the code in `run/setup-code`."""
    from appliance.web import service  # noqa: PLC0415

    box = box_of(ctx)
    if not box.settings_file.exists():
        new = Settings("", web_host=host, web_port=port, trust_port=trust_port, broker_host=host)
        _set_up(box, new)
    elif lost.since(box.root):
        _set_up(box, box.load())
    service.run(box)


def _set_up(box: Box, new: Settings) -> None:
    from appliance.web.first import service  # noqa: PLC0415

    sharing.make_folder(box.root)
    service.run(box, new)
    if "NOTIFY_SOCKET" in os.environ:
        # The service manager starts this once each key is its one process's.
        raise SystemExit(0)
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - ourselves, afresh


@run.command()
@state_option
@click.pass_context
def broker(ctx: click.Context) -> None:
    """mosquitto, configured from the ledger."""
    from appliance.sync import broker as room  # noqa: PLC0415

    room.run(box_of(ctx))


@run.command()
@click.option("--port", type=int, default=PORT, show_default=True)
def share(port: int) -> None:
    """smbd, for the folder that is shared over the network; below $RUNTIME_DIRECTORY, by a unit of its own."""
    from appliance.sync import file_server  # noqa: PLC0415

    runtime = os.environ.get("RUNTIME_DIRECTORY")
    if not runtime:
        raise click.UsageError("RUNTIME_DIRECTORY is not set: this is started by systemd.")
    file_server.run(expected_place(), Path(runtime), port)


@run.command()
@state_option
@click.option("--once", is_flag=True, help="A single look, for a timer.")
@click.pass_context
def health(ctx: click.Context, *, once: bool) -> None:
    """The self-diagnosis: looks at everything each minute."""
    from appliance.health import service  # noqa: PLC0415

    service.run(box_of(ctx), once=once)


@run.command()
@state_option
@click.pass_context
def machine(ctx: click.Context) -> None:
    """Say once, on stdout, how the machine is: what the support bundle takes from journal and units. Started by a socket."""
    from appliance.machine import looking  # noqa: PLC0415

    click.echo(looking.as_json(looking.look(box_of(ctx).root)), nl=False)


@run.command()
@state_option
@click.pass_context
def wishes(ctx: click.Context) -> None:
    """Do once, as root, what the box wishes of its machine: the card service begun anew, a reader's port off and on. Started by a path."""
    for name in wanted.obey(wanted.folder_of(box_of(ctx).run_dir)):
        click.echo(name)


@click.command()
@state_option
@click.option("--institution-code", required=True, help="医療機関コード, 10 digits.")
@click.option("--clinic-name", default="", help="Shown on the pages.")
@click.pass_context
def init(ctx: click.Context, institution_code: str, clinic_name: str) -> None:
    """Make a state folder for a new box."""
    if len(institution_code) != 10 or not has_valid_check_digit(institution_code):
        raise Trouble("INPUT-001", "医療機関コードは検証番号を含む10桁です")
    box = box_of(ctx)
    if box.settings_file.exists():
        raise Trouble("BOX-001", f"{box.settings_file} はすでにあります")
    prepare(box, Settings(institution_code=institution_code, clinic_name=clinic_name))
    click.echo(str(box.root))
