"""Words of one patient's visit at one reader: the phases every screen shows, and the consents asked for."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum


class Phase(StrEnum):
    """Where a visit stands. The patient screen shows it as a page, reception as a word on the reader's tile."""

    OFFLINE = "offline"
    IDLE = "idle"
    READING = "reading"
    PIN = "pin"
    CHECKING_PIN = "checking_pin"
    CONSENTS = "consents"
    ASKING = "asking"
    DONE = "done"
    DEFERRED = "deferred"
    FAILED = "failed"


PHASE_LABELS = {
    Phase.OFFLINE: "リーダー未接続",
    Phase.IDLE: "待機中",
    Phase.READING: "カードを読み取り中",
    Phase.PIN: "暗証番号を入力中",
    Phase.CHECKING_PIN: "暗証番号を確認中",
    Phase.CONSENTS: "同意を確認中",
    Phase.ASKING: "センターに照会中",
    Phase.DONE: "受付済み・カード返却待ち",
    Phase.DEFERRED: "照会待ち・カード返却待ち",
    Phase.FAILED: "係員の確認が必要です",
}

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
