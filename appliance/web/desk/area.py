"""The blueprint of the desk, its pages for the menu, and what its forms share."""

from dataclasses import dataclass

from flask import Blueprint

from appliance.ledger.accounts import Role
from appliance.web import guard

KEEPERS = (Role.ADMINISTRATOR, Role.MAINTENANCE)
"""Who may change how the box is set up."""

ADMINISTRATORS = (Role.ADMINISTRATOR,)
"""Who answers for the clinic: accounts, and who did what."""

blueprint = Blueprint(
    "desk",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/desk/static",
)


@dataclass(frozen=True)
class DeskPage:
    """One page in the menu: `key` is what its template calls itself, `says` one sentence of what it is for."""

    key: str
    path: str
    label: str
    says: str
    roles: tuple[Role, ...] = KEEPERS


PAGES = (
    DeskPage("start", "/desk", "準備と管理", "準備がどこまで済んだかと、次にすること。"),
    DeskPage("health", "/desk/health", "装置の点検", "どこか悪いところがあるか、すること、今朝の点検。"),
    DeskPage("readers", "/desk/readers", "カードリーダー", "状態、点検、機種と保証、使う・使わない。"),
    DeskPage(
        "compare",
        "/desk/readers/compare",
        "機種をくらべる",
        "機種の違いと、置き場所に合うか。",
        guard.STAFF,
    ),
    DeskPage("certificate", "/desk/certificate", "電子証明書", "期限、新しい証明書の取り込みと切り替え。"),
    DeskPage(
        "guide", "/desk/certificate/guide", "更新の手順", "証明書の更新を順に。印刷できます。", guard.STAFF
    ),
    DeskPage("tls", "/desk/tls", "画面の暗号化", "PCの警告を消す手順、医院のサーバー証明書。"),
    DeskPage("line", "/desk/line", "回線", "センターへの回線の様子と、月ごとの記録。", guard.STAFF),
    DeskPage(
        "consumers", "/desk/consumers", "連携先", "結果を渡す電子カルテとレセコン、渡すファイル、予約の一覧。"
    ),
    DeskPage(
        "accounts", "/desk/accounts", "アカウント", "だれが何の役割でサインインできるか。", ADMINISTRATORS
    ),
    DeskPage(
        "maintenance",
        "/desk/maintenance",
        "保守の許可",
        "保守の担当者が入れる時間を決める、すぐに終える。",
        ADMINISTRATORS,
    ),
    DeskPage("screens", "/desk/screens", "患者さんの画面", "リーダーのそばのタッチ画面をつなぐ・外す。"),
    DeskPage(
        "settings", "/desk/settings", "設定", "時刻や待つ時間など、医院で変えられるもの。元に戻せます。"
    ),
    DeskPage("trial", "/desk/trial", "運用テスト", "使い始める前に順に確かめ、記録を印刷します。"),
    DeskPage("assets", "/desk/assets", "備品と期限", "回線、端末、保証、契約が、いつまでか。"),
    DeskPage(
        "backups",
        "/desk/backups",
        "バックアップ",
        "最後にいつ作ったか、新しく作る、復元のしかた。",
        ADMINISTRATORS,
    ),
    DeskPage(
        "support",
        "/desk/support",
        "保守用の記録",
        "困ったときに保守の担当者へ渡す、患者さんの情報のない記録。",
    ),
    DeskPage(
        "reset",
        "/desk/reset",
        "初期化",
        "鍵と記録をすべて消し、はじめの状態に戻します。",
        ADMINISTRATORS,
    ),
    DeskPage(
        "update",
        "/desk/update",
        "更新",
        "動いている版、新しい版を入れる、再起動の時刻。",
        ADMINISTRATORS,
    ),
    DeskPage(
        "retention",
        "/desk/retention",
        "残す期間と消した記録",
        "患者さんの情報を、いつまで残し、いつ消したか。",
    ),
    DeskPage("audit", "/desk/audit", "操作の記録", "だれが、いつ、何をしたか。", ADMINISTRATORS),
    DeskPage(
        "security",
        "/desk/security-checklist",
        "安全の点検票",
        "立入検査のチェックリストのうち、この装置のことを書き込んだ紙。印刷できます。",
        ADMINISTRATORS,
    ),
    DeskPage(
        "review",
        "/desk/audit/review",
        "記録の月ごとの確認",
        "アカウントごとのまとめを見て、確認済みにする。",
        ADMINISTRATORS,
    ),
    DeskPage(
        "emergency",
        "/desk/emergency",
        "緊急時の閲覧の確認",
        "だれが、なぜ医療情報を緊急に開いたかを確かめる。",
        ADMINISTRATORS,
    ),
    DeskPage(
        "trail",
        "/desk/audit/state",
        "記録の状態",
        "記録が書きかえられていないか、署名の控え。",
        ADMINISTRATORS,
    ),
    DeskPage(
        "disaster", "/desk/disaster", "災害時モード", "開く・延ばす・終える、だれが見たか。", ADMINISTRATORS
    ),
)


@blueprint.app_context_processor
def _menu() -> dict[str, object]:
    """The pages that whoever is signed in may open."""
    account = guard.account()
    role = account.role if account else None
    return {"desk_pages": tuple(page for page in PAGES if role in page.roles)}
