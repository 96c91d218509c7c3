"""`madoguchi status`, `check` and `checks`: what a script, or an engineer without a browser, wants to know."""

import unicodedata
from datetime import datetime, timedelta
from typing import Any

import click

from appliance.cli import queue
from appliance.cli.certificate import standing_as_json, standing_text, standings_of
from appliance.cli.common import (
    Exit,
    box_of,
    code_of_the_house,
    institution_option,
    ledger_of,
    print_json,
    state_option,
)
from appliance.cli.line import state_as_json, state_text
from appliance.eligibility.codes import label
from appliance.eligibility.eras import parse_date
from appliance.eligibility.message import RequestBody, RequestHeader, RequestMessage, SearchInfo
from appliance.eligibility.message_json import result_as_json
from appliance.eligibility.message_xml import read_result, write
from appliance.eligibility.numbers import looks_like_my_number, padded_insurer_number
from appliance.eligibility.rules.laws import LawSide, laws
from appliance.eligibility.structures import insurer_number_warnings
from appliance.eligibility.trouble import Trouble
from appliance.eligibility.visit import phase_label
from appliance.ledger import audit, conditions, deliveries, reader_tests, readers
from appliance.ledger import checks as ledger_checks
from appliance.ledger import line as ledger_line
from appliance.ledger.checks import Check, CheckState, NewCheck, Origin
from appliance.ledger.conditions import Link
from appliance.ledger.database import Ledger
from appliance.ledger.times import clinic_day, to_text, utc_now
from appliance.rulebook import rulebook_of
from appliance.settings import Settings

_CLOSED = (CheckState.ANSWERED, CheckState.REFUSED, CheckState.WITHDRAWN)


@click.command()
@state_option
@click.option("--json", "as_json", is_flag=True, help="JSON instead of Japanese text.")
@click.pass_context
def status(ctx: click.Context, as_json: bool) -> None:
    """How the box is: links, readers, open checks."""
    ledger = ledger_of(ctx)
    stands = standings_of(box_of(ctx), ledger, utc_now())
    found = _status(ledger, box_of(ctx).load())
    found["line"] = state_as_json(ledger_line.current(ledger))
    found["dead_letters"] = queue.counts_as_json(ledger)
    found["certificates"] = [standing_as_json(one) for one in stands]
    if as_json:
        print_json(found)
        return
    for link in found["links"]:
        click.echo(f"{link['link']}: {link['state']} {link['trouble_code'] or ''}".rstrip())
    click.echo(f"回線: {state_text(ledger_line.current(ledger))}")
    for reader in found["readers"]:
        click.echo(f"{reader['label']}: {reader['phase_label']} {reader['trouble_code'] or ''}".rstrip())
    for one in stands:
        click.echo(standing_text(one))
    if stands_still := sum(found["dead_letters"].values()):
        click.echo(f"止まっているもの: {stands_still}件（madoguchi queue list）")
    click.echo("照会: " + " ".join(f"{state}={count}" for state, count in found["checks"].items()))


def _status(ledger: Ledger, settings: Settings) -> dict[str, Any]:
    institution_code = settings.institution_code
    more = (Link.UPSTREAM,) if settings.upstream_brokers else ()
    links = (*conditions.EVERY_BOX_HAS, *more)
    rows = ledger.read.execute("SELECT state, count(*) AS n FROM checks GROUP BY state")
    counts = {row["state"]: row["n"] for row in rows}
    pending = ledger.read.execute("SELECT count(*) FROM deliveries WHERE state = 'pending'").fetchone()[0]
    return {
        "institution_code": institution_code,
        "links": [_link(ledger, link) for link in links],
        "readers": [
            {
                "reader": reader.name,
                "label": reader.label,
                "key": reader.key,
                "institution_code": reader.institution_code or institution_code,
                "phase": reader.phase.value,
                "phase_label": phase_label(reader.phase, reader.manner.ways),
                "trouble_code": reader.trouble_code,
                "since": to_text(reader.changed_at),
                "recovery": reader.recovery.value,
                "test": _test(ledger, reader.key),
            }
            for reader in readers.all_readers(ledger)
        ],
        "checks": {state.value: counts.get(state.value, 0) for state in CheckState},
        "deliveries_pending": pending,
    }


def _test(ledger: Ledger, key: str) -> dict[str, Any] | None:
    last = reader_tests.last(ledger, key)
    return {"at": to_text(last.at), "codes": last.codes} if last else None


def _link(ledger: Ledger, link: Link) -> dict[str, Any]:
    known = conditions.get(ledger, link)
    return {
        "link": link.value,
        "state": known.state.value,
        "trouble_code": known.trouble_code,
        "since": _text(known.since),
    }


@click.command()
@state_option
@click.option("--limit", default=1000, show_default=True, help="How many, newest first.")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of Japanese text.")
@click.pass_context
def checks(ctx: click.Context, limit: int, as_json: bool) -> None:
    """The newest checks. No names and no numbers: those are on the pages."""
    ledger = ledger_of(ctx)
    found = [check_as_json(ledger, check) for check in ledger_checks.recent(ledger, limit)]
    if as_json:
        print_json(found)
        return
    for check in found:
        click.echo(f"{check['received_at']}  {check['state']:<9} {check['origin']:<7} {check['id']}")


def check_as_json(ledger: Ledger, check: Check) -> dict[str, Any]:
    """One check as `madoguchi checks --json` shows it."""
    return {
        "id": check.id,
        "state": check.state.value,
        "origin": check.origin.value,
        "family": check.family.value,
        "reader": check.reader,
        "qualification_validity": check.qualification_validity,
        "trouble_code": check.trouble_code,
        "received_at": _text(check.received_at),
        "answered_at": _text(check.answered_at),
        "deliveries": [
            {"consumer": delivery.consumer, "state": delivery.state.value, "id": delivery.id}
            for delivery in deliveries.of_check(ledger, check.id)
        ],
    }


def _text(moment: datetime | None) -> str | None:
    return to_text(moment) if moment else None


@click.command()
@state_option
@click.option("--insurer-number", required=True, help="保険者番号, 8 or 6 digits.")
@click.option("--symbol", default="", help="記号, as on the document.")
@click.option("--number", required=True, help="番号, as on the document.")
@click.option("--branch", default="", help="枝番, 2 digits.")
@click.option("--birthdate", required=True, help="19790305, S54.3.5 or 昭和54年3月5日.")
@institution_option
@click.option("--limit-consent", is_flag=True, help="The person agreed to show 限度額.")
@click.option("--wait", default=25.0, show_default=True, help="Seconds to wait for the answer.")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of Japanese text.")
@click.pass_context
def check(ctx: click.Context, /, *, as_json: bool, wait: float, **keys: Any) -> None:
    """Ask by the numbers on a document. Exit status 3: no answer yet, it will follow by itself."""
    ledger = ledger_of(ctx)
    keys |= {name: _plain(keys[name]) for name in ("insurer_number", "branch", "birthdate")}
    _refuse_what_no_document_shows(keys)
    known = laws(rulebook_of(box_of(ctx)), LawSide.INSURER, clinic_day(utc_now()))
    for warning in insurer_number_warnings(keys["insurer_number"], known):
        click.echo(warning, err=True)
    code = code_of_the_house(ctx, keys.pop("code"))
    new = NewCheck(origin=Origin.COMMAND, institution_code=code, request_xml=write(_request(code, **keys)))
    with ledger.together():
        check_id = ledger_checks.open_check(ledger, new, utc_now())
        audit.write(ledger, "command line", "manual-check", check_id, utc_now())
    closed = wait_until_closed(ledger, check_id, wait)
    _print_outcome(ledger, closed, as_json)
    ctx.exit(Exit.OK if closed.state in _CLOSED else Exit.DEFERRED)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _refuse_what_no_document_shows(keys: dict[str, Any]) -> None:
    numbers = [keys[name] for name in ("insurer_number", "symbol", "number", "branch")]
    if any(looks_like_my_number(_plain(text).replace("-", "").replace(" ", "")) for text in numbers):
        raise Trouble("INPUT-001", "12桁のマイナンバーは受け付けません")
    insurer = keys["insurer_number"]
    if not (insurer.isascii() and insurer.isdigit() and len(insurer) in (6, 8)):
        raise Trouble("INPUT-001", "保険者番号は8桁、国保は6桁の数字です")


def _request(institution_code: str, **keys: Any) -> RequestMessage:
    try:
        birthdate = parse_date(keys["birthdate"])
    except ValueError as error:
        raise Trouble("INPUT-001", str(error)) from error
    return RequestMessage(
        message_header=RequestHeader(
            qualification_confirmation_date=clinic_day(utc_now()).strftime("%Y%m%d"),
            medical_institution_code=institution_code,
        ),
        message_body=RequestBody(
            qualification_confirm_search_info=SearchInfo(
                insurer_number=padded_insurer_number(keys["insurer_number"]),
                insured_card_symbol=keys["symbol"] or None,
                insured_identification_number=keys["number"],
                insured_branch_number=keys["branch"],
                birthdate=birthdate.strftime("%Y%m%d"),
                limit_application_certificate_related_cons_flg="1" if keys["limit_consent"] else "0",
            )
        ),
    )


def wait_until_closed(ledger: Ledger, check_id: str, seconds: float) -> Check:
    """The check when it is closed, or as it stands after `seconds`. Raises `Trouble` INPUT-005 for an unknown id."""
    deadline = utc_now() + timedelta(seconds=seconds)
    with ledger.listen() as ear:
        while True:
            found = ledger_checks.find(ledger, check_id)
            if found is None:
                raise Trouble("INPUT-005")
            left = (deadline - utc_now()).total_seconds()
            if found.state in _CLOSED or left <= 0:
                return found
            ear.wait(left)


def _print_outcome(ledger: Ledger, found: Check, as_json: bool) -> None:
    result = result_as_json(read_result(found.result_xml)) if found.result_xml else None
    if as_json:
        print_json({**check_as_json(ledger, found), "result": result})
        return
    validity = label("OQSCD006", found.qualification_validity) if found.qualification_validity else "回答待ち"
    click.echo(f"{found.state.value}: {validity}")
