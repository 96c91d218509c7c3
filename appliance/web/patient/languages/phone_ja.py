"""What the patient screen says otherwise to a patient with a phone, in Japanese."""

from appliance.eligibility.visit import Phase
from appliance.web.patient.words import PhaseWords, PhoneWords

_STAFF = "お持ちでないときは、係員がご案内します。"
_WAIT = "係員がご案内しますので、お待ちください。"
_CARD = "マイナンバーカードをお持ちの方は、カードを置いてください。"
_AGAIN = "スマートフォンをいったん離し、もう一度かざしてください。"
_START = "はじめからもう一度できます。"

PHONE = PhoneWords(
    start="スマートフォンで受付",
    phases={
        Phase.READING: PhaseWords(
            "スマートフォンを読み取っています",
            "動かさず、かざしたままお待ちください。",
            "次に、暗証番号を伺います。",
        ),
        Phase.CHOOSE: PhaseWords(
            "お使いのスマートフォンを選んでください",
            "マイナンバーカードの機能を入れたスマートフォンで受付できます。",
        ),
        Phase.PIN: PhaseWords(
            "暗証番号を入力してください", "スマートフォン用に決めた、利用者証明用の4桁です。"
        ),
        Phase.CHECKING_PIN: PhaseWords(
            "スマートフォンを読み取っています",
            "動かさず、かざしたままお待ちください。",
            "次に、情報の提供について伺います。",
        ),
        Phase.ASKING: PhaseWords(
            "受付はまだです。このままお待ちください",
            "保険の資格を確認しています。",
            "スマートフォンは、しまっていただいてかまいません。",
        ),
        Phase.DONE: PhaseWords(
            "受付が終わりました", "スマートフォンをおしまいください。", "お呼びするまで、お待ちください。"
        ),
        Phase.DEFERRED: PhaseWords(
            "受付できました。確認は後ほど行います",
            "スマートフォンをおしまいください。",
            "お呼びするまで、お待ちください。",
        ),
    },
    pin_left={
        3: "3回続けて間違えると、暗証番号がロックされます。",
        2: "あと2回でロックされます。",
    },
    troubles={
        "CARD-001": PhaseWords(
            "スマートフォンを読み取れませんでした", _AGAIN, "うまくいかないときは、係員がご案内します。"
        ),
        "PHONE-007": PhaseWords(
            "暗証番号の入力はここまでです",
            _CARD,
            "ロックを防ぐためです。お持ちでないときは、係員がご案内します。",
        ),
        "PHONE-008": PhaseWords("スマートフォンの暗証番号がロックされています", _CARD, _STAFF),
        "PHONE-009": PhaseWords("スマートフォンの電子証明書の期限が過ぎています", _CARD, _STAFF),
        "CARD-012": PhaseWords("スマートフォンに電子証明書がありません", _CARD, _STAFF),
        "PHONE-001": PhaseWords(
            "カードは、となりのリーダーに置いてください",
            "こちらはスマートフォン用のリーダーです。",
            "場所がわからないときは、係員にお声がけください。",
        ),
        "PHONE-002": PhaseWords("iPhoneでの受付は、この機器ではまだできません", _CARD, _STAFF),
        "PHONE-003": PhaseWords(
            "マイナンバーカードの機能が見つかりません",
            "スマートフォンに機能が入っているかご確認ください。入っていないときは、カードを置いてください。",
            _STAFF,
        ),
        "PHONE-004": PhaseWords(
            "スマートフォンが途中で離れました", _AGAIN, "案内が変わるまで、動かさないでください。"
        ),
        "PHONE-005": PhaseWords(
            "スマートフォンは、となりの小さいリーダーにかざします",
            "こちらから取り、画面の「スマートフォンで受付」を押してください。",
            "場所がわからないときは、係員にお声がけください。",
        ),
        "PHONE-006": PhaseWords(
            "カードとスマートフォンが同時に使われました",
            "カードをお取りください。どちらか一つで、はじめからお願いします。",
            _WAIT,
        ),
        "READER-001": PhaseWords("スマートフォン用のリーダーを準備しています", _CARD, _STAFF),
        "VISIT-001": PhaseWords(
            "もう一度、はじめからお願いします", "スマートフォンを離し、画面の案内に進んでください。"
        ),
        "VISIT-002": PhaseWords("時間がたったため、いったん終わりました", _START),
        "VISIT-003": PhaseWords("受付をとりやめました", _START),
        "VISIT-004": PhaseWords("係員がご案内します", "確認することがありますので、お待ちください。"),
    },
    other_trouble=PhaseWords("スマートフォンでは受付できませんでした", _CARD, _WAIT),
)
