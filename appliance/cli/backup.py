"""`madoguchi backup`: one encrypted file of the box, made while it works, looked into, restored."""

import os
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from appliance.cli.common import Group, box_of, ledger_of, phrase_of, print_json, state_option
from appliance.ledger import backups
from appliance.ledger.backup import drilling, restoring, writing
from appliance.ledger.backup.phrase import checked
from appliance.ledger.backup.restoring import Contents
from appliance.ledger.backups import Drill, Made
from appliance.ledger.times import to_text, utc_now

_ACTOR = "command line"
_from_stdin = click.option(
    "--passphrase-stdin",
    "from_stdin",
    is_flag=True,
    help="Read the pass phrase from stdin instead of asking.",
)


@click.group(cls=Group)
@state_option
def backup() -> None:
    """Encrypted backups of ledger, settings and keys (not of the clinic's certificate: `certificate export`)."""


@backup.command()
@state_option
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@_from_stdin
@click.pass_context
def write(ctx: click.Context, file: Path, from_stdin: bool) -> None:
    """Write a new FILE, whole or not at all, under a pass phrase that only the clinic keeps. The box goes on working."""
    ledger, box = ledger_of(ctx), box_of(ctx)
    given = phrase_of("新しいパスフレーズ", from_stdin=from_stdin, is_new=True)
    phrase, now = checked(given, given), utc_now()
    backups.begin(ledger, _ACTOR, now)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            with closing(writing.backup(box, ledger, phrase, now)) as made:
                stream.writelines(made.pieces)
            stream.flush()
            os.fsync(stream.fileno())
    except BaseException:
        file.unlink()
        raise
    backups.note(ledger, Made(now, _ACTOR, made.size), utc_now())
    print_json({"file": str(file), "made_at": to_text(now), "size": made.size})


@backup.command()
@state_option
@click.argument("file", type=click.File("rb"))
@_from_stdin
@click.pass_context
def check(ctx: click.Context, file: Any, from_stdin: bool) -> None:
    """Open FILE, read all of it, and say what is in it and whether its ledger is sound."""
    root = box_of(ctx).root
    phrase = phrase_of("パスフレーズ", from_stdin=from_stdin)
    print_json(_as_json(restoring.check(file, phrase, root if root.is_dir() else None)))


@backup.command()
@state_option
@click.argument("file", type=click.File("rb"))
@_from_stdin
@click.pass_context
def drill(ctx: click.Context, file: Any, from_stdin: bool) -> None:
    """Exercise the day on which the box is dead: restore FILE aside, open it, look it over, remove it, and write down that it went well."""
    ledger, box, now = ledger_of(ctx), box_of(ctx), utc_now()
    phrase = phrase_of("パスフレーズ", from_stdin=from_stdin)
    contents = drilling.drill(file, phrase, box.root, now)
    backups.note_drill(
        ledger, Drill(now, _ACTOR, contents.header.made_at, contents.checks, len(contents.files))
    )
    print_json(_as_json(contents))


@backup.command()
@state_option
@click.argument("file", type=click.File("rb"))
@_from_stdin
@click.pass_context
def restore(ctx: click.Context, file: Any, from_stdin: bool) -> None:
    """Put FILE into the folder of --state, which must have no ledger. Stop the services first, start them afterwards."""
    phrase = phrase_of("パスフレーズ", from_stdin=from_stdin)
    print_json(_as_json(restoring.restore(file, phrase, box_of(ctx), _ACTOR, utc_now())))


def _as_json(contents: Contents) -> dict[str, Any]:
    return {
        "made_at": to_text(contents.header.made_at),
        "institution_code": contents.header.institution_code,
        "schema": contents.header.schema,
        "ledger": "ok",
        "checks": contents.checks,
        "files": contents.files,
    }
