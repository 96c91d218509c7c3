"""What the patient screen says otherwise to a patient with a phone, in Chinese, traditional characters as in Taiwan."""

from appliance.eligibility.visit import Phase
from appliance.web.patient.words import PhaseWords, PhoneWords

_STAFF = "如果沒有帶卡，工作人員會為您服務。"
_WAIT = "工作人員會為您服務，請稍候。"
_CARD = "如果帶了個人編號卡，請放上卡片。"
_AGAIN = "請移開手機，再靠近一次。"
_START = "可以從頭再來。"

PHONE = PhoneWords(
    start="用手機掛號",
    phases={
        Phase.READING: PhaseWords("正在讀取手機", "請將手機貼近讀卡機，不要移動。", "接下來請您輸入密碼。"),
        Phase.CHOOSE: PhaseWords("請選擇您的手機", "手機裡需要有個人編號卡的功能。"),
        Phase.PIN: PhaseWords("請輸入密碼", "為手機設定的利用者証明用的4位數字。"),
        Phase.CHECKING_PIN: PhaseWords(
            "正在讀取手機", "請將手機貼近讀卡機，不要移動。", "接下來詢問是否提供您的資訊。"
        ),
        Phase.ASKING: PhaseWords("掛號尚未完成，請稍候", "正在確認保險資格。", "可以收起手機。"),
        Phase.DONE: PhaseWords("掛號已完成", "可以收起手機。", "請等候叫號。"),
        Phase.DEFERRED: PhaseWords("已掛號，稍後再確認保險", "可以收起手機。", "請等候叫號。"),
    },
    pin_left={3: "連續輸錯3次，手機的密碼將被鎖定。", 2: "再輸錯2次，手機的密碼將被鎖定。"},
    troubles={
        "CARD-001": PhaseWords("無法讀取手機", _AGAIN, "如果不行，工作人員會為您服務。"),
        "PHONE-007": PhaseWords(
            "不能再輸入密碼", _CARD, "這是為了防止被鎖定。如果沒有帶卡，工作人員會為您服務。"
        ),
        "PHONE-008": PhaseWords("手機的密碼已被鎖定", _CARD, _STAFF),
        "PHONE-009": PhaseWords("手機的電子憑證已過期", _CARD, _STAFF),
        "CARD-012": PhaseWords("手機中沒有電子憑證", _CARD, _STAFF),
        "PHONE-001": PhaseWords(
            "請將卡片放到旁邊的讀卡機上", "這台是手機用的讀卡機。", "如果找不到，請洽工作人員。"
        ),
        "PHONE-002": PhaseWords("本機還不能讀取iPhone", _CARD, _STAFF),
        "PHONE-003": PhaseWords(
            "沒有找到個人編號卡的功能", "請確認手機是否有此功能。如果沒有，請放上卡片。", _STAFF
        ),
        "PHONE-004": PhaseWords("手機移開得太早", _AGAIN, "在畫面變化之前，請不要移動。"),
        "PHONE-005": PhaseWords(
            "請將手機靠近旁邊的小讀卡機",
            "請從這裡取走，然後按畫面上的「用手機掛號」。",
            "如果找不到，請洽工作人員。",
        ),
        "PHONE-006": PhaseWords("同時使用了卡片和手機", "請取回卡片，用其中一種從頭再來。", _WAIT),
        "READER-001": PhaseWords("正在準備手機用的讀卡機", _CARD, _STAFF),
        "VISIT-001": PhaseWords("請從頭再來一次", "請移開手機，按照畫面的提示操作。"),
        "VISIT-002": PhaseWords("時間已過，操作結束", _START),
        "VISIT-003": PhaseWords("已中止掛號", _START),
        "VISIT-004": PhaseWords("工作人員會為您服務", "有事項需要確認，請稍候。"),
    },
    other_trouble=PhaseWords("不能用手機掛號", _CARD, _WAIT),
)
