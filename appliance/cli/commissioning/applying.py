"""Puts a plan to use. Each file is written whole or not at all; what the plan does not speak of stays as it is."""

import os
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any

from appliance.cli.commissioning.network import files_of
from appliance.cli.commissioning.plan import Plan
from appliance.cli.running import prepare
from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit, consumers
from appliance.ledger.database import Ledger
from appliance.settings import Box, Settings

CERTIFICATE = "clinic.p12"
PASSPHRASE = "clinic.pass"  # noqa: S105 - a file's name
_ACTOR = "CONFIG"
_LARGEST = 200_000
_LAN = "0.0.0.0"  # noqa: S104 - a box in the clinic serves the clinic; its firewall says from where
_PLACES: dict[str, Any] = {"web_host": _LAN, "broker_host": _LAN, "web_port": 443, "trust_port": 80}
"""Where an image's box answers; systemd/madoguchi-web.socket hands these two ports to the pages."""


def apply(plan: Plan, stick: Path, site: Path, box: Box, now: datetime) -> tuple[str, ...]:
    """Put `plan` to use: network and time below `site`, the rest in `box`; what was done, a sentence each.

    Raises `Trouble` SETUP-001 for settings that cannot be, SETUP-003 for a box that is another clinic's, `OSError`.
    """
    said = _take_clinic(plan, box, now)
    for name, text in files_of(plan).items():
        _write(site / name, text.encode(), 0o644)
        said.append(f"{name} を書きました")
    if box.settings_file.exists():
        said += _take_consumers(plan, box, now)
        said += _take_certificate(stick, box)
    return tuple(said)


def _take_clinic(plan: Plan, box: Box, now: datetime) -> list[str]:
    if box.settings_file.exists():
        return _change_settings(plan, box)
    if plan.institution_code is None:
        return ["医療機関コードがないため、受付の設定は画面で行ってください"]
    prepare(box, Settings(institution_code=plan.institution_code, **_PLACES)).close()
    try:
        _change_settings(plan, box)
    except Trouble:
        # Half a box would look like a whole one at the next start.
        box.settings_file.unlink()
        raise
    ledger = Ledger.of(box)
    audit.write(ledger, _ACTOR, "box-made", plan.institution_code, now)
    ledger.close()
    return ["受付の設定を作りました"]


def _change_settings(plan: Plan, box: Box) -> list[str]:
    changes = {
        key: tuple(value) if isinstance(value, list) else value for key, value in plan.settings.items()
    }
    known = {one.name for one in fields(Settings)}
    for key in changes:
        if key not in known:
            raise Trouble("SETUP-001", f"settings.{key}: 知らない項目です")
    if plan.institution_code not in (None, box.load().institution_code):
        raise Trouble("SETUP-003")
    if plan.clinic_name is not None:
        changes["clinic_name"] = plan.clinic_name
    if not changes:
        return []
    try:
        box.change(**changes)
    except Trouble as trouble:
        raise Trouble("SETUP-001", f"settings: {trouble.detail}") from trouble
    return ["受付の設定を変えました"]


def _take_consumers(plan: Plan, box: Box, now: datetime) -> list[str]:
    ledger = Ledger.of(box)
    try:
        known = {one.name for one in consumers.all_consumers(ledger)}
        new = [(name, kind) for name, kind in plan.consumers if name not in known]
        for name, kind in new:
            consumers.add(ledger, name, kind, now)
            audit.write(ledger, _ACTOR, "consumer-set", name, now, kind.value)
    finally:
        ledger.close()
    return [f"連携先 {name} を加えました" for name, _ in new]


def _take_certificate(stick: Path, box: Box) -> list[str]:
    certificate, passphrase = stick / CERTIFICATE, stick / PASSPHRASE
    if not certificate.is_file():
        return []
    if not passphrase.is_file():
        return ["証明書のパスフレーズがないため、「電子証明書」の画面で取り込んでください"]
    for source, target in ((certificate, box.clinic_certificate), (passphrase, box.clinic_passphrase)):
        if source.stat().st_size > _LARGEST:
            raise Trouble("SETUP-001", f"{source.name}: 大きすぎます")
        _write(target, source.read_bytes(), 0o600)
    return ["電子証明書を受け取りました。USBメモリーからは消してください"]


def _write(path: Path, content: bytes, mode: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.new")
    aside.unlink(missing_ok=True)
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as stream:
        stream.write(content)
        # As meant, whatever the service's mask takes away: others read the site's network.
        os.fchmod(stream.fileno(), mode)
        stream.flush()
        os.fsync(stream.fileno())
    aside.replace(path)
