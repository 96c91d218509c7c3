"""The one file a vendor is handed: a ZIP with account, CA, what the broker allows, lines to paste, and the contract.

It is made when the account is, because the password is known only then; the box keeps a hash.
"""

import io
import json
import shlex
import socket
import zipfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from appliance.contract_files import contract_files, contract_folder
from appliance.identity.names import EVERYWHERE
from appliance.ledger.times import JAPAN
from appliance.sync.topics import Topics

_README = "handover.ja.md"
_README_OF_CLUSTER = "handover-cluster.ja.md"
_CAS_OF_SYSTEM = "/etc/ssl/certs/ca-certificates.crt"
_TO_BE_ASKED_FOR = "EMR_PASSWORD: クラスターを管理している方から受け取ったパスワードを書いてください"
_NO_CA = "BOX_CA: Debian の場所です。ほかの機械では、その機械が信頼しているCAのファイルに直してください"
_FOR_OWNER = 0o100600
_FOR_ALL = 0o100644


@dataclass(frozen=True)
class Rights:
    """The topics the broker lets an account read and write."""

    reads: tuple[str, ...]
    writes: tuple[str, ...]


@dataclass(frozen=True)
class Account:
    """A consumer's account as its vendor has to know it. `host` is where the broker listens, "0.0.0.0" for everywhere."""

    consumer: str
    password: str
    host: str
    port: int
    ca: Path | None
    rights: Rights
    nodes: tuple[str, ...] = ()
    """All the nodes of a cluster of somebody else's, who gives the password too: it is empty then."""


def rights_in(acl: str, account: str) -> Rights:
    """What mosquitto's ACL file `acl` grants to `account`: the file counts, so nothing else can disagree with it."""
    found: dict[str, list[str]] = {"read": [], "write": []}
    user = ""
    for line in acl.splitlines():
        match line.split(" ", 2):
            case ["user", name]:
                user = name
            case ["topic", ("read" | "write") as may, topic] if user == account:
                found[may].append(topic)
    return Rights(tuple(found["read"]), tuple(found["write"]))


def pack(account: Account, topics: Topics, now: datetime) -> bytes:
    """The ZIP. Everything lies in one folder, `madoguchi-<consumer>/`. Raises `OSError`, `Trouble` BOX-001."""
    inner = f"madoguchi-{account.consumer}"
    moment = now.astimezone(JAPAN).timetuple()[:6]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:

        def put(name: str, content: str | bytes, mode: int = _FOR_ALL) -> None:
            entry = zipfile.ZipInfo(f"{inner}/{name}", moment)
            entry.external_attr = mode << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)

        put("README.md", _readme(account))
        put("credentials.json", _credentials(account, topics), _FOR_OWNER)
        put("env.sh", _environment(account, topics), _FOR_OWNER)
        if account.ca is not None:
            put("ca.pem", account.ca.read_bytes())
        for name, path in contract_files():
            if name not in (_README, _README_OF_CLUSTER):
                put(f"contract/{name}", path.read_bytes())
    return packed.getvalue()


def _host(account: Account) -> str:
    """A name the broker's certificate bears; "everywhere" is no address to connect to."""
    return socket.gethostname() if account.host in EVERYWHERE else account.host


def _ca(account: Account) -> str | None:
    """None: the system's own will do."""
    return "ca.pem" if account.ca else None


def _readme(account: Account) -> str:
    name = _README_OF_CLUSTER if account.nodes else _README
    text = (contract_folder() / name).read_text("utf-8")
    words = {
        "{nodes}": "\n".join(f"- `{node}`" for node in account.nodes),
        "{ca_row}\n": "| `ca.pem` | クラスターのCA証明書。接続先が本物であることの確認に使います |\n"
        if account.ca
        else "",
        "{ca_words}": " `ca.pem` " if account.ca else "、お使いの機械が信頼しているCA",
        "{consumer}": account.consumer,
        "{host}": _host(account),
        "{port}": str(account.port),
        "{reads}": "\n".join(f"- `{topic}`" for topic in account.rights.reads),
        "{writes}": "\n".join(f"- `{topic}`" for topic in account.rights.writes),
    }
    for word, value in words.items():
        text = text.replace(word, value)
    return text


def _credentials(account: Account, topics: Topics) -> str:
    facts = {
        "host": _host(account),
        "port": account.port,
        "ca": _ca(account),
        "username": account.consumer,
        "password": account.password,
        "institution_code": topics.institution_code,
        "topic": topics.eligibility(account.consumer),
        **_own_topics(account, topics),
        "may_read": account.rights.reads,
        "may_write": account.rights.writes,
        **({"brokers": account.nodes} if account.nodes else {}),
    }
    return json.dumps(facts, ensure_ascii=False, indent=2) + "\n"


def _own_topics(account: Account, topics: Topics) -> dict[str, str]:
    """The consumer's own topics by their words: `ack_topic`, `bulk_request_topic`, …"""
    own = topics.eligibility(account.consumer).rpartition("/")[0] + "/"
    mine = (topic for topic in (*account.rights.reads, *account.rights.writes) if topic.startswith(own))
    plain = (topic.removesuffix("/#") for topic in mine)
    return {f"{topic.removeprefix(own).replace('-', '_')}_topic": topic for topic in plain}


def _environment(account: Account, topics: Topics) -> str:
    """The shell variables in which the contract's lines to paste are written."""
    values = {
        "BOX_HOST": _host(account),
        "BOX_PORT": str(account.port),
        "BOX_CA": _ca(account) or _CAS_OF_SYSTEM,
        "INSTITUTION": topics.institution_code,
        "EMR": account.consumer,
        "EMR_PASSWORD": account.password,
    }
    lines = "".join(f"export {name}={shlex.quote(value)}\n" for name, value in values.items())
    missing = ((not account.password, _TO_BE_ASKED_FOR), (account.ca is None, _NO_CA))
    return lines + "".join(f"# {hint}\n" for is_missing, hint in missing if is_missing)
