"""What a look at the trail found, as sentences for administrator and engineer."""

from appliance.eligibility.said import said
from appliance.ledger.trail.verifying import Fault, Finding, Restored

_SENTENCES = {
    Fault.CHANGED: "記録 {seq} が、書かれたときと違います。書きかえ、差し込み、または入れ替えです。",
    Fault.MISSING: "記録 {detail} が消えています。",
    Fault.END_MISSING: "最後の記録 {detail} が消えています。",
    Fault.REWRITTEN: "記録 {detail} のどれかが書きかえられ、つながりも作り直されています。",
    Fault.REPLACED: "{detail}の署名に合う記録 {seq} がありません。台帳が切り詰められたか、別のものに置きかえられています。",
    Fault.HEAD_FORGED: "この装置の署名ではないものがあります（{detail}番目）。",
    Fault.HEAD_MISSING: "日ごとの署名が欠けています（{detail}）。",
    Fault.KEY: "記録 {seq} から、署名の鍵が変わっています。復元の記録はありません。",
    Fault.CUT: "記録 {seq} までが、決まりによらずに消されています。",
    Fault.UNSIGNED: "記録 {seq} から、2日より長く署名されていません。syncが止まっていないか確かめてください。",
    Fault.UNGUARDED: "台帳から、記録を守る仕組みが外されています（{detail}）。",
}


def finding_words(found: Finding) -> str:
    """One finding."""
    return said(_SENTENCES[found.fault], seq=found.seq, detail=found.detail)


def restored_words(one: Restored) -> str:
    """One backup that was put in: no fault, but rows of the time in between may be gone."""
    if not one.heads_of_before:
        return said("{moment} にバックアップから復元しました（記録 {seq}）。", moment=one.moment, seq=one.seq)
    return said(
        "{moment} にバックアップから復元しました（記録 {seq}）。復元の前の{count}日分の記録は、この台帳にありません。",
        moment=one.moment,
        seq=one.seq,
        count=one.heads_of_before,
    )
