"""What all commands share: `--state`, JSON on stdout, a trouble as one line on stderr and an exit status."""

import json
import os
import sqlite3
import sys
from collections.abc import Callable
from datetime import date, datetime
from enum import IntEnum
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from appliance import sharing
from appliance.eligibility.trouble import Trouble
from appliance.ledger.database import Ledger
from appliance.ledger.disk import trouble_of
from appliance.settings import Box

F = TypeVar("F", bound=Callable[..., Any])

STATE_VARIABLE = "MADOGUCHI_STATE"
DEFAULT_STATE = "/var/lib/madoguchi"
DEMO_STATE = "demo-state"


class Exit(IntEnum):
    """Exit statuses. DEFERRED: done as far as it can be now, the answer follows by itself."""

    OK = 0
    TROUBLE = 1
    USAGE = 2
    DEFERRED = 3


class Group(click.Group):
    """A group whose commands end with a trouble's line on stderr instead of a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. Exits with `Exit.TROUBLE` after a `Trouble`, or when disk or ledger fail."""
        try:
            return super().invoke(ctx)
        except Trouble as trouble:
            _end_with(ctx, trouble)
        except BrokenPipeError:  # who reads stdout has had enough, which click knows how to end
            raise
        except (OSError, sqlite3.Error) as error:
            _end_with(ctx, trouble_of(error))


def _end_with(ctx: click.Context, trouble: Trouble) -> NoReturn:
    click.echo(f"{trouble}\n  → {trouble.entry.reception}\n  → {trouble.entry.engineer}", err=True)
    ctx.exit(Exit.TROUBLE)


def state_option(command: F) -> F:
    """Add `--state DIR`, which may stand before or after the command's name."""
    return click.option(
        "--state",
        "state",
        type=click.Path(file_okay=False, path_type=Path),
        help=f"The box's state folder (or ${STATE_VARIABLE}).",
        expose_value=False,
        callback=_remember,
    )(command)


def _remember(ctx: click.Context, _parameter: click.Parameter, value: Path | None) -> None:
    if value is not None:
        ctx.ensure_object(dict)["state"] = value.resolve()


def box_of(ctx: click.Context, default: str = DEFAULT_STATE) -> Box:
    """The box that `--state`, the environment or `default` names. What this process makes there is the group's where the folder is."""
    named = ctx.ensure_object(dict).get("state") or os.environ.get(STATE_VARIABLE) or default
    box = Box(Path(named).resolve())
    sharing.begin(box.root)
    return box


def ledger_of(ctx: click.Context, default: str = DEFAULT_STATE) -> Ledger:
    """The ledger of that box. Raises `Trouble` BOX-001 when there is no box in the folder."""
    box = box_of(ctx, default)
    box.load()
    return Ledger.of(box)


def institution_option(command: F) -> F:
    """Add `--institution-code CODE`, which arrives as `code`; to be checked by `code_of_the_house`."""
    return click.option(
        "--institution-code", "code", help="For another 医療機関コード of the house (歯科 beside 医科)."
    )(command)


def code_of_the_house(ctx: click.Context, wanted: str | None) -> str:
    """The code that is wanted, or the box's own. Raises `Trouble` INPUT-004 for one that is not of this house."""
    settings = box_of(ctx).load()
    if wanted is not None and wanted not in settings.institution_codes:
        raise Trouble("INPUT-004", "box.toml にない医療機関コードです")
    return wanted or settings.institution_code


def phrase_of(label: str, *, from_stdin: bool, is_new: bool = False) -> str:
    """A pass phrase from a person, a new one twice, or one line of stdin. Never from the command's own words, which others see."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    found: str = click.prompt(label, hide_input=True, confirmation_prompt=is_new, err=True)
    return found


def print_json(value: Any) -> None:
    """`value` on stdout as JSON, one document."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))


def _plain(value: Any) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    raise TypeError(type(value).__name__)
