"""`madoguchi vendor play`: lets a running virtual box hand out any result there is, the rare ones above all."""

import contextlib
import threading
from datetime import timedelta
from typing import Any

import click

from appliance.cli.common import Exit, box_of, ledger_of, print_json, state_option
from appliance.cli.launch import EMR
from appliance.cli.vendor.box import VENDOR_STATE
from appliance.demo.center_client import CenterKnobs
from appliance.demo.scenarios import Scenario, question, scenario_named, scenarios, stage
from appliance.eligibility.message_xml import write
from appliance.eligibility.trouble import Trouble
from appliance.ledger import checks, deliveries
from appliance.ledger.checks import NewCheck, Origin
from appliance.ledger.database import Ledger
from appliance.ledger.deliveries import DeliveryState
from appliance.ledger.times import utc_now
from appliance.settings import Box

ALL = "all"


@click.command()
@state_option
@click.argument("names", metavar="SCENARIO...", nargs=-1)
@click.option("--list", "show_list", is_flag=True, help="Say which scenarios there are.")
@click.option("--wait", default=20.0, show_default=True, help="Seconds to wait for the acknowledgements.")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of Japanese text.")
@click.pass_context
def play(ctx: click.Context, names: tuple[str, ...], show_list: bool, wait: float, as_json: bool) -> None:
    """Play one scenario, several, or `all`. Exit status 3: something is not acknowledged yet."""
    if show_list or not names:
        _print_list(as_json)
        return
    wanted = scenarios() if names == (ALL,) else tuple(scenario_named(name) for name in names)
    box, ledger = box_of(ctx, VENDOR_STATE), ledger_of(ctx, VENDOR_STATE)
    if not (box.root / "demo.json").exists():
        raise Trouble("DEMO-001", "本物の装置には流せません（madoguchi vendor box か demo を使います）")
    played = [(one, _played(box, ledger, one)) for one in wanted]
    states = _until_acknowledged(ledger, [check_id for _, check_id in played], wait)
    rows = [_row(one, check_id, states[check_id]) for one, check_id in played]
    _print(rows, as_json)
    ctx.exit(Exit.OK if all(row["acknowledged"] for row in rows) else Exit.DEFERRED)


def _played(box: Box, ledger: Ledger, scenario: Scenario) -> str:
    code = box.load().institution_code
    if not scenario.fault:
        return stage(ledger, scenario, code, utc_now())
    new = NewCheck(
        origin=Origin.COMMAND,
        institution_code=code,
        request_xml=write(question(scenario, code, utc_now())),
    )
    with _failing(CenterKnobs(box.root), scenario):
        check_id = checks.open_check(ledger, new, utc_now())
        if scenario.times is None:
            threading.Event().wait(scenario.seconds)
        else:
            _until(ledger, scenario.seconds or 0.0, lambda: bool(deliveries.of_check(ledger, check_id)))
    return check_id


@contextlib.contextmanager
def _failing(center: CenterKnobs, scenario: Scenario) -> Any:
    numbers = {"times": scenario.times, "seconds": scenario.seconds}
    center.fault(scenario.fault, **{name: value for name, value in numbers.items() if value is not None})
    try:
        yield
    finally:
        center.heal()


def _until_acknowledged(
    ledger: Ledger, check_ids: list[str], seconds: float
) -> dict[str, DeliveryState | None]:
    def states() -> dict[str, DeliveryState | None]:
        return {check_id: _state(ledger, check_id) for check_id in check_ids}

    _until(ledger, seconds, lambda: set(states().values()) == {DeliveryState.ACKNOWLEDGED})
    return states()


def _until(ledger: Ledger, seconds: float, holds: Any) -> None:
    deadline = utc_now() + timedelta(seconds=seconds)
    with ledger.listen() as ear:
        while not holds() and (left := (deadline - utc_now()).total_seconds()) > 0:
            ear.wait(left)


def _state(ledger: Ledger, check_id: str) -> DeliveryState | None:
    owed = (one.state for one in deliveries.of_check(ledger, check_id) if one.consumer == EMR)
    return next(owed, None)


def _row(scenario: Scenario, check_id: str, state: DeliveryState | None) -> dict[str, Any]:
    return {
        "scenario": scenario.id,
        "title": scenario.title,
        "check_id": check_id,
        "delivery": state.value if state else None,
        "acknowledged": state is DeliveryState.ACKNOWLEDGED,
    }


def _print(rows: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        print_json(rows)
        return
    for row in rows:
        said = "ackが返りました" if row["acknowledged"] else "まだackがありません"
        click.echo(f"{row['scenario']:<20} {said}  {row['title']}")


def _print_list(as_json: bool) -> None:
    if as_json:
        print_json([{"scenario": one.id, "title": one.title} for one in scenarios()])
        return
    for one in scenarios():
        click.echo(f"{one.id:<20} {one.title}")
