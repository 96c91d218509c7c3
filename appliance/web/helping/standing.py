"""How a visit stands in reception's words, and what reception may do about it. Never what was typed or seen."""

from dataclasses import dataclass

from appliance.eligibility.catalogue import CATALOGUE, Entry
from appliance.eligibility.visit import (
    SIGHT_REASON_LABELS,
    Language,
    Phase,
    SightReason,
    Way,
    is_by_phone,
    phase_label,
)
from appliance.ledger.readers import Reader

WAY_LABELS = {
    Way.FACE: "顔認証",
    Way.PIN: "暗証番号",
    Way.SIGHT: "目視確認",
    Way.ANDROID: "Android",
    Way.IPHONE: "iPhone",
}
LANGUAGE_LABELS = {
    Language.JAPANESE: "日本語",
    Language.ENGLISH: "English",
    Language.KOREAN: "한국어",
    Language.CHINESE_SIMPLIFIED: "简体中文",
    Language.CHINESE_TRADITIONAL: "繁體中文",
}
_TO_HOLDER = (
    Phase.CHOOSE,
    Phase.CARD_NUMBER,
    Phase.FACE,
    Phase.GLANCE,
    Phase.PIN,
    Phase.PHONE,
    Phase.STAFF,
)
_OPEN = (
    *_TO_HOLDER,
    Phase.SHOW_CARD,
    Phase.LAY_BACK,
    Phase.READING,
    Phase.SIGHT,
    Phase.CHECKING_PIN,
    Phase.PROVING,
    Phase.CONSENTS,
)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """The pane of one reader. `ask` is what a named person has to say now; empty when nothing is asked of them."""

    reader: str
    label: str
    visit: str
    word: str
    says: str
    trouble: Entry | None
    language: Language
    ways: tuple[tuple[Way, str], ...]
    may_begin_sight: bool
    ask: str
    may_cancel: bool
    card_left: bool

    @property
    def languages(self) -> dict[Language, str]:
        """Each language by its own name."""
        return LANGUAGE_LABELS

    @property
    def reasons(self) -> dict[SightReason, str]:
        """Why somebody looks instead of camera and PIN."""
        return SIGHT_REASON_LABELS


_SAYS = {
    Phase.IDLE: "患者さんはいません。",
    Phase.READING: "カードを読んでいます。",
    Phase.CHOOSE: "顔認証か暗証番号を選ぶ画面です。",
    Phase.CARD_NUMBER: "カードの番号（生年月日・有効期限の年・セキュリティコード）を入力する画面です。",
    Phase.SHOW_CARD: "カードの表をカメラに見せる画面です。カードを手に取っていただきます。",
    Phase.LAY_BACK: "カードをリーダーに戻していただく画面です。",
    Phase.FACE: "カメラがお顔を見ています。",
    Phase.PIN: "暗証番号を入力する画面です。番号を尋ねたり、代わりに入力したりしないでください。",
    Phase.PHONE: "スマートフォン用のリーダーに、スマートフォンをかざすのを待っています。",
    Phase.STAFF: "患者さんは係員を待っています。お顔とカードの写真を見て確認してください。",
    Phase.CONSENTS: "情報の提供に同意するかを選ぶ画面です。選ぶのは患者さんご本人です。",
    Phase.ASKING: "センターに照会しています。",
    Phase.DONE: "受付が終わりました。カードを取っていただいてください。",
    Phase.DEFERRED: "後ほど照会します。カードを取っていただいてください。",
}
_SAYS_BY_PHONE = {
    Phase.READING: "スマートフォンを読んでいます。",
    Phase.CHOOSE: "AndroidかiPhoneかを選ぶ画面です。",
    Phase.CHECKING_PIN: "スマートフォンを読んでいます。動かさないようお伝えください。",
    Phase.DONE: "受付が終わりました。",
    Phase.DEFERRED: "後ほど照会します。",
}
_FOR_PHONES = "スマートフォン用のリーダーです。受付は、組になっているリーダーの画面で進みます。"
_ASKS = {
    Phase.GLANCE: "カメラでは、カードの方と似ていると出ました。患者さんのお顔とカードの写真を見比べてください。同じ方ですか？",
    Phase.SIGHT: "患者さんのお顔とカードの写真を見比べてください。同じ方ですか？",
}


def standing_of(reader: Reader) -> Standing:
    """The pane for this reader. 目視確認 is offered wherever devices may grant it; devices refuses where it cannot."""
    phase, manner = reader.phase, reader.manner
    by_phone = is_by_phone(manner.ways)
    return Standing(
        reader=reader.name,
        label=reader.label,
        visit=reader.visit or "",
        word=phase_label(phase, manner.ways),
        says=_says(reader),
        trouble=CATALOGUE.get(reader.trouble_code or ""),
        language=manner.language,
        ways=tuple((way, WAY_LABELS[way]) for way in manner.ways if way is not manner.way)
        if phase in _TO_HOLDER and (not by_phone or phase is Phase.CHOOSE)
        else (),
        may_begin_sight=phase in _TO_HOLDER and manner.sight,
        ask=_ASKS.get(phase, ""),
        may_cancel=phase in _OPEN,
        card_left=manner.card_left,
    )


def _says(reader: Reader) -> str:
    if reader.phone_of:
        return _FOR_PHONES
    if reader.manner.card_left:
        return "カードが置かれたままです。患者さんにお声がけください。"
    by_phone = _SAYS_BY_PHONE if is_by_phone(reader.manner.ways) else {}
    return by_phone.get(reader.phase, _SAYS.get(reader.phase, ""))
