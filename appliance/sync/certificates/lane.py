"""Takes in certificates from the page, speaks up in the log when one nears its end, sweeps away what is left over."""

import logging
from datetime import date

from appliance.certificate_hatch import CertificateHatch, NewCertificate
from appliance.eligibility.certificate import Standing, StandingState, standings
from appliance.eligibility.trouble import Trouble
from appliance.ledger import certificates
from appliance.ledger.database import Ledger
from appliance.ledger.times import Clock, clinic_day
from appliance.rulebook import rulebook_of
from appliance.settings import Box, Settings
from appliance.sync.certificates.store import CertificateStore
from appliance.sync.lane import Lane

_LOOK_SECONDS = 60.0

_log = logging.getLogger(__name__)


class CertificateLane(Lane):
    """There is one in a box. `start` adopts the certificate of an older box, before anybody asks the center."""

    def __init__(
        self, box: Box, settings: Settings, ledger: Ledger, store: CertificateStore, clock: Clock
    ) -> None:
        super().__init__("certificate-lane", _LOOK_SECONDS)
        self._box = box
        self._settings = settings
        self._ledger = ledger
        self._store = store
        self._clock = clock
        self._said: dict[str, tuple[date, StandingState]] = {}
        self._hatch: CertificateHatch | None = None

    def start(self) -> None:
        """Adopt, open the hatch, begin to watch."""
        try:
            adopted = self._store.adopt_files(self._box.clinic_passphrase, self._box.clinic_certificate)
        except Trouble as trouble:
            # It stays where it is and is shown as it always was; the person at the box is told.
            _log.warning("%s: the certificate in center/ was not adopted", trouble.code)
        else:
            if adopted:
                _log.info("certificate %s adopted", adopted.short)
        self._hatch = CertificateHatch(self._box.certificate_socket, self._take)
        super().start()

    def stop(self) -> None:
        """Close the hatch, end the thread."""
        if self._hatch is not None:
            self._hatch.close()
        super().stop()

    def look(self) -> None:
        """Say once a day, and at every change, what is to be said; sweep. Called every minute."""
        now = self._clock()
        for one in self._standings():
            said = (clinic_day(now), one.state)
            if one.sentence and self._said.get(one.institution_code) != said:
                _log.warning(
                    "certificate of %s: %s, %s days left",
                    one.institution_code,
                    one.state.value,
                    one.days_left,
                )
            self._said[one.institution_code] = said
        self._store.sweep()

    def _standings(self) -> tuple[Standing, ...]:
        return standings(
            self._settings.institution_codes,
            certificates.held(self._ledger),
            rulebook_of(self._box),
            self._clock(),
            needed=self._settings.needs_certificate,
        )

    def _turn(self) -> None:
        self.look()

    def _take(self, new: NewCertificate) -> str:
        return self._store.offer(new.content, new.passphrase, new.by).fingerprint
