"""What the patient screen says in Chinese, traditional characters as in Taiwan."""

from appliance.eligibility.visit import Hint, Phase, Way
from appliance.web.patient.languages.phone_zh_hant import PHONE
from appliance.web.patient.languages.troubles_zh_hant import OTHER_TROUBLE, TROUBLES
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
    Step.CARD: "卡片",
    Step.HOLDER: "本人確認",
    Step.CONSENT: "同意",
    Step.CHECK: "查詢",
    Step.ACCEPTED: "掛號",
}

_STILL = "請勿移動卡片，稍候片刻。"

_PHASES = {
    Phase.OFFLINE: PhaseWords("正在準備", "需要掛號的患者請洽工作人員。"),
    Phase.IDLE: PhaseWords(
        "請放上個人編號卡（マイナンバーカード）", "請將卡片從卡套中取出。", "接下來確認您的身分。"
    ),
    Phase.READING: PhaseWords("正在讀取卡片", _STILL, "接下來確認您的身分。"),
    Phase.CHOOSE: PhaseWords("請選擇確認身分的方式", "如果都有困難，請按「呼叫工作人員」。"),
    Phase.CARD_NUMBER: PhaseWords("請輸入卡片上的號碼", "用於讀取卡片上的照片。"),
    Phase.SHOW_CARD: PhaseWords("請將卡片出示給鏡頭", "請拿起卡片，將有照片的一面朝向鏡頭。"),
    Phase.LAY_BACK: PhaseWords("請將卡片放回原處", "鏡頭已讀取完畢。", "放好後進入下一步。"),
    Phase.FACE: PhaseWords("請看鏡頭", "請取下口罩和墨鏡。不會儲存您的臉部影像。"),
    Phase.GLANCE: PhaseWords("工作人員正在確認", _STILL, "馬上進入下一步。"),
    Phase.PIN: PhaseWords("請輸入密碼", "利用者証明用的4位數字。輸入時請用手遮擋。"),
    Phase.CHECKING_PIN: PhaseWords("正在確認密碼", _STILL, "接下來詢問是否提供您的資訊。"),
    Phase.PHONE: PhaseWords("請將手機靠近小讀卡機", "在畫面變化之前，請不要移動。", "密碼只使用這一次。"),
    Phase.STAFF: PhaseWords(
        "工作人員馬上就來", "請將卡片留在原處，稍候片刻。", "工作人員會比對您的臉和卡片上的照片。"
    ),
    Phase.SIGHT: PhaseWords("工作人員正在確認", "正在比對您的臉和卡片上的照片。", "可能會請您取下口罩。"),
    Phase.PROVING: PhaseWords("正在確認", _STILL, "接下來詢問是否提供您的資訊。"),
    Phase.CONSENTS: PhaseWords(
        "是否同意提供醫療資訊？",
        "本醫療機構為了診療和健康管理，會使用您的健檢、用藥、診療、手術和特定疾病資訊。",
        "同意在24小時後失效。不同意也可以看診。",
    ),
    Phase.ASKING: PhaseWords("掛號尚未完成，請稍候", "正在確認保險資格。", "完成後會在此畫面通知您。"),
    Phase.DONE: PhaseWords("掛號已完成。請取回卡片", follow="請等候叫號。"),
    Phase.DEFERRED: PhaseWords("已掛號，稍後再確認保險。請取回卡片", follow="請等候叫號。"),
}

_WAYS = {
    Way.FACE: WayWords("用臉部確認", "只需看鏡頭"),
    Way.ANDROID: WayWords("Android", "輸入密碼後靠近讀卡機"),
    Way.IPHONE: WayWords("iPhone", "本機還不能讀取"),
    Way.PIN: WayWords("用密碼確認", "輸入4位數字"),
}

_NUMBER = NumberWords(
    parts=(
        ("出生日期（卡片上的年號年、月、日各2位）", "YYMMDD"),
        ("有效期限的年份（西元4位）", "YYYY"),
        ("安全碼（照片下方4位）", "NNNN"),
    ),
    where="印在卡片正面。",
    wrong="號碼不符。請看卡片重新輸入。",
    next="下一步",
    how="需要確認卡片的號碼",
    show="將卡片出示給鏡頭",
    type="輸入號碼",
    not_kept="不會儲存影像。",
)

_HINTS = {
    Hint.LOOK: "請正對鏡頭",
    Hint.TURN_LEFT: "請慢慢向左轉頭",
    Hint.TURN_RIGHT: "請慢慢向右轉頭",
    Hint.STRAIGHT: "請轉回正面",
    Hint.NO_FACE: "請將臉朝向鏡頭",
    Hint.SEVERAL_FACES: "請一個人站在鏡頭前",
    Hint.TOO_FAR: "請再靠近一點",
    Hint.CUT_OFF: "請稍微後退，露出整張臉",
    Hint.TOO_DARK: "光線太暗，請移到明亮處",
    Hint.TOO_BRIGHT: "光線太強，請避開強光",
    Hint.BACKLIT: "背後太亮，請向旁邊移動一點",
    Hint.BLURRED: "請保持不動",
    Hint.TURNED: "請面向正前方",
    Hint.COVERED: "請取下口罩或墨鏡",
    Hint.CARD_SHOW: "請將有照片的一面朝向鏡頭",
    Hint.CARD_SIDE: "請翻過來，出示有照片的一面",
    Hint.CARD_FAR: "請將卡片靠近鏡頭",
    Hint.CARD_DARK: "請在明亮處出示卡片",
    Hint.CARD_GLARE: "請稍微傾斜卡片，避免反光",
    Hint.CARD_BLURRED: "請不要移動卡片",
    Hint.CARD_HOLD: "正在讀取，請保持不動",
}

_HELP = HelpWords(
    title="請檢查卡片",
    cases={
        "case": PhaseWords("是否還在卡套裡？", "請從卡套或錢包中取出，只放卡片。"),
        "side": PhaseWords("正面是否朝上？", "請將有照片的一面朝上。"),
        "other": PhaseWords("是否放了別的卡？", "請放個人編號卡。"),
        "chip": PhaseWords("如果仍然沒有反應", "可能無法讀取卡片的晶片。請洽工作人員。"),
    },
    close="關閉",
)

_PIN = PinWords(
    entered="已輸入4位中的{count}位",
    wrong="密碼不正確。",
    left={3: "連續輸錯3次，卡片將被鎖定。", 2: "再輸錯2次，卡片將被鎖定。"},
    left_here={2: "在這裡還可以輸入1次。"},
    forgotten="不清楚時請按「呼叫工作人員」。",
    erase=(
        "刪除",
        "1位",
    ),
    confirm="確定",
)

_CONSENTS = ConsentWords(
    all_yes="全部同意",
    item_by_item="逐項選擇",
    all_no="全部不同意",
    labels={
        "specific_health_checkups_info": "健檢結果",
        "pharmacists_info": "用藥紀錄",
        "diagnosis_info": "診療紀錄",
        "operation_info": "手術紀錄",
        "specific_diseases_certificate_related": "特定疾病療養領受證",
    },
    items={
        "specific_health_checkups_info": "是否同意為了診療和健康管理，向本醫療機構提供您過去的健檢結果？",
        "pharmacists_info": "是否同意為了診療和健康管理，向本醫療機構提供您過去的處方藥資訊？",
        "diagnosis_info": "是否同意為了診療和健康管理，向本醫療機構提供您過去的診療資訊？",
        "operation_info": "是否同意為了診療和健康管理，向本醫療機構提供您過去的手術資訊？",
        "specific_diseases_certificate_related": "是否同意為了確認您在窗口支付的金額，向本醫療機構提供特定疾病療養領受證資訊？",
    },
    yes="同意",
    no="不同意",
    review="這樣可以嗎？",
    confirm="按此繼續",
)

_CHOICES = {
    "prescription": ChoiceWords(
        "請選擇處方箋的形式", "兩種都可以在藥局領藥。", {"1": "電子處方箋", "2": "紙本處方箋"}
    ),
    "medical_subsidy": ChoiceWords(
        "是否使用醫療費補助領受證？",
        "將確認兒童醫療費等市區町村領受證的資訊。",
        {"yes": "使用", "no": "不使用"},
    ),
}

_BAR = BarWords(
    cancel="中止",
    back="返回",
    other_way="其他方式",
    staff="呼叫工作人員",
    staff_called="已呼叫工作人員",
    options="言葉 Language",
    help="需要協助",
    not_sent="未能送出，請再試一次。",
    lost="畫面連線中斷，正在重新連線。",
    elapsed="已過{seconds}秒，請再稍候。",
)

CHINESE_TRADITIONAL = Words(
    steps=_STEPS,
    phases=_PHASES,
    left=PhaseWords("您忘了取卡。請取回卡片", "卡片還在這裡。"),
    ways=_WAYS,
    number=_NUMBER,
    hints=_HINTS,
    help=_HELP,
    display=DisplayWords(
        title="語言和顯示",
        language="繁體中文",
        big="大字",
        contrast="高對比",
        voice="語音提示",
    ),
    pin=_PIN,
    phone=PHONE,
    consents=_CONSENTS,
    choices=_CHOICES,
    bar=_BAR,
    troubles=TROUBLES,
    other_trouble=OTHER_TROUBLE,
)
