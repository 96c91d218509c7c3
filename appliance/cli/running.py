"""`madoguchi run`: the processes of the box, one each; `madoguchi init`: a new state folder."""

from datetime import UTC, datetime

import click

from appliance import log_lines
from appliance.cli.common import Group, box_of, state_option
from appliance.eligibility.numbers import has_valid_check_digit
from appliance.eligibility.trouble import Trouble
from appliance.ledger import consumers
from appliance.ledger.database import Ledger
from appliance.own_memory import keep_memory_private
from appliance.settings import Box, Settings

FOLDER_CONSUMER = "receipt-folder"


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
@click.pass_context
def web(ctx: click.Context) -> None:
    """The pages."""
    from appliance.web import service  # noqa: PLC0415

    service.run(box_of(ctx))


@run.command()
@state_option
@click.pass_context
def broker(ctx: click.Context) -> None:
    """mosquitto, configured from the ledger."""
    from appliance.sync import broker as room  # noqa: PLC0415

    room.run(box_of(ctx))


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


def prepare(box: Box, settings: Settings) -> Ledger:
    """The folders, the settings file and the ledger with the shared folder as its first consumer."""
    box.create()
    box.save(settings)
    ledger = Ledger.of(box)
    consumers.add(ledger, FOLDER_CONSUMER, consumers.ConsumerKind.FOLDER, datetime.now(UTC))
    return ledger
