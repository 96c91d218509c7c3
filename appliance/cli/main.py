"""The root of the command line."""

import click

from appliance.cli import (
    accounts,
    asking,
    audit_trail,
    backup,
    bulk,
    certificate,
    consumers,
    demo,
    disaster,
    face,
    line,
    message,
    outage,
    paper,
    queue,
    readers,
    rules,
    running,
    tasks,
    trouble,
)
from appliance.cli.common import Group, state_option
from appliance.cli.vendor.group import vendor


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@state_option
def cli() -> None:
    """madoguchi: one small box at a clinic's reception."""


cli.add_command(running.run)
cli.add_command(running.init)
cli.add_command(accounts.account)
cli.add_command(consumers.consumer)
cli.add_command(readers.reader)
cli.add_command(asking.status)
cli.add_command(asking.check)
cli.add_command(asking.checks)
cli.add_command(audit_trail.audit_trail, "audit")
cli.add_command(backup.backup)
cli.add_command(bulk.bulk)
cli.add_command(message.message)
cli.add_command(paper.paper)
cli.add_command(trouble.trouble)
cli.add_command(rules.rules)
cli.add_command(certificate.certificate)
cli.add_command(line.line)
cli.add_command(tasks.task)
cli.add_command(tasks.month)
cli.add_command(disaster.disaster)
cli.add_command(outage.outage)
cli.add_command(queue.queue)
cli.add_command(face.face)
cli.add_command(demo.demo)
cli.add_command(vendor)


def main() -> None:
    """The console command."""
    cli(prog_name="madoguchi")
