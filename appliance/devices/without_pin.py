"""NOT THE REAL THING: how a virtual card's key is opened without the PIN. Replace this module, and nothing else.

A certified terminal proves itself to the card (特定機関認証) with a certificate and a key that are issued to certified
terminals only; its last steps are in no public source, and nobody outside has such a certificate. So this box cannot do it
with a real card. What stands here is a command of our own making, which only the virtual card of the demo knows, and which
is sent only after the card has said that it is virtual: no real card ever gets it.
"""

from appliance.devices import apdu
from appliance.devices.codes import Application, StatusWord
from appliance.devices.connection import CardConnection
from appliance.eligibility.trouble import Trouble

_COMMON_RECORD = 0x0001
_READ_FIRST_RECORD = bytes((0x00, 0xB2, 0x01, 0x04, 0x00))
_VIRTUAL = b"DEMO"
_OPEN_KEY = bytes((0x80, 0xF7, 0x00, 0x00))


def open_key(connection: CardConnection) -> None:
    """Open the 利用者証明用 key for this connection and leave the JPKI application selected.

    Raises `Trouble` FACE-011 for every card that is not virtual, and what a broken transport raises.
    """
    if not _is_virtual(connection):
        raise Trouble("FACE-011", "仮想カードではありません")
    selected = connection.transmit(apdu.select_application(Application.JPKI))
    opened = connection.transmit(_OPEN_KEY)
    if selected.sw != StatusWord.OK or opened.sw != StatusWord.OK:
        raise Trouble("FACE-011", f"SW {opened.sw:04X}")


def _is_virtual(connection: CardConnection) -> bool:
    """Whether the serial number in the card's common application is one that no real card has."""
    for command in (apdu.select_application(Application.COMMON), apdu.select_file(_COMMON_RECORD)):
        if connection.transmit(command).sw != StatusWord.OK:
            return False
    record = connection.transmit(_READ_FIRST_RECORD)
    return record.sw == StatusWord.OK and record.data.startswith(_VIRTUAL)
