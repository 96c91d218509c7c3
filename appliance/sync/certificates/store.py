"""The clinic's certificates with their keys: taken in, given out to TLS, backed up, swept away."""

import logging
from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from appliance.eligibility.certificate import HeldCertificate, Place
from appliance.eligibility.trouble import Trouble
from appliance.identity import opening
from appliance.ledger import audit, certificates
from appliance.ledger.database import Ledger
from appliance.ledger.times import Clock
from appliance.settings import Box
from appliance.sync.certificates import judging
from appliance.sync.certificates.key_safe import KeySafe, write_whole

OFFER_LASTS = timedelta(minutes=15)
_SUFFIX = ".key"

_log = logging.getLogger(__name__)


class CertificateStore:
    """The keys in `center/keys`, locked by `safe`; all else in the ledger. Thread-safe; several processes may have one."""

    def __init__(self, box: Box, ledger: Ledger, safe: KeySafe, codes: Collection[str], clock: Clock) -> None:
        self._box = box
        self._ledger = ledger
        self._codes = codes
        self._clock = clock
        self.safe = safe

    def offer(self, content: bytes, passphrase: str, by: str) -> HeldCertificate:
        """Look at a PKCS#12 file and keep it until a person has decided, for `OFFER_LASTS`.

        Raises `Trouble` CERT-001 to CERT-006 for one that cannot be used, CERT-009 when its key cannot be locked.
        """
        now = self._clock()
        offered, opened = judging.judged(opening.opened(content, passphrase), self._box, self._codes, now, by)
        # The key first: a row without a key could be activated and would stop everything.
        locked = self.safe.lock(offered.fingerprint, opened.key_pem)
        write_whole(self._key_file(offered.fingerprint), locked)
        found = certificates.add(self._ledger, replace(offered, kept=self.safe.kind))
        audit.write(self._ledger, by, "certificate-offer", found.short, now, found.institution_code)
        return found

    def opened(self, one: HeldCertificate) -> opening.Opened:
        """Key and chain of a held certificate. Raises `Trouble`: CERT-009 (does not open), CERT-003."""
        try:
            locked = self._key_file(one.fingerprint).read_bytes()
        except OSError as error:
            raise Trouble("CERT-009", type(error).__name__) from error
        return opening.reopened(self.safe.unlock(one.fingerprint, locked), one.chain)

    def backup(self, one: HeldCertificate, passphrase: str, by: str) -> bytes:
        """The certificate as an encrypted PKCS#12 file. Raises `Trouble`: CERT-009, CERT-011 (pass phrase too short)."""
        found = opening.locked(self.opened(one), passphrase)
        audit.write(self._ledger, by, "certificate-export", one.short, self._clock(), one.institution_code)
        return found

    def sweep(self) -> None:
        """Drop offers that nobody took up, and keys of which no certificate is held any more."""
        now = self._clock()
        # Looked at before the ledger is: a key is written before its row, and only an old one can be an orphan.
        keys = [path for path in self._key_dir.glob(f"*{_SUFFIX}") if self._is_old(path)]
        certificates.drop_offers(self._ledger, now, OFFER_LASTS)
        known = {one.fingerprint for one in certificates.held(self._ledger)}
        for path in keys:
            if path.stem not in known:
                path.unlink(missing_ok=True)
                _log.info("the key of certificate %s is gone", path.stem[:12])

    def adopt_files(self, passphrase_file: Path, certificate_file: Path) -> HeldCertificate | None:
        """Take in a certificate that lies about with its pass phrase, as older boxes had it; the files go.

        It comes into use where none is. None when there are no such files. Raises `Trouble` as `offer` does.
        """
        try:
            passphrase = passphrase_file.read_text("utf-8").rstrip("\r\n")
            content = certificate_file.read_bytes()
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise Trouble("BOX-002", type(error).__name__) from error
        offered = self.offer(content, passphrase, "adopted")
        one = certificates.accept(self._ledger, offered.fingerprint)
        if self._needs(one) and one.is_valid(self._clock()):
            one = certificates.activate(self._ledger, one.fingerprint, self._clock())
        passphrase_file.unlink(missing_ok=True)
        certificate_file.unlink(missing_ok=True)
        audit.write(self._ledger, "sync", "certificate-adopt", one.short, self._clock(), one.institution_code)
        return one

    def _needs(self, one: HeldCertificate) -> bool:
        return not any(
            other.place is Place.ACTIVE and other.institution_code == one.institution_code
            for other in certificates.held(self._ledger)
            if other.is_valid(self._clock())
        )

    def _is_old(self, path: Path) -> bool:
        try:
            return self._clock().timestamp() - path.stat().st_mtime > OFFER_LASTS.total_seconds()
        except FileNotFoundError:
            return False

    @property
    def _key_dir(self) -> Path:
        return self._box.certificate_dir / "keys"

    def _key_file(self, fingerprint: str) -> Path:
        return self._key_dir / f"{fingerprint}{_SUFFIX}"
