"""What the patient screen says otherwise to a patient with a phone, in English."""

from appliance.eligibility.visit import Phase
from appliance.web.patient.words import PhaseWords, PhoneWords

_STAFF = "If you do not have it, our staff will help you."
_WAIT = "Our staff will help you. Please wait."
_CARD = "If you have your My Number Card, please place it."
_AGAIN = "Take the phone away and hold it there again."
_START = "You can start again from the beginning."

PHONE = PhoneWords(
    start="Check in with a phone",
    phases={
        Phase.READING: PhaseWords(
            "Reading your phone", "Please hold it still against the reader.", "Next, we ask for your PIN."
        ),
        Phase.CHOOSE: PhaseWords("Which phone do you have?", "It has to hold your My Number Card function."),
        Phase.PIN: PhaseWords(
            "Please enter the PIN of your phone", "The 4 digits you chose for your phone (利用者証明用)."
        ),
        Phase.CHECKING_PIN: PhaseWords(
            "Reading your phone",
            "Please hold it still against the reader.",
            "Next, we ask about sharing your information.",
        ),
        Phase.ASKING: PhaseWords(
            "You are not checked in yet. Please wait",
            "We are checking your insurance.",
            "You may put your phone away.",
        ),
        Phase.DONE: PhaseWords(
            "You are checked in", "You may put your phone away.", "Please wait until you are called."
        ),
        Phase.DEFERRED: PhaseWords(
            "You are checked in. We will check your insurance later",
            "You may put your phone away.",
            "Please wait until you are called.",
        ),
    },
    pin_left={
        3: "After 3 wrong tries in a row the PIN is locked.",
        2: "It is locked after 2 more wrong tries.",
    },
    troubles={
        "CARD-001": PhaseWords(
            "The phone could not be read", _AGAIN, "If it does not work, our staff will help you."
        ),
        "PHONE-007": PhaseWords(
            "The PIN cannot be tried again here",
            _CARD,
            "This keeps your phone from being locked. Our staff will help you.",
        ),
        "PHONE-008": PhaseWords("The PIN of this phone is locked", _CARD, _STAFF),
        "PHONE-009": PhaseWords("The certificate on this phone has expired", _CARD, _STAFF),
        "CARD-012": PhaseWords("There is no certificate on this phone", _CARD, _STAFF),
        "PHONE-001": PhaseWords(
            "Please place the card on the other reader",
            "This one is for phones.",
            "If you do not find it, please ask our staff.",
        ),
        "PHONE-002": PhaseWords("This machine cannot read an iPhone yet", _CARD, _STAFF),
        "PHONE-003": PhaseWords(
            "No My Number Card function was found",
            "Please check that your phone has it. If not, place your card.",
            _STAFF,
        ),
        "PHONE-004": PhaseWords(
            "The phone was taken away too early", _AGAIN, "Hold it still until this screen changes."
        ),
        "PHONE-005": PhaseWords(
            "Phones are read by the small reader beside this one",
            "Take it away and press “Check in with a phone”.",
            "If you do not find it, please ask our staff.",
        ),
        "PHONE-006": PhaseWords(
            "A card and a phone were used at once",
            "Please take the card and start again with one of them.",
            _WAIT,
        ),
        "READER-001": PhaseWords("The reader for phones is getting ready", _CARD, _STAFF),
        "VISIT-001": PhaseWords("Please start again", "Take the phone away and follow this screen."),
        "VISIT-002": PhaseWords("This ended because time ran out", _START),
        "VISIT-003": PhaseWords("Check-in was stopped", _START),
        "VISIT-004": PhaseWords("Our staff will help you", "There is something to check. Please wait."),
    },
    other_trouble=PhaseWords("You cannot check in with this phone now", _CARD, _WAIT),
)
