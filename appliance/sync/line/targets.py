"""Whom a look at the line is for: the center of the settings, with the certificate that would be shown to it."""

import json
import ssl
from datetime import datetime

from appliance.ledger import line_checks
from appliance.ledger.database import Ledger
from appliance.ledger.times import Clock
from appliance.settings import Box, CenterKind, Settings
from appliance.sync.certificates.key_safe import safe_of
from appliance.sync.certificates.presenting import Face, Presenter, StoredFace, StorePresenter
from appliance.sync.certificates.store import CertificateStore
from appliance.sync.line.looking import Target


def presenter_of(box: Box, settings: Settings, ledger: Ledger, clock: Clock) -> Presenter:
    """What shows our certificates, for a process that is not sync."""
    store = CertificateStore(box, ledger, safe_of(box), settings.institution_codes, clock)
    return StorePresenter(box, ledger, store, clock)


def target_of(settings: Settings, ledger: Ledger, presenter: Presenter) -> Target:
    """The target as settings, ledger and certificates are now."""

    def context() -> ssl.SSLContext:
        return _face(presenter, settings).context()

    return Target(
        url=settings.center_url if settings.center_kind == CenterKind.WEB_API else "",
        context=context,
        known_prefixes=known_prefixes(ledger),
        our_end=_end_of(_face(presenter, settings)),
        connect_timeout=settings.center_connect_timeout,
        total_timeout=settings.center_total_timeout,
    )


def known_prefixes(ledger: Ledger) -> tuple[str, ...]:
    """The IPv6 prefixes of the last look that found nothing wrong."""
    good = line_checks.latest_good(ledger)
    if good is None or good.report is None:
        return ()
    findings = json.loads(good.report).get("findings", [])
    return tuple(text for one in findings for text in one.get("facts", {}).get("prefixes", []))


def _face(presenter: Presenter, settings: Settings) -> Face:
    return presenter.faces(settings.institution_code)[0]


def _end_of(face: Face) -> datetime | None:
    return face.held.not_after if isinstance(face, StoredFace) else None
