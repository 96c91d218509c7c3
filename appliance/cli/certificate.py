"""`madoguchi certificate`: the clinic's electronic certificate taken in, shown, put to use, backed up."""

import os
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from appliance.cli.common import Group, box_of, ledger_of, phrase_of, print_json, state_option
from appliance.eligibility.certificate import (
    PLACE_LABELS,
    SAFE_LABELS,
    HeldCertificate,
    Standing,
    standings,
)
from appliance.eligibility.trouble import Trouble
from appliance.identity.opening import SIZE_LIMIT
from appliance.ledger import audit, certificates
from appliance.ledger.database import Ledger
from appliance.ledger.times import to_text, utc_now
from appliance.rulebook import rulebook_of
from appliance.settings import Box
from appliance.sync.certificates.key_safe import bind as bind_safe
from appliance.sync.certificates.key_safe import safe_of
from appliance.sync.certificates.store import CertificateStore

_ACTOR = "command line"


@click.group(cls=Group)
@state_option
def certificate() -> None:
    """The clinic's electronic certificate (電子証明書)."""


@certificate.command("import")
@state_option
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--passphrase-stdin", is_flag=True, help="Read the pass phrase from stdin instead of asking.")
@click.option("--yes", is_flag=True, help="Do not ask whether what is shown is right.")
@click.option("--activate", "at_once", is_flag=True, help="Use it from now on.")
@click.pass_context
def take_in(ctx: click.Context, file: Path, passphrase_stdin: bool, yes: bool, at_once: bool) -> None:
    """Take in a PKCS#12 FILE, for instance from a USB stick. What is in it is shown before it is accepted."""
    ledger, store = _opened(ctx)
    with file.open("rb") as stream:
        content = stream.read(SIZE_LIMIT + 1)
    phrase = phrase_of("パスフレーズ", from_stdin=passphrase_stdin)
    offered = store.offer(content, phrase, _ACTOR)
    click.echo(_facts(offered), err=True)
    if not yes and (passphrase_stdin or not click.confirm("この証明書を受け入れますか", err=True)):
        certificates.remove(ledger, offered.fingerprint)
        raise Trouble("INPUT-001", "受け入れませんでした。標準入力から読むときは --yes を付けてください")
    one = certificates.accept(ledger, offered.fingerprint)
    audit.write(ledger, _ACTOR, "certificate-accept", one.short, utc_now(), one.institution_code)
    print_json(_as_json(_used(ledger, one.fingerprint) if at_once else one))


@certificate.command()
@state_option
@click.option("--json", "as_json", is_flag=True, help="JSON instead of Japanese text.")
@click.pass_context
def show(ctx: click.Context, as_json: bool) -> None:
    """The certificates, how long they last, and how their keys are kept."""
    ledger, store = _opened(ctx)
    held, kind = certificates.held(ledger), store.safe.kind
    stands = standings_of(box_of(ctx), ledger, utc_now())
    if as_json:
        print_json(
            {
                "key_safe": kind.value,
                "standings": [standing_as_json(one) for one in stands],
                "certificates": [_as_json(one) for one in held],
            }
        )
        return
    click.echo(f"鍵の保管: {SAFE_LABELS[kind]}")
    for one in stands:
        click.echo(standing_text(one))
    for each in held:
        click.echo(f"\n[{PLACE_LABELS[each.place]}]\n{_facts(each)}")


@certificate.command()
@state_option
@click.argument("fingerprint")
@click.pass_context
def activate(ctx: click.Context, fingerprint: str) -> None:
    """Use the certificate with this FINGERPRINT (8 digits suffice). No restart, no lost check; the one before stays."""
    print_json(_as_json(_used(ledger_of(ctx), fingerprint)))


@certificate.command()
@state_option
@click.argument("fingerprint")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--passphrase-stdin", is_flag=True, help="Read the new pass phrase from stdin instead of asking."
)
@click.pass_context
def export(ctx: click.Context, fingerprint: str, file: Path, passphrase_stdin: bool) -> None:
    """Write an encrypted backup to FILE, under a new pass phrase of 12 characters or more."""
    ledger, store = _opened(ctx)
    one = certificates.find(ledger, fingerprint)
    phrase = phrase_of("新しいパスフレーズ", from_stdin=passphrase_stdin, is_new=True)
    content = store.backup(one, phrase, _ACTOR)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    print_json({"file": str(file), "fingerprint": one.fingerprint})


@certificate.command()
@state_option
@click.argument("fingerprint")
@click.pass_context
def remove(ctx: click.Context, fingerprint: str) -> None:
    """Forget a certificate that is not in use, with its key."""
    ledger, store = _opened(ctx)
    one = certificates.remove(ledger, fingerprint)
    audit.write(ledger, _ACTOR, "certificate-remove", one.short, utc_now(), one.institution_code)
    store.sweep()
    print_json({"fingerprint": one.fingerprint})


@certificate.command()
@state_option
@click.option(
    "--bind", "is_bound", is_flag=True, help="Seal it to this machine, or fail; one of another machine goes."
)
@click.pass_context
def safe(ctx: click.Context, is_bound: bool) -> None:
    """Make the safe for keys if there is none, and say what it is bound to.

    To be run as root before each start of sync, so that the safe is sealed to this machine.
    """
    box = box_of(ctx)
    box.create()
    kind = bind_safe(box) if is_bound else safe_of(box).kind
    print_json({"key_safe": kind.value, "label": SAFE_LABELS[kind]})


def standings_of(box: Box, ledger: Ledger, now: datetime) -> tuple[Standing, ...]:
    """How the certificates of the house stand at `now`."""
    settings = box.load()
    return standings(
        settings.institution_codes,
        certificates.held(ledger),
        rulebook_of(box),
        now,
        needed=settings.needs_certificate,
    )


def standing_as_json(one: Standing) -> dict[str, Any]:
    """One code and its certificate as `status --json` shows it."""
    return {
        "institution_code": one.institution_code,
        "state": one.state.value,
        "days_left": one.days_left,
        "last_day": one.last_day,
        "renewable_from": one.renewable_from,
        "sentence": one.sentence,
    }


def standing_text(one: Standing) -> str:
    """The same in one line of Japanese."""
    until = f"{one.last_day:%Y-%m-%d} まで、あと{one.days_left}日" if one.last_day else "証明書なし"
    return f"電子証明書 {one.institution_code}: {until} {one.sentence}".rstrip()


def _opened(ctx: click.Context) -> tuple[Ledger, CertificateStore]:
    ledger, box = ledger_of(ctx), box_of(ctx)
    box.create()
    return ledger, CertificateStore(box, ledger, safe_of(box), box.load().institution_codes, utc_now)


def _used(ledger: Ledger, fingerprint: str) -> HeldCertificate:
    one = certificates.activate(ledger, fingerprint, utc_now())
    audit.write(ledger, _ACTOR, "certificate-activate", one.short, utc_now(), one.institution_code)
    return one


def _facts(one: HeldCertificate) -> str:
    lines = {
        "医療機関コード": one.institution_code,
        "名義": one.subject,
        "発行者": one.issuer
        + ("" if one.anchored else "（認証局は確かめていません: trust/clinic が空です）"),
        "有効期間": f"{one.first_day} から {one.last_day} まで",
        "秘密鍵": "証明書と合っています",
        "指紋": one.fingerprint,
    }
    return "\n".join(f"  {name}: {text}" for name, text in lines.items())


def _as_json(one: HeldCertificate) -> dict[str, Any]:
    return {
        "fingerprint": one.fingerprint,
        "institution_code": one.institution_code,
        "place": one.place.value,
        "subject": one.subject,
        "issuer": one.issuer,
        "anchored": one.anchored,
        "not_before": to_text(one.not_before),
        "not_after": to_text(one.not_after),
        "last_day": one.last_day,
        "refused_at": to_text(one.refused_at) if one.refused_at else None,
    }
