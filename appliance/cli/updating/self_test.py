"""The self-test of a new version: each part that reception relies on is asked something real, until all have answered or time is up."""

import contextlib
import logging
import socket
import sqlite3
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import urllib3
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion
from smartcard import scard
from sqlite_utils import Database

from appliance.ledger.schema import MIGRATIONS
from appliance.settings import Box
from appliance.sync import broker, broker_accounts
from appliance.unix_address import short_address

_log = logging.getLogger(__name__)
PATIENCE = 240.0
"""Seconds for all parts together: a small machine starts them in a minute."""

_ANSWER = 10.0
_AGAIN_AFTER = 2.0

Part = Callable[[], None]
"""Asks one part. Raises any exception when it does not do its work."""


def parts_of(box: Box, web_port: int) -> dict[str, Part]:
    """What is asked of this box. One that nobody has set up yet has a reader service and nothing else."""
    if not box.settings_file.exists():
        return {"reader": _card_service}
    return {
        "reader": partial(_reader_service, box),
        "web": partial(_pages, box, web_port),
        "broker": partial(_broker, box),
        "ledger": partial(_ledger, box.ledger_file),
        "queue": partial(_queue, box.ledger_file),
        "sync": partial(_accepts, box.certificate_socket),
    }


def run(
    parts: Mapping[str, Part],
    patience: float = PATIENCE,
    wait: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> tuple[str, ...]:
    """The names of the parts that did not pass. Each is asked until it has passed once, for `patience` seconds altogether."""
    end = clock() + patience
    left = dict(parts)
    while True:
        left = {name: part for name, part in left.items() if not _passes(name, part)}
        if not left or clock() >= end:
            return tuple(left)
        wait(_AGAIN_AFTER)


def _passes(name: str, part: Part) -> bool:
    try:
        part()
    except Exception as error:
        _log.info("self-test: %s does not pass: %s", name, type(error).__name__)
        return False
    return True


def _card_service() -> None:
    hresult, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
    if hresult != scard.SCARD_S_SUCCESS:
        raise ConnectionError(hex(hresult & 0xFFFFFFFF))
    scard.SCardReleaseContext(context)


def _reader_service(box: Box) -> None:
    _card_service()
    _accepts(box.hatch_socket)


def _accepts(path: Path) -> None:
    """Whether a process of ours still listens there."""
    with socket.socket(socket.AF_UNIX) as channel, short_address(path) as address:
        channel.settimeout(_ANSWER)
        channel.connect(address)


def _pages(box: Box, port: int) -> None:
    """Over TLS, by the box's own CA. The pages read the ledger before they say that they are well."""
    with urllib3.PoolManager(ca_certs=str(box.tls_dir / "ca.pem"), retries=False, timeout=_ANSWER) as http:
        status = http.request("GET", f"https://127.0.0.1:{port}/health").status
    if status != 200:
        raise ConnectionError(str(status))


def _broker(box: Box) -> None:
    """A login as the box itself, under another name than sync's: that one must not be thrown out."""
    endpoint = broker.endpoint(box, box.load())
    answered, codes = threading.Event(), list[Any]()

    def heard(_client: Any, _data: Any, _flags: Any, code: Any, _properties: Any) -> None:
        codes.append(code)
        answered.set()

    client = Client(CallbackAPIVersion.VERSION2, "self-test", reconnect_on_failure=False)
    client.tls_set_context(ssl.create_default_context(cafile=str(endpoint.ca)))
    client.username_pw_set(broker_accounts.BOX_ACCOUNT, broker_accounts.box_secret(box))
    client.connect_timeout = _ANSWER
    client.on_connect = heard
    client.connect(endpoint.host, endpoint.port)
    client.loop_start()
    try:
        if not answered.wait(_ANSWER) or codes[0].is_failure:
            raise ConnectionError("no login")
    finally:
        with contextlib.suppress(OSError):
            client.disconnect()
        client.loop_stop()


def _read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=_ANSWER)


def _ledger(path: Path) -> None:
    """Sound, and brought to this version by whoever opened it first."""
    with closing(_read_only(path)) as connection:
        if [row[0] for row in connection.execute("PRAGMA quick_check")] != ["ok"]:
            raise sqlite3.DatabaseError("quick_check")
        db = Database(connection)
        MIGRATIONS.expect_readable(db)
        if MIGRATIONS.pending(db):
            raise sqlite3.DatabaseError("migrations are pending")


def _queue(path: Path) -> None:
    with closing(_read_only(path)) as connection:
        connection.execute("SELECT count(*) FROM checks WHERE state = 'waiting'").fetchone()
        connection.execute("SELECT count(*) FROM deliveries WHERE state = 'pending'").fetchone()
