"""The papers and screens that numbers are typed from when there is no card."""

from dataclasses import dataclass
from enum import StrEnum


class Document(StrEnum):
    """What the patient showed."""

    CERTIFICATE = "certificate"
    NOTICE = "notice"
    PORTAL = "portal"
    INSURANCE_CARD = "insurance_card"
    TICKET = "ticket"


@dataclass(frozen=True)
class DocumentWords:
    """What reception calls a document, what to mind about it (empty when there is nothing), and its two main numbers."""

    label: str
    hint: str
    payer: str = "保険者番号"
    number: str = "番号"


DOCUMENTS = {
    Document.CERTIFICATE: DocumentWords("資格確認書", ""),
    Document.NOTICE: DocumentWords(
        "資格情報のお知らせ",
        "お知らせだけでは受け付けられません。マイナンバーカードも見せていただいてください。",
    ),
    Document.PORTAL: DocumentWords(
        "マイナポータルの画面",
        "画面だけでは受け付けられません。マイナンバーカードも見せていただいてください。",
    ),
    Document.INSURANCE_CARD: DocumentWords(
        "健康保険証",
        "有効期限が過ぎていることがあります。次回は資格確認書かマイナ保険証をお願いしてください。",
    ),
    Document.TICKET: DocumentWords(
        "医療券・調剤券（生活保護）",
        "記号と枝番は空のままにします。",
        payer="公費負担者番号",
        number="受給者番号",
    ),
}
