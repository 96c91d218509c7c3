"""What can be said of a box whose ledger is broken or lost: that, since when, what it can go back to, and how the machine is."""

from contextlib import closing
from datetime import datetime

from appliance.eligibility.diagnosis import CheckName, Finding, Severity
from appliance.eligibility.said import joined, said
from appliance.eligibility.trouble import Trouble
from appliance.health.checks import CHECKS
from appliance.health.looking import look_at_everything
from appliance.health.surroundings import Surroundings
from appliance.ledger.database import Ledger
from appliance.ledger.health import Picture, Standing, Word
from appliance.ledger.own_copy import lost, places
from appliance.ledger.times import JAPAN
from appliance.settings import Box, Settings

CODES = (lost.CODE, "BOX-011")
_OF_THE_MACHINE = (CheckName.DISK, CheckName.MEMORY, CheckName.TEMPERATURE, CheckName.UNITS, CheckName.UPDATE)
"""Those that ask the ledger nothing."""


def picture(box: Box, settings: Settings, trouble: Trouble, now: datetime) -> Picture:
    """The same report as of a box that is well, of the checks that can be made."""
    # Nobody opens it: a file that is broken stays as it is.
    with closing(Ledger.seen_at(box)) as unopened:
        here = Surroundings(box, settings, unopened, now)
        outcomes = look_at_everything(here, {name: CHECKS[name] for name in _OF_THE_MACHINE})
    since = lost.since(box.root) or now
    says = joined("。", (*([trouble.detail] if trouble.detail else []), *_copies(box)))
    own = Standing(CheckName.LEDGER, Finding(trouble.code, Severity.STOP, says), since)
    found = [Standing(name, one, now) for name, outcome in outcomes.items() for one in outcome.findings]
    words = [Word(name, outcome.says, outcome.is_known, now) for name, outcome in outcomes.items()]
    return Picture(
        (own, *found), (Word(CheckName.LEDGER, says, is_known=True, at=now), *words), is_still=False
    )


def _copies(box: Box) -> tuple[str, ...]:
    """Until which moment the box can go back by itself, and how many broken ledgers it keeps."""
    found = places.copies(box)
    newest = (
        said("控えは {at}", at=f"{found[0].made_at.astimezone(JAPAN):%m/%d %H:%M}")
        if found
        else "控えはありません"
    )
    aside = places.sets_aside(box)
    return (newest, *([said("脇に置いた台帳 {count}件", count=len(aside))] if aside else []))
