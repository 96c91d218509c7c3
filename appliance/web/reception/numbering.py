"""患者番号 in the pane: what the center says, what was linked before, and how a registration stands, in reception's words."""

from dataclasses import dataclass

from appliance.eligibility.catalogue import CATALOGUE
from appliance.eligibility.registering import may_be_registered, refusal_of
from appliance.eligibility.said import said
from appliance.eligibility.trouble import Trouble
from appliance.ledger import checks, patient_numbers
from appliance.ledger.checks import OPEN_STATES, Check, CheckState
from appliance.ledger.database import Ledger
from appliance.ledger.patient_numbers import Link
from appliance.ledger.person_marks import only_person
from appliance.ledger.times import JAPAN
from appliance.web.reception.states import Tone


@dataclass(frozen=True)
class Numbering:
    """`center` is the 照会番号 of the answer, `link` ours, `proposed` others with the same name and birth date.

    `says` and `tone` are how our number stands with the center; `may_register` whether it can be registered now.
    """

    center: str
    link: Link | None
    linked: str
    proposed: tuple[Link, ...]
    says: str
    tone: Tone
    may_register: bool

    @property
    def differs(self) -> bool:
        """Whether the center knows the patient by another number than we do."""
        return self.link is not None and bool(self.center) and self.center != self.link.number


def numbering_of(ledger: Ledger, check: Check) -> Numbering | None:
    """What the pane shows; None where the answer is not about one person."""
    person = only_person(check)
    if check.state is not CheckState.ANSWERED or person is None:
        return None
    known = patient_numbers.known_for(ledger, check)
    link, center = known.link, person.reference_number or ""
    says, tone, is_open = _standing(ledger, link, center)
    return Numbering(
        center=center,
        link=link,
        linked=_linked(link),
        proposed=known.proposed,
        says=says,
        tone=tone,
        may_register=link is not None and not is_open and center != link.number and may_be_registered(person),
    )


def _linked(link: Link | None) -> str:
    if link is None:
        return ""
    local = link.linked_at.astimezone(JAPAN)
    return f"{link.linked_by} {local.year}/{local.month}/{local.day}"


def _standing(ledger: Ledger, link: Link | None, center: str) -> tuple[str, Tone, bool]:
    """Words, tone, and whether the center is being told."""
    if link is None:
        return "", Tone.MUTE, False
    if center == link.number:
        return "センターに登録済み", Tone.GOOD, False
    told = checks.find(ledger, link.registration) if link.registration else None
    if told is None:
        return "センターには未登録", Tone.MUTE, False
    if told.state in OPEN_STATES:
        return "センターに登録中", Tone.BUSY, True
    return *_outcome(told), False


def _outcome(told: Check) -> tuple[str, Tone]:
    if told.state is CheckState.ANSWERED and told.result_xml is not None:
        try:
            refusal = refusal_of(told.result_xml)
        except Trouble as trouble:
            return said("登録の結果を読み取れません（{code}）", code=trouble.code), Tone.STOP
        if refusal is None:
            return "センターに登録しました", Tone.GOOD
        return said("登録できませんでした（{refusal}）", refusal=refusal), Tone.STOP
    entry = CATALOGUE.get(told.trouble_code or "")
    return (
        said("登録できませんでした（{title} {code}）", title=entry.title, code=entry.code)
        if entry
        else "登録は取り下げられました",
        Tone.STOP,
    )
