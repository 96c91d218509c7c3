"""Troubles in the patient's words: what to do, what comes next, nobody's fault. What the patient screen says in Chinese, simplified characters."""

from appliance.web.patient.words import PhaseWords

_STAFF = "工作人员会为您服务，请稍候。"
_TAKE = "请取回卡片。可以用其他方式挂号。"
_AGAIN = "请取起卡片，再放一次。"
_START = "可以从头再来。"
_IF_NOT = "如果不行，工作人员会为您服务。"
_NO_CARD = "如果没有带卡，工作人员会为您服务。"

TROUBLES = {
    "CARD-001": PhaseWords("无法读取卡片", "请将卡片从卡套中取出，再放一次。", _IF_NOT),
    "CARD-002": PhaseWords("好像是别的卡", "请放个人编号卡。", _NO_CARD),
    "CARD-003": PhaseWords("读取中断", "请再放一次卡片。", "在画面提示之前，请不要移动卡片。"),
    "CARD-004": PhaseWords("未能确认密码", _AGAIN, _START),
    "CARD-005": PhaseWords("不能再输入密码", "这是为了防止卡片被锁定。" + _TAKE, _STAFF),
    "CARD-006": PhaseWords("密码已被锁定", _TAKE, _STAFF),
    "CARD-007": PhaseWords("卡片的电子证书已过期", _TAKE, _STAFF),
    "CARD-008": PhaseWords("未能确认卡片", _TAKE, _STAFF),
    "CARD-009": PhaseWords("未能确认卡片", _TAKE, _STAFF),
    "CARD-010": PhaseWords("手机挂号尚在准备中", "请放个人编号卡。", _NO_CARD),
    "CARD-011": PhaseWords("未能确认卡片", _TAKE, _STAFF),
    "CARD-012": PhaseWords("卡片中没有电子证书", _TAKE, _STAFF),
    "CARD-013": PhaseWords("未能确认卡片的号码", _AGAIN, _START),
    "CARD-014": PhaseWords("不能用卡片的号码确认", _TAKE, _STAFF),
    "READER-001": PhaseWords("正在准备读卡器", "请取回卡片。", _STAFF),
    "READER-002": PhaseWords("正在准备读卡器", "请取回卡片。", _STAFF),
    "READER-003": PhaseWords("正在准备读卡器", "请取起卡片，稍候再放一次。", _IF_NOT),
    "READER-004": PhaseWords(
        "此读卡器不能挂号", "请取回卡片，放到另一台读卡器上。", "如果找不到，请向工作人员咨询。"
    ),
    "READER-005": PhaseWords("此读卡器现在不能使用", "请取回卡片。", _STAFF),
    "VISIT-001": PhaseWords("请从头再来一次", _AGAIN),
    "VISIT-002": PhaseWords("时间已过，操作结束", _AGAIN, _START),
    "VISIT-003": PhaseWords("已中止挂号", "请取回卡片。", "再放一次卡片，可以从头开始。"),
    "VISIT-004": PhaseWords("工作人员会为您服务", "请取回卡片。", "有事项需要确认，请稍候。"),
    "VISIT-005": PhaseWords("未能确认面部", _AGAIN, _IF_NOT),
    "VISIT-006": PhaseWords("不能用面部确认", _AGAIN, _STAFF),
    "VISIT-007": PhaseWords("工作人员会为您服务", _TAKE, _STAFF),
    "VISIT-008": PhaseWords("让您久等了", _AGAIN, "如有急事，请向工作人员咨询。"),
    "VISIT-009": PhaseWords("摄像头未能读取号码", _AGAIN, _IF_NOT),
}

OTHER_TROUBLE = PhaseWords("无法在此挂号", _TAKE, _STAFF)
