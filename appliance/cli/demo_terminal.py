"""`madoguchi demo terminal`: what people and faults do at the virtual 資格確認端末."""

from typing import Any

import click

from appliance.cli.common import DEMO_STATE, Group, box_of, print_json, state_option
from appliance.demo import paths
from appliance.demo.control import ask


@click.group(cls=Group)
@state_option
def terminal() -> None:
    """Lay cards on the readers of the virtual terminal, and make it misbehave."""


@terminal.command()
@state_option
@click.argument("person")
@click.pass_context
def face(ctx: click.Context, person: str) -> None:
    """PERSON (p01 …) lays the card on a reader of the terminal; the result appears in its face folder."""
    _tell(ctx, {"do": "face", "person": person})


@terminal.command()
@state_option
@click.argument("kind")
@click.option("--seconds", type=float, help="How much later `slow` answers.")
@click.pass_context
def fault(ctx: click.Context, kind: str, seconds: float | None) -> None:
    """Start misbehaving: slow, late, duplicate, half-written, err, dead, cp932."""
    _tell(ctx, {"do": "fault", "kind": kind, **({} if seconds is None else {"seconds": seconds})})


@terminal.command()
@state_option
@click.pass_context
def heal(ctx: click.Context) -> None:
    """Stop misbehaving; what was held back comes now."""
    _tell(ctx, {"do": "heal"})


@terminal.command()
@state_option
@click.pass_context
def state(ctx: click.Context) -> None:
    """The fault that holds, which requests were picked up, which card results were written."""
    _tell(ctx, {"do": "state"})


def _tell(ctx: click.Context, request: dict[str, Any]) -> None:
    print_json(ask(paths.terminal_socket(box_of(ctx, DEMO_STATE).root), request))
