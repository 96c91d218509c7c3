"""What the patient screen says otherwise to a patient with a phone, in Korean."""

from appliance.eligibility.visit import Phase
from appliance.web.patient.words import PhaseWords, PhoneWords

_STAFF = "없으시면 직원이 안내해 드립니다."
_WAIT = "직원이 안내해 드립니다. 기다려 주세요."
_CARD = "마이넘버카드가 있으시면 카드를 올려 주세요."
_AGAIN = "스마트폰을 뗐다가 다시 대 주세요."
_START = "처음부터 다시 할 수 있습니다."

PHONE = PhoneWords(
    start="스마트폰으로 접수",
    phases={
        Phase.READING: PhaseWords(
            "스마트폰을 읽고 있습니다",
            "움직이지 말고 댄 채로 기다려 주세요.",
            "다음으로 비밀번호를 여쭙겠습니다.",
        ),
        Phase.CHOOSE: PhaseWords(
            "사용하시는 스마트폰을 선택해 주세요", "마이넘버카드 기능이 있는 스마트폰으로 접수할 수 있습니다."
        ),
        Phase.PIN: PhaseWords(
            "비밀번호를 입력해 주세요", "스마트폰용으로 정한 이용자 증명용(利用者証明用) 4자리입니다."
        ),
        Phase.CHECKING_PIN: PhaseWords(
            "스마트폰을 읽고 있습니다",
            "움직이지 말고 댄 채로 기다려 주세요.",
            "다음으로 정보 제공에 대해 여쭙겠습니다.",
        ),
        Phase.ASKING: PhaseWords(
            "아직 접수되지 않았습니다. 잠시 기다려 주세요",
            "보험 자격을 확인하고 있습니다.",
            "스마트폰은 넣으셔도 됩니다.",
        ),
        Phase.DONE: PhaseWords("접수되었습니다", "스마트폰은 넣으셔도 됩니다.", "부를 때까지 기다려 주세요."),
        Phase.DEFERRED: PhaseWords(
            "접수되었습니다. 보험 확인은 나중에 합니다",
            "스마트폰은 넣으셔도 됩니다.",
            "부를 때까지 기다려 주세요.",
        ),
    },
    pin_left={
        3: "3번 연속으로 틀리면 비밀번호가 잠깁니다.",
        2: "2번 더 틀리면 잠깁니다.",
    },
    troubles={
        "CARD-001": PhaseWords(
            "스마트폰을 읽지 못했습니다", _AGAIN, "잘 되지 않으면 직원이 안내해 드립니다."
        ),
        "PHONE-007": PhaseWords(
            "비밀번호는 여기까지만 입력할 수 있습니다",
            _CARD,
            "잠기는 것을 막기 위해서입니다. 없으시면 직원이 안내해 드립니다.",
        ),
        "PHONE-008": PhaseWords("스마트폰의 비밀번호가 잠겨 있습니다", _CARD, _STAFF),
        "PHONE-009": PhaseWords("스마트폰의 전자 증명서 기한이 지났습니다", _CARD, _STAFF),
        "CARD-012": PhaseWords("스마트폰에 전자 증명서가 없습니다", _CARD, _STAFF),
        "PHONE-001": PhaseWords(
            "카드는 옆의 리더에 올려 주세요",
            "이것은 스마트폰용 리더입니다.",
            "어디인지 모르시면 직원에게 말씀해 주세요.",
        ),
        "PHONE-002": PhaseWords("이 기기에서는 아직 iPhone으로 접수할 수 없습니다", _CARD, _STAFF),
        "PHONE-003": PhaseWords(
            "마이넘버카드 기능을 찾지 못했습니다",
            "스마트폰에 기능이 있는지 확인해 주세요. 없으면 카드를 올려 주세요.",
            _STAFF,
        ),
        "PHONE-004": PhaseWords(
            "스마트폰이 도중에 떨어졌습니다", _AGAIN, "안내가 바뀔 때까지 움직이지 말아 주세요."
        ),
        "PHONE-005": PhaseWords(
            "스마트폰은 옆의 작은 리더에 대 주세요",
            "여기에서 떼고 화면의 ‘스마트폰으로 접수’를 눌러 주세요.",
            "어디인지 모르시면 직원에게 말씀해 주세요.",
        ),
        "PHONE-006": PhaseWords(
            "카드와 스마트폰이 동시에 사용되었습니다",
            "카드를 가져가 주세요. 둘 중 하나로 처음부터 부탁드립니다.",
            _WAIT,
        ),
        "READER-001": PhaseWords("스마트폰용 리더를 준비하고 있습니다", _CARD, _STAFF),
        "VISIT-001": PhaseWords("처음부터 다시 부탁드립니다", "스마트폰을 떼고 화면의 안내를 따라 주세요."),
        "VISIT-002": PhaseWords("시간이 지나 종료되었습니다", _START),
        "VISIT-003": PhaseWords("접수를 그만두었습니다", _START),
        "VISIT-004": PhaseWords("직원이 안내해 드립니다", "확인할 것이 있습니다. 기다려 주세요."),
    },
    other_trouble=PhaseWords("스마트폰으로는 접수하지 못했습니다", _CARD, _WAIT),
)
