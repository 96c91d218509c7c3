"""What the patient screen says in Japanese. Short, polite, and never a reproach."""

from appliance.eligibility.visit import CONSENT_LABELS, Hint, Phase, Way
from appliance.web.patient.languages.phone_ja import PHONE
from appliance.web.patient.languages.troubles_ja import OTHER_TROUBLE, TROUBLES
from appliance.web.patient.words import (
    BarWords,
    ChoiceWords,
    ConsentWords,
    DisplayWords,
    HelpWords,
    NumberWords,
    PhaseWords,
    PinWords,
    Step,
    WayWords,
    Words,
)

_STEPS = {
    Step.CARD: "カード",
    Step.HOLDER: "本人確認",
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
        "次に、ご本人の確認をします。",
    ),
    Phase.READING: PhaseWords(
        "カードを読み取っています",
        "カードを動かさず、そのままお待ちください。",
        "次に、ご本人の確認をします。",
    ),
    Phase.CHOOSE: PhaseWords(
        "ご本人の確認方法を選んでください", "どちらも難しいときは「係員を呼ぶ」を押してください。"
    ),
    Phase.CARD_NUMBER: PhaseWords(
        "カードの番号を入力してください", "カードのお顔の写真を読み取るために使います。"
    ),
    Phase.SHOW_CARD: PhaseWords(
        "カードをカメラに見せてください", "カードを手に取り、お写真のある面をカメラに向けてください。"
    ),
    Phase.LAY_BACK: PhaseWords(
        "カードを元の場所に置いてください", "カメラでの読み取りは終わりました。", "置くと、次へ進みます。"
    ),
    Phase.FACE: PhaseWords(
        "カメラを見てください", "マスクやサングラスは外してください。お顔の画像は保存しません。"
    ),
    Phase.GLANCE: PhaseWords(
        "係員が確認しています", "カードを動かさず、そのままお待ちください。", "すぐに次へ進みます。"
    ),
    Phase.PIN: PhaseWords(
        "暗証番号を入力してください", "利用者証明用の4桁です。手元を隠して入力してください。"
    ),
    Phase.CHECKING_PIN: PhaseWords(
        "暗証番号を確認しています",
        "カードを動かさず、そのままお待ちください。",
        "次に、情報の提供について伺います。",
    ),
    Phase.PHONE: PhaseWords(
        "スマートフォンを小さいリーダーにかざしてください",
        "画面が変わるまで、動かさずにお待ちください。",
        "暗証番号は、この1回だけ使います。",
    ),
    Phase.STAFF: PhaseWords(
        "係員がまいります",
        "カードを置いたまま、お待ちください。",
        "係員がお顔とカードの写真を見て確認します。",
    ),
    Phase.SIGHT: PhaseWords(
        "係員が確認しています",
        "お顔とカードの写真を見て確認します。",
        "マスクを外していただくことがあります。",
    ),
    Phase.PROVING: PhaseWords(
        "確認しています",
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

_LEFT = PhaseWords("カードをお忘れです。お取りください", "カードが残っています。")

_WAYS = {
    Way.FACE: WayWords("顔で確認", "カメラを見るだけです"),
    Way.ANDROID: WayWords("Android", "暗証番号を入力してから、かざします"),
    Way.IPHONE: WayWords("iPhone", "この機器では、まだ読み取れません"),
    Way.PIN: WayWords("暗証番号で確認", "4桁の数字を入力します"),
}

_NUMBER = NumberWords(
    parts=(
        ("生年月日（元号の年・月・日を2桁ずつ）", "YYMMDD"),
        ("有効期限の年（西暦4桁）", "YYYY"),
        ("セキュリティコード（写真の下の4桁）", "NNNN"),
    ),
    where="カードの表に書かれています。",
    wrong="番号が違うようです。カードを見て、もう一度入力してください。",
    next="次へ",
    how="カードの番号を確かめます",
    show="カードをカメラに見せる",
    type="番号を入力する",
    not_kept="画像は保存しません。",
)

_HINTS = {
    Hint.LOOK: "正面を向いて、カメラを見てください",
    Hint.TURN_LEFT: "ゆっくり左を向いてください",
    Hint.TURN_RIGHT: "ゆっくり右を向いてください",
    Hint.STRAIGHT: "正面に戻ってください",
    Hint.NO_FACE: "お顔をカメラに向けてください",
    Hint.SEVERAL_FACES: "おひとりでカメラの前にお立ちください",
    Hint.TOO_FAR: "もう少し近づいてください",
    Hint.CUT_OFF: "少し離れて、お顔全体を写してください",
    Hint.TOO_DARK: "明るいところへ少し動いてください",
    Hint.TOO_BRIGHT: "光の当たらないところへ少し動いてください",
    Hint.BACKLIT: "後ろが明るすぎます。少し横へ動いてください",
    Hint.BLURRED: "そのまま動かないでください",
    Hint.TURNED: "正面を向いてください",
    Hint.COVERED: "マスクやサングラスを外してください",
    Hint.CARD_SHOW: "お写真のある面をカメラに向けてください",
    Hint.CARD_SIDE: "裏返して、お写真のある面を見せてください",
    Hint.CARD_FAR: "カードをカメラに近づけてください",
    Hint.CARD_DARK: "カードを明るいところで見せてください",
    Hint.CARD_GLARE: "光が映らないよう、カードを少し傾けてください",
    Hint.CARD_BLURRED: "カードを動かさないでください",
    Hint.CARD_HOLD: "読み取っています。そのままお待ちください",
}

_HELP = HelpWords(
    title="カードをご確認ください",
    cases={
        "case": PhaseWords(
            "ケースに入っていませんか", "ケースや財布から出して、カードだけを置いてください。"
        ),
        "side": PhaseWords("表を上にしていますか", "お顔の写真がある面を上にして置いてください。"),
        "other": PhaseWords("ほかのカードではありませんか", "マイナンバーカードを置いてください。"),
        "chip": PhaseWords(
            "それでも進まないとき", "カードのICが読めないことがあります。係員にお声がけください。"
        ),
    },
    close="とじる",
)

_DISPLAY = DisplayWords(
    title="言葉と表示", language="日本語", big="大きな文字", contrast="白黒はっきり", voice="音声案内"
)

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

_CHOICES = {
    "prescription": ChoiceWords(
        "処方箋の形を選んでください",
        "どちらも、薬局でお薬を受け取れます。",
        {"1": "電子処方箋", "2": "紙の処方箋"},
    ),
    "medical_subsidy": ChoiceWords(
        "医療費助成の受給者証を使いますか？",
        "こども医療費など、市区町村の受給者証の情報を確認します。",
        {"yes": "使う", "no": "使わない"},
    ),
}

_BAR = BarWords(
    cancel="やめる",
    back="戻る",
    other_way="ほかの方法",
    staff="係員を呼ぶ",
    staff_called="係員を呼びました",
    options="文字・Language",
    help="進まないとき",
    not_sent="送れませんでした。もう一度お試しください。",
    lost="画面の接続が切れました。つなぎ直しています。",
    elapsed="{seconds}秒たちました。もう少しお待ちください。",
)

JAPANESE = Words(
    steps=_STEPS,
    phases=_PHASES,
    left=_LEFT,
    ways=_WAYS,
    number=_NUMBER,
    hints=_HINTS,
    help=_HELP,
    display=_DISPLAY,
    pin=_PIN,
    phone=PHONE,
    consents=_CONSENTS,
    choices=_CHOICES,
    bar=_BAR,
    troubles=TROUBLES,
    other_trouble=OTHER_TROUBLE,
)
