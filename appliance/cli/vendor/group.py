"""The root of `madoguchi vendor`."""

import click

from appliance.cli.common import Group, state_option
from appliance.cli.vendor.box import box
from appliance.cli.vendor.check import check
from appliance.cli.vendor.play import play
from appliance.cli.vendor.starter import new
from appliance.cli.vendor.watch import watch


@click.group(cls=Group)
@state_option
def vendor() -> None:
    """For vendors of 電子カルテ and レセコン: a virtual box, a starter, results to play, a conformance check."""


for _command in (box, new, watch, play, check):
    vendor.add_command(_command)
