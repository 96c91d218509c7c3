"""OpenSC's PKCS#11 module called within this process: the rival without the start of a program."""

import ctypes
from dataclasses import dataclass
from pathlib import Path

_CKF_SERIAL_SESSION = 4
_CKU_USER = 1
_CKA_CLASS = 0x000
_CKA_ID = 0x102
_CKO_PRIVATE_KEY = 3
_CKM_SHA256_RSA_PKCS = 0x40
_KEY_ID = b"\x01"
_SIGNATURE_ROOM = 512


class _Attribute(ctypes.Structure):
    _fields_ = (("type", ctypes.c_ulong), ("value", ctypes.c_void_p), ("length", ctypes.c_ulong))


class _Mechanism(ctypes.Structure):
    _fields_ = (("type", ctypes.c_ulong), ("parameter", ctypes.c_void_p), ("length", ctypes.c_ulong))


def module_file() -> Path:
    """Where Debian puts OpenSC's module. Raises `FileNotFoundError`."""
    found = next(iter(sorted(Path("/usr/lib").glob("*/opensc-pkcs11.so"))), None)
    if found is None:
        raise FileNotFoundError("Debian package opensc-pkcs11 is missing")
    return found


@dataclass(frozen=True)
class Module:
    """A loaded PKCS#11 module."""

    library: ctypes.CDLL

    @classmethod
    def opensc(cls) -> "Module":
        """OpenSC's. Raises `OSError` when it is not installed."""
        return cls(ctypes.CDLL(str(module_file())))

    def sign(self, pin: str, data: bytes) -> bytes:
        """Initialize, log in on the first slot with a card, sign with key 01, finalize: all that `pkcs11-tool` asks.

        The signature is returned as it is. Raises `RuntimeError` naming the call that failed.
        """
        self._call("C_Initialize", None)
        try:
            session = self._session()
            self._call("C_Login", session, ctypes.c_ulong(_CKU_USER), pin.encode(), ctypes.c_ulong(len(pin)))
            return self._signature(session, self._private_key(session), data)
        finally:
            self._call("C_Finalize", None)

    def _call(self, name: str, *arguments: object) -> None:
        code = getattr(self.library, name)(*arguments)
        if code != 0:
            raise RuntimeError(f"{name}: 0x{code:X}")

    def _session(self) -> ctypes.c_ulong:
        count = ctypes.c_ulong(16)
        slots = (ctypes.c_ulong * count.value)()
        self._call("C_GetSlotList", ctypes.c_ubyte(1), slots, ctypes.byref(count))
        session = ctypes.c_ulong()
        flags = ctypes.c_ulong(_CKF_SERIAL_SESSION)
        self._call("C_OpenSession", ctypes.c_ulong(slots[0]), flags, None, None, ctypes.byref(session))
        return session

    def _private_key(self, session: ctypes.c_ulong) -> ctypes.c_ulong:
        kind, identity = ctypes.c_ulong(_CKO_PRIVATE_KEY), ctypes.create_string_buffer(_KEY_ID, len(_KEY_ID))
        wanted = (_Attribute * 2)(
            _Attribute(_CKA_CLASS, ctypes.addressof(kind), ctypes.sizeof(kind)),
            _Attribute(_CKA_ID, ctypes.addressof(identity), ctypes.sizeof(identity)),
        )
        key, count = ctypes.c_ulong(), ctypes.c_ulong()
        self._call("C_FindObjectsInit", session, wanted, ctypes.c_ulong(len(wanted)))
        self._call("C_FindObjects", session, ctypes.byref(key), ctypes.c_ulong(1), ctypes.byref(count))
        self._call("C_FindObjectsFinal", session)
        if count.value != 1:
            raise RuntimeError("C_FindObjects: no private key 01")
        return key

    def _signature(self, session: ctypes.c_ulong, key: ctypes.c_ulong, data: bytes) -> bytes:
        mechanism = _Mechanism(_CKM_SHA256_RSA_PKCS, None, 0)
        self._call("C_SignInit", session, ctypes.byref(mechanism), key)
        room = ctypes.c_ulong(_SIGNATURE_ROOM)
        signature = ctypes.create_string_buffer(room.value)
        self._call("C_Sign", session, data, ctypes.c_ulong(len(data)), signature, ctypes.byref(room))
        return signature.raw[: room.value]
