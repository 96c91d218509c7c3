"""`madoguchi demo`: the whole box with a virtual world around it, and the hands that act in that world."""

import shlex
from typing import Any

import click

from appliance.cli import launch
from appliance.cli.asking import check_as_json
from appliance.cli.common import DEMO_STATE, Group, box_of, ledger_of, print_json, state_option
from appliance.cli.demo_camera import camera as camera_hands
from appliance.cli.demo_code import code
from appliance.cli.demo_terminal import terminal as terminal_hands
from appliance.cli.hands import hold_phone_and_consent, lay_card_and_consent, lay_card_and_show_face
from appliance.cli.keeping import stop_on_signals, wait_until_ready, watch
from appliance.demo.alone import alone_in
from appliance.demo.cards import Cards
from appliance.demo.control import ask
from appliance.demo.people import people as all_people
from appliance.ledger.times import utc_now
from appliance.settings import Box


@click.group(cls=Group, invoke_without_command=True)
@state_option
@click.option(
    "--readers", default=1, show_default=True, type=click.IntRange(1, 16), help="How many card readers."
)
@click.option("--headless", is_flag=True, help="Print only the ready line.")
@click.option(
    "--terminal", is_flag=True, help="With a virtual 資格確認端末 in place of the center's Web API."
)
@click.option("--face", is_flag=True, help="With a virtual camera at every reader, and 目視確認.")
@click.pass_context
def demo(ctx: click.Context, readers: int, headless: bool, terminal: bool, face: bool) -> None:
    """Start the demo, or act in a running one (see the commands)."""
    if ctx.invoked_subcommand is None:
        box = box_of(ctx, DEMO_STATE)
        with alone_in(box.root):
            _run(box, readers, headless=headless, terminal=terminal, face=face)


def _run(box: Box, reader_count: int, *, headless: bool, terminal: bool, face: bool) -> None:
    stop = stop_on_signals()
    settings, facts = launch.prepare_demo(
        box, utc_now(), terminal=terminal, faces=reader_count if face else 0
    )
    running = launch.start_demo(box, settings, reader_count)
    try:
        if wait_until_ready(running, lambda: launch.missing(running, reader_count), stop):
            click.echo(f"ready {running.url}")
            if not headless:
                _explain(box, facts)
            watch(running, stop)
    finally:
        running.stop()


def _explain(box: Box, facts: dict[str, Any]) -> None:
    rows = "\n".join(
        f"    {row['name']:<12} {row['password']:<14} {row['role']}" for row in facts["accounts"]
    )
    state = f"--state {shlex.quote(str(box.root))}"
    click.echo(
        f"""
受付画面      {facts["web"]["url"]}/          （CA: {facts["web"]["ca"]}）
患者用画面    {facts["web"]["url"]}/patient/1
ひと回り      {facts["web"]["url"]}/help/tour     … 5つの画面の案内（サインインのあとで）
アカウント
{rows}
試してみること（別の端末で）
    madoguchi demo people {state}
{_hints(facts, state)}
    madoguchi checks {state}
共有フォルダー {facts["folder"]["face"]}
Ctrl-C で終わります。""",
        err=True,
    )


def _hints(facts: dict[str, Any], state: str) -> str:
    if facts["terminal"]:
        return f"""    madoguchi demo terminal face p01 {state}       … 資格確認端末のリーダーにカードを置きます
    madoguchi demo terminal fault late {state}     … heal で元に戻ります"""
    return f"""    madoguchi demo card insert p01 --reader 1 --pin 1234 {state}
    madoguchi demo card remove --reader 1 {state}
    madoguchi demo code ishi {state}     … 診療の画面（/clinical）に入れるコード
    madoguchi demo center fault down {state}     … heal で元に戻ります"""


demo.add_command(terminal_hands)
demo.add_command(camera_hands)
demo.add_command(code)


@demo.command()
@state_option
def people() -> None:
    """The fictitious people: id, name, what the center answers, whether they have a card."""
    print_json(
        [
            {
                "id": person.id,
                "name": person.name,
                "result": person.qualification_validity,
                "card": person.card is not None,
                "shows": person.shows,
            }
            for person in all_people()
        ]
    )


@demo.group(cls=Group)
@state_option
def card() -> None:
    """Lay cards on the readers and take them away."""


@card.command()
@state_option
@click.argument("person")
@click.option("--reader", default=1, show_default=True, help="The reader's number.")
@click.option("--pin", help="Also type this PIN and give all consents, as the patient would.")
@click.option(
    "--face", is_flag=True, help="Also type the card's number, look at the camera, do as asked, consent."
)
@click.option("--camera-number", is_flag=True, help="With --face: show the number to the camera instead.")
@click.option(
    "--phone", type=click.Choice(["android", "iphone"]), help="Hold PERSON's phone to the reader instead."
)
@click.pass_context
def insert(
    ctx: click.Context,
    person: str,
    reader: int,
    pin: str | None,
    face: bool,
    camera_number: bool,
    phone: str | None,
) -> None:
    """Lay PERSON's card (p01 …, or foreign, phone, juki, mute) on a reader."""
    box = box_of(ctx, DEMO_STATE)
    if camera_number and not face:
        raise click.UsageError("--camera-number goes with --face")
    if phone is not None:
        _hold(ctx, box, person, reader, pin, phone)
        return
    if pin is None and not face:
        Cards(box.root).insert(reader, person)
        print_json({"reader": reader, "person": person})
        return
    ledger = ledger_of(ctx, DEMO_STATE)
    if pin is not None:
        check = lay_card_and_consent(box, ledger, person, reader, pin)
    else:
        check = lay_card_and_show_face(box, ledger, person, reader, camera_number=camera_number)
    print_json({"reader": reader, "person": person, "check": check_as_json(ledger, check)})


def _hold(ctx: click.Context, box: Box, person: str, reader: int, pin: str | None, phone: str) -> None:
    held: dict[str, Any] = {"reader": reader, "person": person, "phone": phone}
    if pin is None:
        Cards(box.root).hold_phone(reader, person, phone)
    else:
        ledger = ledger_of(ctx, DEMO_STATE)
        held["check"] = check_as_json(ledger, hold_phone_and_consent(box, ledger, person, reader, phone, pin))
    print_json(held)


@card.command()
@state_option
@click.option("--reader", default=1, show_default=True, help="The reader's number.")
@click.pass_context
def remove(ctx: click.Context, reader: int) -> None:
    """Take the card away from a reader."""
    Cards(box_of(ctx, DEMO_STATE).root).remove(reader)
    print_json({"reader": reader})


@card.command("restore-pins")
@state_option
@click.argument("person")
@click.pass_context
def restore_pins(ctx: click.Context, person: str) -> None:
    """Put the PIN counters of PERSON's card back to where they were when the demo was new."""
    Cards(box_of(ctx, DEMO_STATE).root).restore_pins(person)
    print_json({"person": person})


@card.command("die-after")
@state_option
@click.argument("apdus", type=click.IntRange(min=1))
@click.option("--reader", default=1, show_default=True, help="The reader's number.")
@click.pass_context
def die_after(ctx: click.Context, apdus: int, reader: int) -> None:
    """Pull the card away at the APDUS-th command from now: a card taken too early."""
    Cards(box_of(ctx, DEMO_STATE).root).die_after(reader, apdus)
    print_json({"reader": reader, "apdus": apdus})


@demo.group(cls=Group)
@state_option
def center() -> None:
    """Make the virtual center fail, and heal it."""


@center.command()
@state_option
@click.argument("kind")
@click.option("--seconds", type=float, help="How long `slow` takes.")
@click.pass_context
def fault(ctx: click.Context, kind: str, seconds: float | None) -> None:
    """Start failing: down, slow, drop, garbage, refuse, wrong-certificate, out-of-hours, …"""
    request: dict[str, Any] = {"do": "fault", "kind": kind}
    if seconds is not None:
        request["seconds"] = seconds
    print_json(_ask(ctx, "center", request))


@center.command()
@state_option
@click.pass_context
def heal(ctx: click.Context) -> None:
    """Stop failing."""
    print_json(_ask(ctx, "center", {"do": "heal"}))


@center.command(name="bulk-delay")
@state_option
@click.argument("seconds", type=click.FloatRange(0))
@click.pass_context
def bulk_delay(ctx: click.Context, seconds: float) -> None:
    """How long bulk jobs handed in from now on take."""
    print_json(_ask(ctx, "center", {"do": "bulk-delay", "seconds": seconds}))


@center.command(name="evidence-age")
@state_option
@click.argument("seconds", type=click.FloatRange(0), required=False)
@click.pass_context
def evidence_age(ctx: click.Context, seconds: float | None) -> None:
    """Refuse cards that were read longer ago than that; without SECONDS take every card again."""
    request: dict[str, Any] = {"do": "evidence-age"}
    if seconds is not None:
        request["seconds"] = seconds
    print_json(_ask(ctx, "center", request))


@center.command()
@state_option
@click.argument("switch", type=click.Choice(["on", "off"]))
@click.option("--area", default="", help="Codes of 都道府県 or 市区町村; everywhere when not given.")
@click.pass_context
def disaster(ctx: click.Context, switch: str, area: str) -> None:
    """Open 災害時医療情報閲覧 at the center for an area, or close it."""
    print_json(_ask(ctx, "center", {"do": "disaster", "on": switch == "on", "area": area}))


@center.command()
@state_option
@click.pass_context
def state(ctx: click.Context) -> None:
    """The fault that holds, and how often each check was asked and answered."""
    print_json(_ask(ctx, "center", {"do": "state"}))


@demo.group(cls=Group)
@state_option
def pcscd() -> None:
    """The smart-card service of the demo."""


@pcscd.command()
@state_option
@click.pass_context
def kill(ctx: click.Context) -> None:
    """Kill pcscd; it comes back by itself, with the cards still lying there."""
    Cards(box_of(ctx, DEMO_STATE).root).kill_pcscd()
    print_json({})


@pcscd.command()
@state_option
@click.pass_context
def hang(ctx: click.Context) -> None:
    """Let pcscd answer nobody; the box notices after ten seconds and has it restarted."""
    Cards(box_of(ctx, DEMO_STATE).root).hang_pcscd()
    print_json({})


@pcscd.command()
@state_option
@click.pass_context
def unplug(ctx: click.Context) -> None:
    """Pull the readers off the box, until `plug`."""
    Cards(box_of(ctx, DEMO_STATE).root).unplug()
    print_json({})


@pcscd.command()
@state_option
@click.pass_context
def plug(ctx: click.Context) -> None:
    """Plug the readers in again."""
    Cards(box_of(ctx, DEMO_STATE).root).plug()
    print_json({})


@card.command()
@state_option
@click.argument("until", type=click.Choice(["power", "pcscd", "never"]))
@click.option("--reader", default=1, show_default=True, help="The reader's number.")
@click.pass_context
def stick(ctx: click.Context, until: str, reader: int) -> None:
    """Let cards on a reader fall silent until they lose their power, or until pcscd is restarted; `never`: let them be."""
    Cards(box_of(ctx, DEMO_STATE).root).stick(reader, "" if until == "never" else until)
    print_json({"reader": reader, "until": until})


@demo.group(cls=Group)
@state_option
def emr() -> None:
    """The virtual EMR."""


@emr.command("do")
@state_option
@click.argument("what")
@click.pass_context
def emr_do(ctx: click.Context, what: str) -> None:
    """Tell the virtual EMR: pause-acks, resume-acks, disconnect, connect, received, …"""
    print_json(_ask(ctx, "emr", {"do": what}))


def _ask(ctx: click.Context, stand_in: str, request: dict[str, Any]) -> dict[str, Any]:
    return ask(box_of(ctx, DEMO_STATE).run_dir / f"{stand_in}.sock", request)
