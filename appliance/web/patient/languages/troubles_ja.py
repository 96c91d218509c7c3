"""Troubles in the patient's words, one row a catalogue code: what to do, what comes next, nobody's fault."""

from appliance.web.patient.words import PhaseWords

_STAFF = "係員がご案内しますので、お待ちください。"
_TAKE_CARD = "カードをお取りください。ほかの方法で受付できます。"
_LAY_AGAIN = "カードをいったん取り、もう一度置いてください。"

TROUBLES = {
    "CARD-001": PhaseWords(
        "カードを読み取れませんでした",
        "カードをいったん取り、ケースから出して、もう一度置いてください。",
        "うまくいかないときは、係員がご案内します。",
    ),
    "CARD-002": PhaseWords(
        "別のカードのようです",
        "マイナンバーカードに置きかえてください。",
        "お持ちでないときは、係員がご案内します。",
    ),
    "CARD-003": PhaseWords(
        "読み取りが途中で止まりました",
        "カードをもう一度置いてください。",
        "案内が出るまで、カードはそのままにしてください。",
    ),
    "CARD-004": PhaseWords("暗証番号を確認できませんでした", _LAY_AGAIN, "はじめからもう一度できます。"),
    "CARD-005": PhaseWords(
        "暗証番号の入力はここまでです",
        "カードのロックを防ぐためです。" + _TAKE_CARD,
        _STAFF,
    ),
    "CARD-006": PhaseWords(
        "暗証番号がロックされています",
        _TAKE_CARD,
        _STAFF,
    ),
    "CARD-007": PhaseWords("カードの電子証明書の期限が過ぎています", _TAKE_CARD, _STAFF),
    "CARD-008": PhaseWords("カードの確認ができませんでした", _TAKE_CARD, _STAFF),
    "CARD-009": PhaseWords("カードの確認ができませんでした", _TAKE_CARD, _STAFF),
    "CARD-010": PhaseWords(
        "スマートフォンでの受付は準備中です",
        "マイナンバーカードを置いてください。",
        "お持ちでないときは、係員がご案内します。",
    ),
    "CARD-011": PhaseWords("カードの確認ができませんでした", _TAKE_CARD, _STAFF),
    "CARD-012": PhaseWords("カードに電子証明書がありません", _TAKE_CARD, _STAFF),
    "CARD-013": PhaseWords("カードの番号を確認できませんでした", _LAY_AGAIN, "はじめからもう一度できます。"),
    "CARD-014": PhaseWords("カードの番号では確認できません", _TAKE_CARD, _STAFF),
    "READER-001": PhaseWords("カードリーダーを準備しています", "カードをお取りください。", _STAFF),
    "READER-002": PhaseWords("カードリーダーを準備しています", "カードをお取りください。", _STAFF),
    "READER-003": PhaseWords(
        "カードリーダーを準備しています",
        "カードをいったん取り、少し待ってから、もう一度置いてください。",
        "うまくいかないときは、係員がご案内します。",
    ),
    "READER-004": PhaseWords(
        "こちらのリーダーでは受付できません",
        "カードをお取りになり、もう一台のカードリーダーに置いてください。",
        "場所がわからないときは、係員にお声がけください。",
    ),
    "READER-005": PhaseWords("このカードリーダーは、いま使えません", "カードをお取りください。", _STAFF),
    "VISIT-001": PhaseWords("もう一度、はじめからお願いします", _LAY_AGAIN),
    "VISIT-002": PhaseWords(
        "時間がたったため、いったん終わりました",
        _LAY_AGAIN,
        "はじめからもう一度できます。",
    ),
    "VISIT-003": PhaseWords(
        "受付をとりやめました",
        "カードをお取りください。",
        "カードをもう一度置くと、はじめからできます。",
    ),
    # Others in the waiting room can read this screen: what the center said about the insurance is not for it.
    "VISIT-004": PhaseWords(
        "係員がご案内します", "カードをお取りください。", "確認することがありますので、お待ちください。"
    ),
    "VISIT-005": PhaseWords(
        "お顔を確認できませんでした", _LAY_AGAIN, "うまくいかないときは、係員がご案内します。"
    ),
    "VISIT-006": PhaseWords("お顔では確認できませんでした", _LAY_AGAIN, _STAFF),
    "VISIT-007": PhaseWords("係員がご案内します", _TAKE_CARD, _STAFF),
    "VISIT-008": PhaseWords(
        "お待たせして申し訳ありません", _LAY_AGAIN, "お急ぎのときは、係員にお声がけください。"
    ),
    "VISIT-009": PhaseWords(
        "カメラで番号を読み取れませんでした", _LAY_AGAIN, "番号を入力する方法もあります。"
    ),
}

OTHER_TROUBLE = PhaseWords("ここでは受付できませんでした", _TAKE_CARD, _STAFF)
