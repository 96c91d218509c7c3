"""`madoguchi retention`: what the box keeps about people and until when, what it has removed, and removing now."""

from datetime import timedelta
from typing import Any

import click

from appliance.cli.common import Group, box_of, ledger_of, print_json, state_option
from appliance.eligibility.retention import RetentionRule, rules
from appliance.eligibility.trouble import Trouble
from appliance.ledger.retention import applying, clock, proofs, rewriting
from appliance.ledger.retention.proofs import Proof
from appliance.ledger.times import clinic_day, to_text, utc_now


@click.group(cls=Group)
@state_option
def retention() -> None:
    """How long what is known about people is kept, and what was removed."""


@retention.command()
@state_option
@click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")
@click.pass_context
def show(ctx: click.Context, as_json: bool) -> None:
    """Every rule with its term and its last removal. Nobody is named."""
    ledger, days = ledger_of(ctx), applying.days_of(box_of(ctx).load())
    found, file = proofs.proofs(ledger), proofs.cleaned(ledger)
    rows = [_row(rule, days.get(rule.id), found.get(rule.id)) for rule in rules()]
    if as_json:
        held = clock.held_until(ledger, utc_now())
        print_json(
            {
                "rules": rows,
                "is_emptied": file.is_emptied,
                "is_rewritten": file.is_rewritten,
                "held_until": to_text(held) if held else None,
            }
        )
        return
    for row in rows:
        term = f"{row['days']}日" if row["days"] else row["ending"]
        last = (
            f"  {row['removed_at']}  {row['removed']}件（{row['until']} より前）" if row["removed_at"] else ""
        )
        click.echo(f"{row['id']:<20}{term:<8}{row['label']}{last}")


@retention.command()
@state_option
@click.option("--rewrite", is_flag=True, help="Also write the whole file anew. Nobody can write meanwhile.")
@click.pass_context
def run(ctx: click.Context, rewrite: bool) -> None:
    """Remove now what is due, as sync does every hour, and overwrite it. Nothing is removed while the clock is in doubt."""
    ledger, settings, now = ledger_of(ctx), box_of(ctx).load(), utc_now()
    if not clock.is_believed(ledger, now):
        held = clock.held_until(ledger, now)
        raise Trouble("RETENTION-001", to_text(held) if held else "")
    days = applying.days_of(settings)
    removed = applying.apply(ledger, days, now)
    if (removed or rewrite or not proofs.cleaned(ledger).is_emptied) and not rewriting.clean(
        ledger, now, may_wait=rewrite
    ):
        raise Trouble("RETENTION-002")
    until = {rule: clinic_day(now - timedelta(days=kept)) for rule, kept in days.items()}
    print_json(
        {
            "removed": [
                {"rule": rule, "removed": count, "until": until[rule]} for rule, count in removed.items()
            ],
            "is_rewritten": proofs.cleaned(ledger).is_rewritten,
        }
    )


def _row(rule: RetentionRule, days: int | None, proof: Proof | None) -> dict[str, Any]:
    return {
        "id": rule.id,
        "label": rule.label,
        "ending": rule.ending.value,
        "days": days,
        "since": rule.since,
        "tables": list(rule.tables),
        "reason": rule.reason,
        "removed_at": to_text(proof.at) if proof else None,
        "removed": proof.removed if proof else 0,
        "until": clinic_day(proof.until).isoformat() if proof else None,
        "removed_in_all": proof.total if proof else 0,
    }
