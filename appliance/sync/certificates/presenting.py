"""Which certificate to show the center for whom: the one in use first, then those that can stand in for it."""

import logging
import sqlite3
import ssl
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from appliance.eligibility import certificate
from appliance.eligibility.certificate import HeldCertificate
from appliance.ledger import audit, certificates
from appliance.ledger.database import Ledger
from appliance.ledger.times import Clock
from appliance.settings import Box
from appliance.sync import clinic_certificate
from appliance.sync.certificates.store import CertificateStore

_log = logging.getLogger(__name__)


class Face(Protocol):
    """One certificate as TLS shows it. `name` tells it from the others, `stamp` changes when a context is out of date."""

    @property
    def name(self) -> str:
        """Its name, for as long as it is the same certificate."""

    @property
    def stamp(self) -> clinic_certificate.Stamp:
        """What its context was made from."""

    def context(self) -> ssl.SSLContext:
        """A context that shows it. Raises `Trouble`."""


class Presenter(Protocol):
    """Says which faces there are for an institution code, and hears how they fared."""

    def faces(self, code: str) -> tuple[Face, ...]:
        """At least one, the best first."""

    def refused(self, face: Face) -> None:
        """The center refused it and accepted another one."""

    def accepted(self, face: Face) -> None:
        """The center accepted it."""


@dataclass(frozen=True)
class FileFace:
    """The certificate that lies in the state folder with its pass phrase."""

    box: Box
    name: str = "file"

    @property
    def stamp(self) -> clinic_certificate.Stamp:
        """See `Face.stamp`."""
        return clinic_certificate.stamp(self.box)

    def context(self) -> ssl.SSLContext:
        """See `Face.context`."""
        return clinic_certificate.client_context(self.box)


class FilePresenter:
    """For a box without a store: everybody has the one face."""

    def __init__(self, box: Box) -> None:
        self._face = FileFace(box)

    def faces(self, _code: str) -> tuple[Face, ...]:
        """See `Presenter.faces`."""
        return (self._face,)

    def refused(self, face: Face) -> None:
        """Nothing else to show."""

    def accepted(self, face: Face) -> None:
        """Nothing to remember."""


@dataclass(frozen=True)
class StoredFace:
    """A certificate out of the store."""

    box: Box
    store: CertificateStore
    held: HeldCertificate

    @property
    def name(self) -> str:
        """See `Face.name`."""
        return self.held.fingerprint

    @property
    def stamp(self) -> clinic_certificate.Stamp:
        """See `Face.stamp`."""
        return clinic_certificate.trust_stamp(self.box)

    def context(self) -> ssl.SSLContext:
        """See `Face.context`."""
        opened = self.store.opened(self.held)
        return clinic_certificate.context_with(self.box, opened.key_pem + opened.chain_pem.encode("ascii"))


class StorePresenter:
    """The faces as the ledger says now, so that an activation counts from the next question on."""

    def __init__(self, box: Box, ledger: Ledger, store: CertificateStore, clock: Clock) -> None:
        self._box = box
        self._ledger = ledger
        self._store = store
        self._clock = clock

    def faces(self, code: str) -> tuple[Face, ...]:
        """See `Presenter.faces`."""
        ordered = certificate.in_order(certificates.held(self._ledger), code, self._clock())
        return tuple(StoredFace(self._box, self._store, one) for one in ordered) or (FileFace(self._box),)

    def refused(self, face: Face) -> None:
        """See `Presenter.refused`."""
        if isinstance(face, StoredFace):
            self._note(face.held, self._clock())

    def accepted(self, face: Face) -> None:
        """See `Presenter.accepted`."""
        if isinstance(face, StoredFace) and face.held.refused_at is not None:
            self._note(face.held, None)

    def _note(self, one: HeldCertificate, refused_at: datetime | None) -> None:
        try:
            certificates.note_refusal(self._ledger, one.fingerprint, refused_at)
            if refused_at is not None and one.refused_at is None:
                audit.write(
                    self._ledger,
                    "sync",
                    "certificate-refused",
                    one.short,
                    refused_at,
                    one.institution_code,
                )
        except sqlite3.Error as error:
            # The answer that came must not be lost because a note about it could not be written.
            _log.error("BOX-005 %s", type(error).__name__)
