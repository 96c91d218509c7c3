"""Where a reader stands, what a site grants its visits, and how a visit ends; for the machine in `visit` and `visit_ways`."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from appliance.devices.visit_events import Action
from appliance.eligibility.visit import Display, Hint, Language, Phase, Way, is_by_phone


@dataclass(frozen=True)
class Terms:
    """How long things may take, and which ways a site has beside the PIN.

    A patient may leave a page untouched, the center may think, an end stays once the card is gone, a card may lie after the
    end before it counts as left behind; one look for the face; a person of the staff to come; the card to be shown to the camera,
    and how often. `face`: a camera, a model and a way without PIN are there. `sight`: a way without PIN is there. `phone`: a second
    reader for phones is there.
    """

    untouched: timedelta = timedelta(seconds=60)
    asking: timedelta = timedelta(seconds=8)
    ending: timedelta = timedelta(seconds=6)
    left: timedelta = timedelta(seconds=10)
    looking: timedelta = timedelta(seconds=8)
    staff: timedelta = timedelta(seconds=180)
    showing: timedelta = timedelta(seconds=30)
    card_shows: int = 2
    face_tries: int = 3
    face: bool = False
    sight: bool = False
    phone: bool = False

    @property
    def longest(self) -> timedelta:
        """The longest of the times."""
        return max(
            self.untouched, self.asking, self.ending, self.left, self.looking, self.staff, self.showing
        )


@dataclass(frozen=True)
class Visit:
    """Where a reader stands. `deadline` is when something happens by itself; `visit` is None while nobody is there.

    `card_shows` is how often the card was shown to the camera, `away` that it was lifted for that and is not known to be back,
    `laid` what was laid in its place and is being compared, `seen` that its number was read there.
    `ways` are those still open to the patient, `way` the one being tried. `card_left`: the card lies there though all is over.
    `phone_present`: a phone that came within this visit is held to its reader; one that was there before may be another's.
    """

    phase: Phase = Phase.OFFLINE
    visit: str | None = None
    tries_left: int | None = None
    trouble_code: str | None = None
    staff_called: bool = False
    card_present: bool = False
    phone_present: bool = False
    check_id: str | None = None
    deadline: datetime | None = None
    ways: tuple[Way, ...] = ()
    way: Way | None = None
    face_tries: int = 0
    card_shows: int = 0
    away: bool = False
    laid: str = ""
    seen: bool = False
    hint: Hint | None = None
    card_left: bool = False
    language: Language = Language.JAPANESE
    display: Display = field(default_factory=Display)

    @property
    def by_phone(self) -> bool:
        """Whether this visit goes on with a phone in place of a card."""
        return is_by_phone(self.ways)


def begun(before: Visit, visit: str) -> Visit:
    """The beginning of `visit`: a language chosen while nobody was there is this patient's; one of the visit before is not."""
    chosen = before if before.phase is Phase.IDLE else Visit()
    return Visit(visit=visit, language=chosen.language, display=chosen.display)


Step = tuple[Visit, tuple[Action, ...]]

TO_THE_HOLDER = (
    Phase.CHOOSE,
    Phase.CARD_NUMBER,
    Phase.FACE,
    Phase.GLANCE,
    Phase.PIN,
    Phase.PHONE,
    Phase.STAFF,
    Phase.SIGHT,
)
"""Where a person of the staff may begin to look."""

SHOWING = (Phase.SHOW_CARD, Phase.LAY_BACK)
"""Where a card may be lifted without an end of the visit: it is being shown to the camera."""

BEFORE_CONSENTS = (Phase.READING, *TO_THE_HOLDER, *SHOWING)
"""Where the patient has still to prove something."""

OPEN = (*BEFORE_CONSENTS, Phase.CHECKING_PIN, Phase.PROVING, Phase.CONSENTS)
"""Where a card that is taken ends the visit, and anybody may stop it."""


def failed(now_at: Visit, code: str, tries_left: int | None, now: datetime, terms: Terms) -> Step:
    """The end that tells what to do next."""
    over = replace(now_at, phase=Phase.FAILED, trouble_code=code, tries_left=tries_left)
    return stays(over, now, terms), (Action.LET_GO,)


def stays(now_at: Visit, now: datetime, terms: Terms) -> Visit:
    """An end stays until the card is taken, or for a moment when it is gone already."""
    return replace(now_at, deadline=now + (terms.left if now_at.card_present else terms.ending))
