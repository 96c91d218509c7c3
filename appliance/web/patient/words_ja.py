"""What the patient screen says in Japanese. Short, polite, and never a reproach."""

from appliance.eligibility.visit import CONSENT_LABELS, Phase
from appliance.web.patient.troubles_ja import OTHER_TROUBLE, TROUBLES
from appliance.web.patient.words import BarWords, ConsentWords, PhaseWords, PinWords, Step, Words

_STEPS = {
    Step.CARD: "カード",
    Step.PIN: "暗証番号",
    Step.CONSENT: "同意",
    Step.CHECK: "確認",
    Step.ACCEPTED: "受付",
}

_PHASES = {
    Phase.OFFLINE: PhaseWords(
        "ただいま準備しています",
        "受付のかたは、係員にお声がけください。",
    ),
    Phase.IDLE: PhaseWords(
        "マイナンバーカードを置いてください",
        "カードはケースから出してください。",
        "次に、4桁の暗証番号を入力します。",
    ),
    Phase.READING: PhaseWords(
        "カードを読み取っています",
        "カードを動かさず、そのままお待ちください。",
        "次に、4桁の暗証番号を入力します。",
    ),
    Phase.PIN: PhaseWords("暗証番号を入力してください", "利用者証明用の4桁です。"),
    Phase.CHECKING_PIN: PhaseWords(
        "暗証番号を確認しています",
        "カードを動かさず、そのままお待ちください。",
        "次に、情報の提供について伺います。",
    ),
    Phase.CONSENTS: PhaseWords(
        "医療情報の提供に同意しますか？",
        "健診、お薬、診療、手術、特定疾病の情報を、診察や健康管理のためにこの医療機関で使います。",
        "同意は24時間で終わります。同意しなくても受診できます。",
    ),
    Phase.ASKING: PhaseWords(
        "受付はまだです。このままお待ちください",
        "保険の資格を確認しています。",
        "終わると、この画面でお知らせします。",
    ),
    Phase.DONE: PhaseWords(
        "受付が終わりました。カードをお取りください",
        follow="お呼びするまで、お待ちください。",
    ),
    Phase.DEFERRED: PhaseWords(
        "受付できました。確認は後ほど行います。カードをお取りください",
        follow="お呼びするまで、お待ちください。",
    ),
}

_PIN = PinWords(
    entered="4桁のうち{count}桁を入力しました",
    wrong="暗証番号を間違えました。",
    left={
        3: "3回続けて間違えると、カードがロックされます。",
        2: "あと2回でカードがロックされます。",
    },
    left_here={2: "ここで入力できるのは、あと1回です。"},
    forgotten="わからないときは「係員を呼ぶ」を押してください。",
    erase=("1文字", "消す"),
    confirm="確定する",
)

_CONSENTS = ConsentWords(
    all_yes="すべて同意する",
    item_by_item="個別に選ぶ",
    all_no="すべて同意しない",
    labels=CONSENT_LABELS,
    items={
        "specific_health_checkups_info": "過去に受けた特定健診などの結果を、診察や健康管理のために、この医療機関に提供することに同意しますか？",
        "pharmacists_info": "過去に処方されたお薬の情報を、診察や健康管理のために、この医療機関に提供することに同意しますか？",
        "diagnosis_info": "過去に受けた診療の情報を、診察や健康管理のために、この医療機関に提供することに同意しますか？",
        "operation_info": "過去に受けた手術の情報を、診察や健康管理のために、この医療機関に提供することに同意しますか？",
        "specific_diseases_certificate_related": "特定疾病療養受療証の情報を、窓口でのお支払い額を確かめるために、この医療機関に提供することに同意しますか？",
    },
    yes="同意する",
    no="同意しない",
    review="この内容でよろしいですか？",
    confirm="この内容で進む",
)

_BAR = BarWords(
    cancel="やめる",
    back="戻る",
    staff="係員を呼ぶ",
    staff_called="係員を呼びました",
    not_sent="送れませんでした。もう一度お試しください。",
    lost="画面の接続が切れました。つなぎ直しています。",
    elapsed="{seconds}秒たちました。もう少しお待ちください。",
)

JAPANESE = Words(
    steps=_STEPS,
    phases=_PHASES,
    pin=_PIN,
    consents=_CONSENTS,
    bar=_BAR,
    troubles=TROUBLES,
    other_trouble=OTHER_TROUBLE,
)
