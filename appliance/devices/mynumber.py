"""One My Number card under one connection: what it is, its certificate, its PIN, its signature.

APDUs are the patient's waiting time (about 18 ms each on a card), so a file is selected once and read in the largest
pieces, and nothing is asked twice.
"""

from cryptography import x509

from appliance.devices import apdu, keys
from appliance.devices.codes import (
    AUTH_PIN_TRIES,
    TOKEN_INFO_LENGTH,
    Application,
    CardKind,
    JpkiFile,
    StatusWord,
    tries_in,
)
from appliance.devices.connection import CardConnection, Response
from appliance.devices.pin import Pin
from appliance.eligibility.trouble import Trouble

_READ_OK = (StatusWord.OK, StatusWord.END_OF_FILE)
_PHONES = (CardKind.ANDROID, CardKind.IPHONE)
_NOT_AN_ANDROID = {CardKind.CARD: "PHONE-001", CardKind.IPHONE: "PHONE-002"}
_NO_PHONE = "PHONE-003"
_DER_SEQUENCE = 0x30
_LARGEST_CERTIFICATE = 0x2000
_MOST_READS = 64


class WrongPin(Trouble):
    """The PIN was wrong; `tries_left` (0 to 15) remain on the card."""

    def __init__(self, tries_left: int) -> None:
        super().__init__("CARD-004", f"残り{tries_left}回")
        self.tries_left = tries_left


class MyNumberSession:
    """Talks to the JPKI application of the card under `connection`, or of the phone when `wanted` is `ANDROID`.

    A phone speaks as a card does, but for one thing: its certificate can only be read after its PIN.
    Every method may raise `Trouble` for a broken transport (see `CardConnection.transmit`); none tries again.
    """

    def __init__(self, connection: CardConnection, wanted: CardKind = CardKind.CARD) -> None:
        self._connection = connection
        self._wanted = wanted
        self._kind: CardKind | None = None
        self._selected: JpkiFile | None = None
        self._certificate: bytes | None = None

    def kind(self) -> CardKind:
        """What lies on the reader. Never raises for a card of another kind: that is `CardKind.FOREIGN`."""
        if self._kind is None:
            self._kind = self._find_kind()
        return self._kind

    def require_wanted(self) -> None:
        """Raises `Trouble` when something else lies there.

        Where a card is wanted: CARD-010 for a phone, CARD-002 for anything else. Where a phone is wanted: PHONE-001 for a card,
        PHONE-002 for an iPhone, PHONE-003 for anything else.
        """
        kind = self.kind()
        if kind is self._wanted:
            return
        if self._wanted is CardKind.ANDROID:
            raise Trouble(_NOT_AN_ANDROID.get(kind, _NO_PHONE), f"トークン情報: {kind.name}")
        if kind in _PHONES:
            raise Trouble("CARD-010", f"トークン情報: {kind.name}")
        raise Trouble("CARD-002", f"トークン情報: {kind.name}")

    def certificate(self) -> bytes:
        """The 利用者証明用 certificate as DER, read only once; a card needs no PIN for it, a phone one verified before.

        Raises `Trouble` as `require_wanted`, CARD-012 when the card holds none,
        CARD-001 when it cannot be read whole.
        """
        if self._certificate is None:
            self.require_wanted()
            selected = self._select(JpkiFile.AUTH_CERTIFICATE)
            if selected.sw == StatusWord.FILE_NOT_FOUND:
                raise Trouble("CARD-012", "000Aがありません")
            self._expect_ok(selected, "000Aの選択")
            self._certificate = self._read_der()
        return self._certificate

    def tries_left(self) -> int:
        """How many tries the PIN has left (0 = locked). Asking costs none."""
        self.require_wanted()
        self._expect_ok(self._select(JpkiFile.AUTH_PIN), "0018の選択")
        sw = self._connection.transmit(apdu.ask_tries()).sw
        if sw == StatusWord.OK:
            # Verified already under this connection, and a success fills the counter up.
            return AUTH_PIN_TRIES
        tries = tries_in(sw)
        if tries is None:
            raise Trouble("CARD-001", f"残り回数を読めません: SW {sw:04X}")
        return tries

    def verify_pin(self, pin: Pin) -> None:
        """Show the PIN to the card, after asking how many tries are left.

        Raises `Trouble`: CARD-005 at one try left, without sending anything; CARD-006 when the PIN is locked, before
        or by this try; `WrongPin` (CARD-004). After a transport failure it is unknown whether the try was counted.
        """
        tries = self.tries_left()
        if tries == 0:
            raise Trouble("CARD-006", "残り0回")
        if tries == 1:
            raise Trouble("CARD-005", "残り1回")
        sw = self._present(pin).sw
        if sw == StatusWord.OK:
            return
        left = self.tries_left() if sw == StatusWord.COUNTER_UNKNOWN else tries_in(sw)
        if left is None:
            raise Trouble("CARD-001", f"VERIFY: SW {sw:04X}")
        raise WrongPin(left) if left else Trouble("CARD-006", "この入力でロックされました")

    def come_back(self) -> None:
        """Select the JPKI application again, after another of the card's applications was used under this connection."""
        self._selected = None
        self._expect_ok(self._connection.transmit(apdu.select_application(Application.JPKI)), "JPKI-APの選択")

    def sign(self, challenge: bytes) -> bytes:
        """The card's signature over `challenge` (any length), in the form `keys.normal_form` gives.

        Needs a PIN verified under this connection; raises `Trouble("CARD-001")` otherwise and CARD-008 when the
        certificate's key is of no known kind. The signature is not verified here.
        """
        key = self._public_key()
        self._expect_ok(self._select(JpkiFile.AUTH_KEY), "0017の選択")
        response = self._connection.transmit(apdu.sign(keys.payload(key, challenge)))
        self._expect_ok(response, "署名")
        return keys.normal_form(key, response.data)

    def _find_kind(self) -> CardKind:
        if self._connection.transmit(apdu.select_application(Application.JPKI)).sw != StatusWord.OK:
            return CardKind.FOREIGN
        if self._select(JpkiFile.TOKEN_INFO).sw != StatusWord.OK:
            return CardKind.FOREIGN
        token = self._connection.transmit(apdu.read_binary(0, TOKEN_INFO_LENGTH))
        text = token.data.decode("ascii", "replace").rstrip(" \0")
        return CardKind(text) if text in {kind.value for kind in CardKind} else CardKind.FOREIGN

    def _select(self, file: JpkiFile) -> Response:
        if self._selected is file:
            return Response(b"", StatusWord.OK)
        self._selected = None
        response = self._connection.transmit(apdu.select_file(file))
        if response.sw == StatusWord.OK:
            self._selected = file
        return response

    def _read_der(self) -> bytes:
        data = self._read(0, apdu.LARGEST_READ)
        total = _der_length(data)
        if total > _LARGEST_CERTIFICATE:
            raise Trouble("CARD-008", f"証明書が{total}バイトあります")
        for _ in range(_MOST_READS):
            if len(data) >= total:
                return data[:total]
            data += self._read(len(data), min(apdu.LARGEST_READ, total - len(data)))
        raise Trouble("CARD-001", "証明書を少しずつしか渡しません")

    def _read(self, offset: int, length: int) -> bytes:
        response = self._connection.transmit(apdu.read_binary(offset, length))
        if response.sw not in _READ_OK or not response.data:
            raise Trouble("CARD-001", f"READ BINARY: SW {response.sw:04X}")
        return response.data

    def _present(self, pin: Pin) -> Response:
        try:
            return self._connection.transmit(apdu.verify(pin.digits()))
        except Trouble as trouble:
            failure = Trouble(trouble.code, trouble.detail)
        except Exception as error:
            failure = Trouble("CARD-001", type(error).__name__)
        # A new trouble, outside the handler: the old one's frames hold the command with the PIN in it.
        raise failure

    def _public_key(self) -> keys.CardKey:
        try:
            return keys.card_key(x509.load_der_x509_certificate(self.certificate()).public_key())
        except ValueError:
            raise Trouble("CARD-008", "証明書の形が正しくありません") from None

    @staticmethod
    def _expect_ok(response: Response, what: str) -> None:
        if response.sw != StatusWord.OK:
            raise Trouble("CARD-001", f"{what}: SW {response.sw:04X}")


def _der_length(head: bytes) -> int:
    """The whole length of the DER object that `head` starts. Raises CARD-012 when none does, CARD-008 for nonsense."""
    if len(head) < 4 or head[0] != _DER_SEQUENCE:
        raise Trouble("CARD-012", "000Aが空です")
    if head[1] < 0x80:
        return 2 + head[1]
    if head[1] not in (0x81, 0x82):
        raise Trouble("CARD-008", "証明書の長さが正しくありません")
    octets = head[1] & 0x7F
    return 2 + octets + int.from_bytes(head[2 : 2 + octets], "big")
