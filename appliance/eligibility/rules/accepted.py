"""Which document is accepted, by the day it is shown."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar

from appliance.eligibility.rules.book import Rulebook
from appliance.eligibility.rules.rule import Key, Rule
from appliance.eligibility.said import said


class Scheme(StrEnum):
    """保険種別, as the declaration form asks for it."""

    EMPLOYEE = "employee"
    NATIONAL = "national"
    ELDERLY = "elderly"
    ASSISTANCE = "assistance"


SCHEME_LABELS = {
    Scheme.EMPLOYEE: "社保",
    Scheme.NATIONAL: "国保",
    Scheme.ELDERLY: "後期高齢者医療",
    Scheme.ASSISTANCE: "医療扶助（生活保護）",
}


class Acceptance(StrEnum):
    """How far a document is accepted."""

    ALONE = "alone"
    WITH_CARD = "with-card"
    AFTER_LOOKUP = "after-lookup"
    ELIGIBILITY_ONLY = "eligibility-only"
    IF_READY = "if-ready"
    URGENT = "urgent"
    ORAL = "oral"
    NO = "no"


ACCEPTANCE_LABELS = {
    Acceptance.ALONE: "これだけで受け付け",
    Acceptance.WITH_CARD: "マイナンバーカードと一緒なら受け付け",
    Acceptance.AFTER_LOOKUP: "番号で照会し、有効なら受け付け",
    Acceptance.ELIGIBILITY_ONLY: "資格の確認だけに使える",
    Acceptance.IF_READY: "医院の準備があれば受け付け",
    Acceptance.URGENT: "急ぐとき、やむを得ないときに受け付け",
    Acceptance.ORAL: "変わりないことを口頭で確かめて受け付け",
    Acceptance.NO: "受け付けできない",
}


@dataclass(frozen=True, kw_only=True)
class DocumentRow(Rule):
    """One document; with `scheme`, for the insured of that scheme alone."""

    kind: ClassVar[str] = "documents"
    title: ClassVar[str] = "受け付けられる書類"

    document: str
    label: str
    accepted: Acceptance
    scheme: Scheme | None = None

    def decides(self) -> tuple[Key, ...]:
        return ((self.document, self.scheme or ""),)

    def words(self) -> str:
        who = said("（{scheme}）", scheme=SCHEME_LABELS[self.scheme]) if self.scheme else ""
        note = said("。{note}", note=self.note) if self.note else ""
        return said(
            "{label}{who}: {accepted}{note}",
            label=self.label,
            who=who,
            accepted=ACCEPTANCE_LABELS[self.accepted],
            note=note,
        )


def document_rule(
    book: Rulebook, document: str, day: date, scheme: Scheme | None = None
) -> DocumentRow | None:
    """The row for `document` on `day`: that of the scheme if there is one, else that for everybody, else None."""
    own = book.find(DocumentRow, day, document, scheme) if scheme else None
    return own or book.find(DocumentRow, day, document, "")
