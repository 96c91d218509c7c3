"""Puts a plan to use. All of it is judged before anything is written; what the plan does not speak of stays as it is."""

import os
import tempfile
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from appliance.cli.commissioning import stick
from appliance.cli.commissioning.network import files_of
from appliance.cli.commissioning.outcome import Line
from appliance.cli.commissioning.plan import Plan
from appliance.cli.commissioning.trust import FOLDER, Anchor, anchors_on
from appliance.eligibility.trouble import Trouble
from appliance.identity import opening
from appliance.ledger import audit, consumers, first_start, folder_shares, shown_code
from appliance.ledger.database import Ledger
from appliance.ledger.new_box import prepare
from appliance.settings import Box, Settings
from appliance.share_place import ACCOUNT, NAME, place
from appliance.sync.certificates import judging

CERTIFICATE = "clinic.p12"
PASSPHRASE = "clinic.pass"  # noqa: S105 - a file's name
_ACTOR = "CONFIG"
_LARGEST_PASSPHRASE = 1_000
_LAN = "0.0.0.0"  # noqa: S104 - a box in the clinic serves the clinic; its firewall says from where
_PLACES: dict[str, Any] = {"web_host": _LAN, "broker_host": _LAN, "web_port": 443, "trust_port": 80}
"""Where an image's box answers; systemd/madoguchi-web.socket hands these two ports to the pages."""
_TO_THE_PAGES = Line(
    "管理者のいる装置なので、設定・連携先・電子証明書はUSBメモリーからは変えません。「準備と管理」の画面で変えてください",
    "This box has an administrator, so settings, consumers and the certificate are changed on its pages, not by a stick",
)
_NO_CODE = Line(
    "医療機関コードが書かれていないため、受付の設定は画面で行ってください",
    "No institution code is given, so the clinic is set up on the page",
)
_NO_PASSPHRASE = Line(
    "証明書のパスフレーズ（clinic.pass）がないため、「電子証明書」の画面で取り込んでください",
    "The certificate comes without its pass phrase (clinic.pass): import it on the page of the certificate",
)
_CERTIFICATE_TAKEN = Line(
    "電子証明書を受け取りました。USBメモリーからは消してください",
    "The certificate was taken in. Delete it from the stick",
)

_NO_FILE_SERVER = Line(
    "この装置にはファイルサーバーがないため、フォルダは共有していません",
    "This box has no file server, so no folder was shared",
)


@dataclass(frozen=True)
class _Certificate:
    """A certificate that the box can use, as it lies on the stick."""

    content: bytes
    passphrase: bytes


def apply(plan: Plan, folder: Path, site: Path, box: Box, now: datetime) -> tuple[Line, ...]:
    """Put `plan` of the stick at `folder` to use: network and time below `site`, the rest in `box`; what was done.

    Somebody with a stick is not somebody who may sign in: once a box has an administrator, only network and time are taken.
    Raises `Trouble` SETUP-001 for settings that cannot be, SETUP-003 for a box that is another clinic's, CERT-001 to CERT-006
    for a certificate that it could not use, `OSError`. After a `Trouble` everything is as it was.
    """
    is_new = not box.settings_file.exists()
    if not is_new and plan.institution_code not in (None, box.load().institution_code):
        raise Trouble("SETUP-003")
    if not is_new and _is_kept(box):
        lines = [_TO_THE_PAGES] if _says_more(plan, folder) else []
        return (*lines, *_take_network(plan, site, box, now))
    anchors = anchors_on(folder)
    certificate = _certificate_on(folder, box, plan, now)
    lines = _take_clinic(plan, box, now)
    lines += _take_network(plan, site, box, now)
    if box.settings_file.exists():
        lines += _take_consumers(plan, box, now)
        lines += _take_share(plan, box, now)
        lines += _take_anchors(anchors, box, now)
        lines += _take_certificate(folder, box, certificate)
        _make_code(box, now)
    return tuple(lines)


def code_to_show(box: Box) -> str:
    """The set-up code, as long as nobody can sign in who could do without; empty afterwards."""
    if box.settings_file.exists() and _is_kept(box):
        shown_code.hide(box)
    return shown_code.shown(box)


def _is_kept(box: Box) -> bool:
    ledger = Ledger.of(box)
    try:
        return not first_start.is_needed(ledger)
    finally:
        ledger.close()


def _says_more(plan: Plan, folder: Path) -> bool:
    names = (CERTIFICATE, FOLDER)
    return bool(
        plan.settings or plan.consumers or plan.clinic_name or any((folder / name).exists() for name in names)
    )


def _take_network(plan: Plan, site: Path, box: Box, now: datetime) -> list[Line]:
    files = files_of(plan)
    for name, text in files.items():
        _write(site / name, text.encode(), 0o644)
    if files and box.settings_file.exists():
        _note(box, "site-network", "", now, ", ".join(files))
    return [Line(f"{name} を書きました", f"{name} was written") for name in files]


def _take_clinic(plan: Plan, box: Box, now: datetime) -> list[Line]:
    if box.settings_file.exists():
        return _change_settings(plan, box, now)
    if plan.institution_code is None:
        return [_NO_CODE]
    prepare(box, _judged(plan)).close()
    _note(box, "box-made", plan.institution_code, now)
    return [Line("受付の設定を作りました", "The box was set up for the clinic")]


def _judged(plan: Plan) -> Settings:
    """The settings of a new box, tried aside: half a box would look like a whole one at the next start."""
    with tempfile.TemporaryDirectory() as aside:
        trial = Box(Path(aside))
        trial.save(Settings(institution_code=plan.institution_code or "", **_PLACES))
        changes = _changes(plan, trial)
        return trial.load() if not changes else _changed(trial, changes)


def _change_settings(plan: Plan, box: Box, now: datetime) -> list[Line]:
    changes = _changes(plan, box)
    if not changes:
        return []
    _changed(box, changes)
    _note(box, "stick-settings", "", now, ", ".join(changes))
    return [Line("受付の設定を変えました", "The settings were changed")]


def _changes(plan: Plan, box: Box) -> dict[str, Any]:
    changes = {
        key: tuple(value) if isinstance(value, list) else value for key, value in plan.settings.items()
    }
    known = {one.name for one in fields(Settings)}
    for key in changes:
        if key not in known:
            where = key if key.isprintable() and len(key) < 80 else ""
            raise Trouble("SETUP-001", f"settings.{where}: 知らない項目です / not known")
    if plan.clinic_name is not None:
        changes["clinic_name"] = plan.clinic_name
    before = box.load()
    return {key: value for key, value in changes.items() if getattr(before, key) != value}


def _changed(box: Box, changes: dict[str, Any]) -> Settings:
    try:
        return box.change(**changes)
    except Trouble as trouble:
        raise Trouble("SETUP-001", f"settings: {trouble.detail}") from trouble


def _take_consumers(plan: Plan, box: Box, now: datetime) -> list[Line]:
    ledger = Ledger.of(box)
    try:
        known = {one.name for one in consumers.all_consumers(ledger)}
        new = [(name, kind) for name, kind in plan.consumers if name not in known]
        for name, kind in new:
            consumers.add(ledger, name, kind, now)
            audit.write(ledger, _ACTOR, "consumer-set", name, now, kind.value)
    finally:
        ledger.close()
    return [Line(f"連携先 {name} を加えました", f"Consumer {name} was added") for name, _ in new]


def _take_share(plan: Plan, box: Box, now: datetime) -> list[Line]:
    """Once: a stick that is plugged in again leaves the password of the PCs as it is."""
    where = place()
    if not plan.shared:
        return []
    if where is None:
        return [_NO_FILE_SERVER]
    ledger = Ledger.of(box)
    try:
        known = folder_shares.current(ledger)
        if known is not None:
            return [_shared_already(known.consumer)]
        password = folder_shares.turn_on(ledger, plan.shared, where.folder(plan.shared), _ACTOR, now)
    finally:
        ledger.close()
    return _shared(plan.shared, password)


def _shared_already(consumer: str) -> Line:
    return Line(
        f"連携先 {consumer} のフォルダはすでに共有しています。パスワードは「連携先」の画面で作り直せます",
        f"The folder of {consumer} is shared already; a new password is made on the consumer's page",
    )


def _shared(consumer: str, password: str) -> list[Line]:
    return [
        Line(
            f"連携先 {consumer} のフォルダを、共有名 {NAME} で共有しました。ユーザー名は {ACCOUNT} です",
            f"The folder of {consumer} is shared under the name {NAME}; the user is {ACCOUNT}",
        ),
        Line(
            f"共有のパスワード: {password}（レセコンのPCに入れたら、このファイルを消してください）",
            f"Password of the share: {password} (delete this file once it is typed in)",
            is_secret=True,
        ),
    ]


def _take_anchors(anchors: tuple[Anchor, ...], box: Box, now: datetime) -> list[Line]:
    new = {one.file_in(box): one for one in anchors if not one.file_in(box).exists()}
    for path, one in new.items():
        _write(path, one.pem, 0o640)
        _note(box, "trust-taken", one.kind, now, one.fingerprint)
    return [
        Line(
            f"{one.place} を、信頼する認証局に加えました: {one.subject}（SHA-256 {one.fingerprint}）",
            f"{one.place} was added to the CAs that the box trusts: {one.subject} (SHA-256 {one.fingerprint})",
        )
        for one in new.values()
    ]


def _certificate_on(folder: Path, box: Box, plan: Plan, now: datetime) -> _Certificate | None:
    content = stick.read(folder, CERTIFICATE, opening.SIZE_LIMIT)
    passphrase = stick.read(folder, PASSPHRASE, _LARGEST_PASSPHRASE)
    codes = box.load().institution_codes if box.settings_file.exists() else (plan.institution_code,)
    known = [code for code in codes if code is not None]
    if content is None or passphrase is None or not known:
        return None
    try:
        phrase = passphrase.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise Trouble(
            "SETUP-001", f"{PASSPHRASE}: 文字コードはUTF-8にしてください / save it as UTF-8"
        ) from error
    judging.judged(opening.opened(content, phrase), box, known, now, _ACTOR)
    return _Certificate(content, phrase.encode())


def _take_certificate(folder: Path, box: Box, found: _Certificate | None) -> list[Line]:
    if found is None:
        return [_NO_PASSPHRASE] if (folder / CERTIFICATE).is_file() else []
    _write(box.clinic_certificate, found.content, 0o600)
    _write(box.clinic_passphrase, found.passphrase, 0o600)
    return [_CERTIFICATE_TAKEN]


def _make_code(box: Box, now: datetime) -> None:
    """What the first administrator is made with. Whoever holds the stick has the box in hand."""
    ledger = Ledger.of(box)
    try:
        shown_code.show(box, first_start.new_code(ledger, _ACTOR, now))
    finally:
        ledger.close()


def _note(box: Box, action: str, target: str, now: datetime, detail: str = "") -> None:
    ledger = Ledger.of(box)
    try:
        audit.write(ledger, _ACTOR, action, target, now, detail)
    finally:
        ledger.close()


def _write(path: Path, content: bytes, mode: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.new")
    aside.unlink(missing_ok=True)
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as stream:
        stream.write(content)
        # Whatever the process's mask is: the keeper of the clock reads the names of time servers as a user of its own.
        os.fchmod(stream.fileno(), mode)
        stream.flush()
        os.fsync(stream.fileno())
    aside.replace(path)
