"""A consumer's account at the broker: opened with a new password and a file for the vendor, or closed."""

import json
import os
import secrets
import signal
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from appliance.ledger import consumers
from appliance.ledger.account_wishes import handover_file
from appliance.ledger.database import Ledger
from appliance.settings import Box, Settings
from appliance.sync import broker, broker_accounts
from appliance.sync.topics import Topics


def open_account(box: Box, settings: Settings, ledger: Ledger, name: str, now: datetime) -> Path:
    """A new password for the broker, and the file with all that the vendor needs. The old password is good no more.

    Raises `OSError`.
    """
    password = secrets.token_urlsafe(18)
    broker_accounts.set_password(box, name, password)
    renew_rights(box, settings, ledger, now)
    topics = Topics(settings.institution_code)
    endpoint = broker.endpoint(box, settings)
    handover = handover_file(box, name)
    handover.parent.mkdir(mode=0o700, exist_ok=True)
    consumer = consumers.find(ledger, name)
    facts = {
        "host": settings.broker_host,
        "port": endpoint.port,
        "ca_pem": endpoint.ca.read_text("ascii"),
        "username": name,
        "password": password,
        "topic": topics.eligibility(name),
        "ack_topic": topics.ack(name),
        "hello_topic": topics.hello(name),
        "request_topic": topics.request(name),
        "answer_topic": topics.answer(name),
        "outcome_topic": topics.outcome(name),
        **(_list_topics(topics, name) if consumer and consumer.handing_in.lists else {}),
        **{f"{extra}_topic": topic for extra, topic in broker.extra_topics(topics, ledger, name).items()},
    }
    broker_accounts.replace_private(handover, json.dumps(facts, ensure_ascii=False, indent=2))
    return handover


def close_account(box: Box, settings: Settings, ledger: Ledger, name: str, now: datetime) -> None:
    """Its password is good no more, and a file that nobody has taken is gone. Raises `OSError`."""
    hashes = broker_accounts.read_hashes(box)
    broker_accounts.write_hashes(box, {known: text for known, text in hashes.items() if known != name})
    renew_rights(box, settings, ledger, now)
    handover_file(box, name).unlink(missing_ok=True)


def renew_rights(box: Box, settings: Settings, ledger: Ledger, now: datetime) -> None:
    """Let the broker give every account what the ledger says now. Raises `OSError`."""
    broker.prepare(box, settings, ledger, now)
    _tell_broker(box)


def _list_topics(topics: Topics, name: str) -> dict[str, str]:
    return {
        "bulk_request_topic": topics.bulk_request(name),
        "bulk_answer_topic": topics.bulk_answer(name),
        "bulk_progress_topic": topics.bulk_progress(name),
        "bulk_result_topic": topics.bulk_result(name),
    }


def _tell_broker(box: Box) -> None:
    """Let a running broker read its accounts anew."""
    with suppress(OSError, ValueError):
        number = int((box.broker_dir / "mosquitto.pid").read_text("ascii"))
        # The number may be an old one's, and SIGHUP ends most programs.
        if Path(f"/proc/{number}/comm").read_text("ascii").strip() == "mosquitto":
            os.kill(number, signal.SIGHUP)
