"""`madoguchi console`: the page on the box's monitor and serial line."""

import os
import sys

import click

from appliance import log_lines
from appliance.cli.common import box_of, state_option
from appliance.console import service
from appliance.ledger.times import utc_now


@click.command()
@state_option
@click.option("--once", is_flag=True, help="Print it once, without anything that steers a terminal.")
@click.option("--japanese/--english", "japanese", default=None, help="As LANG says when not given.")
@click.pass_context
def console(ctx: click.Context, *, once: bool, japanese: bool | None) -> None:
    """Show how the box is and where to find it: state, addresses, fingerprint, QR code, codes. No patient, no login, no keys."""
    box = box_of(ctx)
    wanted = _speaks_japanese(os.environ) if japanese is None else japanese
    if once:
        lines = service.Page(box, japanese=wanted).lines(utc_now(), service.size_of(sys.stdout))
        click.echo("\n".join(lines))
        return
    log_lines.install()
    service.run(box, sys.stdout, utc_now, japanese=wanted)


def _speaks_japanese(environment: os._Environ[str]) -> bool:
    """Whether the terminal is said to have the letters. Linux's own console has not, whatever LANG says."""
    lang = environment.get("LC_ALL") or environment.get("LANG", "")
    return lang.startswith("ja") and "utf" in lang.lower() and environment.get("TERM") != "linux"
