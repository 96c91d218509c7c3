"""`madoguchi update`: updates of the system, for root on a box with two slots."""

import contextlib
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import click

from appliance.cli.common import Group, box_of, print_json, state_option
from appliance.cli.updating import confirming, self_test
from appliance.cli.updating.installing import Machine, Updater
from appliance.cli.updating.judging import OS_RELEASE, version_of
from appliance.cli.updating.rauc import Rauc, booted_slot
from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit
from appliance.ledger.database import Ledger
from appliance.ledger.schema import MIGRATIONS
from appliance.ledger.times import utc_now
from appliance.updates import record
from appliance.updates.drop import Drop
from appliance.updates.record import State

SEEN = Path("/run/madoguchi-box/update.json")
LATER = "madoguchi-restart"
ACTOR = "system"
_DEEDS = {State.CONFIRMED: "update-confirmed", State.ROLLED_BACK: "update-rolled-back"}
_file = click.argument("file", type=click.Path(dir_okay=False, exists=True, path_type=Path))
_older = click.option("--older", is_flag=True, help="Take an older version too, when it can read the ledger.")


@click.group(cls=Group)
@state_option
def update() -> None:
    """Updates of the system: a signed file into the other slot, a restart, a self-test, and the way back."""


@update.command()
@state_option
@click.pass_context
def status(ctx: click.Context) -> None:
    """How the last update stands, what runs and what lies in the other slot."""
    updater = _updater(ctx)
    now = updater.read()
    print_json(
        {
            "slot": updater.slot,
            "version": version_of(updater.os_release),
            "schema": MIGRATIONS.names[-1],
            "other_version": {**now.versions, updater.slot: ""}.get("B" if updater.slot == "A" else "A", ""),
            "update": asdict(now),
        }
    )


@update.command()
@state_option
@_file
@_older
@click.pass_context
def check(ctx: click.Context, file: Path, older: bool) -> None:
    """Look at the signature of FILE and whether it may go onto this box. Changes nothing."""
    bundle = _updater(ctx).check(file, may_be_older=older)
    print_json({"version": bundle.version, "schema": bundle.schema, "breaks": sorted(bundle.breaks)})


@update.command()
@state_option
@_file
@_older
@click.option(
    "--restart", is_flag=True, help="Restart into it at once. Reception stops for about two minutes."
)
@click.option("--arm", is_flag=True, help="Start it at the next start of the box, whoever causes that.")
@click.pass_context
def install(ctx: click.Context, file: Path, older: bool, restart: bool, arm: bool) -> None:
    """Write FILE into the slot that does not run. Reception goes on."""
    updater = _updater(ctx)
    now = updater.install(file, may_be_older=older)
    _write_down(updater, "update-installed", now.to_version)
    if restart:
        updater.restart()
    elif arm:
        now = updater.arm()
    print_json(asdict(now))


@update.command()
@state_option
@click.pass_context
def restart(ctx: click.Context) -> None:
    """Restart into the version that was installed."""
    updater = _updater(ctx)
    _write_down(updater, "update-restart", updater.read().to_version)
    updater.restart()


@update.command()
@state_option
@click.pass_context
def obey(ctx: click.Context) -> None:
    """Do what the page of updates wishes for. For the unit that watches its folder."""
    updater = _updater(ctx)
    before = updater.read()
    refused = updater.obey(Drop(record.place().drop))
    after = updater.read()
    if after.state is State.INSTALLED and before.state is not State.INSTALLED:
        _write_down(updater, "update-installed", after.to_version)
    for trouble in refused:
        click.echo(trouble, err=True)


@update.command()
@state_option
@click.option("--web-port", type=int, default=443, show_default=True)
@click.option("--patience", type=float, default=self_test.PATIENCE, show_default=True, help="Seconds.")
@click.pass_context
def confirm(ctx: click.Context, web_port: int, patience: float) -> None:
    """After a start: the self-test of a new version, and back to the one before when it does not pass. For its unit."""
    updater = _updater(ctx)
    before = updater.read()
    parts = self_test.parts_of(updater.box, web_port)
    now = confirming.confirm(updater, lambda: self_test.run(parts, patience))
    click.echo(f"{now.state} {now.reason} {' '.join(now.failed)}".rstrip())
    if now.state in _DEEDS and now.state is not before.state:
        _write_down(updater, _DEEDS[now.state], f"{now.to_version} {now.reason}".strip())
    if now.state in (State.UNWELL, State.GOING_BACK):
        click.echo(Trouble("UPDATE-011", ", ".join(now.failed)), err=True)


def _updater(ctx: click.Context) -> Updater:
    where = record.place()
    return Updater(
        box_of(ctx),
        where,
        Rauc(),
        Machine(_restart, _restart_at, _forget_restart),
        utc_now,
        booted_slot(),
        OS_RELEASE,
        SEEN,
    )


def _write_down(updater: Updater, action: str, detail: str) -> None:
    """Into the audit trail of a box that has one. A ledger that cannot be written is no reason to stop an update half-way."""
    if not updater.box.settings_file.exists():
        return
    with contextlib.suppress(Trouble, OSError, sqlite3.Error), closing(Ledger.of(updater.box)) as ledger:
        audit.write(ledger, ACTOR, action, "system", utc_now(), detail)


def _restart() -> None:
    subprocess.run(["/bin/systemctl", "reboot"], check=True)


def _restart_at(hour: str) -> None:
    # Of this start alone: after another one the box has restarted anyway.
    timer = ["/usr/bin/systemd-run", "--quiet", f"--unit={LATER}", f"--on-calendar=*-*-* {hour}:00"]
    own = ["--timer-property=AccuracySec=1s", f"--setenv={record.PLACE_VARIABLE}={record.place().root}"]
    subprocess.run([*timer, *own, "/opt/madoguchi/bin/madoguchi", "update", "restart"], check=True)


def _forget_restart() -> None:
    subprocess.run(
        ["/bin/systemctl", "--quiet", "stop", f"{LATER}.timer"], check=False, stderr=subprocess.DEVNULL
    )
