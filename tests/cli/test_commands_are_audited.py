"""Nobody adds a command without saying what it leaves in the audit trail."""

from collections.abc import Iterator

import click

from appliance.cli.main import cli
from appliance.ledger.trail.deeds import DEEDS

WRITES = {
    "account add": "account-set",
    "account approve": "maintenance-approved",
    "account enrolment": "enrolment-code-made",
    "account second-factor": "second-factor-reset",
    "audit export": "audit-exported",
    "backup drill": "backup-drilled",
    "backup restore": "backup-restored",
    "backup write": "backup-begun backup-written",
    "bulk export": "export-bulk-run",
    "bulk list": "make-bulk-run",
    "bulk period": "make-bulk-run",
    "bulk upload": "make-bulk-run",
    "certificate activate": "certificate-activate",
    "certificate export": "certificate-export",
    "certificate import": "certificate-offer certificate-accept",
    "certificate remove": "certificate-remove",
    "check": "manual-check",
    "commission apply": "box-made consumer-set stick-settings site-network trust-taken set-up-code-made",
    "consumer add": "consumer-set",
    "consumer allow": "consumer-allowed",
    "consumer give": "consumer-extra-given",
    "consumer remove": "consumer-removed",
    "consumer revoke": "revoke-token",
    "consumer take-back": "consumer-extra-taken-back",
    "consumer token": "make-token",
    "disaster end": "end-disaster-mode",
    "disaster extend": "extend-disaster-mode",
    "disaster open": "open-disaster-mode",
    "ledger ready": "backup-restored",
    "line check": "check-line",
    "line hold": "hold-line",
    "line release": "release-line",
    "month close": "close-visit",
    "month export": "export-month",
    "queue retry": "retry-check retry-delivery",
    "reader assign": "reader-assigned",
    "reader set": "reader-described reader-for-phones",
    "reader test": "test-readers",
    "retention run": "retention-removed retention-cleaned",
    "setup-code": "set-up-code-made",
    "support-bundle": "support-bundle",
    "task done": "end-task",
    "tls import": "tls-certificate",
    "tls new-ca": "tls-new-ca",
    "tls remove": "tls-certificate-remove",
    "update confirm": "update-confirmed update-rolled-back",
    "update install": "update-installed",
    "update obey": "update-installed",
    "update restart": "update-restart",
}
SILENT = {
    "shows no name and no number of a patient": """
        checks; console; diagnose; status; bulk show; certificate show; consumer list; consumer tokens; disaster status; ledger show; line history; line report;
        month list; outage list; queue list; reader list; reader show; retention show; task list; tls show; update check; update status""",
    "reads the trail and changes nothing, because a trail under suspicion is left as it is": "audit verify",
    "works without a ledger": """
        backup check; commission check; face compare; face model; message check; message fhir; message read; paper read; reader profile fit;
        reader profile list; reader profile show; rules check; rules show; trouble; vendor check; vendor new; vendor play;
        vendor watch""",
    "says how the machine is; who makes a bundle of that is written down": "run machine",
    "serves what an administrator shared, which is written down": "run share",
    "does what a page or a process wished for, which is written down where a person did": "run wishes",
    "before there is anything to write to, or after": "certificate safe; init; reset",
    "copies what is there, beside itself": "ledger copy",
    "says whose the files are, of a box that does not run": "users lay-out",
    "starts a process, which writes its own rows": "run broker; run devices; run health; run sync; run web; vendor box",
}


def commands(one: click.Command, name: str = "") -> Iterator[str]:
    if not isinstance(one, click.Group):
        yield name
        return
    context = click.Context(one)
    for word in one.list_commands(context):
        inner = one.get_command(context, word)
        assert inner is not None
        yield from commands(inner, f"{name} {word}".strip())


def test_every_command_says_what_it_leaves_or_why_nothing() -> None:
    silent = {one.strip() for text in SILENT.values() for one in text.split(";")}
    there = {name for name in commands(cli) if not name.startswith("demo ")}
    assert there - WRITES.keys() - silent == set(), "say here what it leaves in the audit trail"
    assert (WRITES.keys() | silent) - there == set(), "these are gone"
    assert {one for text in WRITES.values() for one in text.split()} <= DEEDS.keys()
