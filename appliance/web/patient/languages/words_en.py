"""What the patient screen says in English. Plain words; the Japanese names that stand on the card are kept beside them."""

from appliance.eligibility.visit import Hint, Phase, Way
from appliance.web.patient.languages.phone_en import PHONE
from appliance.web.patient.languages.troubles_en import OTHER_TROUBLE, TROUBLES
from appliance.web.patient.words import (
    BarWords,
    ChoiceWords,
    ConsentWords,
    DisplayWords,
    HelpWords,
    NumberWords,
    PhaseWords,
    PinWords,
    Step,
    WayWords,
    Words,
)

_STEPS = {
    Step.CARD: "Card",
    Step.HOLDER: "Identity",
    Step.CONSENT: "Consent",
    Step.CHECK: "Check",
    Step.ACCEPTED: "Done",
}

_STILL = "Please leave the card where it is."

_PHASES = {
    Phase.OFFLINE: PhaseWords("We are getting ready", "Please speak to our staff."),
    Phase.IDLE: PhaseWords(
        "Please place your My Number Card here",
        "Take the card out of its case.",
        "Next, we check that the card is yours.",
    ),
    Phase.READING: PhaseWords("Reading your card", _STILL, "Next, we check that the card is yours."),
    Phase.CHOOSE: PhaseWords(
        "How would you like to confirm your identity?", "If neither is possible, please press “Call staff”."
    ),
    Phase.CARD_NUMBER: PhaseWords(
        "Please enter the numbers on your card", "They are used to read the photo on the card."
    ),
    Phase.SHOW_CARD: PhaseWords(
        "Please show your card to the camera",
        "Pick up the card and turn the side with your photo to the camera.",
    ),
    Phase.LAY_BACK: PhaseWords(
        "Please put the card back", "The camera has finished.", "Then we go on to the next step."
    ),
    Phase.FACE: PhaseWords(
        "Please look at the camera",
        "Please take off your mask and sunglasses. No picture of your face is kept.",
    ),
    Phase.GLANCE: PhaseWords("Our staff are checking", _STILL, "It will go on in a moment."),
    Phase.PIN: PhaseWords(
        "Please enter your PIN",
        "The 4 digits of your card (利用者証明用). Please cover the keypad with your hand.",
    ),
    Phase.CHECKING_PIN: PhaseWords(
        "Checking your PIN", _STILL, "Next, we ask about sharing your information."
    ),
    Phase.PHONE: PhaseWords(
        "Please hold your phone against the small reader",
        "Keep it still until this screen changes.",
        "Your PIN is used this once only.",
    ),
    Phase.STAFF: PhaseWords(
        "Our staff are coming",
        "Please leave the card here and wait.",
        "They will compare your face with the photo on the card.",
    ),
    Phase.SIGHT: PhaseWords(
        "Our staff are checking",
        "They compare your face with the photo on the card.",
        "You may be asked to take off your mask.",
    ),
    Phase.PROVING: PhaseWords("Checking", _STILL, "Next, we ask about sharing your information."),
    Phase.CONSENTS: PhaseWords(
        "Do you agree to share your medical information?",
        "This clinic uses your checkups, medicines, treatments, operations and specified illnesses for your care.",
        "Your consent ends after 24 hours. You can see a doctor without it.",
    ),
    Phase.ASKING: PhaseWords(
        "You are not checked in yet. Please wait",
        "We are checking your insurance.",
        "This screen will tell you when it is done.",
    ),
    Phase.DONE: PhaseWords(
        "You are checked in. Please take your card", follow="Please wait until you are called."
    ),
    Phase.DEFERRED: PhaseWords(
        "You are checked in. We will check your insurance later. Please take your card",
        follow="Please wait until you are called.",
    ),
}

_WAYS = {
    Way.FACE: WayWords("My face", "Just look at the camera"),
    Way.ANDROID: WayWords("Android", "Enter the PIN, then hold it to the reader"),
    Way.IPHONE: WayWords("iPhone", "This machine cannot read it yet"),
    Way.PIN: WayWords("My PIN", "Enter 4 digits"),
}

_NUMBER = NumberWords(
    parts=(
        ("Birth date (era year, month, day)", "YYMMDD"),
        ("Year of expiry (4 digits)", "YYYY"),
        ("Security code (under the photo)", "NNNN"),
    ),
    where="They are on the front of the card.",
    wrong="The numbers do not match. Please look at the card and try again.",
    next="Next",
    how="The numbers on your card are needed",
    show="Show the card to the camera",
    type="Enter the numbers",
    not_kept="No picture is kept.",
)

_HINTS = {
    Hint.LOOK: "Please look straight at the camera",
    Hint.TURN_LEFT: "Please turn slowly to the left",
    Hint.TURN_RIGHT: "Please turn slowly to the right",
    Hint.STRAIGHT: "Please face the camera again",
    Hint.NO_FACE: "Please turn your face to the camera",
    Hint.SEVERAL_FACES: "One person at a time, please",
    Hint.TOO_FAR: "Please come a little closer",
    Hint.CUT_OFF: "Please step back a little so that your whole face is seen",
    Hint.TOO_DARK: "It is too dark. Please move to a brighter place",
    Hint.TOO_BRIGHT: "It is too bright. Please move out of the light",
    Hint.BACKLIT: "It is too bright behind you. Please move a little to the side",
    Hint.BLURRED: "Please hold still",
    Hint.TURNED: "Please face the camera",
    Hint.COVERED: "Please take off your mask or sunglasses",
    Hint.CARD_SHOW: "Turn the side with your photo to the camera",
    Hint.CARD_SIDE: "Please turn the card over and show your photo",
    Hint.CARD_FAR: "Please bring the card closer",
    Hint.CARD_DARK: "Please hold the card where there is more light",
    Hint.CARD_GLARE: "Please tilt the card a little so that it does not shine",
    Hint.CARD_BLURRED: "Please hold the card still",
    Hint.CARD_HOLD: "Reading. Please hold the card still",
}

_HELP = HelpWords(
    title="Please check your card",
    cases={
        "case": PhaseWords("Is it in a case?", "Take it out and place the card alone."),
        "side": PhaseWords("Is the front facing up?", "The side with your photo has to be on top."),
        "other": PhaseWords("Is it another card?", "Please use your My Number Card."),
        "chip": PhaseWords("Still nothing?", "The chip may not be readable. Please speak to our staff."),
    },
    close="Close",
)

_PIN = PinWords(
    entered="{count} of 4 digits entered",
    wrong="That PIN was not right.",
    left={
        3: "After 3 wrong tries in a row the card is locked.",
        2: "The card is locked after 2 more wrong tries.",
    },
    left_here={2: "You can try once more here."},
    forgotten="If you are not sure, please press “Call staff”.",
    erase=("Delete",),
    confirm="OK",
)

_CONSENTS = ConsentWords(
    all_yes="Agree to all",
    item_by_item="Choose one by one",
    all_no="Agree to none",
    labels={
        "specific_health_checkups_info": "Results of health checkups",
        "pharmacists_info": "Medicines you were given",
        "diagnosis_info": "Treatments you had",
        "operation_info": "Operations you had",
        "specific_diseases_certificate_related": "Certificate for specified illnesses",
    },
    items={
        "specific_health_checkups_info": "Do you agree that the results of your past health checkups are given to this clinic for your care?",
        "pharmacists_info": "Do you agree that the medicines you were given in the past are shown to this clinic for your care?",
        "diagnosis_info": "Do you agree that the treatments you had in the past are shown to this clinic for your care?",
        "operation_info": "Do you agree that the operations you had in the past are shown to this clinic for your care?",
        "specific_diseases_certificate_related": "Do you agree that your certificate for specified illnesses is given to this clinic, to work out what you pay?",
    },
    yes="I agree",
    no="I do not agree",
    review="Is this right?",
    confirm="Go on with this",
)

_CHOICES = {
    "prescription": ChoiceWords(
        "Which prescription would you like?",
        "You can get your medicine with either.",
        {"1": "Electronic", "2": "On paper"},
    ),
    "medical_subsidy": ChoiceWords(
        "Do you want to use a medical subsidy certificate?",
        "We look up your certificate from the city, such as the one for children.",
        {"yes": "Yes", "no": "No"},
    ),
}

_BAR = BarWords(
    cancel="Stop",
    back="Back",
    other_way="Another way",
    staff="Call staff",
    staff_called="Staff were called",
    options="言葉 Language",
    help="Need help?",
    not_sent="That could not be sent. Please try again.",
    lost="The connection of this screen was lost. Connecting again.",
    elapsed="{seconds} seconds so far. Please wait a little longer.",
)

ENGLISH = Words(
    steps=_STEPS,
    phases=_PHASES,
    left=PhaseWords("You left your card. Please take it", "The card is still here."),
    ways=_WAYS,
    number=_NUMBER,
    hints=_HINTS,
    help=_HELP,
    display=DisplayWords(
        title="Language and display",
        language="English",
        big="Large type",
        contrast="High contrast",
        voice="Voice guidance",
    ),
    pin=_PIN,
    phone=PHONE,
    consents=_CONSENTS,
    choices=_CHOICES,
    bar=_BAR,
    troubles=TROUBLES,
    other_trouble=OTHER_TROUBLE,
)
