"""What a look at the trail found, as sentences for administrator and engineer."""

from collections.abc import Callable

from appliance.eligibility.said import said
from appliance.ledger.trail.verifying import Fault, Finding, Restored

_SENTENCES: dict[Fault, Callable[[Finding], str]] = {
    Fault.CHANGED: lambda one: said(
        "記録 {seq} が、書かれたときと違います。書きかえ、差し込み、または入れ替えです。", seq=one.seq
    ),
    Fault.MISSING: lambda one: said("記録 {detail} が消えています。", detail=one.detail),
    Fault.END_MISSING: lambda one: said("最後の記録 {detail} が消えています。", detail=one.detail),
    Fault.REWRITTEN: lambda one: said(
        "記録 {detail} のどれかが書きかえられ、つながりも作り直されています。", detail=one.detail
    ),
    Fault.REPLACED: lambda one: said(
        "{detail}の署名に合う記録がありません（記録 {seq} から）。台帳が切り詰められたか、別のものに置きかえられています。",
        detail=one.detail,
        seq=one.seq,
    ),
    Fault.HEAD_FORGED: lambda one: said(
        "この装置の署名ではないものがあります（{detail}番目）。", detail=one.detail
    ),
    Fault.HEAD_MISSING: lambda one: said("日ごとの署名が欠けています（{detail}）。", detail=one.detail),
    Fault.KEY: lambda one: said(
        "記録 {seq} から、署名の鍵が変わっています。復元の記録はありません。", seq=one.seq
    ),
    Fault.CUT: lambda one: said("記録 {seq} までが、決まりによらずに消されています。", seq=one.seq),
    Fault.UNSIGNED: lambda one: said(
        "記録 {seq} から、2日より長く署名されていません。syncが止まっていないか確かめてください。",
        seq=one.seq,
    ),
    Fault.UNGUARDED: lambda one: said(
        "台帳から、記録を守る仕組みが外されています（{detail}）。", detail=one.detail
    ),
}


def finding_words(found: Finding) -> str:
    """One finding."""
    return _SENTENCES[found.fault](found)


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
