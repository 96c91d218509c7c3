"""Which certificate a connection to the pages is served with, and on which terms.

The box's own, and the clinic's for whoever calls the box by a name in that. Both are looked at again while the process
runs: a connection that is open stays as it is, the next one gets what is there then.
"""

import ssl
import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from appliance.identity import clinic
from appliance.identity.box import CIPHERS, WEB, files_of
from appliance.identity.clinic import ClinicServerCertificate
from appliance.ledger.times import Clock
from appliance.settings import Box, Settings, TlsVersion

LOOKED_AT_EVERY = 60.0
"""Seconds until names, addresses and ends are looked at again. A file that was changed counts at once."""


class ClinicContext(ssl.SSLContext):
    """What a connection is served with that came by a name of the clinic's own certificate."""

    ends: datetime


class Contexts:
    """The contexts of the process. `context` may be called by many threads."""

    def __init__(
        self, box: Box, settings: Settings, clock: Clock, ticks: Callable[[], float] = time.monotonic
    ) -> None:
        self._box, self._settings, self._clock, self._ticks = box, settings, clock, ticks
        self._lock = threading.Lock()
        self._looked: float | None = None
        self._seen: tuple[object, ...] = ()
        self._own: ssl.SSLContext | None = None
        self._clinic: tuple[ClinicServerCertificate, ClinicContext] | None = None

    def context(self) -> ssl.SSLContext:
        """For a new connection. Raises `OSError`, `ValueError` while the box's own files cannot be made or read at first."""
        with self._lock:
            due = self._looked is None or self._ticks() - self._looked >= LOOKED_AT_EVERY
            if due or self._marks() != self._seen:
                self._look()
            if self._own is None:
                raise FileNotFoundError("no server certificate")
            return self._own

    def _look(self) -> None:
        """Take up what is there. What cannot be read is no reason to serve nothing: the one before goes on."""
        try:
            files = files_of(self._box, self._settings, WEB, self._clock())
            if self._marks() != self._seen or self._own is None:
                self._own = self._loaded(
                    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), files.certificate, files.key
                )
                self._own.sni_callback = self._choose
                self._clinic = self._clinics()
        except (OSError, ValueError):  # ssl.SSLError is an OSError: half of a pair, for the next look
            if self._own is None:
                raise
        self._seen, self._looked = self._marks(), self._ticks()

    def _clinics(self) -> tuple[ClinicServerCertificate, ClinicContext] | None:
        held = clinic.held(self._box)
        if held is None:
            return None
        context = ClinicContext(ssl.PROTOCOL_TLS_SERVER)
        context.ends = held.not_after
        try:
            self._loaded(context, clinic.path_of(self._box), None)
        except OSError:
            return None
        return held, context

    def _choose(
        self, connection: ssl.SSLSocket | ssl.SSLObject, name: str | None, _context: ssl.SSLContext
    ) -> None:
        """Who calls an address says no name; then it is the address that was called."""
        found = self._clinic
        if found is None:
            return
        held, context = found
        if not name and isinstance(connection, ssl.SSLSocket):
            name = connection.getsockname()[0]
        if name and held.is_for(name) and held.is_valid(self._clock()):
            connection.context = context

    def _loaded(self, context: ssl.SSLContext, chain: Path, key: Path | None) -> ssl.SSLContext:
        context.load_cert_chain(chain, key)
        is_modern = self._settings.tls_least == TlsVersion.V1_3
        context.minimum_version = ssl.TLSVersion.TLSv1_3 if is_modern else ssl.TLSVersion.TLSv1_2
        context.set_ciphers(CIPHERS)
        context.set_ecdh_curve("prime256v1")  # one is all that this Python can name
        # Resumption from our memory alone: no key of tickets that would open yesterday's connections.
        context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_COMPRESSION | ssl.OP_NO_TICKET
        return context

    def _marks(self) -> tuple[object, ...]:
        paths = (
            self._box.tls_dir / f"{WEB}.pem",
            self._box.tls_dir / f"{WEB}.key",
            clinic.path_of(self._box),
        )
        return tuple(_mark(path) for path in paths)


def _mark(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino
