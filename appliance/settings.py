"""The state folder of one box: where everything lies, and `box.toml`, the settings an engineer may change."""

import math
import os
import re
import tomllib
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Any

import tomlkit

from appliance import sharing
from appliance.eligibility.trouble import Trouble

_INSTITUTION_CODE = re.compile(r"[0-9]{10}")
_OTHERS = "other_institution_codes"
_UPSTREAM = "upstream_brokers"
_PORTS = ("web_port", "broker_port", "trust_port")
_LISTS = (_OTHERS, "face_cameras", _UPSTREAM, "upstream_consumers", "tls_names")
# A terminal serves 20 sessions at most.
_RANGES = {
    "terminal_first_serial": (1, 9999),
    "terminal_at_once": (1, 20),
    "terminal_look": (0.05, 60),
    "bulk_people": (1, 20000),
    "bulk_at_once": (1, 100),
    "bulk_poll": (0.05, 3600),
    "bulk_requests_a_minute": (1, 1000),
    "consumer_requests_a_minute": (1, 10_000),
    "api_requests_a_minute": (1, 1_000_000),
    "api_longest_wait": (0.01, 60),
    "api_stream_lasts": (0.01, 86400),
    "line_slow": (0.1, 3600),
    "line_failures": (1, 100),
    "line_answers": (1, 100),
    "line_calm": (0.1, 3600),
    "give_up_after": (2, 1000),
    "outage_note_days": (1, 3650),
    "consumer_request_days": (7, 3650),
    # 療養担当規則 第9条: three years at least.
    "check_days": (1096, 36_500),
    "bulk_days": (31, 3650),
    "card_evidence_minutes": (0, 1_000_000),
    "lock_after_minutes": (0, 720),
    "emergency_minutes": (0, 60),
}
_PATTERNS = {
    "follow_up_from": re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]"),
    "reader_test_at": re.compile(r"(([01][0-9]|2[0-3]):[0-5][0-9])?"),
    "bulk_from": re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]"),
    "bulk_until": re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]"),
    "bulk_ticket_days": re.compile(r"((0?[1-9]|[12][0-9]|3[01])(,(0?[1-9]|[12][0-9]|3[01]))*)?"),
}

_EACH = {
    _UPSTREAM: re.compile(r"([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\]):[0-9]{1,5}"),
    "upstream_consumers": re.compile(r"[a-z0-9-]+"),
    "tls_names": re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|[0-9A-Fa-f:]*:[0-9A-Fa-f:]*"),
}


class CenterKind(StrEnum):
    """How the box reaches the center: directly, or through the folders of an official 資格確認端末."""

    WEB_API = "web-api"
    TERMINAL = "terminal"


class TlsVersion(StrEnum):
    """The oldest TLS that pages and broker take."""

    V1_2 = "1.2"
    V1_3 = "1.3"


class MqttVersion(StrEnum):
    """Which MQTT a broker that is not the box's own speaks."""

    V3_1_1 = "3.1.1"
    V5 = "5"


class WithoutPin(StrEnum):
    """How a holder's card may be used without its PIN: not at all, or, in a demo, by what only virtual cards know."""

    NO = ""
    VIRTUAL_CARDS = "virtual-cards"


@dataclass(frozen=True)
class Settings:
    """What `box.toml` holds. Times in seconds. `0` as a port means: pick a free one at start.

    `other_institution_codes` are further 医療機関コード of the same house (歯科 beside 医科); each has a certificate of
    its own.

    `tls_names` are names or addresses by which the box is called beside its own ("uketsuke.lan"; an address of a router before it),
    `tls_least` a value of `TlsVersion`. `trust_port` is where a PC that does not trust the box's CA yet is shown how, without TLS;
    there 0 means: nowhere.

    `terminal_*` is for `center_kind` terminal: its folders as mounted paths (empty face: card results are not picked
    up), whether another product reads face too, how old a card result may be, how long one taken in stays, where
    requests are written first, the first serial in their names, how many may be under way at once, how often to look,
    when a request ought to be picked up, and when to stop expecting its result any moment.

    `visit_*`: how long a page may stay untouched, an end stays, a card may lie after the end, a person of
    the staff may take, one look for a face may take.

    `ask_*`: what the reader's screen asks beside the consents to medical information: 特定疾病療養受療証, the form of the
    prescription, whether 受給者証 of 医療費助成 (PMH) are to be used.

    `pin_shuffled`: the digits of the PIN pad stand in another order each time, and a pressed key shows no mark, so that nobody
    who looks on learns the PIN from the finger.

    `face_cameras`: the camera of reader 1, 2, ... (`/dev/video0`; empty: none there), `face_model` the file of the model's record
    (empty: the one that comes with the box), `without_pin` a value of `WithoutPin`.

    `bulk_*`: how many people one request may ask about and how many requests may be under way at once, the hours (HH:MM,
    Japan) in which runs of the night hand in, how long to wait between two looks for a result and until it is given up,
    the days of the month on which 医療扶助 is asked about by itself ("1,15"; empty: never), and how many lists one
    consumer may hand in over MQTT in a minute; `consumer_requests_a_minute` how many other requests, and
    `consumer_request_days` how long each of these is known by its id.

    `api_*`: how many calls of one token the HTTP API takes in a minute, how long a call may wait for news, how long a stream of
    events lasts before its consumer has to come back.

    `second_factor_*`: which roles give a second factor at each sign-in. Medical information is never opened without one.

    `lock_after_minutes` is how long nobody has to touch a page of the staff until it asks for the password again (0: never).

    `emergency_minutes` is how long 緊急時の閲覧 lasts (0: this clinic has none).

    `reader_test_at` (HH:MM, Japan) is when readers, cameras and the face model are tested each day (empty: never).

    `follow_up_from` (HH:MM, Japan) is when the clinic's day begins: visits of which no valid insurance is known are asked
    about again once a day, not before.

    `outage_note_days` is how long 障害時メモ are kept after they were closed, `check_days` how long checks with their answers,
    `bulk_days` how long the lists of bulk runs (`eligibility/retention.toml`).

    `give_up_after` is how often something may fail for a reason of its own before it is given up, `card_evidence_minutes` how
    old a card's evidence may be for the center (0: the center says so itself).

    `line_*` are the limits of the line's states: a request out for `line_slow` makes it 遅延, `line_failures` in a row 停止,
    `line_answers` in a row and `line_calm` without trouble 正常 again.

    `upstream_*`: a broker cluster beside the box's own broker (docs/many-boxes.md): its nodes ("host:port", in the order in which they
    are tried), the consumers that take their results there and not at the box, the account, the file with its password (empty:
    `upstream.secret` in the broker's folder), the CA as a PEM file (empty: those of the system), the version of MQTT.

    `folder_stay_minutes` is how long results lie in a folder that nobody takes (0: for ever), unless its consumer says
    otherwise.
    """

    institution_code: str
    other_institution_codes: tuple[str, ...] = ()
    clinic_name: str = ""
    web_host: str = "127.0.0.1"
    web_port: int = 8443
    broker_host: str = "127.0.0.1"
    broker_port: int = 8883
    tls_names: tuple[str, ...] = ()
    tls_least: str = TlsVersion.V1_2
    trust_port: int = 0
    upstream_brokers: tuple[str, ...] = ()
    upstream_consumers: tuple[str, ...] = ()
    upstream_account: str = ""
    upstream_password_file: str = ""
    upstream_ca: str = ""
    upstream_mqtt: str = MqttVersion.V3_1_1
    center_kind: str = "web-api"
    center_url: str = ""
    center_connect_timeout: float = 3.0
    center_read_timeout: float = 15.0
    center_total_timeout: float = 20.0
    center_workers: int = 4
    terminal_req: str = ""
    terminal_res: str = ""
    terminal_face: str = ""
    terminal_face_shared: bool = True
    terminal_face_age: float = 86400.0
    terminal_face_stay: float = 86400.0
    terminal_aside: str = ""
    terminal_first_serial: int = 5001
    terminal_delete_results: bool = True
    terminal_at_once: int = 10
    terminal_look: float = 0.5
    terminal_pickup: float = 30.0
    terminal_patience: float = 300.0
    retry_first: float = 2.0
    retry_longest: float = 30.0
    give_up_after: int = 12
    outage_note_days: int = 180
    check_days: int = 1827
    bulk_days: int = 400
    card_evidence_minutes: int = 0
    offer_first: float = 5.0
    offer_longest: float = 60.0
    folder_root: str = ""
    folder_settle: float = 0.3
    folder_patience: float = 5.0
    folder_stay_minutes: int = 1440
    bulk_people: int = 500
    bulk_at_once: int = 4
    bulk_from: str = "20:00"
    bulk_until: str = "06:00"
    bulk_poll: float = 10.0
    bulk_patience: float = 43200.0
    bulk_ticket_days: str = ""
    follow_up_from: str = "08:30"
    bulk_requests_a_minute: int = 10
    consumer_requests_a_minute: int = 60
    consumer_request_days: int = 90
    api_requests_a_minute: int = 600
    api_longest_wait: float = 25.0
    api_stream_lasts: float = 3600.0
    line_slow: float = 10.0
    line_failures: int = 3
    line_answers: int = 3
    line_calm: float = 10.0
    visit_timeout: float = 60.0
    visit_ending: float = 6.0
    visit_left: float = 10.0
    visit_staff: float = 180.0
    visit_look: float = 8.0
    ask_specific_diseases: bool = True
    ask_prescription: bool = False
    ask_medical_subsidy: bool = False
    pin_shuffled: bool = False
    face_cameras: tuple[str, ...] = ()
    face_model: str = ""
    without_pin: str = ""
    reader_test_at: str = "08:00"
    lock_after_minutes: int = 15
    second_factor_reception: bool = False
    emergency_minutes: int = 0
    second_factor_clinician: bool = True
    second_factor_administrator: bool = True
    second_factor_maintenance: bool = True

    @property
    def institution_codes(self) -> tuple[str, ...]:
        """The box's own code and the others of the house."""
        return (self.institution_code, *self.other_institution_codes)

    def asks_second(self, role: str) -> bool:
        """Whether accounts of this role give a second factor at each sign-in; a touch display never does."""
        return bool(getattr(self, f"second_factor_{role}", False))

    @property
    def needs_certificate(self) -> bool:
        """Whether the box speaks to the center itself; an official terminal has a certificate of its own."""
        return self.center_kind == CenterKind.WEB_API


@dataclass(frozen=True)
class Box:
    """The paths below one state folder. Making a `Box` touches nothing; `create()` makes the folders."""

    root: Path

    @property
    def settings_file(self) -> Path:
        return self.root / "box.toml"

    @property
    def ledger_file(self) -> Path:
        return self.root / "ledger.db"

    @property
    def bell_dir(self) -> Path:
        return self.root / "bell"

    @property
    def run_dir(self) -> Path:
        """Sockets and process ids; nothing here outlives a restart."""
        return self.root / "run"

    @property
    def hatch_socket(self) -> Path:
        return self.run_dir / "hatch.sock"

    @property
    def paper_socket(self) -> Path:
        """Where devices takes in the picture of a paper."""
        return self.run_dir / "paper.sock"

    @property
    def second_factor_key(self) -> Path:
        """Under which the secrets of one-time codes are sealed in the ledger."""
        return self.root / "second-factor.key"

    @property
    def tls_dir(self) -> Path:
        """The box's own CA and the certificates it signed."""
        return self.root / "tls"

    @property
    def card_trust_dir(self) -> Path:
        """PEM files of the CAs that issue card certificates."""
        return self.root / "trust" / "card"

    @property
    def center_trust_dir(self) -> Path:
        """PEM files of the CAs that issue the center's server certificate."""
        return self.root / "trust" / "center"

    @property
    def upstream_secret(self) -> Path:
        """The password of the box's account at a broker cluster, unless `upstream_password_file` says otherwise."""
        return self.broker_dir / "upstream.secret"

    @property
    def clinic_certificate(self) -> Path:
        """PKCS#12 with the clinic's certificate and key."""
        return self.root / "center" / "clinic.p12"

    @property
    def clinic_passphrase(self) -> Path:
        return self.root / "center" / "clinic.pass"

    @property
    def clinic_trust_dir(self) -> Path:
        """PEM files of the CAs that issue clinics' certificates. Empty: any complete chain is shown to the engineer."""
        return self.root / "trust" / "clinic"

    @property
    def certificate_dir(self) -> Path:
        """The clinic's keys, locked, and what the safe needs; the sync process's alone."""
        return self.root / "center"

    @property
    def certificate_socket(self) -> Path:
        """Where sync takes in a new certificate."""
        return self.run_dir / "certificate.sock"

    @property
    def audit_dir(self) -> Path:
        """What vouches for the audit trail; sync's alone to write."""
        return self.root / "audit"

    @property
    def audit_key(self) -> Path:
        """The key that signs the trail's heads, unless systemd hands one out."""
        return self.audit_dir / "key"

    @property
    def audit_heads(self) -> Path:
        """The signed heads once more, so that a ledger cut short is found."""
        return self.audit_dir / "heads"

    @property
    def broker_dir(self) -> Path:
        return self.root / "broker"

    @property
    def trouble_notes_dir(self) -> Path:
        """The engineer's own `*.toml` beside the trouble catalogue. Made by whoever writes the first one."""
        return self.root / "troubles.d"

    @property
    def contacts_dir(self) -> Path:
        """The engineer's own `*.toml` of whom to call. May be missing."""
        return self.root / "contacts.d"

    @property
    def rules_dir(self) -> Path:
        """The engineer's own dated tables (`*.toml`), read after those that come with the box. May be missing."""
        return self.root / "rules"

    @property
    def log_dir(self) -> Path:
        return self.root / "log"

    def folder_root(self, settings: Settings) -> Path:
        """Where req/, res/ and face/ lie."""
        return Path(settings.folder_root) if settings.folder_root else self.root / "folder"

    def create(self) -> None:
        """Make all folders, readable by the owner only, or by the group of a shared one. Raises `OSError`."""
        for folder in (
            self.root,
            self.bell_dir,
            self.run_dir,
            self.tls_dir,
            self.card_trust_dir,
            self.center_trust_dir,
            self.clinic_trust_dir,
            self.clinic_certificate.parent,
            self.broker_dir,
            self.log_dir,
        ):
            sharing.make_folder(folder)

    def load(self) -> Settings:
        """The settings. Raises `Trouble` BOX-001 naming the key when the file is missing, broken or has unknown keys."""
        try:
            values = tomllib.loads(self.settings_file.read_text("utf-8"))
        except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise Trouble("BOX-001", f"{self.settings_file.name}: {error}") from error
        return _settings(values)

    def save(self, settings: Settings) -> None:
        """Write `settings` whole or not at all."""
        self._replace(tomlkit.dumps(asdict(settings)))

    def change(self, **changes: Any) -> Settings:
        """Write these settings into the file and leave all else in it, comments too, as an engineer wrote it; what it says now.

        Raises `Trouble` BOX-001 for a value that cannot be, or a file that already was broken: then nothing is written.
        Two who change it at one moment must be kept apart by the caller.
        """
        self.load()
        document = tomlkit.parse(self.settings_file.read_text("utf-8"))
        for key, value in changes.items():
            document[key] = list(value) if isinstance(value, tuple) else value
        text = tomlkit.dumps(document)
        settings = _settings(tomllib.loads(text))
        self._replace(text)
        return settings

    def _replace(self, text: str) -> None:
        aside = self.settings_file.with_suffix(".toml.new")
        with aside.open("w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        aside.replace(self.settings_file)


def _settings(values: dict[str, Any]) -> Settings:
    kinds = {item.name: item.type for item in fields(Settings)}
    values = values | {key: tuple(values[key]) for key in _LISTS if isinstance(values.get(key), list)}
    for key, value in values.items():
        if key not in kinds:
            raise Trouble("BOX-001", f"知らない項目です: {key}")
        wanted = kinds[key]
        if not _is_a(wanted, value):
            raise Trouble("BOX-001", f"値の種類が違います: {key}")
        if not _is_possible(key, value):
            raise Trouble("BOX-001", f"使えない値です: {key}")
    _check_ports(values)
    if "institution_code" not in values:
        raise Trouble("BOX-001", "institution_code がありません")
    if values.get(_UPSTREAM) and not values.get("upstream_account"):
        raise Trouble("BOX-001", "upstream_account がありません")
    if values.get("upstream_consumers") and not values.get(_UPSTREAM):
        raise Trouble("BOX-001", "upstream_brokers がありません")
    return Settings(**values)


def _check_ports(values: dict[str, Any]) -> None:
    """Raises `Trouble` BOX-001 where two would listen at one port; 0 is none, or any."""
    defaults = {item.name: item.default for item in fields(Settings)}
    found: dict[int, str] = {}
    for key in _PORTS:
        port = values.get(key, defaults[key])
        if port in found:
            raise Trouble("BOX-001", f"{found[port]} と {key} のポートが同じです: {port}")
        if port:
            found[port] = key


def _is_a(wanted: Any, value: Any) -> bool:
    if wanted is bool:
        return isinstance(value, bool)
    if wanted == tuple[str, ...]:
        return isinstance(value, tuple) and all(isinstance(one, str) for one in value)
    whole_for_float = wanted is float and isinstance(value, int)
    return (whole_for_float or isinstance(value, wanted)) and not isinstance(value, bool)


def _is_possible(key: str, value: Any) -> bool:
    if key == "institution_code":  # part of MQTT topics and file names
        return bool(_INSTITUTION_CODE.fullmatch(value))
    if key == _OTHERS:
        return all(_INSTITUTION_CODE.fullmatch(code) for code in value)
    if key in _PATTERNS:
        return bool(_PATTERNS[key].fullmatch(value))
    if key == "center_kind":
        return value in set(CenterKind)
    if key == "tls_least":
        return value in set(TlsVersion)
    if key == "upstream_mqtt":
        return value in set(MqttVersion)
    if key in _EACH:
        return all(_EACH[key].fullmatch(one) for one in value) and len(set(value)) == len(value)
    if key == "without_pin":
        return value in set(WithoutPin)
    if isinstance(value, tuple):
        return True
    least, most = (0, 65535) if key.endswith("_port") else _RANGES.get(key, (0, math.inf))
    return isinstance(value, str) or (math.isfinite(value) and least <= value <= most)
