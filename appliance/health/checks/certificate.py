"""How long does the clinic's electronic certificate last, and does the center take it?"""

from appliance.eligibility.certificate import Standing, StandingState, standings
from appliance.eligibility.diagnosis import Finding, Outcome, Severity, Suggestion
from appliance.eligibility.said import joined, said
from appliance.health.surroundings import Surroundings
from appliance.ledger import certificates

_CODES = {
    StandingState.ENDING: "HEALTH-004",
    StandingState.NOT_ACCEPTED: "CENTER-005",
    StandingState.EXPIRED: "CERT-006",
    StandingState.MISSING: "BOX-002",
}
_PRESS = (Suggestion.OPEN_CERTIFICATE,)


def look(here: Surroundings) -> Outcome:
    """A finding for each code of the house whose certificate ends, is over, is missing or is not accepted."""
    if not here.settings.needs_certificate:
        return Outcome.unknown("公式の資格確認端末をとおすので、この装置には要りません")
    found = standings(
        here.settings.institution_codes, certificates.held(here.ledger), here.book, here.now, needed=True
    )
    return Outcome(joined("、", (_word(one) for one in found)), tuple(_findings(found)))


def _findings(found: tuple[Standing, ...]) -> list[Finding]:
    return [
        Finding(
            _CODES[one.state],
            Severity.STOP if one.is_urgent else Severity.WAIT,
            one.sentence,
            one.institution_code,
            _PRESS,
        )
        for one in found
        if one.state is not StandingState.OK
    ]


def _word(one: Standing) -> str:
    if one.days_left is None:
        return "ありません"
    return said("あと{days}日", days=one.days_left) if one.days_left >= 0 else "期限切れ"
