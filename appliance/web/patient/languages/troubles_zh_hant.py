"""Troubles in the patient's words: what to do, what comes next, nobody's fault. What the patient screen says in Chinese, traditional characters as in Taiwan."""

from appliance.web.patient.words import PhaseWords

_STAFF = "工作人員會為您服務，請稍候。"
_TAKE = "請取回卡片。可以用其他方式掛號。"
_AGAIN = "請取起卡片，再放一次。"
_START = "可以從頭再來。"
_IF_NOT = "如果不行，工作人員會為您服務。"
_NO_CARD = "如果沒有帶卡，工作人員會為您服務。"

TROUBLES = {
    "CARD-001": PhaseWords("無法讀取卡片", "請將卡片從卡套中取出，再放一次。", _IF_NOT),
    "CARD-002": PhaseWords("好像是別的卡", "請放個人編號卡。", _NO_CARD),
    "CARD-003": PhaseWords("讀取中斷", "請再放一次卡片。", "在畫面提示之前，請不要移動卡片。"),
    "CARD-004": PhaseWords("未能確認密碼", _AGAIN, _START),
    "CARD-005": PhaseWords("不能再輸入密碼", "這是為了防止卡片被鎖定。" + _TAKE, _STAFF),
    "CARD-006": PhaseWords("密碼已被鎖定", _TAKE, _STAFF),
    "CARD-007": PhaseWords("卡片的電子憑證已過期", _TAKE, _STAFF),
    "CARD-008": PhaseWords("未能確認卡片", _TAKE, _STAFF),
    "CARD-009": PhaseWords("未能確認卡片", _TAKE, _STAFF),
    "CARD-010": PhaseWords("手機掛號尚在準備中", "請放個人編號卡。", _NO_CARD),
    "CARD-011": PhaseWords("未能確認卡片", _TAKE, _STAFF),
    "CARD-012": PhaseWords("卡片中沒有電子憑證", _TAKE, _STAFF),
    "CARD-013": PhaseWords("未能確認卡片的號碼", _AGAIN, _START),
    "CARD-014": PhaseWords("不能用卡片的號碼確認", _TAKE, _STAFF),
    "READER-001": PhaseWords("正在準備讀卡機", "請取回卡片。", _STAFF),
    "READER-002": PhaseWords("正在準備讀卡機", "請取回卡片。", _STAFF),
    "READER-003": PhaseWords("正在準備讀卡機", "請取起卡片，稍候再放一次。", _IF_NOT),
    "READER-004": PhaseWords(
        "此讀卡機不能掛號", "請取回卡片，放到另一台讀卡機上。", "如果找不到，請洽工作人員。"
    ),
    "READER-005": PhaseWords("此讀卡機現在不能使用", "請取回卡片。", _STAFF),
    "VISIT-001": PhaseWords("請從頭再來一次", _AGAIN),
    "VISIT-002": PhaseWords("時間已過，操作結束", _AGAIN, _START),
    "VISIT-003": PhaseWords("已中止掛號", "請取回卡片。", "再放一次卡片，可以從頭開始。"),
    "VISIT-004": PhaseWords("工作人員會為您服務", "請取回卡片。", "有事項需要確認，請稍候。"),
    "VISIT-005": PhaseWords("未能確認臉部", _AGAIN, _IF_NOT),
    "VISIT-006": PhaseWords("不能用臉部確認", _AGAIN, _STAFF),
    "VISIT-007": PhaseWords("工作人員會為您服務", _TAKE, _STAFF),
    "VISIT-008": PhaseWords("讓您久等了", _AGAIN, "如有急事，請洽工作人員。"),
    "VISIT-009": PhaseWords("鏡頭未能讀取號碼", _AGAIN, _IF_NOT),
}

OTHER_TROUBLE = PhaseWords("無法在此掛號", _TAKE, _STAFF)
