"""What the patient screen says otherwise to a patient with a phone, in Chinese, simplified characters."""

from appliance.eligibility.visit import Phase
from appliance.web.patient.words import PhaseWords, PhoneWords

_STAFF = "如果没有带卡，工作人员会为您服务。"
_WAIT = "工作人员会为您服务，请稍候。"
_CARD = "如果带了个人编号卡，请放上卡片。"
_AGAIN = "请移开手机，再靠近一次。"
_START = "可以从头再来。"

PHONE = PhoneWords(
    start="用手机挂号",
    phases={
        Phase.READING: PhaseWords("正在读取手机", "请将手机贴近读卡器，不要移动。", "接下来请您输入密码。"),
        Phase.CHOOSE: PhaseWords("请选择您的手机", "手机里需要有个人编号卡的功能。"),
        Phase.PIN: PhaseWords("请输入密码", "为手机设定的利用者証明用的4位数字。"),
        Phase.CHECKING_PIN: PhaseWords(
            "正在读取手机", "请将手机贴近读卡器，不要移动。", "接下来询问是否提供您的信息。"
        ),
        Phase.ASKING: PhaseWords("挂号尚未完成，请稍候", "正在确认保险资格。", "可以收起手机。"),
        Phase.DONE: PhaseWords("挂号已完成", "可以收起手机。", "请等候叫号。"),
        Phase.DEFERRED: PhaseWords("已挂号，稍后再确认保险", "可以收起手机。", "请等候叫号。"),
    },
    pin_left={3: "连续输错3次，手机的密码将被锁定。", 2: "再输错2次，手机的密码将被锁定。"},
    troubles={
        "CARD-001": PhaseWords("无法读取手机", _AGAIN, "如果不行，工作人员会为您服务。"),
        "PHONE-007": PhaseWords(
            "不能再输入密码", _CARD, "这是为了防止被锁定。如果没有带卡，工作人员会为您服务。"
        ),
        "PHONE-008": PhaseWords("手机的密码已被锁定", _CARD, _STAFF),
        "PHONE-009": PhaseWords("手机的电子证书已过期", _CARD, _STAFF),
        "CARD-012": PhaseWords("手机中没有电子证书", _CARD, _STAFF),
        "PHONE-001": PhaseWords(
            "请将卡片放到旁边的读卡器上", "这台是手机用的读卡器。", "如果找不到，请向工作人员咨询。"
        ),
        "PHONE-002": PhaseWords("本机还不能读取iPhone", _CARD, _STAFF),
        "PHONE-003": PhaseWords(
            "没有找到个人编号卡的功能", "请确认手机是否有此功能。如果没有，请放上卡片。", _STAFF
        ),
        "PHONE-004": PhaseWords("手机移开得太早", _AGAIN, "在画面变化之前，请不要移动。"),
        "PHONE-005": PhaseWords(
            "请将手机靠近旁边的小读卡器",
            "请从这里取走，然后按画面上的“用手机挂号”。",
            "如果找不到，请向工作人员咨询。",
        ),
        "PHONE-006": PhaseWords("同时使用了卡片和手机", "请取回卡片，用其中一种从头再来。", _WAIT),
        "READER-001": PhaseWords("正在准备手机用的读卡器", _CARD, _STAFF),
        "VISIT-001": PhaseWords("请从头再来一次", "请移开手机，按照画面的提示操作。"),
        "VISIT-002": PhaseWords("时间已过，操作结束", _START),
        "VISIT-003": PhaseWords("已中止挂号", _START),
        "VISIT-004": PhaseWords("工作人员会为您服务", "有事项需要确认，请稍候。"),
    },
    other_trouble=PhaseWords("不能用手机挂号", _CARD, _WAIT),
)
