"""`madoguchi tls`: what PCs see when they connect to the box: fingerprint to compare, the clinic's own certificate, a new CA."""

from pathlib import Path
from typing import Any

import click
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, HashAlgorithm

from appliance.cli.common import Group, box_of, ledger_of, phrase_of, print_json, state_option
from appliance.eligibility.trouble import Trouble
from appliance.identity import clinic
from appliance.identity.box import (
    BROKER,
    WEB,
    box_authority,
    certificate_of,
    forget_authority,
    names_of_certificate,
    names_under,
)
from appliance.identity.clinic import ClinicServerCertificate
from appliance.identity.opening import SIZE_LIMIT
from appliance.identity.signing import Authority
from appliance.ledger import audit
from appliance.ledger.times import to_text, utc_now

_ACTOR = "command line"


@click.group(cls=Group)
@state_option
def tls() -> None:
    """What encrypts pages and MQTT: the box's own CA, and the clinic's own server certificate."""


@tls.command()
@state_option
@click.option("--json", "as_json", is_flag=True, help="JSON instead of Japanese text.")
@click.option("--pem", is_flag=True, help="The CA itself, for a USB stick.")
@click.pass_context
def show(ctx: click.Context, as_json: bool, pem: bool) -> None:
    """The fingerprint to compare a PC's with; names and ends of the certificates."""
    box = box_of(ctx)
    ca = box_authority(box, box.load(), utc_now())
    if pem:
        click.echo(ca.certificate_file.read_text("ascii"), nl=False)
    elif as_json:
        print_json(_as_json(ctx, ca))
    else:
        click.echo(_as_text(ctx, ca))


@tls.command("import")
@state_option
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--passphrase-stdin", is_flag=True, help="Read the pass phrase from stdin instead of asking.")
@click.option("--no-passphrase", is_flag=True, help="The key is not locked.")
@click.pass_context
def take_in(ctx: click.Context, files: tuple[Path, ...], passphrase_stdin: bool, no_passphrase: bool) -> None:
    """Take in the clinic's own server certificate: a .p12, or .pem FILES with chain and key. No restart is needed."""
    ledger, box = ledger_of(ctx), box_of(ctx)
    content = b"\n".join(_read(path) for path in files)
    phrase = "" if no_passphrase else phrase_of("パスフレーズ", from_stdin=passphrase_stdin)
    held = clinic.take_in(box, content, phrase, utc_now())
    audit.write(ledger, _ACTOR, "tls-certificate", "web", utc_now(), held.fingerprint[:8])
    print_json(_clinic(held))


@tls.command()
@state_option
@click.pass_context
def remove(ctx: click.Context) -> None:
    """Forget the clinic's own server certificate, with its key. The box's own is served in its place."""
    ledger, box = ledger_of(ctx), box_of(ctx)
    held = clinic.held(box)
    if held is None:
        raise Trouble("INPUT-004", "医院の証明書はありません")
    clinic.remove(box)
    audit.write(ledger, _ACTOR, "tls-certificate-remove", "web", utc_now(), held.fingerprint[:8])
    print_json(_clinic(held))


@tls.command("new-ca")
@state_option
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def new_ca(ctx: click.Context, yes: bool) -> None:
    """Make a new CA in place of the box's own. Every PC and every consumer has to be given the new one."""
    ledger, box = ledger_of(ctx), box_of(ctx)
    if not yes:
        click.confirm(
            "すべてのPCと連携先で、信頼の設定がやり直しになります。作り直しますか", abort=True, err=True
        )
    forget_authority(box)
    ca = box_authority(box, box.load(), utc_now())
    digest = _print(ca, SHA256())
    audit.write(ledger, _ACTOR, "tls-new-ca", "web", utc_now(), digest[:8])
    print_json({"ca": {"sha256": digest}})


def _read(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(SIZE_LIMIT + 1)


def _print(ca: Authority, kind: HashAlgorithm) -> str:
    return ca.certificate.fingerprint(kind).hex()


def _clinic(held: ClinicServerCertificate) -> dict[str, Any]:
    return {
        "names": held.names,
        "issuers": held.issuers,
        "sha256": held.fingerprint,
        "not_before": to_text(held.not_before),
        "not_after": to_text(held.not_after),
        "is_valid": held.is_valid(utc_now()),
        "is_ending": held.is_ending(utc_now()),
        "is_whole": held.is_whole,
    }


def _as_json(ctx: click.Context, ca: Authority) -> dict[str, Any]:
    box = box_of(ctx)
    held = clinic.held(box)
    _, left_out = names_under(ca, box.load(), WEB)
    return {
        "ca": {"sha256": _print(ca, SHA256()), "not_after": to_text(ca.certificate.not_valid_after_utc)},
        "servers": {
            server: {"names": names_of_certificate(one), "not_after": to_text(one.not_valid_after_utc)}
            for server in (WEB, BROKER)
            if (one := certificate_of(box, server)) is not None
        },
        "names_left_out": left_out,
        "clinic": _clinic(held) if held else None,
    }


def _as_text(ctx: click.Context, ca: Authority) -> str:
    box = box_of(ctx)
    lines = [
        "装置のCA（PCの画面に出る指紋と、全部を見くらべてください）",
        f"  SHA-256  {_grouped(_print(ca, SHA256()))}",
        f"  拇印      {_grouped(_print(ca, SHA1()))}",  # noqa: S303 - what Windows shows; nothing relies on it
        f"  期限      {ca.certificate.not_valid_after_utc:%Y-%m-%d}",
    ]
    for server, label in ((WEB, "画面"), (BROKER, "MQTT")):
        one = certificate_of(box, server)
        if one is not None:
            names = "、".join(names_of_certificate(one))
            lines += [
                f"{label}の証明書",
                f"  期限      {one.not_valid_after_utc:%Y-%m-%d}",
                f"  名前      {names}",
            ]
    _, left_out = names_under(ca, box.load(), WEB)
    if left_out:
        lines += [f"CAが署名できない名前（tls new-ca で作り直すと使えます）: {'、'.join(left_out)}"]
    held = clinic.held(box)
    if held is not None:
        state = "使用中" if held.is_valid(utc_now()) else "期限外（装置の証明書を使っています）"
        lines += [
            f"医院の証明書: {state}",
            f"  期限      {held.not_after:%Y-%m-%d}",
            f"  名前      {'、'.join(held.names)}",
        ]
    return "\n".join(lines)


def _grouped(text: str) -> str:
    return " ".join(text.upper()[at : at + 4] for at in range(0, len(text), 4))
