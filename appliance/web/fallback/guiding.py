"""確認できないとき: two questions, then the next accepted document, the share to collect and how to claim."""

from dataclasses import dataclass

from flask import render_template, request

from appliance.eligibility.fallback import Case, Form, Guidance, Has, NextStep, guide
from appliance.eligibility.fallback_causes import CAUSES, Cause
from appliance.eligibility.rules.accepted import document_rule
from appliance.eligibility.rules.claims import ClaimBy
from appliance.eligibility.rules.points import VisitKind
from appliance.eligibility.trouble import Trouble
from appliance.ledger import checks
from appliance.ledger.checks import Check
from appliance.ledger.times import clinic_day
from appliance.rulebook import rulebook_of
from appliance.web import guard
from appliance.web.fallback import words
from appliance.web.fallback.area import blueprint
from appliance.web.fallback.known import Known, known_of
from appliance.web.reception.received import BY_LABELS, received_of
from appliance.web.room import here

_NEEDS_A_CARD = (Has.CARD, Has.SMARTPHONE)


@dataclass(frozen=True)
class Step:
    """One way on in words."""

    step: NextStep
    headline: str
    shares: tuple[words.ShareRow, ...]
    claim: str
    needs_form: bool
    needs_memo: bool


@dataclass(frozen=True)
class Answer:
    """The end of the guide: the first way is the one to take, the others are for when it cannot be taken."""

    guidance: Guidance
    steps: tuple[Step, ...]
    looks_up: bool
    said_as: str
    may_say: bool


@blueprint.get("")
@guard.allow(*guard.CLINIC)
def start() -> str:
    """The two questions and the answer; without anything asked yet, filled with what the check `check` tells."""
    return render_template("fallback/guide.html", **_asked())


@blueprint.get("/answer")
@guard.allow(*guard.CLINIC)
def answer() -> str:
    """The answer alone, for the page that is open."""
    return render_template("fallback/answer.html", **_asked())


def _asked() -> dict[str, object]:
    check = _check()
    known = known_of(here().ledger, check) if check else Known()
    is_asked = "asked" in request.args
    given = request.args.getlist("has")
    has = frozenset(one for one in Has if one in given) if is_asked else known.has
    cause = _cause(request.args.get("cause", "")) or (None if is_asked else known.cause)
    found = _answer(cause, has, check, known) if cause and is_asked and given else None
    return {
        "check_id": check.id if check else "",
        "cause": cause,
        "cause_label": CAUSES[cause].label if cause else "",
        "causes": words.causes_by_failure(),
        "has": has,
        "choices": _choices(),
        "is_nothing": words.NOTHING in given,
        "nothing": words.NOTHING,
        "answer": found,
    }


def _answer(cause: Cause, has: frozenset[Has], check: Check | None, known: Known) -> Answer:
    room = here()
    day, book = clinic_day(room.clock()), rulebook_of(room.box)
    case = Case(
        day=day,
        cause=cause,
        has=has.difference(_NEEDS_A_CARD) if cause is Cause.NO_CARD else has,
        visit=VisitKind.REPEAT if Has.KNOWN_DATA in has else VisitKind.FIRST,
        birth=known.person.birth,
        scheme=known.person.scheme,
    )
    guidance = guide(book, case)
    is_age_known = case.birth is not None
    steps = tuple(
        Step(
            step=one,
            headline=words.HEADLINES[one.document],
            shares=words.share_rows(book, one, day, is_age_known=is_age_known),
            claim=words.CLAIM_WORDS[one.claim.by],
            needs_form=Form.DECLARATION in one.forms,
            needs_memo=Form.OUTAGE_MEMO in one.forms,
        )
        for one in guidance.steps
    )
    first = guidance.steps[0]
    received = received_of(room.ledger, check) if check else None
    return Answer(
        guidance=guidance,
        steps=steps,
        looks_up=CAUSES[cause].can_look_up and first.claim.by is ClaimBy.CURRENT,
        said_as=BY_LABELS[first.claim.by],
        may_say=received is not None and received.may_say,
    )


def _choices() -> dict[Has, str]:
    """What a patient may bring, without what no rule of today knows at all."""
    room = here()
    day, book = clinic_day(room.clock()), rulebook_of(room.box)
    always = (Has.KNOWN_DATA, Has.INSURANCE_CARD)
    return {
        has: label
        for has, label in words.HAS_LABELS.items()
        if has in always or document_rule(book, has, day) is not None
    }


def _check() -> Check | None:
    """The check that the address names. Raises `Trouble` INPUT-005 when there is no such one."""
    check_id = request.args.get("check", "")
    found = checks.find(here().ledger, check_id) if check_id else None
    if check_id and found is None:
        raise Trouble("INPUT-005")
    return found


def _cause(text: str) -> Cause | None:
    return Cause(text) if text in set(Cause) else None
