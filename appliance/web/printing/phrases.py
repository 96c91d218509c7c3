"""The help card: how to use the reader, in the words of the patient screen, and what staff say, to be pointed at."""

from appliance.eligibility.visit import Language

TITLES = {
    Language.JAPANESE: "マイナンバーカードでの受付",
    Language.ENGLISH: "Checking in with your My Number Card",
    Language.KOREAN: "마이넘버카드로 접수하기",
    Language.CHINESE_SIMPLIFIED: "使用个人编号卡挂号",
    Language.CHINESE_TRADITIONAL: "使用個人編號卡掛號",
}
TALKING = {
    Language.JAPANESE: "指さしてください",
    Language.ENGLISH: "Please point to a phrase",
    Language.KOREAN: "해당하는 말을 가리켜 주세요",
    Language.CHINESE_SIMPLIFIED: "请用手指指出",
    Language.CHINESE_TRADITIONAL: "請用手指指出",
}
STAFF = (
    {
        Language.JAPANESE: "カードは、ご自分で置いてください。お預かりしません。",
        Language.ENGLISH: "Please place the card yourself. We do not take it from you.",
        Language.KOREAN: "카드는 직접 올려 주세요. 저희가 받지 않습니다.",
        Language.CHINESE_SIMPLIFIED: "请您自己放置卡片，我们不代为保管。",
        Language.CHINESE_TRADITIONAL: "請您自己放置卡片，我們不代為保管。",
    },
    {
        Language.JAPANESE: "暗証番号は、私たちに言わないでください。",
        Language.ENGLISH: "Please do not tell us your PIN.",
        Language.KOREAN: "비밀번호는 저희에게 말하지 마세요.",
        Language.CHINESE_SIMPLIFIED: "请不要把密码告诉我们。",
        Language.CHINESE_TRADITIONAL: "請不要把密碼告訴我們。",
    },
    {
        Language.JAPANESE: "カードの写真とお顔を見比べます。マスクを少し下げてください。",
        Language.ENGLISH: "We compare your face with the photo. Please lower your mask for a moment.",
        Language.KOREAN: "카드 사진과 얼굴을 확인합니다. 마스크를 잠시 내려 주세요.",
        Language.CHINESE_SIMPLIFIED: "我们将核对卡片照片与您本人，请稍微拉下口罩。",
        Language.CHINESE_TRADITIONAL: "我們將核對卡片照片與您本人，請稍微拉下口罩。",
    },
    {
        Language.JAPANESE: "資格確認書など、保険の書類をお持ちですか。",
        Language.ENGLISH: "Do you have a document of your health insurance, such as 資格確認書?",
        Language.KOREAN: "자격확인서(資格確認書) 등 보험 서류를 가지고 계십니까?",
        Language.CHINESE_SIMPLIFIED: "您有资格确认书（資格確認書）等保险证件吗？",
        Language.CHINESE_TRADITIONAL: "您有資格確認書等保險證件嗎？",
    },
    {
        Language.JAPANESE: "今日は確認できませんが、診察は受けられます。",
        Language.ENGLISH: "We cannot check it today, but you can see the doctor.",
        Language.KOREAN: "오늘은 확인할 수 없지만 진료는 받으실 수 있습니다.",
        Language.CHINESE_SIMPLIFIED: "今天无法确认，但您可以看病。",
        Language.CHINESE_TRADITIONAL: "今天無法確認，但您可以看病。",
    },
    {
        Language.JAPANESE: "カードをお取りください。",
        Language.ENGLISH: "Please take your card.",
        Language.KOREAN: "카드를 가져가 주세요.",
        Language.CHINESE_SIMPLIFIED: "请取走您的卡。",
        Language.CHINESE_TRADITIONAL: "請取走您的卡。",
    },
)
PATIENT = (
    {
        Language.JAPANESE: "暗証番号を忘れました。",
        Language.ENGLISH: "I forgot my PIN.",
        Language.KOREAN: "비밀번호를 잊어버렸습니다.",
        Language.CHINESE_SIMPLIFIED: "我忘记了密码。",
        Language.CHINESE_TRADITIONAL: "我忘記了密碼。",
    },
    {
        Language.JAPANESE: "操作を手伝ってください。",
        Language.ENGLISH: "Please help me with this.",
        Language.KOREAN: "조작을 도와주세요.",
        Language.CHINESE_SIMPLIFIED: "请帮我操作。",
        Language.CHINESE_TRADITIONAL: "請幫我操作。",
    },
    {
        Language.JAPANESE: "カードを忘れました。",
        Language.ENGLISH: "I do not have my card with me.",
        Language.KOREAN: "카드를 가져오지 않았습니다.",
        Language.CHINESE_SIMPLIFIED: "我没有带卡。",
        Language.CHINESE_TRADITIONAL: "我沒有帶卡。",
    },
    {
        Language.JAPANESE: "情報を見せたくありません。",
        Language.ENGLISH: "I do not want to share my information.",
        Language.KOREAN: "제 정보를 제공하고 싶지 않습니다.",
        Language.CHINESE_SIMPLIFIED: "我不想提供我的信息。",
        Language.CHINESE_TRADITIONAL: "我不想提供我的資訊。",
    },
)
LANGUAGE_LABELS = {
    Language.JAPANESE: "日本語",
    Language.ENGLISH: "English",
    Language.KOREAN: "한국어",
    Language.CHINESE_SIMPLIFIED: "简体中文",
    Language.CHINESE_TRADITIONAL: "繁體中文",
}
