"""What can happen during a visit, and what the machine then wants done. None of it carries a PIN or an identifier."""

from dataclasses import dataclass
from enum import Enum, auto

from appliance.eligibility.visit import Display, Hint, Language, Way


@dataclass(frozen=True)
class ReaderBack:
    """The reader is there again (or for the first time)."""


@dataclass(frozen=True)
class ReaderLost:
    """The reader was unplugged, or its service went."""

    code: str


@dataclass(frozen=True)
class CardLaid:
    """A card was laid on the reader; `visit` is the random id of the visit it opens."""

    visit: str


@dataclass(frozen=True)
class CardTaken:
    """The card left the reader."""


@dataclass(frozen=True)
class PhoneReaderBack:
    """The reader for phones beside this one is there."""


@dataclass(frozen=True)
class PhoneReaderLost:
    """The reader for phones is not there any more, or belongs to another reader."""


@dataclass(frozen=True)
class PhoneWanted:
    """The patient has no card in hand but a phone; `visit` as in `CardLaid`."""

    visit: str


@dataclass(frozen=True)
class PhoneLaid:
    """Something is held to the reader for phones; `visit` is for the visit that it may open."""

    visit: str


@dataclass(frozen=True)
class PhoneTaken:
    """Nothing is held there any more."""


@dataclass(frozen=True)
class PhoneSeen:
    """It is a phone that is read after its PIN; `tries_left` of that PIN."""

    tries_left: int


@dataclass(frozen=True)
class PhoneBroke:
    """The phone was taken away while it was read."""


@dataclass(frozen=True)
class CardRead:
    """The card is a My Number card with a good certificate; `tries_left` of its PIN."""

    tries_left: int


@dataclass(frozen=True)
class WayChosen:
    """The patient, or reception for them, chose how to go on."""

    way: Way


@dataclass(frozen=True)
class BackPressed:
    """The patient wants another way."""


@dataclass(frozen=True)
class NumberTyped:
    """The number on the card's face (照合番号B) is known, which waits beside the machine."""


@dataclass(frozen=True)
class ShowPressed:
    """The patient wants to show the card to the camera instead of typing its number."""


@dataclass(frozen=True)
class NumberSeen:
    """The camera has read the number off the card; it waits with the camera."""


@dataclass(frozen=True)
class NumberNotSeen:
    """The camera could not read it in its time, or at all."""


@dataclass(frozen=True)
class SameCard:
    """What `CardLaid` called `laid` is the card that was lifted; `tries_left` of its PIN."""

    laid: str
    tries_left: int


@dataclass(frozen=True)
class OtherCard:
    """What `CardLaid` called `laid` is another card; that is the id of the visit it opens."""

    laid: str


@dataclass(frozen=True)
class NumberWrong:
    """The card refused that number."""

    tries_left: int


@dataclass(frozen=True)
class PhotoRead:
    """The photo on the card is there to be compared with."""


@dataclass(frozen=True)
class FaceSame:
    """The face is the card's, by a model that may decide alone."""


@dataclass(frozen=True)
class FaceAlike:
    """The face looks like the card's; a named person has to confirm."""


@dataclass(frozen=True)
class FaceHint:
    """What the patient can do in front of the camera."""

    hint: Hint


@dataclass(frozen=True)
class FaceNot:
    """This look found another face, or could not tell; `code` says why."""

    code: str


@dataclass(frozen=True)
class SightStarted:
    """A named person has started 目視確認 for this visit."""


@dataclass(frozen=True)
class Confirmed:
    """A named person says that the patient is the one on the card."""


@dataclass(frozen=True)
class Denied:
    """A named person says that the patient is not the one on the card, or that they cannot tell."""


@dataclass(frozen=True)
class LanguageChosen:
    """The screen shall speak another language."""

    language: Language


@dataclass(frozen=True)
class DisplayChosen:
    """The screen shall look or sound otherwise."""

    display: Display


@dataclass(frozen=True)
class PinTyped:
    """The patient has typed a PIN, which waits beside the machine."""


@dataclass(frozen=True)
class PinWrong:
    """The card refused the PIN."""

    tries_left: int


@dataclass(frozen=True)
class HolderProved:
    """PIN accepted, signature made and verified."""


@dataclass(frozen=True)
class ConsentsGiven:
    """The patient has answered the consent page, which waits beside the machine."""


@dataclass(frozen=True)
class CheckOpened:
    """The check stands in the ledger."""

    check_id: str


@dataclass(frozen=True)
class CheckAnswered:
    """The center has answered; `is_confirmed` when the person is insured."""

    is_confirmed: bool


@dataclass(frozen=True)
class CheckDeferred:
    """The center cannot be asked now; the check waits."""


@dataclass(frozen=True)
class Failed:
    """Something went wrong; `code` is a row of the catalogue, `tries_left` where it is known."""

    code: str
    tries_left: int | None = None


@dataclass(frozen=True)
class CancelPressed:
    """The patient, or staff, stopped the visit."""


@dataclass(frozen=True)
class StaffPressed:
    """The patient called staff."""


@dataclass(frozen=True)
class TimePassed:
    """The clock moved on."""


VisitEvent = (
    ReaderBack
    | ReaderLost
    | CardLaid
    | CardTaken
    | PhoneReaderBack
    | PhoneReaderLost
    | PhoneWanted
    | PhoneLaid
    | PhoneTaken
    | PhoneSeen
    | PhoneBroke
    | CardRead
    | WayChosen
    | BackPressed
    | NumberTyped
    | ShowPressed
    | NumberSeen
    | NumberNotSeen
    | SameCard
    | OtherCard
    | NumberWrong
    | PhotoRead
    | FaceSame
    | FaceAlike
    | FaceHint
    | FaceNot
    | SightStarted
    | Confirmed
    | Denied
    | LanguageChosen
    | DisplayChosen
    | PinTyped
    | PinWrong
    | HolderProved
    | ConsentsGiven
    | CheckOpened
    | CheckAnswered
    | CheckDeferred
    | Failed
    | CancelPressed
    | StaffPressed
    | TimePassed
)


class Action(Enum):
    """What the desk has to do for the machine; each ends in another event."""

    READ_CARD = auto()
    PROVE_HOLDER = auto()
    READ_AGAIN = auto()
    WATCH_CARD = auto()
    LOOK_AT_PHONE = auto()
    PROVE_BY_PHONE = auto()
    READ_PHOTO = auto()
    WATCH_FACE = auto()
    STOP_FACE = auto()
    PROVE_WITHOUT_PIN = auto()
    OPEN_CHECK = auto()
    LET_GO = auto()
