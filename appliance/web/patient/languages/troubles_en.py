"""Troubles in the patient's words, in English: what to do, what comes next, nobody's fault."""

from appliance.web.patient.words import PhaseWords

_STAFF = "Our staff will help you. Please wait."
_TAKE_CARD = "Please take your card. There are other ways to check in."
_LAY_AGAIN = "Please take the card and place it again."
_FROM_START = "You can start again from the beginning."
_IF_NOT = "If it does not work, our staff will help you."

TROUBLES = {
    "CARD-001": PhaseWords(
        "The card could not be read", "Take the card out of its case and place it again.", _IF_NOT
    ),
    "CARD-002": PhaseWords(
        "This seems to be another card",
        "Please place your My Number Card.",
        "If you do not have it, our staff will help you.",
    ),
    "CARD-003": PhaseWords(
        "Reading stopped halfway",
        "Please place the card again.",
        "Leave it there until this screen asks you to take it.",
    ),
    "CARD-004": PhaseWords("The PIN could not be checked", _LAY_AGAIN, _FROM_START),
    "CARD-005": PhaseWords(
        "The PIN cannot be tried again here", "This keeps your card from being locked. " + _TAKE_CARD, _STAFF
    ),
    "CARD-006": PhaseWords("The PIN of this card is locked", _TAKE_CARD, _STAFF),
    "CARD-007": PhaseWords("The certificate on this card has expired", _TAKE_CARD, _STAFF),
    "CARD-008": PhaseWords("The card could not be checked", _TAKE_CARD, _STAFF),
    "CARD-009": PhaseWords("The card could not be checked", _TAKE_CARD, _STAFF),
    "CARD-010": PhaseWords(
        "Check-in with a phone is not ready yet",
        "Please place your My Number Card.",
        "If you do not have it, our staff will help you.",
    ),
    "CARD-011": PhaseWords("The card could not be checked", _TAKE_CARD, _STAFF),
    "CARD-012": PhaseWords("There is no certificate on this card", _TAKE_CARD, _STAFF),
    "CARD-013": PhaseWords("The numbers of the card could not be checked", _LAY_AGAIN, _FROM_START),
    "CARD-014": PhaseWords("The numbers of this card cannot be used", _TAKE_CARD, _STAFF),
    "READER-001": PhaseWords("The card reader is getting ready", "Please take your card.", _STAFF),
    "READER-002": PhaseWords("The card reader is getting ready", "Please take your card.", _STAFF),
    "READER-003": PhaseWords(
        "The card reader is getting ready", "Please take the card, wait a moment and place it again.", _IF_NOT
    ),
    "READER-004": PhaseWords(
        "You cannot check in at this reader",
        "Please take your card and place it on the other reader.",
        "If you do not find it, please ask our staff.",
    ),
    "READER-005": PhaseWords("This card reader cannot be used now", "Please take your card.", _STAFF),
    "VISIT-001": PhaseWords("Please start again", _LAY_AGAIN),
    "VISIT-002": PhaseWords("This ended because time ran out", _LAY_AGAIN, _FROM_START),
    "VISIT-003": PhaseWords(
        "Check-in was stopped", "Please take your card.", "Place it again to start from the beginning."
    ),
    "VISIT-004": PhaseWords(
        "Our staff will help you", "Please take your card.", "There is something to check. Please wait."
    ),
    "VISIT-005": PhaseWords("Your face could not be recognised", _LAY_AGAIN, _IF_NOT),
    "VISIT-006": PhaseWords("Your face could not be confirmed", _LAY_AGAIN, _STAFF),
    "VISIT-007": PhaseWords("Our staff will help you", _TAKE_CARD, _STAFF),
    "VISIT-008": PhaseWords(
        "Sorry to keep you waiting", _LAY_AGAIN, "If you are in a hurry, please ask our staff."
    ),
    "VISIT-009": PhaseWords("The camera could not read the numbers", _LAY_AGAIN, _IF_NOT),
}

OTHER_TROUBLE = PhaseWords("You cannot check in here now", _TAKE_CARD, _STAFF)
