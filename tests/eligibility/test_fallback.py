from dataclasses import replace
from datetime import date
from itertools import chain, combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.eligibility.fallback import (
    CERTIFICATE_GRACE,
    DECLARATION,
    FORM_LABELS,
    NOTICE_ALONE,
    Case,
    Form,
    Has,
    guide,
)
from appliance.eligibility.fallback_causes import CAUSES, Cause, Failure
from appliance.eligibility.rules.accepted import DocumentRow, Scheme
from appliance.eligibility.rules.book import Rulebook
from appliance.eligibility.rules.claims import ClaimBy
from appliance.eligibility.rules.packaged_book import packaged_book, with_additions
from appliance.eligibility.rules.points import VisitKind

BOOK = packaged_book()
TODAY = date(2026, 11, 22)
LENIENT = date(2026, 3, 31)
ADULT = date(1979, 3, 5)
FIRST, REPEAT = VisitKind.FIRST, VisitKind.REPEAT
C = Has.CARD
OUTAGES = [cause for cause in Cause if CAUSES[cause].failure is Failure.EQUIPMENT]


def case(
    cause: Cause, *has: Has, visit: VisitKind = FIRST, day: date = TODAY, birth: date | None = ADULT
) -> Case:
    return Case(day=day, cause=cause, has=frozenset(has), visit=visit, birth=birth)


def documents(one: Case) -> list[str | None]:
    return [step.document for step in guide(BOOK, one).steps]


@pytest.mark.parametrize(
    ("one", "wanted"),
    [
        # A: the card works, the answer does not help
        (case(Cause.INVALID), [None]),
        (case(Cause.INVALID, C), [DECLARATION]),
        (case(Cause.INVALID, C, Has.PORTAL), [Has.PORTAL, DECLARATION]),
        (case(Cause.INVALID, Has.PORTAL), [None]),
        (case(Cause.NEWER_EXISTS, C, Has.NOTICE), [Has.NOTICE, DECLARATION]),
        (case(Cause.NOT_FOUND, C, Has.CERTIFICATE), [Has.CERTIFICATE, DECLARATION]),
        (case(Cause.NOT_FOUND, Has.CERTIFICATE), [Has.CERTIFICATE]),
        (case(Cause.NOT_FOUND, C, Has.KNOWN_DATA, visit=REPEAT), [Has.KNOWN_DATA, DECLARATION]),
        (case(Cause.NOT_FOUND, C, Has.KNOWN_DATA), [DECLARATION]),
        (case(Cause.SEVERAL, Has.KNOWN_DATA, visit=REPEAT), [Has.KNOWN_DATA]),
        (case(Cause.TICKET_UNREGISTERED, C, Has.TICKET), [Has.TICKET, DECLARATION]),
        (
            case(Cause.INVALID, *Has, visit=REPEAT),
            [Has.TICKET, Has.PORTAL, Has.NOTICE, Has.CERTIFICATE, Has.KNOWN_DATA, DECLARATION],
        ),
        # B: the card cannot be used
        (case(Cause.CARD_EXPIRED, C), [None]),
        (case(Cause.CARD_EXPIRED, C, Has.PORTAL, Has.NOTICE), [None]),
        (case(Cause.CARD_EXPIRED, C, Has.CERTIFICATE), [Has.CERTIFICATE]),
        (case(Cause.CERTIFICATE_GRACE, C), [CERTIFICATE_GRACE, DECLARATION]),
        (case(Cause.CERTIFICATE_EXPIRED, C, Has.SMARTPHONE), [DECLARATION]),
        (case(Cause.PIN_LOCKED, C, Has.SMARTPHONE), [Has.SMARTPHONE, DECLARATION]),
        (case(Cause.PIN_LOCKED, C, Has.SMARTPHONE, day=date(2025, 9, 18)), [DECLARATION]),
        (case(Cause.NO_CARD, Has.SMARTPHONE), [Has.SMARTPHONE]),
        (case(Cause.NO_CARD, Has.NOTICE), [None]),
        (case(Cause.NO_CARD, Has.NOTICE, day=LENIENT), [NOTICE_ALONE]),
        (case(Cause.CHIP_UNREADABLE, C, Has.NOTICE, day=LENIENT), [Has.NOTICE, DECLARATION]),
        (case(Cause.NO_CARD, Has.EXPIRED_INSURANCE_CARD, day=LENIENT), [Has.EXPIRED_INSURANCE_CARD]),
        (case(Cause.NO_CARD, Has.INSURANCE_CARD, day=LENIENT), [Has.EXPIRED_INSURANCE_CARD]),
        (case(Cause.NO_CARD, Has.INSURANCE_CARD, day=date(2025, 12, 1)), [Has.INSURANCE_CARD]),
        (case(Cause.NO_CARD, Has.INSURANCE_CARD), [None]),
        (case(Cause.NO_CARD, Has.KNOWN_DATA, visit=REPEAT), [Has.KNOWN_DATA]),
        # C: nothing can be read or asked
        (case(Cause.LINE), [None]),
        (case(Cause.LINE, C), [DECLARATION]),
        (case(Cause.LINE, C, Has.PORTAL), [Has.PORTAL, DECLARATION]),
        (case(Cause.CENTER, C, Has.KNOWN_DATA, visit=REPEAT), [Has.KNOWN_DATA, DECLARATION]),
        (case(Cause.LINE, Has.EXPIRED_INSURANCE_CARD, day=LENIENT), [None]),
        (case(Cause.READER, Has.EXPIRED_INSURANCE_CARD, day=LENIENT), [Has.EXPIRED_INSURANCE_CARD]),
        (case(Cause.POWER, C, Has.SMARTPHONE), [DECLARATION]),
        # before there was a declaration
        (case(Cause.LINE, C, day=date(2023, 7, 9)), [None]),
        (case(Cause.LINE, C, day=date(2023, 7, 10)), [DECLARATION]),
        (case(Cause.LINE, C, Has.INSURANCE_CARD, day=date(2023, 7, 9)), [Has.INSURANCE_CARD]),
    ],
)
def test_the_documents_accepted_in_order(one: Case, wanted: list[str | None]) -> None:
    assert documents(one) == wanted


def test_leniency_of_the_national_scheme_began_earlier() -> None:
    one = case(Cause.NO_CARD, Has.EXPIRED_INSURANCE_CARD, day=date(2025, 8, 1))
    assert documents(one) == [None]
    assert documents(replace(one, scheme=Scheme.NATIONAL)) == [Has.EXPIRED_INSURANCE_CARD]
    assert documents(replace(one, scheme=Scheme.EMPLOYEE)) == [None]


def test_an_uncertain_refusal_is_told() -> None:
    assert guide(BOOK, case(Cause.NO_CARD, Has.INSURANCE_CARD)).notes == (
        "期限の切れた健康保険証: 2026-04以降の扱いを確認中",
    )
    assert guide(BOOK, case(Cause.NO_CARD, Has.NOTICE)).notes == (
        "資格情報のお知らせだけ: 2026-04以降の扱いを確認中",
    )
    assert guide(BOOK, case(Cause.NOT_FOUND, C, Has.NOTICE)).notes == ()


def test_a_row_added_by_an_engineer_opens_a_way() -> None:
    longer = """
[[documents]]
id = "longer"
from = 2026-04-01
document = "expired_insurance_card"
label = "期限の切れた健康保険証"
accepted = "after-lookup"
source = "院内の通知綴り"
uncertain = "通知の写しを確認中"
replaces = ["expired-card-2026-04"]
"""
    (step,) = guide(
        with_additions([("rules/x.toml", longer)]), case(Cause.NO_CARD, Has.EXPIRED_INSURANCE_CARD)
    ).steps
    assert step.document == Has.EXPIRED_INSURANCE_CARD
    assert step.sentence.endswith("（確認中）")
    assert step.uncertain == "通知の写しを確認中"


@pytest.mark.parametrize(
    ("birth", "stated", "percents", "estimate"),
    [
        (ADULT, None, (30,), False),
        (date(2022, 1, 1), None, (20,), False),
        (date(1954, 1, 1), None, (20, 30), True),
        (date(1954, 1, 1), 20, (20,), False),
        (date(1954, 1, 1), 10, (20, 30), True),
        (date(1940, 1, 1), None, (10, 20, 30), True),
        (None, None, (10, 20, 30), True),
    ],
)
def test_the_share_of_who_brings_a_document(
    birth: date | None, stated: int | None, percents: tuple[int, ...], estimate: bool
) -> None:
    one = replace(case(Cause.NO_CARD, Has.CERTIFICATE, birth=birth), stated=stated)
    share = guide(BOOK, one).steps[0].share
    assert (share.percents, share.estimate) == (percents, estimate)


@pytest.mark.parametrize(
    ("birth", "stated", "words"),
    [
        (ADULT, None, "3割（目安）: 就学後〜69歳の割合です。資格がわかったら精算します。"),
        (date(2022, 1, 1), None, "2割（目安）: 未就学児の割合です。資格がわかったら精算します。"),
        (
            date(1954, 1, 1),
            None,
            "2割または3割（目安）: ご本人に割合をうかがってください。資格がわかったら精算します。",
        ),
        (date(1940, 1, 1), 10, "1割（目安）: ご本人の申し出による割合です。"),
        (None, None, "1〜3割（目安）: 生年月日がわからないため、年齢をうかがって決めてください。"),
    ],
)
def test_the_share_by_the_patients_word_is_always_an_estimate(
    birth: date | None, stated: int | None, words: str
) -> None:
    one = replace(case(Cause.LINE, C, birth=birth), stated=stated)
    assert guide(BOOK, one).steps[0].share.words() == words


def test_without_any_document_the_whole_is_collected_and_marked_open() -> None:
    (step,) = guide(BOOK, case(Cause.NO_CARD)).steps
    assert step.share.words() == "10割（確認中）: 資格がわかったら差額をお返しします。"
    assert (step.claim.by, step.forms) == (ClaimBy.NOT_YET, ())
    assert "診療はお断りしません" in step.sentence
    assert step.uncertain


def test_assistance_pays_nothing_by_age() -> None:
    one = replace(case(Cause.TICKET_UNREGISTERED, C, Has.TICKET), scheme=Scheme.ASSISTANCE)
    assert {step.share.percents for step in guide(BOOK, one).steps} == {(0,)}


@pytest.mark.parametrize(
    ("one", "by"),
    [
        (case(Cause.INVALID, C, Has.PORTAL), ClaimBy.CURRENT),
        (case(Cause.INVALID, C, Has.KNOWN_DATA, visit=REPEAT), ClaimBy.FORMER),
        (case(Cause.LINE, C, Has.KNOWN_DATA, visit=REPEAT), ClaimBy.CURRENT),
        (case(Cause.CHIP_UNREADABLE, C, Has.KNOWN_DATA, visit=REPEAT), ClaimBy.CURRENT),
        (case(Cause.LINE, C, Has.KNOWN_DATA), ClaimBy.FORMER),
        (case(Cause.LINE, C), ClaimBy.UNKNOWN),
        (case(Cause.NO_CARD), ClaimBy.NOT_YET),
    ],
)
def test_by_what_the_visit_is_claimed(one: Case, by: ClaimBy) -> None:
    assert guide(BOOK, one).steps[0].claim.by is by


@pytest.mark.parametrize(
    ("birth", "scheme", "number", "where"),
    [
        (ADULT, None, "777777777", "どちらに提出しても"),
        (ADULT, Scheme.EMPLOYEE, "777777777", "支払基金に提出"),
        (ADULT, Scheme.NATIONAL, "777777777", "国保連合会に提出"),
        (date(1940, 1, 1), None, "77777777", "どちらに提出しても"),
        (date(1955, 1, 1), Scheme.ELDERLY, "77777777", "国保連合会に提出"),
        (None, None, "777777777", "どちらに提出しても"),
    ],
)
def test_a_claim_of_unknown_insurance(
    birth: date | None, scheme: Scheme | None, number: str, where: str
) -> None:
    claim = guide(BOOK, replace(case(Cause.LINE, C, birth=birth), scheme=scheme)).steps[0].claim
    assert (claim.insurer_number, claim.second_insurer_number, claim.number) == (
        "77777777",
        "77777779",
        number,
    )
    assert claim.remark == "不詳　住所：　　事業所名：　　連絡先："
    assert number in claim.sentence
    assert where in claim.sentence


def test_a_claim_of_the_former_insurance_has_its_remark_and_is_not_certain() -> None:
    claim = guide(BOOK, case(Cause.INVALID, Has.KNOWN_DATA, visit=REPEAT)).steps[0].claim
    assert (claim.remark, claim.insurer_number) == ("旧資格", "")
    assert claim.uncertain


@pytest.mark.parametrize("has", [(C,), (C, Has.KNOWN_DATA)])
def test_before_the_rule_of_claims_the_claim_says_that_it_does_not_know(has: tuple[Has, ...]) -> None:
    claim = guide(BOOK, case(Cause.LINE, *has, day=date(2023, 8, 31))).steps[0].claim
    assert claim.uncertain
    assert claim.insurer_number == ""
    assert "審査支払機関" in claim.sentence


@pytest.mark.parametrize("cause", OUTAGES)
def test_in_an_outage_the_card_is_written_down_for_later(cause: Cause) -> None:
    guidance = guide(BOOK, case(cause, C, Has.CERTIFICATE))
    assert [step.forms for step in guidance.steps] == [
        (Form.OUTAGE_MEMO,),
        (Form.DECLARATION, Form.OUTAGE_MEMO),
    ]
    assert any("障害時メモ" in note for note in guidance.notes)
    assert [step.forms for step in guide(BOOK, case(cause, Has.CERTIFICATE)).steps] == [()]


def test_numbers_that_could_not_be_looked_up_are_to_be_before_the_claim() -> None:
    def sentence(cause: Cause) -> str:
        return guide(BOOK, case(cause, Has.CERTIFICATE)).steps[0].claim.sentence

    assert "確かめてから請求" in sentence(Cause.LINE)
    assert "確かめてから請求" not in sentence(Cause.NO_CARD)


def test_an_address_withheld_is_never_filled_in() -> None:
    assert any(
        "住所は書類やカルテから補わない" in text for text in guide(BOOK, case(Cause.WITHHELD, C)).first
    )


ALL_SETS = [frozenset(s) for s in chain.from_iterable(combinations(Has, n) for n in (0, 1, 2, len(Has)))]


@pytest.mark.parametrize("cause", Cause)
def test_no_combination_ends_in_a_dead_end(cause: Cause) -> None:
    for has in ALL_SETS:
        for visit in VisitKind:
            for day in (date(2022, 1, 1), LENIENT, TODAY):
                _must_lead_on(Case(day=day, cause=cause, has=has, visit=visit, birth=ADULT))


@settings(max_examples=300)
@given(
    st.builds(
        Case,
        day=st.dates(date(2015, 1, 1), date(2035, 1, 1)),
        cause=st.sampled_from(Cause),
        has=st.frozensets(st.sampled_from(Has)),
        visit=st.sampled_from(VisitKind),
        birth=st.none() | st.dates(date(1910, 1, 1), date(2035, 1, 1)),
        scheme=st.none() | st.sampled_from(Scheme),
        stated=st.sampled_from([None, 0, 10, 20, 30]),
    )
)
def test_nobody_is_left_without_a_step(one: Case) -> None:
    _must_lead_on(one)


def test_without_any_rules_there_is_still_a_step() -> None:
    assert [step.document for step in guide(Rulebook(), case(Cause.LINE, *Has)).steps] == [None]


def _must_lead_on(one: Case) -> None:
    guidance = guide(BOOK, one)
    known = {row.document for row in BOOK.on(DocumentRow, one.day)}
    assert guidance.steps
    for step in guidance.steps:
        assert step.document is None or step.document in known
        assert step.sentence.endswith(("。", "。（確認中）"))
        assert step.claim.sentence.endswith("。")
        assert step.share.percents
        assert step.share.reason.endswith("。")
        assert bool(step.uncertain) == ("確認中" in step.sentence)
    assert len({step.document for step in guidance.steps}) == len(guidance.steps)


def test_every_cause_and_form_has_words() -> None:
    assert set(CAUSES) == set(Cause)
    assert set(FORM_LABELS) == set(Form)
    assert all(text.endswith("。") for words in CAUSES.values() for text in words.first)
