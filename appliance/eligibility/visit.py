"""Words of one patient's visit at one reader: the phases every screen shows, and the consents asked for."""

from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from enum import StrEnum


class Phase(StrEnum):
    """Where a visit stands. The patient screen shows it as a page, reception as a word on the reader's tile."""

    OFFLINE = "offline"
    IDLE = "idle"
    READING = "reading"
    CHOOSE = "choose"
    CARD_NUMBER = "card_number"
    SHOW_CARD = "show_card"
    LAY_BACK = "lay_back"
    FACE = "face"
    GLANCE = "glance"
    PIN = "pin"
    CHECKING_PIN = "checking_pin"
    PHONE = "phone"
    STAFF = "staff"
    SIGHT = "sight"
    PROVING = "proving"
    CONSENTS = "consents"
    ASKING = "asking"
    DONE = "done"
    DEFERRED = "deferred"
    FAILED = "failed"


class Way(StrEnum):
    """How the patient shows to be the card's holder. `SIGHT` (目視) is started by a named person, never by the patient.

    `ANDROID` and `IPHONE` are the ways of a visit with a phone in place of a card (スマホ保険証).
    """

    FACE = "face"
    PIN = "pin"
    SIGHT = "sight"
    ANDROID = "android"
    IPHONE = "iphone"


PHONE_WAYS = (Way.ANDROID, Way.IPHONE)


def is_by_phone(ways: tuple[Way, ...]) -> bool:
    """Whether a visit with these ways open goes on with a phone."""
    return any(way in PHONE_WAYS for way in ways)


class Hint(StrEnum):
    """What a patient in front of the camera can do now: what hinders the look, or what the box asks to see."""

    LOOK = "look"
    TURN_LEFT = "turn_left"
    TURN_RIGHT = "turn_right"
    STRAIGHT = "straight"
    NO_FACE = "no_face"
    SEVERAL_FACES = "several_faces"
    TOO_FAR = "too_far"
    CUT_OFF = "cut_off"
    TOO_DARK = "too_dark"
    TOO_BRIGHT = "too_bright"
    BACKLIT = "backlit"
    BLURRED = "blurred"
    TURNED = "turned"
    COVERED = "covered"
    CARD_SHOW = "card_show"
    CARD_SIDE = "card_side"
    CARD_FAR = "card_far"
    CARD_DARK = "card_dark"
    CARD_GLARE = "card_glare"
    CARD_BLURRED = "card_blurred"
    CARD_HOLD = "card_hold"


class SightReason(StrEnum):
    """Why a person of the staff looks instead of camera and PIN."""

    FACE_FAILED = "face_failed"
    PIN_FORGOTTEN = "pin_forgotten"
    PIN_LOCKED = "pin_locked"
    CANNOT_REACH = "cannot_reach"
    CONDITION = "condition"
    EQUIPMENT = "equipment"


SIGHT_REASON_LABELS = {
    SightReason.FACE_FAILED: "顔認証ができない",
    SightReason.PIN_FORGOTTEN: "暗証番号がわからない",
    SightReason.PIN_LOCKED: "暗証番号がロックされている",
    SightReason.CANNOT_REACH: "機器に手が届かない",
    SightReason.CONDITION: "体調などの事情",
    SightReason.EQUIPMENT: "カメラや機器の不調",
}


class ConsentWay(StrEnum):
    """Which button gave the consents: all at once, none at all, or item by item."""

    ALL = "all"
    NONE = "none"
    EACH = "each"


class Language(StrEnum):
    """Languages of the patient screen, as a page's `lang` attribute."""

    JAPANESE = "ja"
    ENGLISH = "en"
    KOREAN = "ko"
    CHINESE_SIMPLIFIED = "zh-Hans"
    CHINESE_TRADITIONAL = "zh-Hant"


@dataclass(frozen=True)
class Display:
    """How the patient wants the screen of this visit: bigger type, more contrast, spoken prompts."""

    big: bool = False
    contrast: bool = False
    voice: bool = False


PHASE_LABELS = {
    Phase.OFFLINE: "リーダー未接続",
    Phase.IDLE: "待機中",
    Phase.READING: "カードを読み取り中",
    Phase.CHOOSE: "確認方法を選択中",
    Phase.CARD_NUMBER: "カードの番号を入力中",
    Phase.SHOW_CARD: "カードをカメラで読み取り中",
    Phase.LAY_BACK: "カードが戻るのを待っています",
    Phase.FACE: "顔を確認中",
    Phase.GLANCE: "係員の確認待ち（顔）",
    Phase.PIN: "暗証番号を入力中",
    Phase.CHECKING_PIN: "暗証番号を確認中",
    Phase.PHONE: "スマートフォンを待っています",
    Phase.STAFF: "係員の確認待ち（目視）",
    Phase.SIGHT: "目視確認中",
    Phase.PROVING: "本人確認中",
    Phase.CONSENTS: "同意を確認中",
    Phase.ASKING: "センターに照会中",
    Phase.DONE: "受付済み・カード返却待ち",
    Phase.DEFERRED: "照会待ち・カード返却待ち",
    Phase.FAILED: "係員の確認が必要です",
}
_PHONE_LABELS = {
    Phase.READING: "スマートフォンを読み取り中",
    Phase.CHOOSE: "スマートフォンの種類を選択中",
    Phase.CHECKING_PIN: "スマートフォンを読み取り中",
    Phase.DONE: "受付済み（スマートフォン）",
    Phase.DEFERRED: "照会待ち（スマートフォン）",
}


def phase_label(phase: Phase, ways: tuple[Way, ...]) -> str:
    """What reception calls `phase` of a visit with these ways."""
    return _PHONE_LABELS.get(phase, PHASE_LABELS[phase]) if is_by_phone(ways) else PHASE_LABELS[phase]


CONSENT_HOURS = 24


@dataclass(frozen=True)
class Consents:
    """What the patient agreed to, item by item. The box records it and never makes it up.

    限度額 is not asked on a reader since 2024-10-07 (no sensitive data, provided by law), so it is not here.
    """

    specific_health_checkups_info: bool
    pharmacists_info: bool
    diagnosis_info: bool
    operation_info: bool
    specific_diseases_certificate_related: bool


class PrescriptionForm(StrEnum):
    """Which prescription the patient wants (処方箋発行形態), where the site asks."""

    NOT_ASKED = ""
    ELECTRONIC = "1"
    PAPER = "2"


@dataclass(frozen=True)
class Choices:
    """What is asked beside the consents, as the site is set: the prescription's form, and whether 受給者証 of 医療費助成 (PMH)
    are to be used (None: not asked).
    """

    prescription: PrescriptionForm = PrescriptionForm.NOT_ASKED
    medical_subsidy: bool | None = None


@dataclass(frozen=True)
class ConsentRecord:
    """How the consents of a check were given: which button, before which text, in which language, at which reader; and what was
    chosen beside them.
    """

    pressed: ConsentWay
    text_version: str
    language: Language
    reader: str
    given_at: datetime
    choices: Choices = field(default_factory=Choices)


CONSENT_LABELS = {
    "specific_health_checkups_info": "健診の結果（特定健診等）",
    "pharmacists_info": "お薬の履歴（薬剤情報）",
    "diagnosis_info": "診療の履歴（診療情報）",
    "operation_info": "手術の履歴（手術情報）",
    "specific_diseases_certificate_related": "特定疾病療養受療証の情報",
}

NO_CONSENTS = Consents(*[False] * len(fields(Consents)))
ALL_CONSENTS = Consents(*[True] * len(fields(Consents)))


def available_until(given: datetime) -> datetime:
    """Until when medical information may be seen after a consent: exactly 24 hours."""
    return given + timedelta(hours=CONSENT_HOURS)
