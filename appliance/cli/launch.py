"""Puts a demo together: a state folder with everything in it, all processes of box and virtual world, readiness."""

import json
import os
import secrets
import socket
import sys
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pyotp
import urllib3

from appliance.demo import center_pki, paths
from appliance.demo.camera_client import CameraKnobs
from appliance.demo.card_ca import trust_anchors
from appliance.demo.cards import CardWorldHandle, start_card_world
from appliance.demo.control import ask
from appliance.demo.people import people
from appliance.demo.supervisor import Child, Supervisor
from appliance.devices.readers import reader_key
from appliance.eligibility import certificate
from appliance.eligibility.trouble import Trouble
from appliance.eligibility.visit import Phase
from appliance.ledger import (
    accounts,
    certificates,
    conditions,
    consumer_terms,
    consumers,
    maintenance,
    readers,
    second_factor,
)
from appliance.ledger.accounts import Role
from appliance.ledger.conditions import Link, LinkState
from appliance.ledger.consumer_terms import Term
from appliance.ledger.database import Ledger
from appliance.ledger.new_box import prepare
from appliance.ledger.second_seal import SecondSeal
from appliance.ledger.times import utc_now
from appliance.settings import Box, CenterKind, Settings, WithoutPin
from appliance.sync.broker_accounts import set_password
from appliance.sync.topics import Topics

INSTITUTION_CODE = "1319999999"
CLINIC_NAME = "見本クリニック（デモ）"
EMR = "emr"
READY_SECONDS = 60.0
VENDOR_CHILDREN = ("center", "broker", "sync")
MAINTAINER = "hoshu"
_ACCOUNTS = (
    ("uketsuke", Role.RECEPTION),
    ("ishi", Role.CLINICIAN),
    ("kanri", Role.ADMINISTRATOR),
    (MAINTAINER, Role.MAINTENANCE),
    ("kanja-gamen", Role.PATIENT_SCREEN),
)


@dataclass
class Demo:
    """A running demo. Belongs to the main thread, because children die with the thread that started them."""

    box: Box
    settings: Settings
    ledger: Ledger
    supervisor: Supervisor
    world: CardWorldHandle | None

    @property
    def url(self) -> str:
        return f"https://{self.settings.web_host}:{self.settings.web_port}"

    def stop(self) -> None:
        """End every process of the demo."""
        self.supervisor.stop()
        if self.world is not None:
            self.world.stop()
        self.ledger.close()


def prepare_demo(
    box: Box, now: datetime, *, terminal: bool = False, faces: int = 0
) -> tuple[Settings, dict[str, Any]]:
    """Everything a demo needs on disk, and what `demo.json` says. A second start keeps data, ports and passwords.

    `terminal` puts the folders of a virtual 資格確認端末 in the place of the center's Web API. `faces` is how many readers have
    a camera beside them; with one, the virtual cards may be used without PIN, after a face or a look by staff.
    """
    known = _known(box)
    settings = _with_center(box, box.load() if known else _new_settings(), terminal)
    settings = _with_cameras(box, settings, faces)
    if known:
        box.save(settings)
    else:
        prepare(box, settings).close()
    _trust(box, settings, now)
    ledger = Ledger.of(box)
    may_hand_in = consumers.ListTerms(consumers.Lists.NOW)
    terms = consumers.FolderTerms()
    consumers.put(ledger, EMR, consumers.ConsumerKind.MQTT, terms, now, may_hand_in)
    consumer_terms.allow(ledger, EMR, Term)
    passwords = known.get("passwords") or _passwords(box, ledger, now)
    codes = known.get("second_factors") or _second_factors(box, ledger, now)
    maintenance.approve(ledger, MAINTAINER, "デモの見学", maintenance.MOST, "demo", now)
    ledger.close()
    facts = _facts(box, settings, passwords, codes)
    _write_private(box.root / "demo.json", facts)
    _write_private(box.root / "demo" / "emr.json", _emr_credentials(settings, facts))
    return settings, facts


def _known(box: Box) -> dict[str, Any]:
    path = box.root / "demo.json"
    if not path.exists():
        return {}
    facts = json.loads(path.read_text("utf-8"))
    return {
        "passwords": {row["name"]: row["password"] for row in facts["accounts"]}
        | {EMR: facts["mqtt"]["password"]},
        "second_factors": {
            row["name"]: row["second_factor"] for row in facts["accounts"] if "second_factor" in row
        },
    }


def _new_settings() -> Settings:
    web, broker, center = _free_ports(3)
    return Settings(
        institution_code=INSTITUTION_CODE,
        clinic_name=CLINIC_NAME,
        # Whoever looks around in a demo has no authenticator at hand; how a doctor gives a code, `demo code` shows.
        second_factor_administrator=False,
        second_factor_maintenance=False,
        emergency_minutes=15,
        web_port=web,
        broker_port=broker,
        center_url=f"https://localhost:{center}",
        retry_first=0.5,
        retry_longest=5.0,
        bulk_poll=2.0,
    )


def _with_center(box: Box, settings: Settings, terminal: bool) -> Settings:
    if not terminal:
        return replace(settings, center_kind=CenterKind.WEB_API.value)
    root = paths.terminal_folder(box.root)
    return replace(
        settings,
        center_kind=CenterKind.TERMINAL.value,
        terminal_req=str(root / "req"),
        terminal_res=str(root / "res"),
        terminal_face=str(root / "face"),
        terminal_look=0.2,
        terminal_pickup=3.0,
        terminal_patience=5.0,
    )


def _with_cameras(box: Box, settings: Settings, faces: int) -> Settings:
    camera = CameraKnobs(box.root).source
    without_pin = WithoutPin.VIRTUAL_CARDS if faces else WithoutPin.NO
    # A demo shares its machine with the world it plays: a look takes longer than on a box.
    return replace(settings, face_cameras=(camera,) * faces, without_pin=without_pin.value, visit_look=20.0)


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def _trust(box: Box, settings: Settings, now: datetime) -> None:
    for name, pem in trust_anchors(paths.cards_folder(box.root), now).items():
        (box.card_trust_dir / name).write_bytes(pem)
    ledger = Ledger.of(box)
    has_certificate = certificate.in_order(certificates.held(ledger), settings.institution_code, now)
    ledger.close()
    if not has_certificate:  # sync has adopted the one of an earlier start, or a person has taken in another
        center_pki.make(box, settings.institution_code, now)


def _passwords(box: Box, ledger: Ledger, now: datetime) -> dict[str, str]:
    made = {name: secrets.token_urlsafe(9) for name, _ in _ACCOUNTS} | {EMR: secrets.token_urlsafe(18)}
    for name, role in _ACCOUNTS:
        accounts.add(ledger, name, role, made[name], now)
    set_password(box, EMR, made[EMR])
    return made


def _second_factors(box: Box, ledger: Ledger, now: datetime) -> dict[str, str]:
    """Secrets of one-time codes for who needs them, as if set up already: `demo code` plays the smartphone."""
    made = {name: pyotp.random_base32() for name, role in _ACCOUNTS if role is Role.CLINICIAN}
    for name, secret in made.items():
        second_factor.install(ledger, SecondSeal.of(box), name, secret, now)
    return made


def _facts(box: Box, settings: Settings, passwords: dict[str, str], codes: dict[str, str]) -> dict[str, Any]:
    root = box.folder_root(settings)
    ca = str(box.tls_dir / "ca.pem")
    return {
        "web": {"url": f"https://{settings.web_host}:{settings.web_port}", "ca": ca},
        "accounts": [
            {"role": role.value, "name": name, "password": passwords[name]}
            | ({"second_factor": codes[name]} if name in codes else {})
            for name, role in _ACCOUNTS
        ],
        "mqtt": {
            "host": settings.broker_host,
            "port": settings.broker_port,
            "ca": ca,
            "username": EMR,
            "password": passwords[EMR],
            "topic": Topics(settings.institution_code).eligibility(EMR),
        },
        "folder": {name: str(root / name) for name in ("req", "res", "face")},
        "terminal": _terminal_folders(settings),
        "institution_code": settings.institution_code,
        "people": [
            {
                "id": person.id,
                "name": person.name,
                "result": person.qualification_validity,
                "card": person.card is not None,
                "shows": person.shows,
            }
            for person in people()
        ],
    }


def _terminal_folders(settings: Settings) -> dict[str, str] | None:
    if settings.center_kind != CenterKind.TERMINAL:
        return None
    return {name: getattr(settings, f"terminal_{name}") for name in ("req", "res", "face")}


def _emr_credentials(settings: Settings, facts: dict[str, Any]) -> dict[str, Any]:
    topics = Topics(settings.institution_code)
    return {
        **facts["mqtt"],
        "ack_topic": topics.ack(EMR),
        "hello_topic": topics.hello(EMR),
        "bulk_topic": topics.bulk_result(EMR),
    }


def _write_private(path: Path, value: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.new")
    aside.unlink(missing_ok=True)
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump(value, stream, ensure_ascii=False, indent=2)
    aside.replace(path)


def start_demo(box: Box, settings: Settings, reader_count: int) -> Demo:
    """Start everything; returns at once, `is_ready` tells when it is up. Raises `Trouble` DEMO-003, `OSError`."""
    world = start_card_world(box.root, reader_count)
    ledger = Ledger.of(box)
    _settle_readers(ledger, world, reader_count)
    conditions.forget(ledger, tuple(Link), utc_now())
    supervisor = Supervisor(box.log_dir)
    demo = Demo(box, settings, ledger, supervisor, world)
    try:
        for child in _children(box, settings):
            supervisor.start(child)
    except OSError:
        demo.stop()
        raise
    return demo


def start_for_vendor(box: Box, settings: Settings) -> Demo:
    """Start what a consumer at the broker meets, and no more: center, broker and sync. Raises `OSError`."""
    ledger = Ledger.of(box)
    conditions.forget(ledger, tuple(Link), utc_now())
    demo = Demo(box, settings, ledger, Supervisor(box.log_dir), None)
    try:
        for child in _children(box, settings):
            if child.name in VENDOR_CHILDREN:
                demo.supervisor.start(child)
    except OSError:
        demo.stop()
        raise
    return demo


def missing_for_vendor(demo: Demo) -> tuple[str, ...]:
    """The links of a vendor's box that are not up yet."""
    found = (Link.CENTER, Link.BROKER)
    return tuple(link.value for link in found if conditions.get(demo.ledger, link).state is not LinkState.UP)


def _settle_readers(ledger: Ledger, world: CardWorldHandle, reader_count: int) -> None:
    """Number the readers as the card world does. vpcd's devices have two slots: a spare one is out of service."""
    slots = [(row["name"], row["slot"]) for row in world.state()["readers"]]
    slots += [(name, 1) for name, slot in slots[-1:] if slot == 0]
    for number, (name, slot) in enumerate(slots, start=1):
        key = str(reader_key(f"{name} 00 {slot:02X}"))
        readers.adopt(ledger, key, utc_now())
        readers.enable(ledger, key, enabled=number <= reader_count)


def _children(box: Box, settings: Settings) -> tuple[Child, ...]:
    state = str(box.root)
    ours = (sys.executable, "-m", "appliance", "run")
    pcsc = {"PCSCLITE_CSOCK_NAME": str(paths.pcscd_socket(box.root))}
    camera = (
        (Child("camera", (sys.executable, "-m", "appliance.demo.camera", "--dir", state)),)
        if settings.face_cameras
        else ()
    )
    return (
        *camera,
        _center(box, settings),
        Child("broker", (*ours, "broker", "--state", state)),
        Child("sync", (*ours, "sync", "--state", state)),
        Child("devices", (*ours, "devices", "--state", state), pcsc),
        Child("web", (*ours, "web", "--state", state)),
        Child("health", (*ours, "health", "--state", state)),
        Child("emr", (sys.executable, "-m", "appliance.demo.emr", "--dir", state)),
    )


def _center(box: Box, settings: Settings) -> Child:
    state = ("--dir", str(box.root))
    if settings.center_kind == CenterKind.TERMINAL:
        root = str(paths.terminal_folder(box.root))
        return Child("terminal", (sys.executable, "-m", "appliance.demo.terminal", *state, "--root", root))
    return Child("center", (sys.executable, "-m", "appliance.demo.center", *state))


def missing(demo: Demo, reader_count: int) -> tuple[str, ...]:
    """The parts that do not answer yet; empty when pages, readers, center, broker, folder and EMR are up."""
    found = [
        link.value
        for link in conditions.EVERY_BOX_HAS
        if conditions.get(demo.ledger, link).state is not LinkState.UP
    ]
    phases = [reader.phase for reader in readers.all_readers(demo.ledger)]
    if len(phases) < reader_count or Phase.OFFLINE in phases:
        found.append("readers")
    if not _web_answers(demo):
        found.append("web")
    if not _emr_listens(demo.box):
        found.append("emr")
    return tuple(found)


def _web_answers(demo: Demo) -> bool:
    try:
        with urllib3.PoolManager(
            ca_certs=str(demo.box.tls_dir / "ca.pem"), retries=False, timeout=2.0
        ) as pool:
            return pool.request("GET", f"{demo.url}/health").status == 200
    except (urllib3.exceptions.HTTPError, OSError):
        return False


def _emr_listens(box: Box) -> bool:
    try:
        return bool(ask(box.run_dir / "emr.sock", {"do": "received"}, timeout=2.0).get("connected"))
    except Trouble:
        return False
