"""A consumer's account at the broker: opened with a new password and a file for the vendor, or closed."""

import secrets
from datetime import datetime
from pathlib import Path

from appliance.ledger.account_wishes import handover_file, handover_folder
from appliance.ledger.database import Ledger
from appliance.settings import Box, Settings
from appliance.sync import broker, broker_accounts
from appliance.sync.handover import Account, Rights, pack, rights_in
from appliance.sync.topics import Topics


def open_account(box: Box, settings: Settings, ledger: Ledger, name: str, now: datetime) -> Path:
    """A new password for the broker, and the file with all that the vendor needs. The old password is good no more.

    Whoever is connected with it is cut off. A consumer at a cluster has its password from those who run it, and none at the
    box. Raises `OSError`, `Trouble` BOX-001 without the contract's files.
    """
    topics = Topics(settings.institution_code)
    rights = rights_in(broker.rights_of(topics, ledger, name), name)
    if name in settings.upstream_consumers:
        renew_rights(box, settings, ledger, now)
        account = _at_the_cluster(settings, name, rights)
    else:
        password = secrets.token_urlsafe(18)
        broker_accounts.set_password(box, name, password)
        renew_rights(box, settings, ledger, now)
        endpoint = broker.endpoint(box, settings)
        account = Account(name, password, settings.broker_host, endpoint.port, endpoint.ca, rights)
    handover = handover_file(box, name)
    packed = pack(account, topics, now)
    with handover_folder(box):
        broker_accounts.replace_private(handover, packed)
    return handover


def close_account(box: Box, settings: Settings, ledger: Ledger, name: str, now: datetime) -> None:
    """Its password is good no more, its connection is cut, a file that nobody has taken is gone. Raises `OSError`."""
    hashes = broker_accounts.read_hashes(box)
    broker_accounts.write_hashes(box, {known: text for known, text in hashes.items() if known != name})
    renew_rights(box, settings, ledger, now)
    handover_file(box, name).unlink(missing_ok=True)


def renew_rights(box: Box, settings: Settings, ledger: Ledger, now: datetime) -> None:
    """Let the broker give every account what the ledger says now. Raises `OSError`."""
    broker.prepare(box, settings, ledger, now)
    broker.tell(box)


def _at_the_cluster(settings: Settings, name: str, rights: Rights) -> Account:
    nodes = settings.upstream_brokers
    host, _, port = nodes[0].rpartition(":")
    ca = Path(settings.upstream_ca) if settings.upstream_ca else None
    return Account(name, "", host.strip("[]"), int(port), ca, rights, nodes)
