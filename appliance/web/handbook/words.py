"""What the help says of each page: what it is for, the main path, the keys; and the steps of the tour."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PageHelp:
    """The help of one page, or of all pages of one area."""

    title: str
    path: str
    """Where the page is; empty for one that needs something to open."""
    purpose: str
    steps: tuple[str, ...]
    keys: tuple[tuple[str, str], ...] = ()
    english: str = ""


EVERYWHERE = (("F1", "この案内を開く・閉じる"), ("F2", "メニュー"), ("Esc", "閉じる・前の画面へ戻る"))
_PRINT = ("P", "印刷する")

PAGES = {
    "reception": PageHelp(
        "受付",
        "/",
        "今日の受付の一覧です。人の手が要る受付が上に残ります。",
        (
            "患者さんがカードを置くと、結果が自動で出ます。",
            "資格確認書などの方は「手入力で照会」から、書類の番号を入れます。",
            "色の付いた行を開き、「次にすること」のとおりに進めます。",
            "済んだら「確認した」を押すと、上から下がります。",
        ),
        (
            ("↑ ↓", "受付を選ぶ"),
            ("Enter", "内容を開く"),
            ("N", "手入力で照会"),
            ("C", "確認した"),
            ("R", "再照会・もう一度"),
            ("E", "番号を直して照会"),
            ("W", "取り下げ"),
            ("K", "内容をすべて写す"),
            ("S", "患者番号を結び付ける"),
            ("P・L", "公費の証を登録・一覧"),
            ("M", "障害時メモ"),
            ("G", "確認できないときの案内"),
            ("/", "さがす"),
            ("A・Y・T・V", "すべて・要確認・照会待ち・予約"),
        ),
        "Today's arrivals. Whatever needs a person stays on top. Open a row and follow 次にすること (what to do next).",
    ),
    "fallback": PageHelp(
        "確認できないとき",
        "/fallback",
        "資格を確認できないときに、次に受け付けられる書類、集める割合、請求のしかたを示します。回線がなくても使えます。",
        (
            "何があったかを選びます。受付から開くと、もう選んであります。",
            "患者さんがお持ちのものに印を付けます。",
            "右に出た案内のとおりに受け付け、要る用紙を開きます。",
        ),
        (
            ("1〜8", "お持ちのものに印を付ける"),
            ("0", "どれもお持ちでない"),
            ("Enter", "案内を見る"),
            ("D", "被保険者資格申立書"),
            ("N", "手入力で照会"),
            ("M", "障害時メモ"),
            ("B", "この受付に戻る"),
        ),
        "When insurance cannot be confirmed: choose what happened and what the patient has; the page names the next accepted "
        "document, the share to collect and how to claim.",
    ),
    "fallback.declaration": PageHelp(
        "被保険者資格申立書",
        "/fallback/declaration",
        "資格を確認できない患者さんに書いていただく用紙です。書いたものは保存されません。",
        (
            "わかっている項目を確かめ、足りないところを患者さんに聞いて入れます。空欄のまま印刷もできます。",
            "印刷して署名していただき、カードの写真と本人を見比べます。",
            "用紙は医院で保管し、月末の一覧で番号を確かめます。",
        ),
        (_PRINT,),
        "A sheet for the patient to sign when insurance cannot be confirmed. Nothing typed here is stored.",
    ),
    "outage": PageHelp(
        "障害時メモ",
        "/outage",
        "回線やセンターが止まっている間に受け付けた方を書き留め、復旧後に調べます。",
        (
            "カードの氏名・性別・生年月日・住所を書き留めます。",
            "復旧したら一覧を印刷し、障害時モードで番号を調べます。",
            "見つけた番号を入れると、受診日の資格を照会します。",
        ),
        (("N", "新しいメモ"), ("E", "メモを直す"), ("↑ ↓", "メモを選ぶ"), _PRINT),
        "Write down who came while the line was down, look the numbers up afterwards, and ask for the day of the visit.",
    ),
    "tasks": PageHelp(
        "やること・月末の一覧",
        "/tasks",
        "あとから人がすることと、請求に使う資格が決まっていない方の一覧です。",
        (
            "やることを開き、済んだら結果を選んで終わりにします。",
            "月末の一覧では、番号がわかった方を「番号がわかった」から照会します。",
            "わからないまま請求する方は、理由を選んで一覧から外します。",
        ),
        english="What is left for a person to do, and whose insurance is still open at the month's end.",
    ),
    "bulk": PageHelp(
        "予約・一括照会",
        "/bulk",
        "予約の方の資格を、前の日にまとめて調べます。",
        (
            "予約の一覧（CSVなど）を選びます。",
            "列の意味を確かめ、夜か今すぐかを選んで始めます。",
            "予約の日には、まだいらしていない方として受付に並びます（V キー）。無効や変更のあった方が上です。",
        ),
        english="Check everybody on an appointment list at once, usually the evening before.",
    ),
    "queue": PageHelp(
        "送れなかった照会",
        "/queue",
        "止まったままの照会や、渡せなかった結果の一覧です。",
        ("理由を読み、直せるものは直します。", "「もう一度」を押すと、送り直します。"),
        english="Questions and results that stand still, why, and trying them once more.",
    ),
    "line": PageHelp(
        "回線",
        "/desk/line",
        "センターまでのどこで止まっているかと、だれに電話するかを示します。",
        (
            "「回線を調べる」を押し、上から順に結果を見ます。",
            "原因と「受付では」の文のとおりに進めます。",
            "しばらく戻らないときは「停止扱いにする」を押すと、照会を貯めておきます。",
        ),
        english="Where the line to the center is broken, and whom to call.",
    ),
    "desk": PageHelp(
        "電子証明書",
        "/desk/certificate",
        "医院の電子証明書の期限を確かめ、新しいものを取り込みます。",
        (
            "期限と残りの日数を確かめます。",
            "新しいファイルとパスフレーズを入れ、内容を確かめて受け入れます。",
            "切り替えは診療中でもできます。",
        ),
        english="The clinic's certificate: how long it lasts, and taking in a new one.",
    ),
    "desk.tls": PageHelp(
        "画面の暗号化",
        "/desk/tls",
        "PCで出る警告を消す手順を開き、医院のサーバー証明書があれば取り込みます。",
        (
            "警告の出るPCで「PCの警告を消す手順を開く」を押し、上から順に行います。",
            "医院の名前の証明書を持っているときは、ファイルを選んで取り込みます。",
            "装置の証明書は自分で更新されます。することはありません。",
        ),
        english="How PCs come to trust the box; the clinic's own server certificate.",
    ),
    "desk.backup_page": PageHelp(
        "バックアップ",
        "/desk/backups",
        "装置が壊れても戻せるように、暗号化した控えを1つのファイルにします。",
        (
            "最後に作った日時を確かめます。7日より前なら作ります。",
            "パスフレーズを2回入れ、ダウンロードします。",
            "ファイルとパスフレーズの控えを、装置とは別々の場所に保管します。",
        ),
        english="One encrypted file of what a box cannot get again. Keep it, and its pass phrase, away from the box.",
    ),
    "desk.retention_page": PageHelp(
        "残す期間と消した記録",
        "/desk/retention",
        "患者さんの情報を、何のために、いつまで残すか。期間を過ぎたものは自動で消します。",
        (
            "期間を変えるときは「期間を変える」から設定を開きます。",
            "「最後に消した」で、いつ何件を消したかを確かめます。",
            "古いバックアップは、期間に合わせて捨てます。",
        ),
        english="How long what is known about patients is kept and why, and what was removed. Throw old backups away yourself.",
    ),
    "statistics": PageHelp(
        "統計とお金",
        "/statistics",
        "マイナ保険証の利用率、うまくいかなかったこと、加算を月ごとに見ます。",
        (
            "月を選び、利用率と件数を確かめます。",
            "「うまくいかなかったこと」で、多い原因から手を打ちます。",
            "利用率が低いときは、印刷物の「次回のお願い」をお渡しします。",
        ),
        english="The use rate of the card, what went wrong and the points, month by month.",
    ),
    "disaster": PageHelp(
        "災害時モード",
        "/disaster",
        "災害のとき、カードのない方の薬や診療の情報を、有資格者が調べます。",
        (
            "管理者が地域と期間を決めて開きます。",
            "氏名、生年月日、性別で探し、口頭の同意を記録します。",
            "見た人と理由が残ります。24時間で結果は消えます。",
        ),
        english="In a disaster, medical staff find people without their card. Who looked is recorded.",
    ),
    "clinical": PageHelp(
        "診療",
        "/clinical",
        "リーダーで同意した方のお薬、診療・手術、健診を、有資格者が見ます。見られるのは同意から24時間です。",
        (
            "一覧から患者さんを選び、「お薬」「診療・手術」「健診」を押すと、センターに照会します。",
            "期間と「どこで」でしぼり込みます。■は同じ成分が2か所から出ている印、▲▼は基準の外の印です。どれも目安です。",
            "回線が止まっているときは、戻りしだい自動で出ます。",
            "開いたことと印刷したことは記録されます。5分触らないと閉じます。",
        ),
        (("/", "お名前でさがす"),),
        "Qualified staff read drugs, treatments and checkups of patients who agreed, for 24 hours. Each opening is recorded.",
    ),
    "clinical.emergency_page": PageHelp(
        "緊急時の閲覧",
        "",
        "有資格者がいないなど、いますぐ必要なときだけ、同意した患者さん1人の、この装置にもうある情報を決められた時間だけ見ます。",
        (
            "理由を選び、何があったかを書き、ご自分のパスワードを入れます。",
            "患者さんを1人選びます。あとから変えられません。",
            "済んだら「閲覧を終える」を押します。管理者があとで1件ずつ確かめます。",
        ),
        (),
        "In an emergency only: what this box already holds of one patient who agreed, for some minutes, for a reason. Reviewed by an administrator.",
    ),
    "second": PageHelp(
        "2段階認証",
        "/second",
        "パスワードのあと、スマートフォンの認証アプリのコードかパスキーで、サインインのたびに一度確かめます。",
        (
            "最初の一度だけ、管理者から受け取った登録コードを入れて登録し、回復コードを紙に控えます。",
            "認証アプリのコードは30秒ごとに変わり、一度しか使えません。",
            "パスキーは、登録したときと同じ名前で装置を開いたときに使えます。",
            "どちらもなくしたときは回復コードを使い、管理者にリセットを頼みます。",
        ),
        english="A code of an authenticator app or a passkey, once for each sign-in. The first one is set up with a code from an administrator.",
    ),
    "printing": PageHelp(
        "印刷物",
        "/printing",
        "掲示、患者さんにお渡しする紙、職員用の紙を、今日の決まりで作ります。",
        ("一覧から選びます。", "文を押して、要るところを書き直します。", "A4で印刷します。"),
        (_PRINT,),
        "Notices, slips and cards on A4, made from the rules of the day. Text can be changed before printing.",
    ),
    "help": PageHelp(
        "ヘルプ",
        "/help",
        "画面の使い方と、エラーや困りごとの調べ方です。",
        ("画面の名前を選ぶと、使い方が出ます。", "「困ったことを調べる」に、コードか言葉を入れます。"),
        english="How each page is used, and looking up an error or a symptom.",
    ),
    "help.duty": PageHelp(
        "義務と経過措置",
        "/help/duty",
        "オンライン資格確認の導入がだれの義務か、どんな猶予があったか、導入が止まったときにすることを示します。",
        (
            "いまの決まりで、医院がどれに当たるかを見ます。",
            "猶予の期限が過ぎていないかを確かめます。",
            "止まっているものを選び、上から順に進めます。届く日や期限は「備品と期限」に書くと、近づいたときにわかります。",
        ),
        english="Who must check insurance online since when, which delays were granted, and what to do when setting up stands still.",
    ),
    "help.troubles": PageHelp(
        "困ったことを調べる",
        "/help/troubles",
        "コード、画面の言葉、見えている症状から、原因と最初にすることを探します。装置につながらなくなっても、開いたページで探せます。",
        (
            "コード（例: CARD-001）か、言葉（例: 暗証番号 忘れた）を入れます。",
            "いちばん上の項目の「受付では」を読みます。",
            "直らないときは「保守では」の文を、電話で保守の方に伝えます。",
        ),
        (("/", "検索の欄へ"),),
        "Look up a code or describe what you see. It also works while the page is open and the box cannot be reached.",
    ),
}
"""By the name of the page's view, or of its area."""

GENERAL = PAGES["help"]


@dataclass(frozen=True)
class TourStep:
    """One stop of the tour: a page and what to see there."""

    path: str
    title: str
    text: str


TOUR = (
    TourStep(
        "/",
        "受付の一覧",
        "カードが置かれると、ここに結果が出ます。デモでは、端末から madoguchi demo card insert を実行すると、カードを置いたことになります。",
    ),
    TourStep("/?enter=new", "書類の方", "資格確認書などの番号は、右の欄に入れて照会します。キーは N です。"),
    TourStep(
        "/fallback",
        "確認できないとき",
        "2つの質問に答えると、次に受け付けられる書類と、集める割合が出ます。キーは G です。",
    ),
    TourStep(
        "/help/troubles",
        "困ったことを調べる",
        "エラーのコードや「読めない」などの言葉で、最初にすることを探せます。",
    ),
    TourStep(
        "/printing", "印刷物", "掲示や申立書は、今日の決まりで作られます。F1 キーで、いつでも案内が開きます。"
    ),
)


def help_of(endpoint: str) -> PageHelp:
    """The help of a view (`tasks.month`): its own, that of its area, or the general one."""
    return PAGES.get(endpoint) or PAGES.get(endpoint.partition(".")[0]) or GENERAL
