"""What can go wrong when a patient's insurance is to be confirmed, and what to try before another document."""

from dataclasses import dataclass
from enum import StrEnum


class Failure(StrEnum):
    """The three ways of failing; the next documents depend on which it is."""

    ANSWER = "answer"
    CARD = "card"
    EQUIPMENT = "equipment"


class Cause(StrEnum):
    """What failed, as reception can tell it."""

    INVALID = "invalid"
    NEWER_EXISTS = "newer-exists"
    NOT_FOUND = "not-found"
    SEVERAL = "several"
    TICKET_UNREGISTERED = "ticket-unregistered"
    FACE_FAILED = "face-failed"
    PIN_LOCKED = "pin-locked"
    CHIP_UNREADABLE = "chip-unreadable"
    CERTIFICATE_GRACE = "certificate-grace"
    CERTIFICATE_EXPIRED = "certificate-expired"
    CARD_EXPIRED = "card-expired"
    NOT_REGISTERED = "not-registered"
    WITHHELD = "withheld"
    NO_CARD = "no-card"
    READER = "reader"
    TERMINAL = "terminal"
    LINE = "line"
    CENTER = "center"
    POWER = "power"


@dataclass(frozen=True)
class CauseWords:
    """One cause: the way of failing, its name, what to try first (sentences), and whether numbers can be looked up."""

    failure: Failure
    label: str
    first: tuple[str, ...]
    can_look_up: bool = True


_SIGHT = "それもできないときは、目視確認モードでカードの写真と本人を見比べてください。終わったら元に戻してください。"

CAUSES: dict[Cause, CauseWords] = {
    Cause.INVALID: CauseWords(
        Failure.ANSWER,
        "資格（無効）",
        ("転職や引っ越しの直後ではないか、新しい保険に変わっていないかをうかがってください。",),
    ),
    Cause.NEWER_EXISTS: CauseWords(
        Failure.ANSWER,
        "無効（新しい資格あり）",
        ("新しい保険があります。マイナ保険証か、新しい資格確認書をお願いしてください。",),
    ),
    Cause.NOT_FOUND: CauseWords(
        Failure.ANSWER,
        "該当資格なし",
        ("保険者番号・記号・番号・枝番・生年月日の入力を見直し、違いがあれば照会し直してください。",),
    ),
    Cause.SEVERAL: CauseWords(
        Failure.ANSWER,
        "複数該当",
        ("枝番を入れて照会し直してください。",),
    ),
    Cause.TICKET_UNREGISTERED: CauseWords(
        Failure.ANSWER,
        "有効（未登録）",
        ("医療券は月の半ばに登録されることがあります。急ぐときは福祉事務所にお問い合わせください。",),
    ),
    Cause.FACE_FAILED: CauseWords(
        Failure.CARD,
        "顔認証ができない",
        ("照明、マスク、眼鏡を見直し、暗証番号もお試しください。", _SIGHT),
    ),
    Cause.PIN_LOCKED: CauseWords(
        Failure.CARD,
        "暗証番号がロックされた",
        ("顔認証に切り替えてください。ロックは市区町村の窓口で解除できます。", _SIGHT),
    ),
    Cause.CHIP_UNREADABLE: CauseWords(
        Failure.CARD,
        "カードを読み取れない",
        (
            "ケースから出し、向きを変えて置き直していただいてください。別のカードが読めれば、リーダーは正常です。",
        ),
    ),
    Cause.CERTIFICATE_GRACE: CauseWords(
        Failure.CARD,
        "電子証明書の期限切れ（3か月以内）",
        ("資格の確認だけは、このカードでできます。市区町村の窓口での更新をご案内ください。",),
    ),
    Cause.CERTIFICATE_EXPIRED: CauseWords(
        Failure.CARD,
        "電子証明書の期限切れ・失効",
        ("このカードは読み取れません。市区町村の窓口での更新をご案内ください。",),
    ),
    Cause.CARD_EXPIRED: CauseWords(
        Failure.CARD,
        "カードそのものの期限切れ",
        ("期限の切れたカードは本人確認に使えません。市区町村の窓口での更新をご案内ください。",),
    ),
    Cause.NOT_REGISTERED: CauseWords(
        Failure.CARD,
        "保険証の利用登録がない",
        ("顔認証付きカードリーダーで、その場で利用登録ができます。",),
    ),
    Cause.WITHHELD: CauseWords(
        Failure.CARD,
        "住所などが示されない（不開示の届出）",
        ("事情をうかがわず、住所は書類やカルテから補わないでください。",),
    ),
    Cause.NO_CARD: CauseWords(Failure.CARD, "カードをお持ちでない", ()),
    Cause.READER: CauseWords(
        Failure.EQUIPMENT,
        "カードリーダーの故障",
        (
            "リーダーの再起動、USBの差し直し、別のリーダーをお試しください。",
            "マイナ資格確認アプリがあれば、それでも確認できます。",
        ),
    ),
    Cause.TERMINAL: CauseWords(
        Failure.EQUIPMENT,
        "端末の故障・端末の証明書の期限切れ",
        ("予備の端末があれば切り替えてください。",),
        can_look_up=False,
    ),
    Cause.LINE: CauseWords(
        Failure.EQUIPMENT,
        "回線が通じない",
        ("照会は本機が預かり、回線が戻ると自動で送ります。",),
        can_look_up=False,
    ),
    Cause.CENTER: CauseWords(
        Failure.EQUIPMENT,
        "センターが止まっている",
        ("照会は本機が預かり、センターが戻ると自動で送ります。",),
        can_look_up=False,
    ),
    Cause.POWER: CauseWords(Failure.EQUIPMENT, "停電", (), can_look_up=False),
}
