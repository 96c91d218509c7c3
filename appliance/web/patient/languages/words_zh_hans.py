"""What the patient screen says in Chinese, simplified characters."""

from appliance.eligibility.visit import Hint, Phase, Way
from appliance.web.patient.languages.phone_zh_hans import PHONE
from appliance.web.patient.languages.troubles_zh_hans import OTHER_TROUBLE, TROUBLES
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
    Step.HOLDER: "本人确认",
    Step.CONSENT: "同意",
    Step.CHECK: "查询",
    Step.ACCEPTED: "挂号",
}

_STILL = "请勿移动卡片，稍候片刻。"

_PHASES = {
    Phase.OFFLINE: PhaseWords("正在准备", "需要挂号的患者请向工作人员咨询。"),
    Phase.IDLE: PhaseWords(
        "请放上个人编号卡（マイナンバーカード）", "请将卡片从卡套中取出。", "接下来确认您的身份。"
    ),
    Phase.READING: PhaseWords("正在读取卡片", _STILL, "接下来确认您的身份。"),
    Phase.CHOOSE: PhaseWords("请选择确认身份的方式", "如果都有困难，请按“呼叫工作人员”。"),
    Phase.CARD_NUMBER: PhaseWords("请输入卡片上的号码", "用于读取卡片上的照片。"),
    Phase.SHOW_CARD: PhaseWords("请将卡片出示给摄像头", "请拿起卡片，将有照片的一面朝向摄像头。"),
    Phase.LAY_BACK: PhaseWords("请将卡片放回原处", "摄像头已读取完毕。", "放好后进入下一步。"),
    Phase.FACE: PhaseWords("请看摄像头", "请摘下口罩和墨镜。不会保存您的面部图像。"),
    Phase.GLANCE: PhaseWords("工作人员正在确认", _STILL, "马上进入下一步。"),
    Phase.PIN: PhaseWords("请输入密码", "利用者証明用的4位数字。输入时请用手遮挡。"),
    Phase.CHECKING_PIN: PhaseWords("正在确认密码", _STILL, "接下来询问是否提供您的信息。"),
    Phase.PHONE: PhaseWords("请将手机靠近小读卡器", "在画面变化之前，请不要移动。", "密码只使用这一次。"),
    Phase.STAFF: PhaseWords(
        "工作人员马上就来", "请将卡片留在原处，稍候片刻。", "工作人员会对照您的面部和卡片上的照片。"
    ),
    Phase.SIGHT: PhaseWords("工作人员正在确认", "正在对照您的面部和卡片上的照片。", "可能会请您摘下口罩。"),
    Phase.PROVING: PhaseWords("正在确认", _STILL, "接下来询问是否提供您的信息。"),
    Phase.CONSENTS: PhaseWords(
        "是否同意提供医疗信息？",
        "本医疗机构为了诊疗和健康管理，会使用您的体检、用药、诊疗、手术和特定疾病信息。",
        "同意在24小时后失效。不同意也可以就诊。",
    ),
    Phase.ASKING: PhaseWords("挂号尚未完成，请稍候", "正在确认保险资格。", "完成后会在此画面通知您。"),
    Phase.DONE: PhaseWords("挂号已完成。请取回卡片", follow="请等候叫号。"),
    Phase.DEFERRED: PhaseWords("已挂号，稍后再确认保险。请取回卡片", follow="请等候叫号。"),
}

_WAYS = {
    Way.FACE: WayWords("用面部确认", "只需看摄像头"),
    Way.ANDROID: WayWords("Android", "输入密码后靠近读卡器"),
    Way.IPHONE: WayWords("iPhone", "本机还不能读取"),
    Way.PIN: WayWords("用密码确认", "输入4位数字"),
}

_NUMBER = NumberWords(
    parts=(
        ("出生日期（卡片上的年号年、月、日各2位）", "YYMMDD"),
        ("有效期的年份（公历4位）", "YYYY"),
        ("安全码（照片下方4位）", "NNNN"),
    ),
    where="印在卡片正面。",
    wrong="号码不符。请看卡片重新输入。",
    next="下一步",
    how="需要确认卡片的号码",
    show="将卡片出示给摄像头",
    type="输入号码",
    not_kept="不会保存图像。",
)

_HINTS = {
    Hint.LOOK: "请正对摄像头",
    Hint.TURN_LEFT: "请慢慢向左转头",
    Hint.TURN_RIGHT: "请慢慢向右转头",
    Hint.STRAIGHT: "请转回正面",
    Hint.NO_FACE: "请将脸朝向摄像头",
    Hint.SEVERAL_FACES: "请一个人站在摄像头前",
    Hint.TOO_FAR: "请再靠近一点",
    Hint.CUT_OFF: "请稍微后退，露出整张脸",
    Hint.TOO_DARK: "光线太暗，请移到明亮处",
    Hint.TOO_BRIGHT: "光线太强，请避开强光",
    Hint.BACKLIT: "背后太亮，请向旁边移动一点",
    Hint.BLURRED: "请保持不动",
    Hint.TURNED: "请面向正前方",
    Hint.COVERED: "请摘下口罩或墨镜",
    Hint.CARD_SHOW: "请将有照片的一面朝向摄像头",
    Hint.CARD_SIDE: "请翻过来，出示有照片的一面",
    Hint.CARD_FAR: "请将卡片靠近摄像头",
    Hint.CARD_DARK: "请在明亮处出示卡片",
    Hint.CARD_GLARE: "请稍微倾斜卡片，避免反光",
    Hint.CARD_BLURRED: "请不要移动卡片",
    Hint.CARD_HOLD: "正在读取，请保持不动",
}

_HELP = HelpWords(
    title="请检查卡片",
    cases={
        "case": PhaseWords("是否还在卡套里？", "请从卡套或钱包中取出，只放卡片。"),
        "side": PhaseWords("正面是否朝上？", "请将有照片的一面朝上。"),
        "other": PhaseWords("是否放了别的卡？", "请放个人编号卡。"),
        "chip": PhaseWords("如果仍然没有反应", "可能无法读取卡片的芯片。请向工作人员咨询。"),
    },
    close="关闭",
)

_PIN = PinWords(
    entered="已输入4位中的{count}位",
    wrong="密码不正确。",
    left={3: "连续输错3次，卡片将被锁定。", 2: "再输错2次，卡片将被锁定。"},
    left_here={2: "在这里还可以输入1次。"},
    forgotten="不清楚时请按“呼叫工作人员”。",
    erase=(
        "删除",
        "1位",
    ),
    confirm="确定",
)

_CONSENTS = ConsentWords(
    all_yes="全部同意",
    item_by_item="逐项选择",
    all_no="全部不同意",
    labels={
        "specific_health_checkups_info": "体检结果",
        "pharmacists_info": "用药记录",
        "diagnosis_info": "诊疗记录",
        "operation_info": "手术记录",
        "specific_diseases_certificate_related": "特定疾病疗养领受证",
    },
    items={
        "specific_health_checkups_info": "是否同意为了诊疗和健康管理，向本医疗机构提供您过去的体检结果？",
        "pharmacists_info": "是否同意为了诊疗和健康管理，向本医疗机构提供您过去的处方药信息？",
        "diagnosis_info": "是否同意为了诊疗和健康管理，向本医疗机构提供您过去的诊疗信息？",
        "operation_info": "是否同意为了诊疗和健康管理，向本医疗机构提供您过去的手术信息？",
        "specific_diseases_certificate_related": "是否同意为了确认您在窗口支付的金额，向本医疗机构提供特定疾病疗养领受证信息？",
    },
    yes="同意",
    no="不同意",
    review="这样可以吗？",
    confirm="按此继续",
)

_CHOICES = {
    "prescription": ChoiceWords(
        "请选择处方笺的形式", "两种都可以在药店取药。", {"1": "电子处方笺", "2": "纸质处方笺"}
    ),
    "medical_subsidy": ChoiceWords(
        "是否使用医疗费补助领受证？",
        "将确认儿童医疗费等市区町村领受证的信息。",
        {"yes": "使用", "no": "不使用"},
    ),
}

_BAR = BarWords(
    cancel="中止",
    back="返回",
    other_way="其他方式",
    staff="呼叫工作人员",
    staff_called="已呼叫工作人员",
    options="言葉 Language",
    help="需要帮助",
    not_sent="未能发送，请再试一次。",
    lost="画面连接中断，正在重新连接。",
    elapsed="已过{seconds}秒，请再稍候。",
)

CHINESE_SIMPLIFIED = Words(
    steps=_STEPS,
    phases=_PHASES,
    left=PhaseWords("您忘了取卡。请取回卡片", "卡片还在这里。"),
    ways=_WAYS,
    number=_NUMBER,
    hints=_HINTS,
    help=_HELP,
    display=DisplayWords(
        title="语言和显示",
        language="简体中文",
        big="大字",
        contrast="高对比度",
        voice="语音提示",
    ),
    pin=_PIN,
    phone=PHONE,
    consents=_CONSENTS,
    choices=_CHOICES,
    bar=_BAR,
    troubles=TROUBLES,
    other_trouble=OTHER_TROUBLE,
)
