"""`madoguchi reader`: the card readers, their models, and under which code of the house each asks."""

import os
from datetime import date, datetime
from importlib.util import find_spec
from typing import Any

import click

from appliance.cli.common import Exit, Group, box_of, code_of_the_house, ledger_of, print_json, state_option
from appliance.cli.reader_profiles import known_profile, profile, profile_text
from appliance.eligibility import reader_profiles
from appliance.eligibility.catalogue import CATALOGUE
from appliance.eligibility.institutions import spoken_institution
from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit, readers
from appliance.ledger.database import Ledger
from appliance.ledger.readers import Reader
from appliance.ledger.times import utc_now
from appliance.settings import Box

_ACTOR = "command line"


@click.group(cls=Group)
@state_option
def reader() -> None:
    """The card readers, their models, and which of 医科 and 歯科 each belongs to."""


reader.add_command(profile)


@reader.command("list")
@state_option
@click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")
@click.pass_context
def list_all(ctx: click.Context, as_json: bool) -> None:
    """The readers in use."""
    own = box_of(ctx).load().institution_code
    ledger = ledger_of(ctx)
    found = [_as_json(ledger, one, own) for one in readers.all_readers(ledger)]
    if as_json:
        print_json(found)
        return
    for row in found:
        what = (
            f"リーダー{row['phone_of']}のスマートフォン用"
            if row["phone_of"]
            else spoken_institution(row["institution_code"])
        )
        click.echo(f"{row['reader']:<3} {row['label']}  {what}")


@reader.command()
@state_option
@click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")
@click.pass_context
def test(ctx: click.Context, as_json: bool) -> None:
    """Test service, readers, cameras and the face model now. Exit status 1 when anything is wrong."""
    box, ledger = box_of(ctx), ledger_of(ctx)
    _use_pcscd_of_demo(box)
    from appliance.devices.self_test import look_at_readers  # noqa: PLC0415 - reads that variable once

    audit.write(ledger, _ACTOR, "test-readers", "", utc_now())
    outcomes = look_at_readers(box.load(), ledger, utc_now)
    if as_json:
        print_json([{"reader": one.reader.name, "codes": one.codes} for one in outcomes])
    else:
        for one in outcomes:
            click.echo(f"{one.reader.label}: {_found_text(one.codes)}")
    if any(one.codes for one in outcomes):
        ctx.exit(Exit.TROUBLE)


def _use_pcscd_of_demo(box: Box) -> None:
    """A demo has a pcscd of its own; a box's image comes without demos."""
    if not find_spec("appliance.demo"):
        return
    from appliance.demo import paths  # noqa: PLC0415 - not there in an image

    if (socket := paths.pcscd_socket(box.root)).exists():
        os.environ.setdefault("PCSCLITE_CSOCK_NAME", str(socket))


def _found_text(codes: tuple[str, ...]) -> str:
    return "、".join(f"{CATALOGUE[code].title}（{code}）" for code in codes) or "異常ありません"


@reader.command()
@state_option
@click.argument("name")
@click.argument("code")
@click.pass_context
def assign(ctx: click.Context, name: str, code: str) -> None:
    """Ask about cards on reader NAME (its number) under institution CODE. The running box takes it up by itself."""
    ledger = ledger_of(ctx)
    own = box_of(ctx).load().institution_code
    wanted = code_of_the_house(ctx, code)
    if not readers.assign(ledger, name, None if wanted == own else wanted):
        raise Trouble("INPUT-005", "その番号のカードリーダーはありません")
    audit.write(ledger, _ACTOR, "reader-assigned", name, utc_now(), wanted)
    print_json(_as_json(ledger, _numbered(ledger, name), own))


@reader.command("set")
@state_option
@click.argument("name")
@click.option("--profile", "model", help="Its model: an id of `madoguchi reader profile list`.")
@click.option("--label", help="What the pages call it.")
@click.option(
    "--delivered",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day the clinic got it; the warranty counts from it.",
)
@click.option("--phone-of", metavar="NUMBER", help="It reads phones for the patients of that reader.")
@click.option("--no-phone", is_flag=True, help="It is a reader for cards again.")
@click.pass_context
def set_reader(
    ctx: click.Context,
    name: str,
    model: str | None,
    label: str | None,
    delivered: datetime | None,
    phone_of: str | None,
    no_phone: bool,
) -> None:
    """Say of reader NAME (its number) which model it is, what to call it, when it was delivered, whose phones it reads."""
    ledger = ledger_of(ctx)
    if model is not None:
        known_profile(model)
    if label is not None and not label.strip():
        raise Trouble("INPUT-001", "名前が空です")
    if no_phone and phone_of is not None:
        raise Trouble("INPUT-001", "--phone-of と --no-phone は一緒に使えません")
    if phone_of is not None or no_phone:
        # First, because it may be refused: then nothing else of the command is done either.
        first = None if no_phone else phone_of
        readers.read_phones_for(ledger, name, first)
        audit.write(ledger, _ACTOR, "reader-for-phones", name, utc_now(), first or "")
    day = delivered.date() if delivered else None
    if not readers.describe(ledger, name, profile=model, label=label, delivered_on=day):
        raise Trouble("INPUT-005", "その番号のカードリーダーはありません")
    if model is not None or label is not None or day is not None:
        audit.write(ledger, _ACTOR, "reader-described", name, utc_now(), model or "")
    print_json(_as_json(ledger, _numbered(ledger, name), box_of(ctx).load().institution_code))


@reader.command()
@state_option
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")
@click.pass_context
def show(ctx: click.Context, name: str, as_json: bool) -> None:
    """What is known of reader NAME (its number), its model and its warranty."""
    ledger = ledger_of(ctx)
    one = _numbered(ledger, name)
    row = _as_json(ledger, one, box_of(ctx).load().institution_code)
    if as_json:
        print_json(row)
        return
    click.echo(f"{one.name}  {one.label}  {spoken_institution(row['institution_code'])}")
    click.echo(f"  納品日: {one.delivered_on or '-'}  保証の終わり: {row['warranty_end'] or '-'}")
    model = reader_profiles.profile(one.profile)
    click.echo("\n".join(profile_text(model)) if model else "機種: -")


def _numbered(ledger: Ledger, name: str) -> Reader:
    found = readers.find(ledger, name)
    if found is None:
        raise Trouble("INPUT-005", "その番号のカードリーダーはありません")
    return found


def _as_json(ledger: Ledger, one: Reader, own: str) -> dict[str, Any]:
    return {
        "reader": one.name,
        "label": one.label,
        "institution_code": one.institution_code or own,
        "phone_of": first.name if (first := readers.find_by_key(ledger, one.phone_of)) else None,
        "profile": one.profile or None,
        "delivered_on": one.delivered_on,
        "warranty_end": _warranty_end(one),
    }


def _warranty_end(one: Reader) -> date | None:
    model = reader_profiles.profile(one.profile)
    return model.warranty_end(one.delivered_on) if model and one.delivered_on else None
