"""What the patient screen says in Korean."""

from appliance.eligibility.visit import Hint, Phase, Way
from appliance.web.patient.languages.phone_ko import PHONE
from appliance.web.patient.languages.troubles_ko import OTHER_TROUBLE, TROUBLES
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
    Step.CARD: "카드",
    Step.HOLDER: "본인 확인",
    Step.CONSENT: "동의",
    Step.CHECK: "조회",
    Step.ACCEPTED: "접수",
}

_STILL = "카드를 움직이지 말고 기다려 주세요."

_PHASES = {
    Phase.OFFLINE: PhaseWords("준비 중입니다", "접수하실 분은 직원에게 말씀해 주세요."),
    Phase.IDLE: PhaseWords(
        "마이넘버카드를 올려 주세요", "카드는 케이스에서 꺼내 주세요.", "다음으로 본인 확인을 합니다."
    ),
    Phase.READING: PhaseWords("카드를 읽고 있습니다", _STILL, "다음으로 본인 확인을 합니다."),
    Phase.CHOOSE: PhaseWords("본인 확인 방법을 선택해 주세요", "둘 다 어려우시면 ‘직원 호출’을 눌러 주세요."),
    Phase.CARD_NUMBER: PhaseWords("카드의 번호를 입력해 주세요", "카드의 얼굴 사진을 읽는 데 사용합니다."),
    Phase.SHOW_CARD: PhaseWords(
        "카드를 카메라에 보여 주세요", "카드를 들어 사진이 있는 면을 카메라로 향해 주세요."
    ),
    Phase.LAY_BACK: PhaseWords(
        "카드를 원래 자리에 놓아 주세요", "카메라로 읽기를 마쳤습니다.", "놓으면 다음으로 넘어갑니다."
    ),
    Phase.FACE: PhaseWords(
        "카메라를 봐 주세요", "마스크와 선글라스를 벗어 주세요. 얼굴 사진은 저장하지 않습니다."
    ),
    Phase.GLANCE: PhaseWords("직원이 확인하고 있습니다", _STILL, "곧 다음으로 넘어갑니다."),
    Phase.PIN: PhaseWords(
        "비밀번호를 입력해 주세요", "이용자 증명용(利用者証明用) 4자리입니다. 손으로 가리고 입력해 주세요."
    ),
    Phase.CHECKING_PIN: PhaseWords(
        "비밀번호를 확인하고 있습니다", _STILL, "다음으로 정보 제공에 대해 여쭙겠습니다."
    ),
    Phase.PHONE: PhaseWords(
        "스마트폰을 작은 리더에 대 주세요",
        "화면이 바뀔 때까지 움직이지 말아 주세요.",
        "비밀번호는 이번 한 번만 사용합니다.",
    ),
    Phase.STAFF: PhaseWords(
        "직원이 곧 갑니다", "카드를 둔 채로 기다려 주세요.", "직원이 얼굴과 카드의 사진을 보고 확인합니다."
    ),
    Phase.SIGHT: PhaseWords(
        "직원이 확인하고 있습니다",
        "얼굴과 카드의 사진을 보고 확인합니다.",
        "마스크를 벗어 달라고 부탁드릴 수 있습니다.",
    ),
    Phase.PROVING: PhaseWords("확인하고 있습니다", _STILL, "다음으로 정보 제공에 대해 여쭙겠습니다."),
    Phase.CONSENTS: PhaseWords(
        "의료 정보 제공에 동의하십니까?",
        "건강검진, 약, 진료, 수술, 특정 질병 정보를 진찰과 건강 관리를 위해 이 의료기관에서 사용합니다.",
        "동의는 24시간 후에 끝납니다. 동의하지 않아도 진료를 받을 수 있습니다.",
    ),
    Phase.ASKING: PhaseWords(
        "아직 접수되지 않았습니다. 잠시 기다려 주세요",
        "보험 자격을 확인하고 있습니다.",
        "끝나면 이 화면에서 알려 드립니다.",
    ),
    Phase.DONE: PhaseWords("접수되었습니다. 카드를 가져가 주세요", follow="부를 때까지 기다려 주세요."),
    Phase.DEFERRED: PhaseWords(
        "접수되었습니다. 보험 확인은 나중에 합니다. 카드를 가져가 주세요", follow="부를 때까지 기다려 주세요."
    ),
}

_WAYS = {
    Way.FACE: WayWords("얼굴로 확인", "카메라를 보기만 하면 됩니다"),
    Way.ANDROID: WayWords("Android", "비밀번호를 입력한 뒤 리더에 댑니다"),
    Way.IPHONE: WayWords("iPhone", "이 기기에서는 아직 읽을 수 없습니다"),
    Way.PIN: WayWords("비밀번호로 확인", "숫자 4자리를 입력합니다"),
}

_NUMBER = NumberWords(
    parts=(
        ("생년월일(연호의 연・월・일)", "YYMMDD"),
        ("유효기간의 연도(서기 4자리)", "YYYY"),
        ("보안 코드(사진 아래 4자리)", "NNNN"),
    ),
    where="카드 앞면에 적혀 있습니다.",
    wrong="번호가 맞지 않습니다. 카드를 보고 다시 입력해 주세요.",
    next="다음",
    how="카드의 번호를 확인합니다",
    show="카드를 카메라에 보여 주기",
    type="번호를 입력하기",
    not_kept="이미지는 저장하지 않습니다.",
)

_HINTS = {
    Hint.LOOK: "정면으로 카메라를 봐 주세요",
    Hint.TURN_LEFT: "천천히 왼쪽을 봐 주세요",
    Hint.TURN_RIGHT: "천천히 오른쪽을 봐 주세요",
    Hint.STRAIGHT: "다시 정면을 봐 주세요",
    Hint.NO_FACE: "얼굴을 카메라로 향해 주세요",
    Hint.SEVERAL_FACES: "한 분씩 카메라 앞에 서 주세요",
    Hint.TOO_FAR: "조금 더 가까이 와 주세요",
    Hint.CUT_OFF: "조금 물러나 얼굴 전체가 보이게 해 주세요",
    Hint.TOO_DARK: "조금 밝은 곳으로 옮겨 주세요",
    Hint.TOO_BRIGHT: "빛이 닿지 않는 곳으로 조금 옮겨 주세요",
    Hint.BACKLIT: "뒤쪽이 너무 밝습니다. 옆으로 조금 옮겨 주세요",
    Hint.BLURRED: "그대로 움직이지 말아 주세요",
    Hint.TURNED: "정면을 봐 주세요",
    Hint.COVERED: "마스크나 선글라스를 벗어 주세요",
    Hint.CARD_SHOW: "사진이 있는 면을 카메라로 향해 주세요",
    Hint.CARD_SIDE: "카드를 뒤집어 사진이 있는 면을 보여 주세요",
    Hint.CARD_FAR: "카드를 카메라에 가까이 대 주세요",
    Hint.CARD_DARK: "카드를 밝은 곳에서 보여 주세요",
    Hint.CARD_GLARE: "빛이 비치지 않도록 카드를 조금 기울여 주세요",
    Hint.CARD_BLURRED: "카드를 움직이지 말아 주세요",
    Hint.CARD_HOLD: "읽고 있습니다. 그대로 기다려 주세요",
}

_HELP = HelpWords(
    title="카드를 확인해 주세요",
    cases={
        "case": PhaseWords("케이스에 들어 있지 않습니까?", "케이스나 지갑에서 꺼내 카드만 올려 주세요."),
        "side": PhaseWords("앞면이 위입니까?", "얼굴 사진이 있는 면을 위로 올려 주세요."),
        "other": PhaseWords("다른 카드가 아닙니까?", "마이넘버카드를 올려 주세요."),
        "chip": PhaseWords(
            "그래도 진행되지 않으면", "카드의 IC를 읽지 못하는 경우가 있습니다. 직원에게 말씀해 주세요."
        ),
    },
    close="닫기",
)

_PIN = PinWords(
    entered="4자리 중 {count}자리를 입력했습니다",
    wrong="비밀번호가 맞지 않습니다.",
    left={3: "3번 연속으로 틀리면 카드가 잠깁니다.", 2: "2번 더 틀리면 카드가 잠깁니다."},
    left_here={2: "여기서는 1번 더 입력할 수 있습니다."},
    forgotten="모르시면 ‘직원 호출’을 눌러 주세요.",
    erase=(
        "한 자",
        "지우기",
    ),
    confirm="확인",
)

_CONSENTS = ConsentWords(
    all_yes="모두 동의",
    item_by_item="하나씩 선택",
    all_no="모두 동의하지 않음",
    labels={
        "specific_health_checkups_info": "건강검진 결과",
        "pharmacists_info": "약 이력",
        "diagnosis_info": "진료 이력",
        "operation_info": "수술 이력",
        "specific_diseases_certificate_related": "특정 질병 요양 수료증",
    },
    items={
        "specific_health_checkups_info": "과거에 받은 건강검진 결과를 진찰과 건강 관리를 위해 이 의료기관에 제공하는 것에 동의하십니까?",
        "pharmacists_info": "과거에 처방받은 약의 정보를 진찰과 건강 관리를 위해 이 의료기관에 제공하는 것에 동의하십니까?",
        "diagnosis_info": "과거에 받은 진료의 정보를 진찰과 건강 관리를 위해 이 의료기관에 제공하는 것에 동의하십니까?",
        "operation_info": "과거에 받은 수술의 정보를 진찰과 건강 관리를 위해 이 의료기관에 제공하는 것에 동의하십니까?",
        "specific_diseases_certificate_related": "특정 질병 요양 수료증 정보를 창구에서 내실 금액을 확인하기 위해 이 의료기관에 제공하는 것에 동의하십니까?",
    },
    yes="동의합니다",
    no="동의하지 않습니다",
    review="이대로 괜찮으십니까?",
    confirm="이대로 진행",
)

_CHOICES = {
    "prescription": ChoiceWords(
        "처방전의 형태를 선택해 주세요",
        "어느 쪽이든 약국에서 약을 받을 수 있습니다.",
        {"1": "전자 처방전", "2": "종이 처방전"},
    ),
    "medical_subsidy": ChoiceWords(
        "의료비 조성 수급자증을 사용하십니까?",
        "어린이 의료비 등 시구정촌의 수급자증 정보를 확인합니다.",
        {"yes": "사용함", "no": "사용하지 않음"},
    ),
}

_BAR = BarWords(
    cancel="그만두기",
    back="뒤로",
    other_way="다른 방법",
    staff="직원 호출",
    staff_called="직원을 불렀습니다",
    options="言葉 Language",
    help="안 될 때",
    not_sent="보내지 못했습니다. 다시 시도해 주세요.",
    lost="화면의 연결이 끊어졌습니다. 다시 연결하고 있습니다.",
    elapsed="{seconds}초 지났습니다. 조금 더 기다려 주세요.",
)

KOREAN = Words(
    steps=_STEPS,
    phases=_PHASES,
    left=PhaseWords("카드를 두고 가셨습니다. 가져가 주세요", "카드가 남아 있습니다."),
    ways=_WAYS,
    number=_NUMBER,
    hints=_HINTS,
    help=_HELP,
    display=DisplayWords(
        title="언어와 표시",
        language="한국어",
        big="큰 글씨",
        contrast="고대비",
        voice="음성 안내",
    ),
    pin=_PIN,
    phone=PHONE,
    consents=_CONSENTS,
    choices=_CHOICES,
    bar=_BAR,
    troubles=TROUBLES,
    other_trouble=OTHER_TROUBLE,
)
