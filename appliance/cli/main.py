"""The root of the command line. A command's code is loaded when the command is given: a small box has better to do."""

import importlib
from importlib.util import find_spec

import click

from appliance.cli.common import Group, state_option

_COMMANDS = {
    "account": "accounts.account",
    "audit": "audit_trail.audit_trail",
    "backup": "backup.backup",
    "bulk": "bulk.bulk",
    "certificate": "certificate.certificate",
    "check": "asking.check",
    "checks": "asking.checks",
    "commission": "commissioning.command.commission",
    "console": "console.console",
    "consumer": "consumers.consumer",
    "diagnose": "diagnose.diagnose",
    "disaster": "disaster.disaster",
    "face": "face.face",
    "init": "running.init",
    "ledger": "ledger.ledger",
    "line": "line.line",
    "message": "message.message",
    "month": "tasks.month",
    "outage": "outage.outage",
    "paper": "paper.paper",
    "queue": "queue.queue",
    "reader": "readers.reader",
    "reset": "reset.reset",
    "retention": "retention.retention",
    "rules": "rules.rules",
    "run": "running.run",
    "setup-code": "accounts.setup_code",
    "status": "asking.status",
    "support-bundle": "support.support_bundle",
    "task": "tasks.task",
    "tls": "tls.tls",
    "trouble": "trouble.trouble",
    "update": "updating.command.update",
    "users": "users.users",
}
_WITH_STAND_INS = {"demo": "demo.demo", "vendor": "vendor.group.vendor"}
"""Commands that need the virtual world and what that needs beyond a box. A box's image comes without it, and so without these."""


class Root(Group):
    """The commands that every box has, and those of the virtual world where it is there."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in order."""
        return sorted(_places())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name; None where there is none."""
        place = _places().get(cmd_name)
        if place is None:
            return None
        module, _, name = place.rpartition(".")
        found: click.Command = getattr(importlib.import_module(f"appliance.cli.{module}"), name)
        return found


def _places() -> dict[str, str]:
    return _COMMANDS | (_WITH_STAND_INS if find_spec("appliance.demo") else {})


@click.group(cls=Root, context_settings={"help_option_names": ["-h", "--help"]})
@state_option
def cli() -> None:
    """madoguchi: one small box at a clinic's reception."""


def main() -> None:
    """The console command."""
    cli(prog_name="madoguchi")
