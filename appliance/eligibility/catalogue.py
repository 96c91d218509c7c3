"""The trouble catalogue: one row a code, advice for the reception beside advice for the engineer."""

from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """Whose fault a trouble is. Always said, because the phone call that follows depends on it."""

    CARD = "card"
    READER = "reader"
    LINE = "line"
    CENTER = "center"
    COVERAGE = "coverage"
    BOX = "box"
    INPUT = "input"


FAULT_LABELS = {
    Fault.CARD: "カード",
    Fault.READER: "カードリーダー",
    Fault.LINE: "回線",
    Fault.CENTER: "センター",
    Fault.COVERAGE: "保険資格",
    Fault.BOX: "この装置",
    Fault.INPUT: "入力内容",
}


@dataclass(frozen=True)
class Entry:
    """One row: what a code means, whether asking again can help, and what to do about it."""

    code: str
    fault: Fault
    retryable: bool
    title: str
    reception: str
    engineer: str


_ROWS = (
    # card on the reader
    Entry(
        "CARD-001",
        Fault.CARD,
        True,
        "カードを読み取れません",
        "カードをケースから出し、リーダーに置き直していただいてください。続くときは資格確認書で受け付けてください。",
        "別のカードで試し、読めればカードの不良、読めなければリーダーの不良です。",
    ),
    Entry(
        "CARD-002",
        Fault.CARD,
        False,
        "マイナンバーカードではありません",
        "マイナンバーカードを置いていただいてください。お持ちでなければ資格確認書で受け付けてください。",
        "公的個人認証APを選択できないカードです（6A82）。",
    ),
    Entry(
        "CARD-003",
        Fault.CARD,
        True,
        "読み取りの途中でカードが離れました",
        "カードを置き直し、案内が出るまで動かさないようお伝えください。",
        "通信エラー後は新しい接続で最初から読み直します。続くときはリーダーの設置場所（金属板など）を確かめてください。",
    ),
    Entry(
        "CARD-004",
        Fault.CARD,
        True,
        "暗証番号が違います",
        "残り回数をお伝えし、もう一度入力していただいてください。",
        "VERIFYが63Cxを返しました。",
    ),
    Entry(
        "CARD-005",
        Fault.CARD,
        False,
        "暗証番号はあと1回でロックされるため、受け付けません",
        "暗証番号は使わず、目視確認または資格確認書で受け付けてください。",
        "残り1回では本機からVERIFYを送りません。市区町村の窓口で初期化できます。",
    ),
    Entry(
        "CARD-006",
        Fault.CARD,
        False,
        "暗証番号がロックされています",
        "目視確認または資格確認書で受け付けてください。ロックは市区町村の窓口で解除できます。",
        "残り回数0または6984です。",
    ),
    Entry(
        "CARD-007",
        Fault.CARD,
        False,
        "カードの電子証明書の期限が切れています",
        "資格確認書で受け付けてください。電子証明書は市区町村の窓口で更新できます。",
        "有効期間の満了から3か月を過ぎた利用者証明用電子証明書です。",
    ),
    Entry(
        "CARD-008",
        Fault.CARD,
        False,
        "カードの電子証明書を確認できません",
        "資格確認書で受け付けてください。",
        "信頼する認証局の署名でないか、証明書の形が正しくありません。trust/card の認証局を確かめてください。",
    ),
    Entry(
        "CARD-009",
        Fault.CARD,
        False,
        "カードの署名が正しくありません",
        "資格確認書で受け付けてください。",
        "チャレンジへの署名が証明書の公開鍵で検証できません。偽造または故障のおそれがあります。",
    ),
    Entry(
        "CARD-010",
        Fault.CARD,
        False,
        "スマートフォンには、まだ対応していません",
        "マイナンバーカードを置いていただいてください。",
        "トークン情報がスマートフォンのものです。",
    ),
    Entry(
        "CARD-011",
        Fault.CARD,
        False,
        "有効期間が始まっていない電子証明書です",
        "資格確認書で受け付けてください。",
        "証明書の開始日時が本機の時刻より後です。本機の時刻も確かめてください。",
    ),
    Entry(
        "CARD-012",
        Fault.CARD,
        False,
        "カードに利用者証明用電子証明書がありません",
        "資格確認書で受け付けてください。電子証明書は市区町村の窓口で発行できます。",
        "JPKIのEF 000Aがないか空です。証明書が発行されていないカードです。",
    ),
    # reader and its service
    Entry(
        "READER-001",
        Fault.READER,
        True,
        "カードリーダーが見つかりません",
        "リーダーのUSBケーブルを挿し直してください。その間は資格確認書で受け付けられます。",
        "pcscdの一覧に登録済みのリーダーがありません。",
    ),
    Entry(
        "READER-002",
        Fault.READER,
        True,
        "カードリーダーのサービスが応答しません",
        "自動で復旧を試みています。1分待っても戻らないときは装置を再起動してください。",
        "pcscdに接続できません。systemctl status pcscd を確かめてください。",
    ),
    Entry(
        "READER-003",
        Fault.READER,
        True,
        "カードリーダーがほかの処理で使用中です",
        "少し待ってから、カードを置き直していただいてください。",
        "排他接続に失敗しました（0x8010000B）。ほかにPC/SCを使うプログラムがないか確かめてください。",
    ),
    # visit
    Entry(
        "VISIT-001",
        Fault.INPUT,
        False,
        "この操作の受付はすでに終わっています",
        "カードを置き直していただいてください。",
        "画面の来院番号と装置の来院番号が一致しません。",
    ),
    Entry(
        "VISIT-002",
        Fault.INPUT,
        False,
        "操作がないため終了しました",
        "カードを置き直していただいてください。",
        "時間切れです。",
    ),
    Entry(
        "VISIT-003",
        Fault.INPUT,
        False,
        "取り消されました",
        "必要なときは、カードを置き直していただいてください。",
        "患者または係員が取り消しました。",
    ),
    Entry(
        "VISIT-004",
        Fault.COVERAGE,
        False,
        "保険資格の確認が必要です",
        "受付画面の照会結果を確かめ、次の書類をご案内ください。",
        "センターの回答が有効以外でした。資格有効性を確かめてください。",
    ),
    # line and center
    Entry(
        "LINE-001",
        Fault.LINE,
        True,
        "センターに接続できません",
        "受付はそのまま続けられます。回線が戻ると自動で照会します。",
        "名前解決、経路、TCP接続の順に確かめてください。",
    ),
    Entry(
        "LINE-002",
        Fault.LINE,
        True,
        "センターの応答が時間内にありません",
        "受付はそのまま続けられます。自動で照会し直します。",
        "時間制限内に応答が届きませんでした。回線の遅延かセンターの混雑です。",
    ),
    Entry(
        "LINE-003",
        Fault.LINE,
        True,
        "センターの応答が途中で切れました",
        "受付はそのまま続けられます。自動で照会し直します。",
        "応答の途中で接続が切れました。",
    ),
    Entry(
        "CENTER-001",
        Fault.CENTER,
        True,
        "センターの証明書を確認できません",
        "受付はそのまま続けられます。管理者にお知らせください。",
        "接続先の証明書が trust/center の認証局で検証できません。接続先を確かめるまで照会は送りません。",
    ),
    Entry(
        "CENTER-002",
        Fault.CENTER,
        True,
        "センターの応答を読み取れません",
        "受付はそのまま続けられます。自動で照会し直します。",
        "応答が決められたXMLの形ではありません。",
    ),
    Entry(
        "CENTER-003",
        Fault.CENTER,
        True,
        "センターは受付時間外です",
        "受付時間になると自動で照会します。",
        "センターが時間外を返しました。",
    ),
    Entry(
        "CENTER-004",
        Fault.CENTER,
        False,
        "センターが照会を受け付けませんでした",
        "表示されたメッセージを確かめ、内容を直してもう一度照会してください。",
        "処理結果区分9です。エラーコードとメッセージを控えてください。",
    ),
    Entry(
        "CENTER-005",
        Fault.CENTER,
        False,
        "センターがこの医療機関の証明書を受け付けません",
        "管理者にお知らせください。受付はそのまま続けられます。",
        "クライアント証明書の期限と医療機関コードを確かめてください。",
    ),
    Entry(
        "CENTER-006",
        Fault.CENTER,
        True,
        "センターで障害が起きています",
        "受付はそのまま続けられます。自動で照会し直します。",
        "HTTPの状態コードが200ではありません。",
    ),
    # box
    Entry(
        "BOX-001",
        Fault.BOX,
        False,
        "設定ファイルを読めません",
        "管理者にお知らせください。",
        "box.toml の場所と書式を確かめてください。",
    ),
    Entry(
        "BOX-002",
        Fault.BOX,
        False,
        "医療機関の証明書を読めません",
        "管理者にお知らせください。",
        "PKCS#12ファイルとパスフレーズを確かめてください。",
    ),
    Entry(
        "BOX-003",
        Fault.BOX,
        True,
        "装置の中の連携が止まっています",
        "1分待っても戻らないときは装置を再起動してください。",
        "devicesのプロセスに接続できません。",
    ),
    Entry(
        "BOX-004",
        Fault.BOX,
        True,
        "ディスクに書き込めません",
        "管理者にお知らせください。受付の内容は失われていません。",
        "空き容量と権限を確かめてください。",
    ),
    Entry(
        "BOX-005",
        Fault.BOX,
        True,
        "装置の中で予期しない誤りが起きました",
        "もう一度お試しください。続くときは管理者にお知らせください。",
        "ログに記録があります。時刻とコードを控えて開発元にお知らせください。",
    ),
    Entry(
        "BOX-006",
        Fault.BOX,
        True,
        "開いている画面が多すぎます",
        "使っていない受付の画面を閉じてください。",
        "同時に開ける画面の数を超えたか、装置が停止の途中です。",
    ),
    Entry(
        "BOX-007",
        Fault.BOX,
        False,
        "センターの接続先が設定されていません",
        "管理者にお知らせください。受付はそのまま続けられます。",
        "box.toml の center_url に https:// で始まる接続先を書き、sync を再起動してください。",
    ),
    # input and messages
    Entry(
        "INPUT-001",
        Fault.INPUT,
        False,
        "入力に誤りがあります",
        "赤い欄を直してください。",
        "入力検査に合わない値です。",
    ),
    Entry(
        "INPUT-002",
        Fault.INPUT,
        False,
        "XMLを読み取れません",
        "依頼を作ったレセコンの担当者にお知らせください。",
        "整形式のXMLでないか、DTDを含むか、大きすぎます。",
    ),
    Entry(
        "INPUT-003",
        Fault.INPUT,
        False,
        "電文に必要な項目がありません",
        "依頼を作ったレセコンの担当者にお知らせください。",
        "資格確認要求の必須項目が欠けています。",
    ),
    Entry(
        "INPUT-004",
        Fault.INPUT,
        False,
        "医療機関コードがこの装置のものと違います",
        "依頼を作ったレセコンの設定を確かめてください。",
        "電文の医療機関コードと box.toml の医療機関コードが一致しません。",
    ),
    Entry(
        "INPUT-005",
        Fault.INPUT,
        False,
        "見つかりません",
        "一覧を開き直してください。",
        "指定された番号の行がありません。",
    ),
    Entry(
        "INPUT-006",
        Fault.INPUT,
        False,
        "いまはこの操作ができません",
        "照会の状態が変わっています。表示を確かめてください。",
        "照会中の取り下げ、カードの照会や終わっていない照会のやり直しはできません。",
    ),
    # consumers: broker and shared folder
    Entry(
        "BROKER-001",
        Fault.BOX,
        True,
        "電子カルテへの連携が止まっています",
        "受付はそのまま続けられます。結果は装置に残り、復旧すると自動で送ります。",
        "mosquittoに接続できません。madoguchi run broker が動いているか、ポートが重なっていないかを確かめてください。",
    ),
    Entry(
        "BROKER-002",
        Fault.BOX,
        False,
        "電子カルテへの連携が装置の接続を受け付けません",
        "管理者にお知らせください。結果は装置に残っています。",
        "mosquittoがアカウントか証明書を拒みました。brokerを再起動すると作り直されます。",
    ),
    Entry(
        "BROKER-003",
        Fault.BOX,
        False,
        "mosquittoがありません",
        "管理者にお知らせください。",
        "Debianのパッケージ mosquitto を入れてください。",
    ),
    Entry(
        "DELIVERY-001",
        Fault.INPUT,
        False,
        "電子カルテからの受領通知を読み取れません",
        "電子カルテの担当者にお知らせください。",
        "ackトピックの本文が contract/schema/ack.schema.json に合いません。delivery_id を持つJSONを送ってください。",
    ),
    Entry(
        "FOLDER-001",
        Fault.INPUT,
        False,
        "依頼ファイルの名前が使えません",
        "依頼を作ったレセコンの担当者にお知らせください。",
        "OQSsiquc01req_ のあとは半角英数字と _ と - だけで、64文字までです。",
    ),
    Entry(
        "FOLDER-002",
        Fault.INPUT,
        True,
        "依頼ファイルを開けません",
        "依頼を作ったレセコンの担当者にお知らせください。",
        "ファイルの権限か、ほかのプログラムによるロックを確かめてください。",
    ),
    # sign-in
    Entry(
        "AUTH-001",
        Fault.INPUT,
        False,
        "名前またはパスワードが違います",
        "もう一度入力してください。",
        "アカウントがないか、パスワードが一致しません。",
    ),
    Entry(
        "AUTH-002",
        Fault.INPUT,
        False,
        "サインインが必要です",
        "サインインしてください。",
        "セッションがないか、期限が切れています。",
    ),
    Entry(
        "AUTH-003",
        Fault.INPUT,
        False,
        "この操作の権限がありません",
        "管理者にお尋ねください。",
        "役割に許されていない操作です。",
    ),
    Entry(
        "AUTH-004",
        Fault.INPUT,
        True,
        "画面の有効期限が切れました",
        "画面を開き直してください。",
        "CSRFトークンが一致しません。",
    ),
    Entry(
        "AUTH-005",
        Fault.INPUT,
        True,
        "サインインの失敗が続きました",
        "5分ほど待ってから、もう一度お試しください。パスワードがわからないときは管理者にお尋ねください。",
        "同じ名前と接続元で5回失敗しました。5分後に解除されます。",
    ),
    # the demo's virtual world
    Entry(
        "DEMO-001",
        Fault.BOX,
        True,
        "デモの仮想装置が応答しません",
        "デモを起動し直してください。",
        "madoguchi demo が動いているか、--state の場所が正しいかを確かめてください。",
    ),
    Entry(
        "DEMO-002",
        Fault.INPUT,
        False,
        "デモへの指示に誤りがあります",
        "指示を確かめてください。",
        "人の番号、リーダーの番号、指示の名前を確かめてください。一覧は madoguchi demo people で出ます。",
    ),
    Entry(
        "DEMO-003",
        Fault.BOX,
        False,
        "デモの仮想装置が動きません",
        "デモを起動し直してください。",
        "状態フォルダの run/*.log を確かめてください。Debianの pcscd、vsmartcard-vpcd、util-linux が必要です。",
    ),
)

CATALOGUE: dict[str, Entry] = {row.code: row for row in _ROWS}
