"""`madoguchi demo code`: the one-time code of a demo's account, in place of a person's smartphone."""

import json
from typing import Any

import click
import pyotp

from appliance.cli.common import DEMO_STATE, box_of, print_json, state_option
from appliance.eligibility.trouble import Trouble
from appliance.ledger.times import utc_now


@click.command()
@state_option
@click.argument("name", default="ishi")
@click.pass_context
def code(ctx: click.Context, name: str) -> None:
    """The code that NAME's authenticator shows now, and for how many seconds. Known for the demo's own accounts only."""
    path = box_of(ctx, DEMO_STATE).root / "demo.json"
    facts: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {"accounts": []}
    secret = next((row.get("second_factor") for row in facts["accounts"] if row["name"] == name), None)
    if secret is None:
        raise Trouble("INPUT-001", "認証アプリを使うデモのアカウントではありません")
    totp, now = pyotp.TOTP(secret), utc_now()
    print_json(
        {"name": name, "code": totp.at(now), "seconds": totp.interval - int(now.timestamp()) % totp.interval}
    )
