"""How the patient of an unconfirmed check was received: the form in the pane, and what the answer said about it."""

from collections.abc import Mapping
from dataclasses import dataclass

from appliance.eligibility.after_outage import PERCENTS, VALID, Finding
from appliance.eligibility.rules.claims import ClaimBy
from appliance.eligibility.rules.copayment import shares_by_age, spoken_percents
from appliance.eligibility.rules.packaged_book import packaged_book
from appliance.eligibility.said import joined
from appliance.eligibility.wording import day_of
from appliance.ledger import assumptions, findings
from appliance.ledger.assumptions import Assumption
from appliance.ledger.checks import Check, CheckState
from appliance.ledger.database import Ledger
from appliance.ledger.times import JAPAN, clinic_day
from appliance.web.reception.finding_words import FindingWords, finding_words

BY_LABELS = {
    ClaimBy.CURRENT: "現在の資格で（書類・前回の情報）",
    ClaimBy.FORMER: "旧資格で",
    ClaimBy.UNKNOWN: "申立書で（不詳）",
    ClaimBy.NOT_YET: "10割で（後日精算）",
}


@dataclass(frozen=True)
class Received:
    """`may_say` is whether it can be said (again); `said` how and by whom, empty before; `by` and `percent` are preset."""

    may_say: bool
    said: str
    by: str
    percent: str
    why_percent: str
    finding: FindingWords | None
    by_labels: Mapping[ClaimBy, str]
    percents: Mapping[int, str]


def received_of(ledger: Ledger, check: Check) -> Received | None:
    """What the pane shows; None for a check about which there is nothing to say."""
    said = assumptions.of_check(ledger, check.id)
    finding = findings.of_check(ledger.read, check.id)
    may_say = _may_say(check)
    if not may_say and said is None and finding is None:
        return None
    percent, why = _preset(ledger, check, said)
    return Received(
        may_say=may_say,
        said=spoken(said) if said else "",
        by=said.by if said else "",
        percent=percent,
        why_percent=why,
        finding=_words(finding),
        by_labels=BY_LABELS,
        percents={one: spoken_percents((one,)) for one in PERCENTS},
    )


def spoken(assumed: Assumption) -> str:
    """「旧資格で・3割　uketsuke 11/22 9:05」."""
    local = assumed.said_at.astimezone(JAPAN)
    share = spoken_percents((assumed.percent,)) if assumed.percent is not None else ""
    when = f"{assumed.said_by} {local.month}/{local.day} {local.hour}:{local.minute:02d}"
    return joined("　", (joined("・", (BY_LABELS[assumed.by], share)), when))


def _words(finding: Finding | None) -> FindingWords | None:
    return finding_words(finding) if finding else None


def _may_say(check: Check) -> bool:
    if check.state in (CheckState.WAITING, CheckState.REFUSED):
        return True
    if check.state is CheckState.ASKING and check.trouble_code:
        # It waited, and is being tried again: the patient is received all the same, and the form may be half filled in.
        return True
    return check.state is CheckState.ANSWERED and check.qualification_validity not in VALID


def _preset(ledger: Ledger, check: Check, said: Assumption | None) -> tuple[str, str]:
    """The share to begin with, and where it is from: what was said, was last known, or follows from the age alone."""
    if said is not None:
        return ("" if said.percent is None else str(said.percent)), ""
    ratio = assumptions.last_known(ledger.read, check.id).get("ratio", "")
    if ratio.isascii() and ratio.isdigit():
        return str(int(ratio)), "前回わかった割合です。"
    search = assumptions.search_of(check.request_xml)
    born = day_of(search.birthdate) if search else None
    row = shares_by_age(packaged_book(), born, clinic_day(check.received_at)) if born else None
    if row is None or len(row.percents) != 1:
        return "", ""
    return str(row.percents[0]), "年齢からの割合です。"
