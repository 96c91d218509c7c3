"""When insurance cannot be confirmed: the next steps that are accepted, in order, and never none.

The order is that of the fallback notice of 2023-07-10 as the dentists' association puts it for reception: portal and
card, notice and card, certificate, known data with an oral "no change", declaration and card. Which documents count on
a day is data (`rules/documents.toml`).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from appliance.eligibility.fallback_causes import CAUSES, Cause, CauseWords, Failure
from appliance.eligibility.fallback_money import (
    Claim,
    Payer,
    Share,
    claim_current,
    claim_former,
    claim_not_yet,
    claim_unknown,
    share_by_document,
    share_by_word,
)
from appliance.eligibility.rules.accepted import Acceptance, DocumentRow, Scheme, document_rule
from appliance.eligibility.rules.book import Rulebook
from appliance.eligibility.rules.points import VisitKind
from appliance.eligibility.said import joined, said


class Has(StrEnum):
    """What the patient has with them, or the clinic has of them; the values are documents of the rules."""

    CARD = "card"
    SMARTPHONE = "smartphone"
    PORTAL = "portal"
    NOTICE = "notice"
    CERTIFICATE = "certificate"
    INSURANCE_CARD = "insurance_card"
    EXPIRED_INSURANCE_CARD = "expired_insurance_card"
    TICKET = "ticket"
    KNOWN_DATA = "known_data"


class Form(StrEnum):
    """The form to print."""

    DECLARATION = "declaration"
    OUTAGE_MEMO = "outage-memo"


FORM_LABELS = {Form.DECLARATION: "被保険者資格申立書", Form.OUTAGE_MEMO: "障害時メモ"}

CERTIFICATE_GRACE = "card-certificate-grace"
NOTICE_ALONE = "notice_alone"
DECLARATION = "declaration"


@dataclass(frozen=True, kw_only=True)
class Case:
    """A patient at the desk: `birth` and `scheme` None when not known, `stated` the share in percent they tell."""

    day: date
    cause: Cause
    has: frozenset[Has]
    visit: VisitKind
    birth: date | None = None
    scheme: Scheme | None = None
    stated: int | None = None

    @property
    def payer(self) -> Payer:
        """What the share depends on."""
        return Payer(self.birth, self.scheme, self.stated)

    @property
    def card_identifies(self) -> bool:
        """Whether there is a card to compare the face with."""
        return Has.CARD in self.has and self.cause is not Cause.CARD_EXPIRED

    def expired_insurance_card(self, book: Rulebook) -> bool:
        """Whether there is an 健康保険証 that is over, be it that all of them are on that day."""
        in_date = document_rule(book, Has.INSURANCE_CARD, self.day, self.scheme) is not None
        return Has.EXPIRED_INSURANCE_CARD in self.has or (Has.INSURANCE_CARD in self.has and not in_date)


@dataclass(frozen=True)
class NextStep:
    """One accepted way on. `document` is an id of the rules, None for the last resort."""

    document: str | None
    sentence: str
    share: Share
    claim: Claim
    forms: tuple[Form, ...] = ()
    uncertain: str = ""


@dataclass(frozen=True)
class Guidance:
    """`first` is to be tried before any document; `steps` holds at least one; `notes` is what to know besides."""

    failure: Failure
    label: str
    first: tuple[str, ...]
    steps: tuple[NextStep, ...]
    notes: tuple[str, ...]


def guide(book: Rulebook, case: Case) -> Guidance:
    """The way on for `case` by the rules of its day."""
    words = CAUSES[case.cause]
    desk = _Desk(book, case, words)
    steps = tuple(step for way in _WAYS for step in way(desk))
    return Guidance(
        words.failure, words.label, words.first, steps or (desk.last_resort(),), tuple(desk.notes())
    )


class _Desk:
    """The rules and the case at hand, and what all ways need of them."""

    def __init__(self, book: Rulebook, case: Case, words: CauseWords) -> None:
        self.book = book
        self.case = case
        self.words = words

    def rule(self, document: str) -> DocumentRow | None:
        """The rule for a document, if it is accepted at all and as the case stands."""
        row = document_rule(self.book, document, self.case.day, self.case.scheme)
        return row if row is not None and self._met(row) else None

    def _met(self, row: DocumentRow) -> bool:
        match row.accepted:
            case Acceptance.NO:
                return False
            case Acceptance.WITH_CARD:
                return self.case.card_identifies
            case Acceptance.AFTER_LOOKUP:
                return self.words.can_look_up
            case _:
                return True

    def by_document(self, row: DocumentRow, sentence: str) -> NextStep:
        """Somebody whose present insurance is shown."""
        share = share_by_document(self.book, self.case.payer, self.case.day)
        claim = claim_current(confirm_first=not self.words.can_look_up)
        return NextStep(
            row.document, joined("", (sentence, row.mark)), share, claim, self.memo(), row.uncertain
        )

    def by_word(self, row: DocumentRow, sentence: str, claim: Claim, *forms: Form) -> NextStep:
        """Somebody whose word is taken."""
        share = share_by_word(self.book, self.case.payer, self.case.day)
        return NextStep(
            row.document,
            joined("", (sentence, row.mark)),
            share,
            claim,
            (*forms, *self.memo()),
            row.uncertain,
        )

    def memo(self) -> tuple[Form, ...]:
        """The memo for the lookup after an outage, which needs what stands on the card."""
        outage = self.words.failure is Failure.EQUIPMENT and Has.CARD in self.case.has
        return (Form.OUTAGE_MEMO,) if outage else ()

    def last_resort(self) -> NextStep:
        uncertain = "医院ごとの扱いによるため、確認中"
        share = Share((100,), "資格がわかったら差額をお返しします。", estimate=False, uncertain=uncertain)
        sentence = (
            "確認できる書類がありません。資格確認書などを後日お持ちいただくこととし、医院の決まりに沿って受け付けて"
            "ください。診療はお断りしません。（確認中）"
        )
        return NextStep(None, sentence, share, claim_not_yet(), self.memo(), uncertain)

    def notes(self) -> Iterator[str]:
        """Documents at hand that are not accepted today though that is not certain, and what the cause asks to mind."""
        shown = {has.value for has in self.case.has}
        if self.case.expired_insurance_card(self.book):
            shown.add(Has.EXPIRED_INSURANCE_CARD)
        if Has.NOTICE in self.case.has and not self.case.card_identifies:
            shown.add(NOTICE_ALONE)
        for document in sorted(shown):
            row = document_rule(self.book, document, self.case.day, self.case.scheme)
            if row is not None and row.accepted is Acceptance.NO and row.uncertain:
                yield joined(": ", (row.label, row.uncertain))
        if self.words.failure is Failure.EQUIPMENT and Has.CARD in self.case.has:
            yield "復旧後に照会できるよう、カードの氏名・性別・生年月日・住所を障害時メモに書き留めてください。"


_Way = Callable[[_Desk], Iterator[NextStep]]


def _grace(desk: _Desk) -> Iterator[NextStep]:
    usable = desk.case.cause is Cause.CERTIFICATE_GRACE and Has.CARD in desk.case.has
    if usable and (row := desk.rule(CERTIFICATE_GRACE)):
        yield desk.by_document(
            row, "カードで資格だけを確認して受け付けます。薬剤や診療の情報は見られません。"
        )


def _smartphone(desk: _Desk) -> Iterator[NextStep]:
    # A phone needs the same reader and line, and its certificate ends with the card's.
    ends = (
        Cause.CERTIFICATE_GRACE,
        Cause.CERTIFICATE_EXPIRED,
        Cause.CARD_EXPIRED,
        Cause.NOT_REGISTERED,
        Cause.WITHHELD,
    )
    fits = desk.words.failure is Failure.CARD and desk.case.cause not in ends
    if fits and Has.SMARTPHONE in desk.case.has and (row := desk.rule(Has.SMARTPHONE)):
        yield desk.by_document(row, "医院に準備があれば、スマホ保険証で受け付けます。")


def _ticket(desk: _Desk) -> Iterator[NextStep]:
    if Has.TICKET in desk.case.has and (row := desk.rule(Has.TICKET)):
        share = Share((0,), "医療券に本人支払額があれば、その額です。", estimate=False)
        claim = claim_current(confirm_first=not desk.words.can_look_up)
        sentence = "紙の医療券で受け付けます。福祉事務所にも確かめてください。"
        yield NextStep(
            row.document, joined("", (sentence, row.mark)), share, claim, desk.memo(), row.uncertain
        )


def _portal(desk: _Desk) -> Iterator[NextStep]:
    if Has.PORTAL in desk.case.has and (row := desk.rule(Has.PORTAL)):
        yield desk.by_document(
            row, "マイナポータルの資格情報の画面（PDFも可）とカードを見せていただき、受け付けます。"
        )


def _notice(desk: _Desk) -> Iterator[NextStep]:
    if Has.NOTICE not in desk.case.has:
        return
    if row := desk.rule(Has.NOTICE):
        yield desk.by_document(row, "資格情報のお知らせとカードを見せていただき、受け付けます。")


def _certificate(desk: _Desk) -> Iterator[NextStep]:
    for has in (Has.CERTIFICATE, Has.INSURANCE_CARD):
        if has in desk.case.has and (row := desk.rule(has)):
            name = "資格確認書" if has is Has.CERTIFICATE else "健康保険証"
            yield desk.by_document(row, said("{name}の有効期限を確かめて、受け付けます。", name=name))


def _lenient(desk: _Desk) -> Iterator[NextStep]:
    if desk.case.expired_insurance_card(desk.book) and (row := desk.rule(Has.EXPIRED_INSURANCE_CARD)):
        yield desk.by_document(row, _after_lookup("期限の切れた健康保険証"))
    if Has.NOTICE in desk.case.has and not desk.case.card_identifies and (row := desk.rule(NOTICE_ALONE)):
        yield desk.by_document(row, _after_lookup("資格情報のお知らせ"))


def _after_lookup(document: str) -> str:
    return said(
        "{document}の番号で照会し、有効なら受け付けます。次回は資格確認書かマイナ保険証をお願いしてください。",
        document=document,
    )


def _known(desk: _Desk) -> Iterator[NextStep]:
    case = desk.case
    if case.visit is not VisitKind.REPEAT or Has.KNOWN_DATA not in case.has:
        return
    if row := desk.rule(Has.KNOWN_DATA):
        # The center has just said that what we know is over: the claim cannot count on it.
        over = desk.words.failure is Failure.ANSWER
        claim = claim_former(desk.book, case.day) if over else claim_current(confirm_first=True)
        yield desk.by_word(row, "以前の受診から保険に変わりがないことを口頭で確かめ、受け付けます。", claim)


def _declaration(desk: _Desk) -> Iterator[NextStep]:
    if row := desk.rule(DECLARATION):
        case = desk.case
        sentence = "カードの写真と本人を見比べ、被保険者資格申立書に書いていただいて、受け付けます。"
        earlier = Has.KNOWN_DATA in case.has
        claim = (
            claim_former(desk.book, case.day) if earlier else claim_unknown(desk.book, case.payer, case.day)
        )
        yield desk.by_word(row, sentence, claim, Form.DECLARATION)


_WAYS: tuple[_Way, ...] = (
    _grace,
    _ticket,
    _smartphone,
    _portal,
    _notice,
    _certificate,
    _lenient,
    _known,
    _declaration,
)
