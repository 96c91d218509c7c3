"""Troubles in the patient's words: what to do, what comes next, nobody's fault. What the patient screen says in Korean."""

from appliance.web.patient.words import PhaseWords

_STAFF = "직원이 안내해 드립니다. 기다려 주세요."
_TAKE = "카드를 가져가 주세요. 다른 방법으로 접수할 수 있습니다."
_AGAIN = "카드를 들었다가 다시 올려 주세요."
_START = "처음부터 다시 할 수 있습니다."
_IF_NOT = "잘 되지 않으면 직원이 안내해 드립니다."
_NO_CARD = "없으시면 직원이 안내해 드립니다."

TROUBLES = {
    "CARD-001": PhaseWords("카드를 읽지 못했습니다", "카드를 케이스에서 꺼내 다시 올려 주세요.", _IF_NOT),
    "CARD-002": PhaseWords("다른 카드인 것 같습니다", "마이넘버카드를 올려 주세요.", _NO_CARD),
    "CARD-003": PhaseWords(
        "읽는 도중에 멈췄습니다", "카드를 다시 올려 주세요.", "안내가 나올 때까지 카드를 그대로 두세요."
    ),
    "CARD-004": PhaseWords("비밀번호를 확인하지 못했습니다", _AGAIN, _START),
    "CARD-005": PhaseWords(
        "비밀번호는 여기까지만 입력할 수 있습니다", "카드가 잠기는 것을 막기 위해서입니다. " + _TAKE, _STAFF
    ),
    "CARD-006": PhaseWords("비밀번호가 잠겨 있습니다", _TAKE, _STAFF),
    "CARD-007": PhaseWords("카드의 전자 증명서 기한이 지났습니다", _TAKE, _STAFF),
    "CARD-008": PhaseWords("카드를 확인하지 못했습니다", _TAKE, _STAFF),
    "CARD-009": PhaseWords("카드를 확인하지 못했습니다", _TAKE, _STAFF),
    "CARD-010": PhaseWords("스마트폰 접수는 준비 중입니다", "마이넘버카드를 올려 주세요.", _NO_CARD),
    "CARD-011": PhaseWords("카드를 확인하지 못했습니다", _TAKE, _STAFF),
    "CARD-012": PhaseWords("카드에 전자 증명서가 없습니다", _TAKE, _STAFF),
    "CARD-013": PhaseWords("카드의 번호를 확인하지 못했습니다", _AGAIN, _START),
    "CARD-014": PhaseWords("카드의 번호로는 확인할 수 없습니다", _TAKE, _STAFF),
    "READER-001": PhaseWords("카드 리더를 준비하고 있습니다", "카드를 가져가 주세요.", _STAFF),
    "READER-002": PhaseWords("카드 리더를 준비하고 있습니다", "카드를 가져가 주세요.", _STAFF),
    "READER-003": PhaseWords(
        "카드 리더를 준비하고 있습니다", "카드를 들고 잠시 기다렸다가 다시 올려 주세요.", _IF_NOT
    ),
    "READER-004": PhaseWords(
        "이 리더에서는 접수할 수 없습니다",
        "카드를 다른 리더에 올려 주세요.",
        "어디인지 모르시면 직원에게 말씀해 주세요.",
    ),
    "READER-005": PhaseWords("이 카드 리더는 지금 사용할 수 없습니다", "카드를 가져가 주세요.", _STAFF),
    "VISIT-001": PhaseWords("처음부터 다시 부탁드립니다", _AGAIN),
    "VISIT-002": PhaseWords("시간이 지나 종료되었습니다", _AGAIN, _START),
    "VISIT-003": PhaseWords(
        "접수를 그만두었습니다", "카드를 가져가 주세요.", "카드를 다시 올리면 처음부터 할 수 있습니다."
    ),
    "VISIT-004": PhaseWords(
        "직원이 안내해 드립니다", "카드를 가져가 주세요.", "확인할 것이 있습니다. 기다려 주세요."
    ),
    "VISIT-005": PhaseWords("얼굴을 확인하지 못했습니다", _AGAIN, _IF_NOT),
    "VISIT-006": PhaseWords("얼굴로는 확인하지 못했습니다", _AGAIN, _STAFF),
    "VISIT-007": PhaseWords("직원이 안내해 드립니다", _TAKE, _STAFF),
    "VISIT-008": PhaseWords("기다리게 해 드려 죄송합니다", _AGAIN, "급하시면 직원에게 말씀해 주세요."),
    "VISIT-009": PhaseWords("카메라로 번호를 읽지 못했습니다", _AGAIN, _IF_NOT),
}

OTHER_TROUBLE = PhaseWords("여기서는 접수하지 못했습니다", _TAKE, _STAFF)
