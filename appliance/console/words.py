"""The page's words. A monitor at the box gets the English ones: Linux draws its console with 512 glyphs at most, no kanji among them."""

from dataclasses import dataclass

from appliance.console.facts import State


@dataclass(frozen=True)
class Words:
    """One language. `says` has a sentence for each state: what is so, and what to do."""

    says: dict[State, str]
    clinic: str
    pages: str
    certificate: str
    codes: str
    more: str
    scan: str
    setup_code: str
    no_address: str
    version: str
    slot: str


LARGE = {
    State.READY: "READY",
    State.LOOK: "LOOK",
    State.OFFLINE: "LINE DOWN",
    State.NEW: "SET UP",
    State.FIRST: "SET UP",
    State.STARTING: "STARTING",
    State.LOST: "RESTORE",
    State.BROKEN: "STOPPED",
}

ENGLISH = Words(
    says={
        State.READY: "Reception works.",
        State.LOOK: "Reception works. Something wants a person: see the codes.",
        State.OFFLINE: "The center does not answer. Reception goes on: checks wait and are asked later by themselves.",
        State.NEW: "Nobody has set up this box yet. Plug in a stick labelled CONFIG.",
        State.FIRST: "Open /start at one of the addresses below and type the set-up code.",
        State.STARTING: "Starting. This takes a minute or two.",
        State.LOST: "The box's records are broken and there is no good copy. Open /start at one of the addresses below, type the set-up code, and give it a backup.",
        State.BROKEN: "A part of the box does not work. Note the codes and call whoever maintains it.",
    },
    clinic="Clinic",
    pages="Pages",
    certificate="Fingerprint of the box's CA (SHA-256)",
    codes="Codes",
    more="and {count} more",
    scan="Scan to trust this box",
    setup_code="set-up code",
    no_address="no address: is the network cable plugged in?",
    version="version",
    slot="slot",
)

JAPANESE = Words(
    says={
        State.READY: "受付できます。",
        State.LOOK: "受付できます。人が見るものがあります。コードをご覧ください。",
        State.OFFLINE: "センターから応答がありません。受付は続けられます。照会は待っていて、あとで自動で行います。",
        State.NEW: "まだ設定されていません。CONFIGという名前のUSBメモリーを差してください。",
        State.FIRST: "PCで下のアドレスの /start を開き、セットアップコードを入れてください。",
        State.STARTING: "起動しています。1〜2分かかります。",
        State.LOST: "装置の記録が壊れ、戻せる控えがありません。PCで下のアドレスの /start を開き、セットアップコードを入れて、バックアップから戻してください。",
        State.BROKEN: "装置の一部が動いていません。コードを控えて、保守の担当者にご連絡ください。",
    },
    clinic="医療機関",
    pages="画面",
    certificate="装置のCAの指紋（SHA-256）",
    codes="コード",
    more="ほか{count}件",
    scan="この装置を信頼する手順",
    setup_code="セットアップコード",
    no_address="アドレスがありません。LANケーブルをご確認ください。",
    version="版",
    slot="面",
)
