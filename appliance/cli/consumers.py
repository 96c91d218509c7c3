"""`madoguchi consumer`: the 電子カルテ and レセコン that results go to."""

from pathlib import Path
from typing import Any

import click

from appliance.cli import consumer_extras as extras_commands
from appliance.cli.common import Group, box_of, ledger_of, print_json, state_option
from appliance.cli.consumer_rights import allow
from appliance.eligibility.trouble import Trouble
from appliance.eligibility.xml_source import Encoding
from appliance.ledger import api_tokens, audit, consumer_extras, consumer_forms, consumer_terms, consumers
from appliance.ledger.consumer_forms import Form
from appliance.ledger.consumers import Consumer, ConsumerKind, FolderTerms, Lists, ListTerms
from appliance.ledger.database import Ledger
from appliance.ledger.folder_terms import check_apart, folder_of
from appliance.ledger.times import to_text, utc_now
from appliance.settings import Box, Settings
from appliance.sync import folder_zip
from appliance.sync.consumer_accounts import close_account, open_account

_ENCODINGS = {encoding.value.lower(): encoding for encoding in Encoding}
_ACTOR = "command line"


@click.group(cls=Group)
@state_option
def consumer() -> None:
    """Who gets results: レセコン with a folder each, 電子カルテ over MQTT."""


consumer.add_command(allow)
consumer.add_command(extras_commands.give)
consumer.add_command(extras_commands.take_back)


@consumer.command()
@state_option
@click.argument("name")
@click.option("--kind", type=click.Choice([kind.value for kind in ConsumerKind]), required=True)
@click.option("--root", type=click.Path(file_okay=False, path_type=Path), help="Where req, res and face lie.")
@click.option(
    "--zip-password-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Encrypt with the password in this file (mode 600).",
)
@click.option(
    "--stay-minutes", type=click.IntRange(0), help="Remove results nobody took after so long; 0: never."
)
@click.option(
    "--encoding", type=click.Choice(list(_ENCODINGS)), help="Write results in this; else as received."
)
@click.option(
    "--lists",
    type=click.Choice([when.value for when in Lists]),
    help="Let it hand in lists of people (bulk-request, or the folder lists): for the night alone, or for now too.",
)
@click.option(
    "--institution-code", help="Whose lists they are, in a house of several codes; else the box's own."
)
@click.option(
    "--form",
    type=click.Choice([form.value for form in Form]),
    default=Form.JSON.value,
    help="What results come as over MQTT: the box's own JSON, or FHIR (contract/fhir.md).",
)
@click.pass_context
def add(ctx: click.Context, /, name: str, kind: str, form: str, **terms: Any) -> None:
    """Add a consumer, or give one that is there new terms. The running box takes it up by itself."""
    ledger = ledger_of(ctx)
    handing_in = _handing_in(box_of(ctx).load(), terms.pop("lists"), terms.pop("institution_code"))
    wanted = _terms(terms)
    if kind == ConsumerKind.FOLDER:
        _check_folder(ledger, box_of(ctx), name, wanted)
    elif wanted != FolderTerms():
        raise Trouble("INPUT-001", "フォルダの設定は --kind folder だけのものです")
    if kind == ConsumerKind.FOLDER and form != Form.JSON:
        raise Trouble("INPUT-001", "--form はフォルダには使えません。フォルダにはセンターのXMLを置きます")
    try:
        consumers.put(ledger, name, ConsumerKind(kind), wanted, utc_now(), handing_in)
    except ValueError as error:
        raise Trouble("INPUT-001", "名前は英小文字・数字・-（種類の違う同じ名前は不可）") from error
    audit.write(ledger, _ACTOR, "consumer-set", name, utc_now(), kind)
    consumer_forms.set_form(ledger, name, Form(form), _ACTOR, utc_now())
    said = _as_json(_named(ledger, name), box_of(ctx), box_of(ctx).load()) | _form(ledger, name)
    if kind == ConsumerKind.MQTT:
        box = box_of(ctx)
        said["handover"] = str(open_account(box, box.load(), ledger, name, utc_now()))
    print_json(said)


def _handing_in(settings: Settings, lists: str | None, code: str | None) -> ListTerms:
    if code is not None and code not in settings.institution_codes:
        raise Trouble("INPUT-004", "box.toml にない医療機関コードです")
    return ListTerms(Lists(lists) if lists else None, code)


def _terms(given: dict[str, Any]) -> FolderTerms:
    root, password_file, encoding = given["root"], given["zip_password_file"], given["encoding"]
    return FolderTerms(
        root=str(root.resolve()) if root else None,
        zip_password_file=str(password_file.resolve()) if password_file else None,
        stay_minutes=given["stay_minutes"],
        encoding=_ENCODINGS[encoding].value if encoding else None,
    )


def _check_folder(ledger: Ledger, box: Box, name: str, terms: FolderTerms) -> None:
    """Raises `Trouble` INPUT-001 for a root that is another's or touches it, FOLDER-005 for the password file."""
    settings = box.load()
    wanted = folder_of(Consumer(name, ConsumerKind.FOLDER, True, terms), box, settings)
    folder_zip.password(wanted.zip_password_file)
    check_apart(ledger, wanted, box, settings)


@consumer.command(name="list")
@state_option
@click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")
@click.pass_context
def list_all(ctx: click.Context, as_json: bool) -> None:
    """Who gets results."""
    ledger, box = ledger_of(ctx), box_of(ctx)
    terms, given = consumer_terms.all_terms(ledger), consumer_extras.of_all(ledger)
    found = [
        _as_json(one, box, box.load())
        | _form(ledger, one.name)
        | ({"allowed": sorted(terms[one.name])} if one.name in terms else {})
        | ({"extras": extras_commands.extras_as_json(given[one.name])} if one.name in given else {})
        for one in consumers.all_consumers(ledger)
        if one.enabled
    ]
    if as_json:
        print_json(found)
        return
    for row in found:
        click.echo(f"{row['name']:<20} {row['kind']:<7} {row.get('root', '')}")


@consumer.command()
@state_option
@click.argument("name")
@click.pass_context
def remove(ctx: click.Context, name: str) -> None:
    """Serve a consumer no more; what it has not taken is given up."""
    ledger, box = ledger_of(ctx), box_of(ctx)
    with ledger.together():
        is_gone = consumers.remove(ledger, name)
        if is_gone:
            api_tokens.revoke_all(ledger, name, _ACTOR, utc_now())
            audit.write(ledger, _ACTOR, "consumer-removed", name, utc_now())
    if not is_gone:
        raise Trouble("INPUT-005", "その名前の相手先はありません")
    if _named(ledger, name).kind is ConsumerKind.MQTT:
        close_account(box, box.load(), ledger, name, utc_now())
    print_json({"name": name, "removed": True})


@consumer.command()
@state_option
@click.argument("name", required=False)
@click.option("--metrics", is_flag=True, help="A token for /api/1/metrics alone, of no consumer.")
@click.pass_context
def token(ctx: click.Context, name: str | None, metrics: bool) -> None:
    """Make a token for a consumer of kind api. It is shown this once; earlier ones stay good until they are revoked."""
    if (name is None) is not metrics:
        raise Trouble("INPUT-001", "相手先の名前か --metrics のどちらかを指定してください")
    text = api_tokens.make(ledger_of(ctx), name, _ACTOR, utc_now())
    print_json({"id": text.partition(".")[0], "consumer": name, "token": text})


@consumer.command()
@state_option
@click.pass_context
def tokens(ctx: click.Context) -> None:
    """The tokens that are good: whose, since when, made by whom. Never their text."""
    print_json(
        [
            {"id": one.id, "consumer": one.consumer, "made_by": one.made_by, "made_at": to_text(one.made_at)}
            for one in api_tokens.all_tokens(ledger_of(ctx))
        ]
    )


@consumer.command()
@state_option
@click.argument("token_id")
@click.pass_context
def revoke(ctx: click.Context, token_id: str) -> None:
    """Revoke a token by its id: from the next request on it opens nothing, and what it holds open ends."""
    if not api_tokens.revoke(ledger_of(ctx), token_id, _ACTOR, utc_now()):
        raise Trouble("INPUT-005", "その番号のトークンはありません")
    print_json({"id": token_id, "revoked": True})


def _named(ledger: Ledger, name: str) -> Consumer:
    return next(one for one in consumers.all_consumers(ledger) if one.name == name)


def _form(ledger: Ledger, name: str) -> dict[str, str]:
    form = consumer_forms.form_of(ledger, name)
    return {} if form is Form.JSON else {"form": form.value}


def _as_json(one: Consumer, box: Box, settings: Settings) -> dict[str, Any]:
    said: dict[str, Any] = {"name": one.name, "kind": one.kind.value}
    if one.handing_in.lists:
        said |= {
            "lists": one.handing_in.lists.value,
            "institution_code": one.handing_in.institution_code or settings.institution_code,
        }
    if one.kind is ConsumerKind.FOLDER:
        folder = folder_of(one, box, settings)
        said |= {
            "root": str(folder.root),
            "stay_minutes": int(folder.stay.total_seconds() // 60) if folder.stay else 0,
            "encoding": folder.encoding.value if folder.encoding else None,
            "zip_password_file": str(folder.zip_password_file) if folder.zip_password_file else None,
        }
    return said
