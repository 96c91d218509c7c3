"""What did the last test of readers, cameras and face model find, and how long ago was it?"""

from datetime import timedelta

from appliance.eligibility.diagnosis import Finding, Outcome, Severity, Suggestion
from appliance.eligibility.said import said
from appliance.health.surroundings import Surroundings
from appliance.ledger import reader_tests, readers
from appliance.ledger.readers import Reader
from appliance.ledger.times import JAPAN

_NOT_LATELY = "HEALTH-016"
_PRESS = (Suggestion.TEST_READERS,)


def look(here: Surroundings) -> Outcome:
    """A finding for each code of each reader's last test, and one when the day's test was left out."""
    found = readers.all_readers(here.ledger)
    if not found:
        return Outcome.unknown("リーダーがありません")
    ill = tuple(finding for reader in found for finding in _of(here, reader))
    oldest = reader_tests.standing(here.ledger).oldest
    if not here.settings.reader_test_at:
        return Outcome("毎日の点検は切ってあります", ill)
    if oldest is None:
        return Outcome(
            "まだ点検していないリーダーがあります",
            (*ill, Finding(_NOT_LATELY, Severity.WAIT, suggestions=_PRESS)),
        )
    severity = here.limit("self-test-age", here.age(oldest) / timedelta(hours=1))
    when = said("最後は {at}", at=f"{oldest.astimezone(JAPAN):%m/%d %H:%M}")
    return Outcome(
        when, (*ill, Finding(_NOT_LATELY, severity, when, suggestions=_PRESS)) if severity else ill
    )


def _of(here: Surroundings, reader: Reader) -> list[Finding]:
    last = reader_tests.last(here.ledger, reader.key)
    says = said("リーダー{name}（{label}）", name=reader.name, label=reader.label)
    return [Finding(code, Severity.WAIT, says, reader.key, _PRESS) for code in last.codes] if last else []
