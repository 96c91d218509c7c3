"""What the posters, slips and questionnaires say. Dated rules say what depends on the day."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Poster:
    """One A4 poster: every sentence may be changed before it is printed. `english` stands small below."""

    key: str
    title: str
    use: str
    lead: str
    points: tuple[str, ...]
    closing: str = ""
    english: tuple[str, ...] = ()
    heading: str = ""
    names_documents: bool = False
    """Whether the documents that count today are listed by the dated rules."""


POSTERS = {
    poster.key: poster
    for poster in (
        Poster(
            key="taking-part",
            title="オンライン資格確認を行っています",
            use="受付や入口に。マイナ保険証が使えることを知らせます。",
            lead="マイナンバーカードが、健康保険証として使えます。",
            heading="受付のしかた",
            points=(
                "マイナンバーカードをケースから出し、ご自分でカードリーダーに置いてください。カードはお預かりしません。",
                "顔認証か、4桁の暗証番号で、ご本人であることを確かめます。",
                "お薬や健診の情報を、医師が診療に役立ててよいかをお選びいただきます。",
                "終わったら、カードをお取りください。",
            ),
            closing="資格確認書での受付も、これまでどおりできます。操作にお困りのときは、係員に声をおかけください。",
            english=(
                "You can use your My Number Card as your health insurance card here.",
                "Place it on the card reader yourself. We are happy to help.",
            ),
        ),
        Poster(
            key="outage",
            title="ただいま、マイナ保険証を確認できません",
            use="回線やセンターが止まったときに。今日使える書類が入ります。",
            lead="システムの障害のためご迷惑をおかけします。診療は、いつもどおり行っています。",
            heading="受付でお見せください",
            points=(),
            names_documents=True,
            closing="どれもお持ちでないときも、受付にご相談ください。復旧したあとに確かめ、お支払いに差があればご連絡します。",
            english=(
                "The online insurance check is down now. You can still see the doctor.",
                "Please show one of the documents above. If you have none, ask our staff.",
            ),
        ),
        Poster(
            key="purposes",
            title="個人情報の利用目的",
            use="待合室とホームページに。オンライン資格確認を始めたら書き直す項目です。",
            lead="当院は、患者さんの個人情報を次の目的で利用します。ほかの目的では、同意なく利用しません。",
            heading="利用の目的",
            points=(
                "患者さんへの診療と、そのための記録・連絡",
                "オンライン資格確認による、医療保険の資格情報の取得",
                "同意をいただいたうえでの、薬剤情報・診療情報・特定健診情報などの取得と、診療への活用",
                "診療報酬の請求、審査支払機関や保険者からの照会への回答、会計の事務",
                "紹介や検査の依頼など、ほかの医療機関・薬局・訪問看護などとの連携",
                "事故の報告、医療の質の向上、職員の研修など、医院の運営",
            ),
            closing="同意しない項目があるときや、内容を知りたいときは、受付にお申し出ください。お申し出は、いつでも変えられます。",
        ),
        Poster(
            key="not-taking-part",
            title="マイナンバーカードでの受付は、行っていません",
            use="オンライン資格確認を行っていない施設や、まだ始めていない間に。",
            lead="当院には、マイナンバーカードを健康保険証として読み取る機器がありません。",
            heading="受付でお見せください",
            points=(),
            names_documents=True,
            closing="マイナンバーカードだけでは、資格を確かめられません。お困りのときは、受付にご相談ください。",
            english=(
                "We cannot read the My Number Card as a health insurance card here.",
                "Please show one of the documents above.",
            ),
        ),
    )
}


@dataclass(frozen=True)
class Slip:
    """One of several equal slips on a sheet."""

    title: str
    lead: str
    points: tuple[str, ...]
    closing: str


REMINDER = Slip(
    title="次の受診には、マイナンバーカードをお持ちください",
    lead="健康保険証として使えます。",
    points=(
        "お薬や健診の情報を医師が確かめ、重複や飲み合わせに気づきやすくなります（同意いただいた場合）。",
        "限度額を超える支払いは、手続きなしで窓口の負担が抑えられます。",
        "引っ越しや転職のあとも、保険の切り替えを待たずに使えることがあります。",
    ),
    closing="初めてお使いになる方には、健康保険証としての利用登録をご案内します。受付でお尋ねください。",
)


@dataclass(frozen=True)
class Question:
    """One question: boxes to tick, then lines to write on, then a blank behind a label."""

    title: str
    boxes: tuple[str, ...] = ()
    lines: int = 0
    label: str = ""


QUESTIONS = (
    Question("今日は、どのような症状ですか（いつからですか）", lines=3),
    Question("ほかの医療機関にかかっていますか", ("いいえ", "はい"), 1, "医療機関・病名"),
    Question(
        "これまでにかかった病気・手術",
        ("なし", "高血圧", "糖尿病", "脂質異常症", "心臓", "脳卒中", "喘息", "肝臓", "腎臓", "がん"),
        1,
        "そのほか・手術",
    ),
    Question("いま処方されている薬", ("なし", "あり", "お薬手帳を持参した"), 1, "薬の名前"),
    Question(
        "この1年間に、特定健診（メタボ健診）や人間ドックを受けましたか", ("いいえ", "はい"), 0, "時期・指摘"
    ),
    Question("アレルギーはありますか", ("なし", "薬", "食べ物", "そのほか"), 0, "内容"),
    Question("妊娠・授乳について（あてはまる方）", ("妊娠中", "妊娠の可能性がある", "授乳中", "ない"), 0),
    Question("たばこ・お酒", ("吸わない", "吸う", "やめた", "飲まない", "ときどき飲む", "毎日飲む"), 0),
    Question(
        "マイナ保険証で、お薬・診療・健診の情報の提供に同意しましたか",
        ("同意した", "同意していない", "マイナ保険証を使っていない"),
    ),
    Question("そのほか、医師に伝えたいこと", lines=2),
)

LISTED = (
    ("points", "加算の掲示", "今日の決まりで、施設基準の掲示とホームページの文を作ります。", "掲示"),
    ("receipt", "加算の説明（会計用）", "どの加算を、なぜ、何を見て算定したかをお渡しする紙。", "患者さんへ"),
    ("reminder", "次回のお願い", "「次はカードを」の小さな紙。A4で4枚取れます。", "患者さんへ"),
    (
        "card",
        "操作カード（5か国語）",
        "カードリーダーの使い方と、指さしで伝える言葉。日本語・英語・韓国語・中国語。",
        "患者さんへ",
    ),
    ("questionnaire", "問診票", "初診の標準的な項目。", "患者さんへ"),
    ("contacts", "連絡先カード", "困ったときの電話番号。窓口に置きます。", "職員用"),
)
"""What is listed beside the posters: the last part of its address, its name, what it is for, and for whom."""
