"""`madoguchi.toml` of a CONFIG stick: what a site wants of its box. Read whole or refused whole, with the key that is wrong."""

import ipaddress
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from appliance.cli.commissioning import stick
from appliance.eligibility.numbers import has_valid_check_digit
from appliance.eligibility.trouble import Trouble
from appliance.ledger.consumers import ConsumerKind

FILE_NAME = "madoguchi.toml"
SIZE_LIMIT = 20_000
_HOST = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_INTERFACE = re.compile(r"[a-z][a-z0-9]{0,14}")
_SERVER = re.compile(r"[A-Za-z0-9.:-]{1,253}")
_CONSUMER = re.compile(r"[a-z0-9-]{1,40}")
_MOST_CONSUMERS = 50
_INSTITUTION_CODE = ("検証番号を含む10桁です", "10 digits with the right check digit")
_NAME = ("100字までです", "up to 100 characters")
_LETTERS = ("英小文字と数字とハイフンです", "small letters, digits, hyphens")
_PORT = ("装置の画面に出る名前です（enp1s0 など）", "a name as the box shows it (enp1s0 ...)")
_SHARED = ("true か false です。kind が folder の1件だけに書けます", "true or false, for one folder at most")
_ROWS = (f"[[consumer]] で、{_MOST_CONSUMERS}件までです", f"as [[consumer]], up to {_MOST_CONSUMERS}")


@dataclass(frozen=True)
class Side:
    """One network of the box. `interface` empty: whichever has a cable. `addresses` empty: given by the network (DHCP, RA)."""

    interface: str = ""
    addresses: tuple[str, ...] = ()
    gateway: str = ""
    dns: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """What one stick says. None: it says nothing of that, and what the box has stays."""

    institution_code: str | None = None
    clinic_name: str | None = None
    host_name: str | None = None
    lan: Side | None = None
    center: Side | None = None
    time_servers: tuple[str, ...] | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    consumers: tuple[tuple[str, ConsumerKind], ...] = ()
    shared: str = ""
    """The consumer whose folder is to be served over the network; empty: nobody's is spoken of."""


def plan_in(folder: Path) -> Plan:
    """The plan of a mounted stick. Raises `Trouble` SETUP-002 where there is none, SETUP-001 for one that is wrong."""
    content = stick.read(folder, FILE_NAME, SIZE_LIMIT)
    if content is None:
        raise Trouble("SETUP-002", _look_alike(folder))
    try:
        return read_plan(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise _refused(FILE_NAME, "文字コードはUTF-8にしてください", "save it as UTF-8") from error


def read_plan(text: str) -> Plan:
    """The plan in the text of the file. Raises `Trouble` SETUP-001 naming the key."""
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _refused(FILE_NAME, "TOMLとして読めません", str(error)) from error
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, brackets in brackets
        raise _refused(FILE_NAME, "TOMLとして読めません", type(error).__name__) from error
    clinic = _table(values, "clinic", ("institution_code", "name"))
    network = _table(values, "network", ("name", "lan", "center"))
    time = _table(values, "time", ("servers",))
    _only(values, "", ("clinic", "network", "time", "settings", "consumer"))
    found, shared = _consumers(values.get("consumer", []))
    return Plan(
        institution_code=_text(clinic, "clinic.institution_code", _is_institution_code, _INSTITUTION_CODE),
        clinic_name=_text(clinic, "clinic.name", lambda name: len(name) <= 100, _NAME),
        host_name=_text(network, "network.name", _HOST.fullmatch, _LETTERS),
        lan=_side(network, "lan"),
        center=_side(network, "center"),
        time_servers=_texts(time, "time.servers", _SERVER.fullmatch) if "servers" in time else None,
        settings=_settings(values),
        consumers=found,
        shared=shared,
    )


def _side(network: dict[str, Any], name: str) -> Side | None:
    if name not in network:
        return None
    place = f"network.{name}"
    values = _table(network, name, ("interface", "address", "gateway", "dns", "routes"), place)
    side = Side(
        interface=_text(values, f"{place}.interface", _INTERFACE.fullmatch, _PORT) or "",
        addresses=_texts(values, f"{place}.address", _is_interface_address),
        gateway=_text(values, f"{place}.gateway", _is_address, ("IPアドレスです", "an IP address")) or "",
        dns=_texts(values, f"{place}.dns", _is_address),
        routes=_texts(values, f"{place}.routes", _is_network),
    )
    if name == "center" and not side.interface:
        raise _refused(
            f"{place}.interface",
            "センター側のポートの名前を書いてください",
            "name the port of the center's side",
        )
    if side.gateway and not side.addresses:
        raise _refused(
            f"{place}.address",
            "gateway を書くときは address も書いてください",
            "give an address with a gateway",
        )
    return side


def _settings(values: dict[str, Any]) -> dict[str, Any]:
    found = values.get("settings", {})
    if not isinstance(found, dict):
        raise _refused("settings", *_table_wanted("settings"))
    for key in ("institution_code", "clinic_name"):
        if key in found:
            raise _refused(f"settings.{key}", "[clinic] に書いてください", "belongs into [clinic]")
    return found


def _consumers(rows: Any) -> tuple[tuple[tuple[str, ConsumerKind], ...], str]:
    if not isinstance(rows, list) or len(rows) > _MOST_CONSUMERS:
        raise _refused("consumer", *_ROWS)
    found, shared = [], ""
    for row in rows:
        values = _table({"consumer": row}, "consumer", ("name", "kind", "shared"))
        name = _text(values, "consumer.name", _CONSUMER.fullmatch, _LETTERS)
        kind = values.get("kind")
        kinds = [one.value for one in ConsumerKind]
        if name is None or kind not in kinds:
            raise _refused("consumer.kind", "、".join(kinds), ", ".join(kinds))
        found.append((name, ConsumerKind(kind)))
        if _is_shared(values, is_taken=bool(shared)):
            shared = name
    return tuple(found), shared


def _is_shared(values: dict[str, Any], *, is_taken: bool) -> bool:
    wanted = values.get("shared", False)
    if not isinstance(wanted, bool) or (wanted and (is_taken or values["kind"] != ConsumerKind.FOLDER)):
        raise _refused("consumer.shared", *_SHARED)
    return wanted


def _table(values: dict[str, Any], key: str, known: tuple[str, ...], place: str = "") -> dict[str, Any]:
    found = values.get(key, {})
    if not isinstance(found, dict):
        raise _refused(place or key, *_table_wanted(place or key))
    _only(found, place or key, known)
    return found


def _only(values: dict[str, Any], place: str, known: tuple[str, ...]) -> None:
    for key in values:
        if key not in known:
            where = f"{place}.{key}" if place else key
            shown = where if where.isprintable() and len(where) < 80 else place or FILE_NAME
            raise _refused(
                shown, f"知らない項目です（{'、'.join(known)}）", f"not known ({', '.join(known)})"
            )


def _text(
    values: dict[str, Any], place: str, fits: Callable[[str], Any], advice: tuple[str, str]
) -> str | None:
    found = values.get(place.rpartition(".")[2])
    if found is None:
        return None
    if not isinstance(found, str) or not found or not found.isprintable() or not fits(found):
        raise _refused(place, *advice)
    return found


def _texts(values: dict[str, Any], place: str, fits: Callable[[str], Any]) -> tuple[str, ...]:
    found = values.get(place.rpartition(".")[2], [])
    rows = [found] if isinstance(found, str) else found
    if (
        not isinstance(rows, list)
        or len(rows) > 20
        or not all(isinstance(one, str) and fits(one) for one in rows)
    ):
        raise _refused(
            place, "書き方が違います（文字列か、その並びです）", "wrong form (a text, or a list of texts)"
        )
    return tuple(rows)


def _is_institution_code(text: str) -> bool:
    return len(text) == 10 and has_valid_check_digit(text)


def _is_address(text: str) -> bool:
    return _parses(ipaddress.ip_address, text)


def _is_interface_address(text: str) -> bool:
    return "/" in text and _parses(ipaddress.ip_interface, text)


def _is_network(text: str) -> bool:
    return _parses(ipaddress.ip_network, text)


def _parses(parse: Callable[[str], object], text: str) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return "%" not in text


def _table_wanted(place: str) -> tuple[str, str]:
    return f"表（[{place}]）で書いてください", f"wants a table, [{place}]"


def _look_alike(folder: Path) -> str:
    """A Windows PC that hides the ends of names makes a file like this one without saying so."""
    names = (f"{FILE_NAME}.txt", "madoguchi.txt")
    found = next((name for name in names if (folder / name).is_file()), "")
    return f"{found} → {FILE_NAME}" if found else ""


def _refused(place: str, reason: str, english: str) -> Trouble:
    return Trouble("SETUP-001", f"{place}: {reason} / {english}")
