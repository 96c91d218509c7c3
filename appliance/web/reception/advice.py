"""What to do next, in one or two sentences for each answer that is not simply valid. Nothing here ever blocks care."""

from datetime import date

from appliance.eligibility.catalogue import CATALOGUE
from appliance.eligibility.charset import WHY_LABELS, OddCharacter, Why, odd_characters
from appliance.eligibility.codes import QualificationValidity, label
from appliance.eligibility.evidence import CertificateStatus
from appliance.eligibility.message import Qualification, ResultMessage
from appliance.eligibility.message_xml import UNMAPPABLE
from appliance.eligibility.rules.copayment import compare_ratio
from appliance.eligibility.rules.packaged_book import packaged_book
from appliance.eligibility.rules.variants import variants
from appliance.eligibility.said import said
from appliance.eligibility.wording import day_of, spoken_date, spoken_day
from appliance.ledger import dead_letters
from appliance.ledger.checks import Check, CheckState, Origin
from appliance.ledger.times import clinic_day

_FALLBACK = "どれもないときは、再診なら口頭で変わりがないことを確かめ、初診なら被保険者資格申立書を書いていただいて受け付けられます。"
_NEW_INSURANCE = (
    "新しい保険の資格確認書か、マイナポータルの資格情報の画面（カードと一緒に）をお持ちか伺ってください。"
)
_BY_VALIDITY: dict[str, tuple[str, ...]] = {
    QualificationValidity.INVALID: (_NEW_INSURANCE, _FALLBACK),
    QualificationValidity.INVALID_NEWER_EXISTS: (
        "新しい保険に切り替わっています。マイナ保険証か、新しい資格確認書を見せていただいてください。",
        _FALLBACK,
    ),
    QualificationValidity.SEVERAL: (
        "資格が複数見つかりました。枝番を入れて照会し直すか、下の資格から書類と合うものを選んでください。",
    ),
    QualificationValidity.VALID_UNREGISTERED: (
        "医療扶助の資格はありますが、医療券がまだ登録されていません。月の前半はよくあることです。",
        "後日もう一度照会し、月末になっても出ないときは福祉事務所にお問い合わせください。",
    ),
}
_DEATH, _PUBLIC_ASSISTANCE = "01", "02"
_BY_LOSS: dict[str, tuple[str, ...]] = {
    _DEATH: (
        "センターの記録では、お亡くなりになったことになっています。ご本人がいらしているときは、保険者にお問い合わせください。",
    ),
    _PUBLIC_ASSISTANCE: (
        "医療扶助に切り替わっています。マイナンバーカードで照会し直すか、福祉事務所の医療券を確かめてください。",
        _FALLBACK,
    ),
}
_NONE_TYPED = (
    "番号と生年月日を、もう一度書類と見比べてください。1文字でも違うと見つかりません。",
    "合っているときは、保険者の登録がまだのことがあります。マイナ保険証で確かめるか、書類で受け付けてください。",
    _FALLBACK,
)
_NONE_CARD = (
    "カードに結び付いた資格が見つかりません。資格確認書か、資格情報のお知らせ（カードと一緒に）をお持ちか伺ってください。",
    _FALLBACK,
)
_WAITING = (
    "このまま診察へご案内できます。急ぎ確かめたいときは資格確認書、資格情報のお知らせとカード、前回の情報の順に使えます。",
)


def next_steps(check: Check, result: ResultMessage | None) -> tuple[str, ...]:
    """Sentences for reception, the most useful first; empty when there is nothing to do."""
    if check.state is CheckState.WAITING:
        entry = CATALOGUE.get(check.trouble_code or "")
        return ((entry.reception,) if entry else ()) + _WAITING
    if check.state is CheckState.WITHDRAWN:
        return ("この照会は取り下げました。必要なときは、もう一度照会してください。",)
    if check.state is CheckState.REFUSED:
        if check.given_up_at is not None:
            return _given_up(check)
        entry = CATALOGUE.get(check.trouble_code or "")
        return (entry.reception if entry else "内容を直して、もう一度照会してください。",)
    if check.state is not CheckState.ANSWERED:
        return ()
    return _answered(check, result)


def _given_up(check: Check) -> tuple[str, ...]:
    """What failed in the end is said as well; a レセコン that asked has been told and hears nothing more."""
    reason = CATALOGUE.get(check.reason_code or "")
    found = [CATALOGUE[check.trouble_code or ""].reception]
    if reason is not None and check.trouble_code == dead_letters.GIVEN_UP:
        found.append(said("最後の失敗: {title}（{code}）", title=reason.title, code=reason.code))
    if check.origin is Origin.FOLDER:
        found.append(
            "レセコンには、回答がないことを伝えました。この先の回答はレセコンに届かないため、レセコンからも照会し直してください。"
        )
    return tuple(found)


def notices(check: Check, result: ResultMessage | None) -> tuple[str, ...]:
    """What to mind although it is no failure: a certificate about to end, a ● in a name."""
    found = []
    evidence = check.evidence
    if evidence and evidence.certificate_status is CertificateStatus.NEARLY_EXPIRED:
        found.append(
            said(
                "カードの電子証明書の期限が近づいています（{expires_on}）。市区町村の窓口で更新できることをお伝えください。",
                expires_on=spoken_day(evidence.expires_on),
            )
        )
    if evidence and evidence.certificate_status is CertificateStatus.GRACE:
        found.append(
            "カードの電子証明書の期限が切れています。3か月以内なので資格の確認だけできます。更新をお勧めしてください。"
        )
    if any(_has_unmappable(item) for item in _qualifications(result)):
        found.append(
            said(
                "氏名の「{unmappable}」は、センターが扱えない漢字です。誤りではありません。カルテの漢字をそのままお使いください。",
                unmappable=UNMAPPABLE,
            )
        )
    if check.is_by_numbers_instead:
        found.append(
            "カードの記録が古くセンターが受け付けないため、前回わかった番号での照会です。お薬や診療の情報への同意は付いていません。"
        )
    found += _odd_shares(_qualifications(result), clinic_day(check.answered_at or check.received_at))
    found += _unclaimable(_qualifications(result), clinic_day(check.answered_at or check.received_at))
    return tuple(found)


def _odd_shares(items: tuple[Qualification, ...], day: date) -> list[str]:
    """A share that the age does not allow was wrong often enough to be asked about."""
    found = []
    for item in items:
        born, elderly = day_of(item.birthdate), item.elderly_recipient_certificate_info
        ratio = elderly.elderly_recipient_contribution_ratio if elderly else None
        if born is not None and born <= day:
            told = ratio or item.insured_partial_contribution_ratio
            found.append(compare_ratio(packaged_book(), born, day, told).sentence)
    return [sentence for sentence in found if sentence]


def _unclaimable(items: tuple[Qualification, ...], day: date) -> list[str]:
    """One sentence for each character of the names that a claim cannot carry; a person decides what to write."""
    known = variants(packaged_book(), day)
    names = "".join(
        text or "" for item in items for text in (item.name, item.insured_name, item.name_of_other)
    )
    odd = {one.character: one for one in odd_characters(names, known) if one.why is not Why.GAP}
    return [_odd_character(one) for one in odd.values()]


def _odd_character(one: OddCharacter) -> str:
    if not one.suggestion:
        return said(
            "氏名の「{character}」: {why}カルテの字は変えていません。",
            character=one.character,
            why=WHY_LABELS[one.why],
        )
    return said(
        "氏名の「{character}」: {why}書き換えるときの候補は「{suggestion}」です。カルテの字は変えていません。",
        character=one.character,
        why=WHY_LABELS[one.why],
        suggestion=one.suggestion,
    )


def _answered(check: Check, result: ResultMessage | None) -> tuple[str, ...]:
    validity = check.qualification_validity or ""
    if validity == QualificationValidity.VALID:
        return ()
    if validity == QualificationValidity.NONE:
        return _NONE_CARD if check.origin is Origin.CARD else _NONE_TYPED
    if validity == QualificationValidity.INVALID:
        return _lost(result)
    unknown = (
        "見慣れない結果です。下の内容を確かめ、わからないときはセンターにお問い合わせください。",
        _FALLBACK,
    )
    return _BY_VALIDITY.get(validity, unknown)


def _lost(result: ResultMessage | None) -> tuple[str, ...]:
    usual = _BY_VALIDITY[QualificationValidity.INVALID]
    for item in _qualifications(result):
        if item.disqualification_date:
            reason = item.reason_of_loss or ""
            cause = said("（理由: {label}）", label=label("OQSCD008", reason)) if reason else ""
            day = spoken_date(item.disqualification_date)
            return (
                said("{day}に資格を喪失しています{cause}。", day=day, cause=cause),
                *_BY_LOSS.get(reason, usual),
            )
    return usual


def _qualifications(result: ResultMessage | None) -> tuple[Qualification, ...]:
    return result.message_body.result_list if result else ()


def _has_unmappable(item: Qualification) -> bool:
    return any(UNMAPPABLE in (text or "") for text in (item.name, item.insured_name, item.name_of_other))
