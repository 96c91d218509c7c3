from datetime import date
from enum import StrEnum

import pytest

from appliance.eligibility.ages import AgeGroup
from appliance.eligibility.codes import TABLES
from appliance.eligibility.documents import DOCUMENTS, Document
from appliance.eligibility.fallback import Has
from appliance.eligibility.packaged import names_in
from appliance.eligibility.rules import accepted, ceilings, claims, consents, duty, incentives, laws, points
from appliance.eligibility.rules.accepted import Acceptance, DocumentRow, Scheme, document_rule
from appliance.eligibility.rules.consents import Where, consent_items
from appliance.eligibility.rules.copayment import CopaymentRow
from appliance.eligibility.rules.kinds import KINDS
from appliance.eligibility.rules.laws import LawSide
from appliance.eligibility.rules.notices import CLINIC_CERTIFICATE, notice
from appliance.eligibility.rules.packaged_book import packaged_book
from appliance.eligibility.rules.rule import UNCERTAIN_MARK, Rule
from appliance.eligibility.structures import MEDICAL_ASSISTANCE_LAW
from appliance.eligibility.visit import CONSENT_HOURS, CONSENT_LABELS

BOOK = packaged_book()
TODAY = date(2026, 11, 22)


def test_every_packaged_row_is_right() -> None:
    assert BOOK.refusals == ()
    assert {rule.file for rule in BOOK.rules} == {name.removeprefix("rules/") for name in names_in("rules")}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
def test_every_kind_has_rows_with_words_and_a_source(kind: type[Rule]) -> None:
    rows = BOOK.all(kind)
    assert rows
    for row in rows:
        assert row.words().strip() == row.words() != ""
        assert row.source
        assert row.line
        assert row.mark == (UNCERTAIN_MARK if row.uncertain else "")
        assert not row.uncertain or "確認中" in row.uncertain or "とみています" in row.uncertain


def test_what_is_known_to_be_open_is_marked_so() -> None:
    open_rows = {rule.id for rule in BOOK.rules if rule.uncertain}
    assert {
        "linked-2026-first-1",
        "system-2023-repeat-3",
        "expired-card-2026-04",
        "a01-2026",
        "former",
    } <= open_rows
    assert {"unknown", "certificate", "elderly-2022", "a03-2021"}.isdisjoint(open_rows)


@pytest.mark.parametrize(
    ("labels", "values"),
    [
        (accepted.ACCEPTANCE_LABELS, Acceptance),
        (accepted.SCHEME_LABELS, Scheme),
        (claims.CLAIM_LABELS, claims.ClaimBy),
        (consents.WHERE_LABELS, Where),
        (duty.SITE_LABELS, duty.DutySite),
        (duty.BOUND_LABELS, duty.Bound),
        (incentives.SITE_LABELS, incentives.Site),
        (laws.LAW_SIDE_LABELS, LawSide),
        (points.FACT_LABELS, points.Fact),
        (points.VISIT_LABELS, points.VisitKind),
        (points.BASIS_LABELS, points.RateBasis),
    ],
)
def test_every_value_has_its_own_word(labels: dict[str, str], values: type[StrEnum]) -> None:
    assert set(labels) == set(values)
    assert len(set(labels.values())) == len(labels)


@pytest.mark.parametrize(
    ("document", "day", "scheme", "how"),
    [
        ("insurance_card", date(2024, 12, 1), None, Acceptance.ALONE),
        ("insurance_card", date(2025, 12, 1), None, Acceptance.ALONE),
        ("insurance_card", date(2025, 12, 2), None, None),
        ("expired_insurance_card", date(2025, 8, 1), Scheme.NATIONAL, Acceptance.AFTER_LOOKUP),
        ("expired_insurance_card", date(2025, 8, 1), Scheme.EMPLOYEE, None),
        ("expired_insurance_card", date(2025, 7, 31), Scheme.NATIONAL, None),
        ("expired_insurance_card", date(2025, 12, 2), Scheme.EMPLOYEE, Acceptance.AFTER_LOOKUP),
        ("expired_insurance_card", date(2026, 3, 31), None, Acceptance.AFTER_LOOKUP),
        ("expired_insurance_card", date(2026, 4, 1), None, Acceptance.NO),
        ("notice_alone", date(2026, 3, 31), None, Acceptance.AFTER_LOOKUP),
        ("notice_alone", date(2026, 4, 1), None, Acceptance.NO),
        ("notice", date(2024, 12, 2), None, Acceptance.WITH_CARD),
        ("certificate", date(2024, 12, 1), None, None),
        ("certificate", date(2024, 12, 2), None, Acceptance.ALONE),
        ("certificate", date(2026, 8, 1), Scheme.ELDERLY, Acceptance.ALONE),
        ("smartphone", date(2025, 9, 18), None, None),
        ("smartphone", date(2025, 9, 19), None, Acceptance.IF_READY),
    ],
)
def test_documents_by_day(document: str, day: date, scheme: Scheme | None, how: Acceptance | None) -> None:
    row = document_rule(BOOK, document, day, scheme)
    assert (row.accepted if row else None) == how


def test_the_certificate_for_all_the_elderly_ends() -> None:
    notes = [
        document_rule(BOOK, "certificate", date(2026, 7, 31), scheme) for scheme in (Scheme.ELDERLY, None)
    ]
    assert [row.note for row in notes if row] == [
        "カードの有無によらず全員に交付",
        "券面の有効期限まで（最長5年）",
    ]
    later = document_rule(BOOK, "certificate", date(2026, 8, 1), Scheme.ELDERLY)
    assert later is not None
    assert later.scheme is None


def test_the_documents_of_the_rules_are_those_of_reception_and_of_the_guide() -> None:
    named = {row.document for row in BOOK.all(DocumentRow)}
    assert {document.value for document in Document} == set(DOCUMENTS) <= named
    assert {has.value for has in Has} <= named


def test_the_consents_of_today_are_those_the_reader_asks() -> None:
    asked = {row.item: row for row in consent_items(BOOK, TODAY, Where.READER)}
    assert {item: asked[item].label for item in CONSENT_LABELS} == CONSENT_LABELS
    assert {row.hours for row in asked.values()} == {0, CONSENT_HOURS}


@pytest.mark.parametrize(
    ("day", "item", "where", "asked"),
    [
        (date(2024, 10, 6), "limit_application_certificate_related", Where.READER, True),
        (date(2024, 10, 7), "limit_application_certificate_related", Where.READER, False),
        (date(2024, 10, 7), "limit_application_certificate_related", Where.DESK, True),
        (date(2024, 10, 6), "all_medical_info", Where.READER, False),
        (date(2024, 10, 7), "all_medical_info", Where.READER, True),
        (date(2022, 9, 10), "diagnosis_info", Where.READER, False),
        (date(2022, 9, 11), "diagnosis_info", Where.READER, True),
        (date(2023, 1, 25), "prescription_issue_select", Where.DESK, False),
        (date(2023, 1, 26), "prescription_issue_select", Where.DESK, True),
    ],
)
def test_consents_by_day(day: date, item: str, where: Where, asked: bool) -> None:
    assert (item in {row.item for row in consent_items(BOOK, day, where)}) is asked


def test_without_a_card_nothing_is_asked_on_the_reader() -> None:
    assert consent_items(BOOK, TODAY, Where.READER, has_card=False) == ()
    assert len(consent_items(BOOK, TODAY, Where.DESK, has_card=False)) == 3


@pytest.mark.parametrize(
    ("left", "step"),
    [
        (121, None),
        (120, 120),
        (91, 120),
        (90, 90),
        (61, 90),
        (30, 30),
        (29, 30),
        (15, 15),
        (8, 15),
        (7, 7),
        (6, 6),
        (1, 1),
        (0, 0),
        (-1, 0),
    ],
)
def test_a_certificate_is_spoken_about_in_steps(left: int, step: int | None) -> None:
    found = notice(BOOK, CLINIC_CERTIFICATE, date.fromordinal(TODAY.toordinal() + left), TODAY)
    assert (found.step if found else None) == step
    if found is not None:
        assert (found.days_left, found.expired) == (left, left < 0)


@pytest.mark.parametrize(
    ("left", "sentence"),
    [
        (100, "医院の電子証明書の期限はあと100日です。90日前から更新できます。"),
        (90, "医院の電子証明書の期限はあと90日です。更新してください。"),
        (0, "医院の電子証明書の期限は今日までです。更新してください。"),
        (-3, "医院の電子証明書の期限が切れています。資格確認と請求ができません。すぐに更新してください。"),
    ],
)
def test_what_is_said_about_a_certificate(left: int, sentence: str) -> None:
    found = notice(BOOK, CLINIC_CERTIFICATE, date.fromordinal(TODAY.toordinal() + left), TODAY)
    assert found is not None
    assert found.sentence == sentence


def test_laws_of_both_sides() -> None:
    insurers = laws.laws(BOOK, LawSide.INSURER, TODAY)
    public = laws.laws(BOOK, LawSide.PUBLIC, TODAY)
    assert (insurers["06"], insurers["39"], insurers["75"]) == ("組合健保", "後期高齢者", "特定共済")
    assert (public["54"], public["80"], public["99"]) == ("指定難病", "地方単独の公費", "地方単独の公費")
    assert MEDICAL_ASSISTANCE_LAW in public
    assert set(insurers).isdisjoint(public)


def test_every_income_class_and_age_group_has_a_row() -> None:
    codes = {code for row in BOOK.on(ceilings.CeilingRow, TODAY) for code in row.codes}
    assert codes == set(TABLES["OQSCD012"])
    assert {row.group for row in BOOK.on(CopaymentRow, TODAY)} == set(AgeGroup)
