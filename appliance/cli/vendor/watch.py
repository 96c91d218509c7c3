"""`madoguchi vendor watch`: what comes on the topics, a line each, without taking anything away from the real consumer."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from appliance.cli.common import state_option
from appliance.cli.keeping import stop_on_signals
from appliance.cli.vendor.credentials import Credentials, client_of, credentials_in
from appliance.ledger.times import JAPAN, utc_now


@click.command()
@state_option
@click.option(
    "--from",
    "source",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="The handed-over ZIP, a credentials.json, or the demo.json of a virtual box.",
)
@click.option("--ack", is_flag=True, help="Acknowledge what comes: the box then sends it to nobody else.")
@click.option("--full", is_flag=True, help="Also the whole message, which names patients.")
def watch(source: Path, ack: bool, full: bool) -> None:
    """Show live what the box says to this consumer. Ctrl-C ends it."""
    credentials, ca = credentials_in(source)
    stop = stop_on_signals()

    def heard(topic: str, payload: bytes) -> None:
        click.echo(line(credentials, topic, payload, utc_now()))
        if full:
            click.echo(pretty(payload))
        delivery_id = _delivery_id(payload)
        if ack and delivery_id:
            client.publish(f"{credentials.own}/ack", json.dumps({"delivery_id": delivery_id}), qos=1)

    topics = (f"{credentials.prefix}/box/#", f"{credentials.prefix}/reader/#", f"{credentials.own}/#")
    client = client_of(credentials, ca, topics, heard)
    client.connect_async(credentials.host, credentials.port, keepalive=30)
    client.loop_start()
    try:
        stop.wait()
    finally:
        client.disconnect()
        client.loop_stop()


def line(credentials: Credentials, topic: str, payload: bytes, now: datetime) -> str:
    """One message in one line: when, on which topic, which delivery, and what it says without naming anybody."""
    tail = topic.removeprefix(credentials.prefix + "/").removeprefix(f"consumer/{credentials.username}/")
    message = _read(payload)
    words = [f"{now.astimezone(JAPAN):%H:%M:%S}", f"{tail:<16}", *_words(message)]
    return " ".join(word for word in words if word)


def _words(message: dict[str, Any]) -> list[str]:
    attempt = message.get("attempt")
    body = message.get("body")
    results = message.get("results")
    return [
        str(message.get("delivery_id") or ""),
        f"{attempt}回目" if attempt else "",
        str(message.get("state") or ""),
        str(message.get("phase_label") or ""),
        str(body.get("qualification_validity_label") or "") if isinstance(body, dict) else "",
        f"資格{len(results)}件" if isinstance(results, list) else "",
        str(message.get("trouble_code") or ""),
    ]


def pretty(payload: bytes) -> str:
    """The whole message, indented."""
    return json.dumps(_read(payload), ensure_ascii=False, indent=2)


def _delivery_id(payload: bytes) -> str:
    found = _read(payload).get("delivery_id")
    return found if isinstance(found, str) else ""


def _read(payload: bytes) -> dict[str, Any]:
    try:
        found = json.loads(payload)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
